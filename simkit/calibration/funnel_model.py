"""The world's funnel as a company's own table of leads tells it: conversion by channel and days of the steps."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from simkit.calibration.funnel_step import StepFit, fit_step
from simkit.errors import UserError
from simkit.portfolio.leads_file import DATES, Leads
from simkit.scenario.world.funnel import Channels, Funnel

CHANNEL_WORDS = {
    "online_ads": "online ad ads search social display email mail direct web site seo sem organic content media"
    " 网 线上 搜索 广告 推广 社交 邮件 直接 百度 抖音 微信 官网",
    "trade_fairs": "fair fairs show exhibition expo event conference 展 会议 活动",
    "partners": "partner partners referral reseller agent dealer distributor affiliate 伙伴 合作 介绍 代理 经销 推荐",
}
"""Words in a company's own names of channels by which the engine's three are known."""

_YEAR, _SHORTEST = 365, 30
_WHOLE, _HIGHEST_SHARE = 10_000, 0.98


@dataclass(frozen=True, eq=False)
class FunnelFit:
    """The funnel as a table of leads tells it.

    Attributes
    ----------
    world : dict
        Values for ``world.funnel``.
    applications_per_year : float
        Leads a year that come to an application in the end, of all channels.
    steps : dict of str to StepFit
        By name of the step's date.
    notes : list of str
    """

    world: dict[str, Any]
    applications_per_year: float
    steps: dict[str, StepFit]
    notes: list[str]


def fit_funnel(leads: Leads, base: Funnel) -> FunnelFit:
    """Return values for ``world.funnel`` with what they rest on.

    With dates of every step, each step is fitted. Else the way from contact to the end is: the base world's shares then
    stand for proposals and negotiations, and qualifying takes what is left; durations keep the base world's
    proportion.

    Raises
    ------
    UserError
        If too few leads passed, or no channel is known by its name.
    """
    table, notes = leads.table, list(leads.notes)
    groups = _groups(table["channel"], leads.name)
    end = "application_date" if "application_date" in table else "won_date"
    as_of = pd.Timestamp(max(table[name].max() for name in DATES if name in table))
    path = ["contact_date", "qualified_date", "proposal_date", end]
    if not set(path) <= set(table):
        path = ["contact_date", end]
        notes.append(
            "no dates of single steps: the way from contact to the end is split into steps as in the base world"
        )
    steps = {to: fit_step(table, since, to, as_of, leads.name) for since, to in pairwise(path)}
    chances = {name: _grouped(step.conversion, groups) for name, step in steps.items()}
    arrived = table["channel"].map(groups).value_counts()
    applied = {
        channel: float(arrived[channel]) * math.prod(each[channel] for each in chances.values())
        for channel in arrived.index
    }
    world = {"channels": _channels(chances, applied, base), **_durations(steps, base)}
    every = math.prod(
        float(np.average(each.conversion["mean"], weights=each.conversion["leads"]))
        for each in steps.values()
    )
    days = max((table["contact_date"].max() - table["contact_date"].min()).days + 1, _SHORTEST)
    notes += _remarks(groups, steps, as_of, sorted(set(Channels.model_fields) - set(applied)))
    return FunnelFit(world, every * len(table) * _YEAR / days, steps, notes)


def _groups(channel: pd.Series, name: str) -> dict[str, str]:
    """Return which of the engine's channels each of the table's is; those not known by any word are left out."""
    words = {word: group for group, known in CHANNEL_WORDS.items() for word in known.split()}
    groups: dict[str, str] = {}
    for own in sorted(channel.unique()):
        latin = set(re.split(r"[^a-z]+", own.lower()))
        for word, group in words.items():
            if word in latin or (not word.isascii() and word in own):
                groups.setdefault(own, group)
    if not groups:
        listed = ", ".join(sorted(channel.unique())[:10])
        raise UserError(
            f"{name}: no channel is known by its name ({listed}); allowed: names with one of these words:\n  "
            + "\n  ".join(f"{group}: {known}" for group, known in CHANNEL_WORDS.items())
        )
    return groups


def _grouped(conversion: pd.DataFrame, groups: Mapping[str, str]) -> dict[str, float]:
    """Return the conversion of each of the engine's channels: the mean over leads of those of the table's."""
    known = conversion[conversion.index.isin(list(groups))]
    group = known.index.map(groups)
    passed = (known["leads"] * known["mean"]).groupby(group).sum()
    shares = passed / known["leads"].groupby(group).sum()
    return {str(name): float(share) for name, share in shares.items()}


def _channels(
    chances: Mapping[str, Mapping[str, float]], applied: Mapping[str, float], base: Funnel
) -> dict[str, dict[str, float]]:
    """Return ``world.funnel.channels``; one that no lead came through keeps its conversions and has no share."""
    found: dict[str, dict[str, float]] = {}
    parts = {
        name: round(_WHOLE * applied.get(name, 0.0) / sum(applied.values())) for name, _ in base.channels
    }
    parts[max(parts, key=lambda name: parts[name])] += _WHOLE - sum(parts.values())
    for name, channel in base.channels:
        values = channel.model_dump() | {"share": parts[name] / _WHOLE}
        if name in applied and len(chances) > 1:
            names = ("qualified", "proposal", "negotiation")
            values |= {
                stage: _inside(each[name]) for stage, each in zip(names, chances.values(), strict=True)
            }
        elif name in applied:
            # What proposals and negotiations let through in the base world; all alike if that is too little.
            [whole] = (each[name] for each in chances.values())
            later = channel.proposal * channel.negotiation
            factor = max(1.0, whole / later / _HIGHEST_SHARE) ** 0.5
            values |= {
                "proposal": _inside(channel.proposal * factor),
                "negotiation": _inside(channel.negotiation * factor),
            }
            values["qualified"] = _inside(whole / (values["proposal"] * values["negotiation"]))
        found[name] = values
    return found


def _inside(share: float) -> float:
    return float(np.clip(share, 1e-4, _HIGHEST_SHARE))


def _durations(steps: Mapping[str, StepFit], base: Funnel) -> dict[str, float]:
    """Return mean days of proposals and negotiations; the way as a whole is split as in the base world."""
    if len(steps) > 1:
        proposal, negotiation = (steps[name].mean_days for name in list(steps)[1:])
    else:
        [whole] = steps.values()
        both = base.proposal_days + base.negotiation_days
        share = base.proposal_days / both if both else 0.5
        proposal, negotiation = whole.mean_days * share, whole.mean_days * (1 - share)
    return {"proposal_days": min(proposal, _YEAR), "negotiation_days": min(negotiation, _YEAR)}


def _remarks(
    groups: Mapping[str, str], steps: Mapping[str, StepFit], as_of: pd.Timestamp, empty: list[str]
) -> list[str]:
    notes = [
        f"leads as of {as_of.date()}, the last date in the table; those still open then count as censored"
    ]
    for name, step in steps.items():
        notes.append(
            f"{name}: {step.mean_days:.1f} days on average (95 % {step.low_days:.1f} to {step.high_days:.1f})"
        )
        for row in step.conversion.itertuples():
            group = groups.get(str(row.Index), "no channel of the engine: left out")
            notes.append(
                f"{name}, {row.Index} ({group}): {row.leads:,} leads, {row.mean:.1%} pass in the end "
                f"(95 % {row.low:.1%} to {row.high:.1%})"
            )
    if empty:
        notes.append(f"channels no lead came through, whose share of applications is 0: {', '.join(empty)}")
    return notes
