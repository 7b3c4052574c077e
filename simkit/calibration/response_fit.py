"""Responses that no ledger shows, fitted to what known cases report: before and after, all cases at once.

A known case tells what came of a policy in one company. Each company gets a world of its own by a few numbers that set
its level before (`simkit.calibration.case_parameters.BEFORE`); how people respond is the same in all of them. The
numbers are those under which simulated outcomes are nearest to reported ones (simulated method of moments, McFadden
1989, Econometrica 57:995), with the assumptions as priors.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from simkit.calibration.case_parameters import BEFORE, RESPONSES
from simkit.calibration.case_year import years_of
from simkit.calibration.free_number import Free, at
from simkit.calibration.moment_problem import MomentProblem, Solution
from simkit.calibration.person_periods import Floats
from simkit.calibration.response_profile import profile
from simkit.calibration.response_reach import missed, reach
from simkit.errors import UserError
from simkit.outcomes.definitions import DEFINITIONS
from simkit.scenario.known_case import check_reported
from simkit.scenario.loading import load
from simkit.scenario.scenario import Scenario

PathLike = str | os.PathLike[str]

REPLICATIONS = 4
CHECKS = 12
_ENTANGLED = 0.6


@dataclass(frozen=True, eq=False)
class ResponseFit:
    """Responses fitted to known cases, with a world for each company.

    Attributes
    ----------
    parameters : DataFrame
        One row a number: path, company (empty for a shared response), assumed, estimate, se, low, high, verdict,
        risen_low, risen_high. ``se`` is the standard error with the priors; ``low`` and ``high`` are the 95 %
        interval of the moments without the number's own prior, and ``verdict`` says which of its ends they close:
        pinned down, one-sided, not at all (see `simkit.calibration.response_profile`). For a list, the numbers are
        its shift, factor or tilt.
    cases : DataFrame
        One row a reported outcome: case, kpi, and for before, after and change: reported, assumed (the simulated
        value in the assumed world) and fitted, with its 95 % interval _low, _high. Simulated with luck that no fit
        has seen.
    misfit : tuple of float
        Sum of the moments' squared deviations in the assumed world and in the fitted ones, and of the priors'.
    notes : list of str
        Figures that cannot be met and why, numbers that only their combination is known of, and how the fit went.
    values : dict of str to dict
        Company to path to fitted value; the shared responses under the empty name.
    """

    parameters: pd.DataFrame
    cases: pd.DataFrame
    misfit: tuple[float, float, float]
    notes: list[str]
    values: dict[str, dict[str, Any]]


def fit_responses(
    cases: Sequence[Scenario | PathLike],
    responses: Sequence[Free] = RESPONSES,
    levels: Mapping[str, Sequence[Free]] = BEFORE,
    replications: int = REPLICATIONS,
    checks: int = CHECKS,
) -> ResponseFit:
    """Return the responses under which simulated outcomes of known cases are nearest to the reported ones.

    Parameters
    ----------
    cases : sequence of Scenario or path
        Scenarios with a ``reported`` section and different names, such as those in ``params/cases/``.
    responses : sequence of Free
        Numbers that all companies share.
    levels : mapping of str to sequence of Free
        Reported outcome to the numbers of a company that set its level.
    replications : int
        Repetitions of every evaluation, at least 2; the same luck in each.
    checks : int
        Repetitions of the table of cases, at least 2, with luck of their own.

    Raises
    ------
    UserError
        When a case reports nothing or an outcome that no run has, two have one name, or nothing is left to fit.
    """
    loaded = [case if isinstance(case, Scenario) else load(case) for case in cases]
    _refuse(loaded, responses, replications, checks)
    problem, numbers, owners = _problem(loaded, responses, levels, replications)
    fit = problem.solve(np.zeros(len(numbers)))
    return _told(problem, fit, numbers, owners, loaded, checks)


def _refuse(cases: Sequence[Scenario], responses: Sequence[Free], replications: int, checks: int) -> None:
    if not cases or not responses:
        raise UserError("fit_responses: give at least one case and one response")
    names = [case.name for case in cases]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(f"fit_responses: two cases are named {twice[0]!r}; names must differ")
    for name, count in (("replications", replications), ("checks", checks)):
        if count < 2:
            raise UserError(f"{name}: {count} given; allowed are 2 or more")
    for case in cases:
        check_reported(case, DEFINITIONS)
    for free in responses:
        assumed = {str(at(_world(cases, place), free.path)) for place in range(len(cases))}
        if len(assumed) > 1:
            raise UserError(
                f"world.{free.path}: the cases assume {' and '.join(sorted(assumed))}; a response that they share must "
                "start from one value"
            )


def _problem(
    cases: Sequence[Scenario],
    responses: Sequence[Free],
    levels: Mapping[str, Sequence[Free]],
    replications: int,
) -> tuple[MomentProblem, list[Free], list[int]]:
    """Return the problem, all its numbers (the shared first), and which case owns each (-1 for the shared)."""
    shared = len(responses)
    numbers, owners, owned, columns = [*responses], [-1] * shared, [], []
    for place, case in enumerate(cases):
        own = list(dict.fromkeys(free for kpi in case.reported for free in levels.get(kpi, ())))
        columns.append(np.r_[:shared, len(numbers) : len(numbers) + len(own)])
        owned.append([*responses, *own])
        numbers += own
        owners += [place] * len(own)
    limits = [
        free.limits(at(_world(cases, owner), free.path)) for free, owner in zip(numbers, owners, strict=True)
    ]
    years = years_of(cases, owned, columns)
    return MomentProblem(years, np.array(limits), range(replications)), numbers, owners


def _told(
    problem: MomentProblem,
    fit: Solution,
    numbers: Sequence[Free],
    owners: Sequence[int],
    cases: Sequence[Scenario],
    checks: int,
) -> ResponseFit:
    """Return what a fit says: its numbers with their profiles, the cases with fresh luck, what is missed and why."""
    start, replications = np.zeros(len(numbers)), len(problem.replications)
    unseen = range(replications, replications + checks)
    misses = [reach(problem, fit, numbers, owners.count(-1), miss) for miss in missed(problem, fit)]
    return ResponseFit(
        parameters=_parameters(problem, fit, numbers, owners, cases),
        cases=_cases(problem, start, fit.z, unseen),
        misfit=(
            float((problem.moments(start) ** 2).sum()),
            float((fit.deviations**2).sum()),
            float((fit.z**2).sum()),
        ),
        notes=[*misses, *_entangled(fit, numbers, owners), _how(fit, replications, checks)],
        values=_values(fit, numbers, owners, cases),
    )


def _world(cases: Sequence[Scenario], owner: int) -> dict[str, Any]:
    """Return the assumed world of a case; for what is shared, that of the first."""
    return cases[max(owner, 0)].world.model_dump()


def _parameters(
    problem: MomentProblem,
    fit: Solution,
    numbers: Sequence[Free],
    owners: Sequence[int],
    cases: Sequence[Scenario],
) -> pd.DataFrame:
    errors = np.sqrt(np.diag(fit.covariance))
    rows = []
    for column, (free, owner) in enumerate(zip(numbers, owners, strict=True)):
        assumed, z = at(_world(cases, owner), free.path), float(fit.z[column])
        found = profile(problem, fit, column)
        low, high = sorted((free.number(assumed, found.low), free.number(assumed, found.high)))
        rows.append(
            {
                "path": f"world.{free.path}",
                "company": cases[owner].name if owner >= 0 else "",
                "assumed": free.number(assumed, 0.0),
                "estimate": free.number(assumed, z),
                "se": free.slope(assumed, z) * errors[column],
                "low": low,
                "high": high,
                "verdict": found.verdict,
                "risen_low": found.risen[0],
                "risen_high": found.risen[1],
            }
        )
    return pd.DataFrame(rows)


def _cases(problem: MomentProblem, start: Floats, z: Floats, replications: Sequence[int]) -> pd.DataFrame:
    rows = []
    for earlier, later in zip(problem.years[::2], problem.years[1::2], strict=True):
        drawn = {
            world: (earlier.sample(place, replications), later.sample(place, replications))
            for world, place in (("assumed", start), ("fitted", z))
        }
        for place, kpi in enumerate(earlier.targets):
            row: dict[str, Any] = {"case": earlier.case, "kpi": kpi}
            told = earlier.targets[kpi], later.targets[kpi]
            for side, reported in zip(("before", "after", "change"), (*told, told[1] - told[0]), strict=True):
                row[f"{side}_reported"] = reported
                for world, pair in drawn.items():
                    first, second = (sample[:, place] for sample in pair)
                    sample = {"before": first, "after": second, "change": second - first}[side]
                    row[f"{side}_{world}"] = float(sample.mean())
                half = student.ppf(0.975, len(sample) - 1) * sample.std(ddof=1) / np.sqrt(len(sample))
                mean = row[f"{side}_fitted"]
                row |= {f"{side}_low": mean - half, f"{side}_high": mean + half}
            rows.append(row)
    return pd.DataFrame(rows)


def _entangled(fit: Solution, numbers: Sequence[Free], owners: Sequence[int]) -> list[str]:
    """Return which pairs of numbers the moments hardly tell apart."""
    errors = np.sqrt(np.diag(fit.covariance))
    correlation = fit.covariance / np.outer(errors, errors)
    return [
        f"{numbers[one].path} and {numbers[other].path} are hardly told apart: correlation "
        f"{correlation[one, other]:.2f}"
        for one, other in combinations(range(len(numbers)), 2)
        if abs(correlation[one, other]) > _ENTANGLED and min(owners[one], owners[other]) < 0
    ]


def _how(fit: Solution, replications: int, checks: int) -> str:
    settled = "settled" if fit.settled else "still gained in its last turn"
    return f"the fit {settled}; {replications} replications an evaluation, and {checks} others for the table of cases"


def _values(
    fit: Solution, numbers: Sequence[Free], owners: Sequence[int], cases: Sequence[Scenario]
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {name: {} for name in ("", *(case.name for case in cases))}
    for free, owner, z in zip(numbers, owners, fit.z.tolist(), strict=True):
        name = cases[owner].name if owner >= 0 else ""
        found[name][free.path] = free.value(at(_world(cases, owner), free.path), z)
    return found
