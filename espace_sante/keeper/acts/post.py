"""The acts by which she says where letters reach her, how they are written, and asks for those that come by themselves.

All are off until she says so, and are taken back as they were given. An address that changes is told at the one before it:
whoever takes her account over does not take her letters away unseen. Guarantee: G2, G3, G10. Source: docs/decisions/0031, 0062.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from espace_sante.access.request import ActId, Effect, Permit, Refuse
from espace_sante.consent.letters import (
    PERIODS,
    RETURNS_MOST,
    LetterAnswers,
    Quarterly,
    Reminder,
    Wanted,
    is_address,
    months_after,
    quarter_of,
)
from espace_sante.consent.rights import Rights
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.notices import Later, next_quarter, next_reminder, notice_elsewhere
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.demand import AddressParams, ChooseLettersParams, RemindersParams
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation


def give_address(s: Situation) -> Plan:
    """Say where letters reach her from now on."""
    params: AddressParams = s.params
    found = decided(s, ActId.GIVE_ADDRESS)
    if isinstance(found, Refuse):
        return Plan(found)
    if not is_address(params.lines):
        return Plan(Refuse("invalid"), code="address-invalid")
    return _moved(s, *found, params.lines)


def remove_address(s: Situation) -> Plan:
    """Have letters wait for her at the counter."""
    found = decided(s, ActId.REMOVE_ADDRESS)
    return Plan(found) if isinstance(found, Refuse) else _moved(s, *found, ())


def choose_letters(s: Situation) -> Plan:
    """Say how letters are written, whether they wait at the counter, whether a printer outside may see them.

    A call never sends letters further than they went: back to the post, or to a printer outside.
    """
    params: ChooseLettersParams = s.params
    found = decided(s, ActId.CHOOSE_LETTERS)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    said = LetterAnswers(params.large, params.simple, params.braille, params.audio, params.counter, params.inside)
    if not said.given():
        return Plan(Refuse("invalid"), code="demand-invalid")
    before = will.rights.letters
    form = before.but(said)
    if permit.effect is Effect.PROVISIONAL and form.goes_further_than(before):
        return Plan(Refuse("invalid"), code="letters-further")
    rights = will.rights.with_letters(form)
    return rewrite(s, permit, will, rights, ("letters",), {"letters": ",".join(form.words)})


def ask_reminders(s: Situation) -> Plan:
    """Ask for the letter of what is open to whom (the first one so many months from today), of her journal each quarter, or both.

    The one of her journal comes after the quarter that runs, and shows it whole. What is not asked for stays as it was.
    """
    params: RemindersParams = s.params
    found = decided(s, ActId.ASK_REMINDERS)
    if isinstance(found, Refuse):
        return Plan(found)
    wanted = _wanted(params)
    if wanted is None:
        return Plan(Refuse("invalid"), code="demand-invalid")
    if wanted is not Wanted.JOURNAL and params.months not in PERIODS:
        return Plan(Refuse("invalid"), code="months-invalid")
    permit, will = found
    months, rights, changed = 0, will.rights, _Waiting()
    if wanted is not Wanted.JOURNAL:
        months = params.months
        line = next_reminder(s, months_after(s.now.date(), months))
        changed.replace(rights.reminder, line)
        rights = rights.with_reminder(Reminder(months, line[0], s.now))
    if wanted is not Wanted.OPEN and rights.quarterly is None:
        line = next_quarter(s, quarter_of(s.now.date()).following.begins)
        changed.replace(None, line)
        rights = rights.with_quarterly(Quarterly(line[0], s.now))
    return _reminding(s, permit, will, rights, wanted, months, changed)


def stop_reminders(s: Situation) -> Plan:
    """Ask for these letters no more: what waited is written no more."""
    params: RemindersParams = s.params
    found = decided(s, ActId.STOP_REMINDERS)
    if isinstance(found, Refuse):
        return Plan(found)
    wanted = _wanted(params)
    if wanted is None:
        return Plan(Refuse("invalid"), code="demand-invalid")
    permit, will = found
    rights, changed = will.rights, _Waiting()
    if wanted is not Wanted.JOURNAL:
        changed.replace(rights.reminder, None)
        rights = rights.with_reminder(None)
    if wanted is not Wanted.OPEN:
        changed.replace(rights.quarterly, None)
        rights = rights.with_quarterly(None)
    return _reminding(s, permit, will, rights, wanted, 0, changed)


@dataclass(slots=True)
class _Waiting:
    """What changes in her outbox: the lines that wait no more, the new ones."""

    gone: tuple[UUID, ...] = ()
    later: tuple[Later, ...] = ()

    def replace(self, before: Reminder | Quarterly | None, line: Later | None) -> None:
        """Put a line in the place of the one that waited."""
        self.gone += (before.notice,) if before is not None else ()
        self.later += (line,) if line is not None else ()


def _wanted(params: RemindersParams) -> Wanted | None:
    return Wanted(params.what) if params.what in set(Wanted) else None


def _moved(s: Situation, permit: Permit, will: Will, lines: tuple[str, ...]) -> Plan:
    # Two letters came back from there: nothing is written to it any more. Guarantee: G10.
    before, halted = will.rights.address, will.rights.returns >= RETURNS_MOST
    rights = will.rights.with_address(lines)
    if permit.effect is not Effect.PROVISIONAL:
        rights = rights.with_returns(0)

    def also(change: Change, reference: str) -> Change:
        if not before or before == lines or halted:
            return change
        return replace(change, later=(*change.later, notice_elsewhere(s, reference, before)))

    return rewrite(s, permit, will, rights, ("address",), {}, also=also)


def _reminding(
    s: Situation, permit: Permit, will: Will, rights: Rights, wanted: Wanted, months: int, changed: _Waiting
) -> Plan:
    def also(change: Change, _: str) -> Change:
        return replace(change, drop_notices=changed.gone, later=changed.later)

    said = {"months": str(months), "what": wanted.value}
    objects = ("reminders", f"months:{months}", f"wanted:{wanted.value}")
    return rewrite(s, permit, will, rights, objects, {**said}, also=also)
