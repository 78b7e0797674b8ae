"""The help of the support: she allows it for a ticket and some hours, two accounts open it together, each look is in her journal.

Never a document, never a title: the state of her choices, as numbers, and her journal if she said so.
Guarantee: G3, G5. Source: docs/decisions/0029.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import orjson

from espace_sante.access.request import ActId, Refuse, Thing
from espace_sante.consent.recipient import RecipientKind
from espace_sante.consent.rights import Rights
from espace_sante.consent.support import HOURS_MOST, Support, parse_ticket
from espace_sante.journal.entry import open_record_bytes
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.notices import notice
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.demand import (
    AllowSupportParams,
    ReadSupportParams,
    SupportAnswer,
    SupportOpened,
    SupportView,
)
from espace_sante.keeper.receipts import Field, instant
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.kernel.canonical import canonical
from espace_sante.vault.keys import term

_ENCODE = msgspec.msgpack.Encoder().encode


def allow_support(s: Situation) -> Plan:
    """Let the support look at the state of her choices for a ticket, and at her journal if she says so; one ticket at a time."""
    params: AllowSupportParams = s.params
    found = decided(s, ActId.ALLOW_SUPPORT)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    ticket = parse_ticket(params.ticket)
    # A number that leads to somebody else is no number of hers: said as any wrong number is.
    if ticket is None or _term(s, ticket) in s.extra.terms:
        return Plan(Refuse("invalid"), code="ticket-invalid")
    if not 1 <= params.hours <= HOURS_MOST:
        return Plan(Refuse("invalid"), code="support-too-long")
    support = Support(ticket, s.now, s.now + timedelta(hours=params.hours), params.journal)
    fields: dict[str, Field] = {"ticket": ticket, "ends": instant(support.ends), "journal": params.journal}
    plan = rewrite(s, permit, will, will.rights.with_support(support), ("support",), fields)
    return _with_ticket(s, plan, will, support)


def end_support(s: Situation) -> Plan:
    """End the help at once; a ticket that is over already changes nothing."""
    found = decided(s, ActId.END_SUPPORT)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    plan = rewrite(s, permit, will, will.rights.without_support(), ("support",), {})
    return _with_ticket(s, plan, will, None)


def open_support(s: Situation) -> Plan:
    """Ask to open what she allowed for a ticket, or confirm what another account asked. She is told of both."""
    found = decided(s, ActId.OPEN_SUPPORT, allowed_for(s))
    if isinstance(found, Refuse):
        return Plan(found, code="second-account" if found.rule == "second-account" else "")
    permit, will = found
    support = will.rights.support
    assert support is not None  # the decision rests on it
    opened = bool(support.asked_by)
    mine = s.session.identifier
    after = replace(support, opened_by=mine) if opened else replace(support, asked_by=mine)
    following = replace(will, rights=will.rights.with_support(after).in_force(s.now), version=will.version + 1)

    def write(reference: str) -> tuple[Change, bytes]:
        told = notice(s, reference)
        return Change(will=following, notice=told), _ENCODE(SupportOpened(opened, instant(support.ends)))

    return Plan(permit, objects=("support",), write=write)


def read_support(s: Situation) -> Plan:
    """Release what she allowed: the state of her choices, and a page of her journal when she said so."""
    params: ReadSupportParams = s.params
    found = decided(s, ActId.READ_SUPPORT, allowed_for(s))
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    support = will.rights.support
    assert support is not None
    del params  # read when the facts were gathered

    def release() -> bytes:
        rows = s.extra.entries if support.sees_journal else []
        records = tuple(
            _without_identity(open_record_bytes(s.keys.record_key, s.keys.space, row["seq"], row["sealed"]))
            for row in rows
        )
        return _ENCODE(SupportAnswer(instant(support.ends), choices(will.rights), records))

    looked = ("support", "journal") if support.sees_journal else ("support",)
    return Plan(permit, objects=looked, release=release)


def support_seen(s: Situation, rights: Rights) -> list[SupportView]:
    """Return the help she allows, as she sees it: none when it is over."""
    one = rights.support
    if one is None or one.ends <= s.now:
        return []
    return [SupportView(one.ticket, instant(one.ends), one.sees_journal, bool(one.opened_by))]


def allowed_for(s: Situation) -> Thing:
    """Return where this account stands with the help allowed for the ticket named, and for no other way of naming her."""
    support = s.will.rights.support if s.will is not None else None
    named = parse_ticket(s.ask.person.removeprefix("ticket:")) if s.ask.person.startswith("ticket:") else None
    if support is None or named != support.ticket:
        return Thing()
    return Thing(support=support.standing(s.session.identifier, s.now))


def choices(rights: Rights) -> dict[str, str]:
    """Return the state of her choices as words and numbers: no name, no title, no category, no document."""
    grants = rights.grants
    return {
        "accepts_deposits": _word(rights.accepts_deposits),
        "authors_read": _word(rights.authors_read),
        "chest": _word(rights.chest),
        "hides_new": _word(rights.hides_new),
        "presumed": _word(rights.presumed),
        "emergency_bedside": _word(rights.emergency.bedside),
        "emergency_regulator": _word(rights.emergency.regulator),
        "grants": str(len(grants)),
        "grants_to_structures": str(sum(g.to.kind is RecipientKind.STRUCTURE for g in grants)),
        "grants_to_teams": str(sum(g.to.kind is RecipientKind.TEAM for g in grants)),
        "cards": str(len(rights.cards)),
        "requests": str(len(rights.requests)),
        "blocks": str(len(rights.blocks)),
    }


def _word(said: bool) -> str:
    return "yes" if said else "no"


def _without_identity(record: bytes) -> bytes:
    """A record as the support sees it: who she is, of whom, and about what are left out; what was done, when, how, remain."""
    said: dict[str, Any] = orjson.loads(record)
    hers = said["actor"]["kind"] == "person"
    kinds = sorted({one.partition(":")[0] for one in said["objects"]})
    kept = {name: said[name] for name in ("seq", "at", "act", "decision", "channel")}
    return canonical(kept | {"actor": "person" if hers else said["actor"]["kind"], "objects": kinds})


def ticket_of(s: Situation, support: Support) -> bytes:
    """Return the term that leads to her from the ticket of a help she allowed."""
    return _term(s, support.ticket)


def _term(s: Situation, ticket: str) -> bytes:
    return term(s.service.directory, "ticket", ticket)


def _with_ticket(s: Situation, plan: Plan, will: Will, support: Support | None) -> Plan:
    """The ticket leads to her space until the last day of the help, and the one before it no more."""
    inner, before = plan.write, will.rights.support
    if inner is None:
        return plan

    def write(reference: str) -> tuple[Change, bytes]:
        change, answer = inner(reference)
        if change.will is None:
            return change, answer
        # Her own ticket may still lead to her from a help that is over: it is dropped, then leads to her again.
        drop = tuple({_term(s, one.ticket) for one in (before, support) if one is not None})
        put = (_term(s, support.ticket), support.ends.date()) if support is not None else None
        return replace(change, drop_tickets=drop, put_ticket=put), answer

    return replace(plan, write=write)
