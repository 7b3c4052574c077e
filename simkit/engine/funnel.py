"""From lead to application: calls, qualifying, proposal, negotiation (Handbook A4)."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from simkit.behaviour.leads import stage_odds, wait_days
from simkit.engine.calendar import LEADS
from simkit.engine.clock import Clock
from simkit.engine.desk import Process
from simkit.engine.lead import NEGOTIATION, PROPOSAL, QUALIFIED, Lead
from simkit.engine.team import Team
from simkit.rules.funnel import cools_off
from simkit.scenario.world import World
from simkit.scenario.world.funnel import Channel
from simkit.streams import Stream


class Funnel:
    """The leads of a region and the reps who work on them.

    Parameters
    ----------
    clock : Clock
        Time and terms.
    world : World
        Channels and conversions.
    draw : callable
        Draws by name (see `simkit.engine.luck`).
    team : Team
        The reps.
    firms : iterable of mapping
        Rows of the portfolio's table: the leads that some policy could reach, by id.
    applies : callable
        What to do with a lead that comes to an application.
    """

    def __init__(
        self,
        clock: Clock,
        world: World,
        draw: Callable[..., float],
        team: Team,
        firms: Iterable[Mapping[Hashable, Any]],
        applies: Callable[[Lead], None],
    ) -> None:
        self.clock = clock
        self.world = world
        self.draw = draw
        self.team = team
        self.applies = applies
        self.leads: list[Lead] = []
        self._waiting: list[Lead] = []
        self._channels: tuple[Channel, ...] = tuple(channel for _, channel in world.funnel.channels)
        self._arrivals: dict[int, list[Mapping[Hashable, Any]]] = {}
        for firm in firms:
            self._arrivals.setdefault(int(firm["arrival_day"]), []).append(firm)

    def comes(self) -> Process:
        """Every day leads arrive; on working days reps call those that wait, the oldest first, as many as they can."""
        for day in range(self.clock.calendar.horizon):
            yield self.clock.until(day, LEADS)
            self._waiting += self._arrive(day)
            if self._waiting and self.clock.calendar.is_working(day):
                self._call(day)

    def _arrive(self, day: int) -> list[Lead]:
        marketing = self.clock.terms(day).policy.funnel.marketing
        factors = (marketing.online_ads, marketing.trade_fairs, marketing.partners)
        came = [
            self._lead(firm, day)
            for firm in self._arrivals.get(day, ())
            if firm["reach"] < factors[firm["channel"] - 1]
        ]
        self.leads += came
        return came

    def _lead(self, firm: Mapping[Hashable, Any], day: int) -> Lead:
        lead_id, channel = int(firm["customer_id"]), int(firm["channel"])
        forgotten = wait_days(self.draw(Stream.CALL, lead_id), self.world.funnel.forgetting_days)
        return Lead(
            lead_id=lead_id,
            rep_id=int(firm["rep_id"]),
            channel=channel,
            arrival=day,
            remembered=day + forgotten,
            lead_fen=self._channels[channel - 1].lead_fen,
            firm=firm,
        )

    def _call(self, day: int) -> None:
        reminded = self.clock.terms(day).policy.funnel.crm_reminder
        able = self.team.present(day) * self.world.funnel.calls_per_rep
        in_mind = [lead for lead in self._waiting if reminded or lead.remembered <= day]
        called = set(in_mind[:able])
        self._waiting = [lead for lead in self._waiting if lead not in called]
        for lead in in_mind[:able]:
            self._calls(lead, day)

    def _calls(self, lead: Lead, day: int) -> None:
        """A lead is called: it qualifies or is lost, and less often when it has cooled off."""
        funnel = self.world.funnel
        lead.called = day
        lead.cooled = cools_off(
            lead.arrival, day, funnel.cooling_days, self.clock.terms(day).policy.funnel.crm_reminder
        )
        conversion = self._channels[lead.channel - 1].qualified
        if self._passes(lead, QUALIFIED, conversion, day, funnel.cooled if lead.cooled else 0.0):
            lead.stage, lead.qualified = QUALIFIED, day
            self.clock.env.process(self.pursues(lead, day))
        else:
            lead.close(day, "lost")

    def pursues(self, lead: Lead, day: int) -> Process:
        """A qualified lead gets a proposal and is negotiated with, until it applies or is lost."""
        funnel, channel = self.world.funnel, self._channels[lead.channel - 1]
        steps = (
            (PROPOSAL, channel.proposal, funnel.proposal_days),
            (NEGOTIATION, channel.negotiation, funnel.negotiation_days),
        )
        for stage, conversion, mean_days in steps:
            day += wait_days(self.draw(Stream.STAGE_WAIT, lead.lead_id, stage), mean_days)
            yield self.clock.until(day, LEADS)
            if not self._passes(lead, stage, conversion, day):
                lead.close(day, "lost")
                return
            lead.stage = stage
            if stage == PROPOSAL:
                lead.proposed = day
        lead.applied = day
        self.applies(lead)

    def _passes(self, lead: Lead, stage: int, conversion: float, day: int, cooled: float = 0.0) -> bool:
        effort = self.clock.terms(day).winning_shift + self.team.log_effort(lead.rep_id, day)
        return self.draw(Stream.LEAD, lead.lead_id, stage) < stage_odds(conversion, effort + cooled)
