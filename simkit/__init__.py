"""simkit: what credit and sales policies do to growth and to getting paid, simulated on your own ledger."""

from simkit.experiments.compare import compare
from simkit.experiments.frontier import frontier
from simkit.experiments.simulation import simulate
from simkit.scenario import load

__all__ = ["compare", "frontier", "load", "simulate"]
__version__ = "0.1.0"
