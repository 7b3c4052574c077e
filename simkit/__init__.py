"""simkit: what credit and sales policies do to growth and to getting paid, simulated on your own ledger."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simkit.calibration.backtest import backtest
    from simkit.calibration.world import calibrate
    from simkit.experiments.compare import compare
    from simkit.experiments.frontier import frontier
    from simkit.experiments.simulation import simulate
    from simkit.reporting.record import record
    from simkit.scenario import load

__all__ = ["backtest", "calibrate", "compare", "frontier", "load", "record", "simulate"]
__version__ = "0.1.0"

# Each name is imported when it is first used: a command that only checks a file need not load the engines.
_HOMES = {
    "backtest": "simkit.calibration.backtest",
    "calibrate": "simkit.calibration.world",
    "compare": "simkit.experiments.compare",
    "frontier": "simkit.experiments.frontier",
    "load": "simkit.scenario",
    "record": "simkit.reporting.record",
    "simulate": "simkit.experiments.simulation",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'simkit' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
