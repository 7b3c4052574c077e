"""simkit: what credit and sales policies do to growth and to getting paid, simulated on your own ledger."""

from simkit.engine.simulation import simulate
from simkit.scenario import load

__all__ = ["load", "simulate"]
__version__ = "0.1.0"
