"""Levers: what the company's management decides. The defaults are the handbook's "dual-wheel" policy."""

from typing import Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from simkit.scenario.parameter import Parameters
from simkit.scenario.policy.approval import Approval
from simkit.scenario.policy.collections import Collections
from simkit.scenario.policy.contract import Contract
from simkit.scenario.policy.contradictions import contradictions
from simkit.scenario.policy.credit import Credit
from simkit.scenario.policy.desks import Desks
from simkit.scenario.policy.funnel import Funnel
from simkit.scenario.policy.incentives import Incentives
from simkit.scenario.policy.monitoring import Monitoring
from simkit.scenario.policy.segments import Segments
from simkit.scenario.policy.targets import Targets


class Policy(Parameters):
    """Everything management decides."""

    targets: Targets = Field(default_factory=Targets, description="What is to be reached.")
    funnel: Funnel = Field(default_factory=Funnel, description="Winning new customers.")
    segments: Segments = Field(default_factory=Segments, description="RFM tiers and their treatment.")
    credit: Credit = Field(default_factory=Credit, description="Credit score and admission.")
    approval: Approval = Field(default_factory=Approval, description="Approval of applications.")
    contract: Contract = Field(default_factory=Contract, description="Terms of the contract.")
    monitoring: Monitoring = Field(default_factory=Monitoring, description="Monitoring of receivables.")
    collections: Collections = Field(default_factory=Collections, description="The collections ladder.")
    desks: Desks = Field(default_factory=Desks, description="People at the desks.")
    incentives: Incentives = Field(default_factory=Incentives, description="Pay, appraisal and careers.")

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        # Raised as errors of their own, so that a file with two contradictions is told both.
        errors = [
            InitErrorDetails(type="value_error", input=None, ctx={"error": ValueError(message)})
            for message in contradictions(self)
        ]
        if errors:
            raise ValidationError.from_exception_data(type(self).__name__, errors)
        return self
