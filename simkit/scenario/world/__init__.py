"""Uncertainties: what management cannot choose. The defaults are the base world."""

from pydantic import Field

from simkit.scenario.firms import Firms
from simkit.scenario.parameter import Parameters
from simkit.scenario.world.customers import Customers, Demand, Market, Treatments
from simkit.scenario.world.economy import Economics, Economy
from simkit.scenario.world.funnel import Funnel
from simkit.scenario.world.payment import Payment, Recovery
from simkit.scenario.world.relationship import Relationship
from simkit.scenario.world.reps import Reps


class World(Parameters):
    """Everything management cannot choose."""

    market: Market = Field(default_factory=Market, description="The market.")
    funnel: Funnel = Field(default_factory=Funnel, description="From lead to application.")
    firms: Firms = Field(default_factory=Firms, description="Balance sheets and default.")
    customers: Customers = Field(default_factory=Customers, description="Customers and their purchases.")
    treatments: Treatments = Field(default_factory=Treatments, description="Response to RFM treatments.")
    payment: Payment = Field(default_factory=Payment, description="When customers pay.")
    recovery: Recovery = Field(default_factory=Recovery, description="Recovery after default.")
    relationship: Relationship = Field(
        default_factory=Relationship, description="Memory of collection steps."
    )
    economy: Economy = Field(default_factory=Economy, description="The common factor of defaults.")
    demand: Demand = Field(default_factory=Demand, description="Response to the offer.")
    reps: Reps = Field(default_factory=Reps, description="Response of reps to pay.")
    economics: Economics = Field(default_factory=Economics, description="Margin and costs.")
