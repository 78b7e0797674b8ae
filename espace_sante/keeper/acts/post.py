"""The acts by which she says where letters reach her, and asks for the letter of what is open to whom.

Both are off until she says so, and are taken back as they were given. An address that changes is told at the one before it:
whoever takes her account over does not take her letters away unseen. Guarantee: G2, G3, G10. Source: docs/decisions/0031.
"""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, Permit, Refuse
from espace_sante.consent.letters import PERIODS, Reminder, is_address, months_after
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.notices import next_reminder, notice_elsewhere
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.demand import AddressParams, RemindersParams
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


def ask_reminders(s: Situation) -> Plan:
    """Ask for a letter of what is open to whom, every six or twelve months; the first one so many months from today."""
    params: RemindersParams = s.params
    found = decided(s, ActId.ASK_REMINDERS)
    if isinstance(found, Refuse):
        return Plan(found)
    if params.months not in PERIODS:
        return Plan(Refuse("invalid"), code="months-invalid")
    return _reminding(s, *found, params.months)


def stop_reminders(s: Situation) -> Plan:
    """Ask for that letter no more."""
    found = decided(s, ActId.STOP_REMINDERS)
    return Plan(found) if isinstance(found, Refuse) else _reminding(s, *found, 0)


def _moved(s: Situation, permit: Permit, will: Will, lines: tuple[str, ...]) -> Plan:
    before = will.rights.address

    def also(change: Change, reference: str) -> Change:
        if not before or before == lines:
            return change
        return replace(change, later=(*change.later, notice_elsewhere(s, reference, before)))

    return rewrite(s, permit, will, will.rights.with_address(lines), ("address",), {}, also=also)


def _reminding(s: Situation, permit: Permit, will: Will, months: int) -> Plan:
    before, line = will.rights.reminder, None
    if months:
        line = next_reminder(s, months_after(s.now.date(), months))
    reminder = Reminder(months, line[0], s.now) if line is not None else None

    def also(change: Change, _: str) -> Change:
        gone = (before.notice,) if before is not None else ()
        return replace(change, drop_notices=gone, later=(line,) if line is not None else ())

    said = {"months": str(months)}
    objects = ("reminders", f"months:{months}")
    return rewrite(s, permit, will, will.rights.with_reminder(reminder), objects, {**said}, also=also)
