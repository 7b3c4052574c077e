"""Where one section of a policy takes back what another asks for.

A contradiction is a thing asked for that can never happen under the rest of the policy, or that would wait for
ever. What merely has no effect, because something is switched off or a share is 0, is none.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simkit.scenario.policy.approval import Approval
from simkit.scenario.policy.collections import Collections
from simkit.scenario.policy.contract import Contract
from simkit.scenario.policy.credit import Credit
from simkit.scenario.policy.desks import Desks
from simkit.scenario.policy.funnel import FirstOrder
from simkit.scenario.policy.incentives import Incentives
from simkit.scenario.policy.monitoring import Monitoring

if TYPE_CHECKING:
    from simkit.scenario.policy import Policy


def contradictions(policy: "Policy") -> list[str]:
    """Return one message for every contradiction between the sections of a policy, naming both sides."""
    return [
        *_standard_contract(policy.contract, policy.credit),
        *_promotion(policy.funnel.first_order, policy.credit),
        *_alerts(policy.monitoring, policy.collections),
        *_penalty(policy.contract, policy.collections),
        *_reviews(policy.approval, policy.desks),
        *_meeting(policy.approval),
        *_sanction(policy.incentives),
    ]


def _standard_contract(contract: Contract, credit: Credit) -> Iterator[str]:
    """A negotiable term is what the customer wants; only a fixed one has to pass the audit as it stands."""
    if contract.term_negotiable or credit.audit_catch_rate < 1:
        return
    limits = {name: grade.term_limit_days for name, grade in credit.grades if grade.admission == "credit"}
    longest = max(limits, key=lambda name: limits[name], default=None)
    if longest is not None and contract.term_days > limits[longest]:
        yield (
            f"contract.term_days ({contract.term_days}) is above credit.grades.{longest}.term_limit_days "
            f"({limits[longest]}), the longest limit there is, while contract.term_negotiable is false and "
            "credit.audit_catch_rate is 1; the audit would stop every contract"
        )


def _promotion(first_order: FirstOrder, credit: Credit) -> Iterator[str]:
    """A policy that refuses everybody has no promotion to speak of."""
    admission = {name: grade.admission for name, grade in credit.grades}
    if set(admission.values()) == {"refuse"}:
        return
    if first_order.discount_share > 0 and admission[first_order.lowest_grade] == "refuse":
        yield (
            f"funnel.first_order.lowest_grade is {first_order.lowest_grade}, but "
            f"credit.grades.{first_order.lowest_grade}.admission is refuse; name a grade that may buy, or set "
            "funnel.first_order.discount_share to 0"
        )


def _alerts(monitoring: Monitoring, ladder: Collections) -> Iterator[str]:
    """With the system a line comes to light at the level-1 alert, and it leaves the books when written off."""
    if not monitoring.enabled:
        return
    alerts = monitoring.alerts
    if alerts.level_1_days > ladder.legal.start_day:
        yield (
            f"monitoring.alerts.level_1_days ({alerts.level_1_days}) is after collections.legal.start_day "
            f"({ladder.legal.start_day}); the alert must show a line before the last step of the ladder"
        )
    if alerts.level_2_days >= ladder.write_off_days:
        yield (
            f"monitoring.alerts.level_2_days ({alerts.level_2_days}) is not before "
            f"collections.write_off_days ({ladder.write_off_days}); the alert would never be raised"
        )


def _penalty(contract: Contract, ladder: Collections) -> Iterator[str]:
    if contract.penalty_share > 0 and contract.penalty_after_days >= ladder.write_off_days:
        yield (
            f"contract.penalty_after_days ({contract.penalty_after_days}) is not before "
            f"collections.write_off_days ({ladder.write_off_days}); no penalty would ever fall due: lower it, or "
            "set contract.penalty_share to 0"
        )


def _reviews(approval: Approval, desks: Desks) -> Iterator[str]:
    asked = [name for name in ("new_customers", "over_limit") if getattr(approval, name)]
    if asked and desks.risk_reviewers.staff == 0:
        switches = " and ".join(f"approval.{name}" for name in asked)
        yield (
            f"desks.risk_reviewers.staff is 0, but {switches} {'is' if len(asked) == 1 else 'are'} true; "
            "applications would wait for ever: give the desk people, or ask for no review"
        )


def _meeting(approval: Approval) -> Iterator[str]:
    meeting, reviewed = approval.meeting, approval.new_customers or approval.over_limit
    if reviewed and meeting.enabled and meeting.below_score > 0 and meeting.capacity == 0:
        yield (
            "approval.meeting.capacity is 0, but approval.meeting.enabled is true; high-risk cases would wait "
            "for ever: let the meeting settle some, or set enabled to false"
        )


def _sanction(incentives: Incentives) -> Iterator[str]:
    sanction = incentives.career.sanction
    if sanction != "none" and incentives.appraisal.malus_below == 0:
        yield (
            f"incentives.career.sanction is {sanction}, but incentives.appraisal.malus_below is 0 and no "
            "collection rate is below that; set sanction to none, or malus_below above 0"
        )
