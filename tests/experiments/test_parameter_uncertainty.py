from pathlib import Path

import numpy as np

import simkit
from simkit.experiments.cache import Cache

BASELINE = Path(__file__).parents[2] / "params/baseline.yaml"
SMALL = {"run.customers": 100, "run.regions": ["East"], "run.policy_days": 120, "run.run_out_days": 120}
SHIFTS = np.linspace(-1.5, 1.5, 9)


def test_intervals_are_wider_with_uncertainty(tmp_path):
    """Of a share that is all about paying; nothing else differs between the two."""
    plain = simkit.load(BASELINE, SMALL)
    alpha = np.array(plain.world.payment.alpha)
    draws = [{"payment": {"alpha": [float(value) for value in alpha + shift]}} for shift in SHIFTS]
    run = plain.run.model_copy(update={"parameter_uncertainty": True})
    uncertain = plain.model_copy(update={"run": run, "draws": draws})

    def width(scenario):
        found = simkit.compare([scenario], 8, 1, cache=Cache(tmp_path))
        estimate = found.estimate(scenario.name, "overdue_rate_cohort_30")
        return estimate.high - estimate.low

    assert width(uncertain) > 1.5 * width(plain)
