"""The act by which she sees who did what in her space, and what she wants there. Guarantee: G5, G6."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import orjson
from asyncpg import Record

from espace_sante.access.kinds import GROUPS, Group, Kind, kind_of_record
from espace_sante.access.request import ActId, Channel, Refuse
from espace_sante.consent.cards import WRONG_PINS
from espace_sante.consent.choices import present
from espace_sante.consent.letters import RETURNS_MOST, LetterForm
from espace_sante.consent.purposes import purposes
from espace_sante.consent.recipient import written
from espace_sante.consent.requests import REQUEST_DAYS
from espace_sante.consent.rights import Rights
from espace_sante.journal.entry import open_record_bytes, reference
from espace_sante.keeper.acts.apps import apps_seen
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.cases import seen_by_her
from espace_sante.keeper.acts.mandates import mandates_seen
from espace_sante.keeper.acts.representation import representations_seen
from espace_sante.keeper.acts.support import support_seen
from espace_sante.keeper.acts.told import told
from espace_sante.keeper.acts.trusted import trusted_seen
from espace_sante.keeper.acts.wishing import contacts_seen, firsts_seen, sent_seen, wishes_seen
from espace_sante.keeper.demand import (
    BlockView,
    CardUse,
    CardView,
    ChoiceView,
    EmergencyView,
    EpisodeView,
    GrantView,
    JournalAnswer,
    JournalParams,
    LetterFormView,
    MaskView,
    PostView,
    RequestView,
    SheetSeen,
)
from espace_sante.keeper.named import document_told
from espace_sante.keeper.page_body import open_page, unwrap_key
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Plan, Situation
from espace_sante.kernel.ids import DocumentId, EpisodeId, PersonId, public_document_id

_ENCODE = msgspec.msgpack.Encoder().encode


def read_journal(s: Situation) -> Plan:
    """Release one page of the journal and the permissions in force, who is blocked and what is hidden."""
    found = decided(s, ActId.READ_JOURNAL)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    params: JournalParams = s.params
    if params.kind and params.kind not in set(Group):
        return Plan(Refuse("invalid"), code="demand-invalid")
    if params.sheet and (fault := _sheet_fault(s)) is not None:
        return fault
    shown = told(s, will.rights)
    rights = shown.in_force(s.now)

    def release() -> bytes:
        page = _page(s, params)
        return _ENCODE(
            JournalAnswer(
                s.seq,
                [one.record for one in page.lines],
                [one.reference for one in page.lines],
                _ENCODE(grants_seen(rights)),
                _ENCODE(_blocks(shown)),
                _ENCODE(_masks(shown, will.person)),
                _ENCODE(seen_by_her(s)),
                _ENCODE(support_seen(s, will.rights)),
                _ENCODE(emergency_seen(shown, will.person)),
                _ENCODE(cards_seen(rights, will.person)),
                _ENCODE(_requests(rights)),
                _ENCODE(_choices(will.rights)),
                _ENCODE(_episodes(shown, will.person)),
                [_document(s, will, one.said) for one in page.lines],
                _ENCODE(_post(s, will.rights)),
                [one.kind.value for one in page.lines],
                page.counts,
                page.low,
                page.next,
                _ENCODE(apps_seen(rights)),
                _ENCODE(mandates_seen(rights, s.now)),
                _ENCODE(trusted_seen(rights)),
                _ENCODE(representations_seen(rights, s.now)),
                _ENCODE(_sheet(s)) if params.sheet else b"",
            )
        )

    named = (f"sheet:{s.extra.page['page_id'].hex}",) if params.sheet and s.extra.page is not None else ()
    return Plan(permit, objects=("journal", *named), release=release)


def _sheet_fault(s: Situation) -> Plan | None:
    """Refuse the page of a line to anybody but her and to a software, and a line that was made from none."""
    if s.ask.channel == Channel.API or not (s.subject.holder or s.subject.on_behalf):
        return Plan(Refuse("not-their-act"), code="page-not-kept")
    found = s.extra.page is not None or not s.extra.behind
    return None if found else Plan(Refuse("unknown"), code="page-not-kept")


def _sheet(s: Situation) -> SheetSeen:
    row = s.extra.page
    if row is None:
        raise LookupError("a page that was not read")
    page_id = row["page_id"]
    key = unwrap_key(s.service, s.keys, page_id, row["wrapped"])
    return SheetSeen(page_id.hex, key, open_page(s.service, page_id, row["sealed"]).sha256)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line read again: its bytes, its public reference, what it says, of what sort it is."""

    seq: int
    record: bytes
    reference: str
    said: dict[str, Any]

    @property
    def kind(self) -> Kind:
        return kind_of_record(self.said)


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines to give, how many of those looked at are of each group, where these begin, where the next page is."""

    lines: list[_Line]
    counts: dict[str, int]
    low: int
    next: int


def _page(s: Situation, params: JournalParams) -> _Page:
    looked_at = [_line(s, row) for row in s.extra.entries]
    counts = Counter(GROUPS[one.kind].value for one in looked_at) if params.kind or params.counted else Counter()
    wanted = [one for one in looked_at if params.kind in ("", GROUPS[one.kind])]
    given = wanted[: max(params.count, 1)]
    low = looked_at[-1].seq if looked_at else 0
    return _Page(given, dict(counts), low, given[-1].seq if len(given) < len(wanted) else low)


def _line(s: Situation, row: Record) -> _Line:
    record = open_record_bytes(s.keys.record_key, s.keys.space, row["seq"], row["sealed"])
    return _Line(row["seq"], record, reference(row["com"]), orjson.loads(record))


def _document(s: Situation, will: Will, said: dict[str, Any]) -> str:
    """Return the document a record is about, "" for none that she may know of."""
    for name in said["objects"]:
        found = document_told(name, s.keys, will.rights.announced, s.now)
        if found is not None:
            return public_document_id(will.person, DocumentId(found))
    return ""


def grants_seen(rights: Rights) -> list[GrantView]:
    """Return her permissions as she sees them."""
    return [
        GrantView(
            written(g.to),
            g.scope.kind.value,
            sorted(g.scope.categories),
            sorted(d.hex for d in g.scope.documents),
            g.purpose,
            instant(g.starts),
            instant(g.ends),
            g.grant_id.hex,
            g.sees_hidden,
            g.matrix,
            *_followed(rights, g.episode),
        )
        for g in rights.grants
    ]


def form_seen(form: LetterForm) -> LetterFormView:
    """Return how letters are written, as it is released."""
    return LetterFormView(form.large, form.simple, form.braille, form.audio, form.counter, form.inside)


def _post(s: Situation, rights: Rights) -> PostView:
    reminder, quarterly = rights.reminder, rights.quarterly
    months, since = (reminder.months, instant(reminder.since)) if reminder else (0, "")
    quarter = instant(quarterly.since) if quarterly else ""
    halted = rights.returns >= RETURNS_MOST
    told_by = (contacts_seen(rights, s.now), wishes_seen(rights), sent_seen(s), firsts_seen(s))
    return PostView(rights.address, months, since, quarter, form_seen(rights.letters), halted, *told_by)


def _blocks(rights: Rights) -> list[BlockView]:
    return [BlockView(written(b.who), b.what.value, instant(b.since) if b.since else "") for b in rights.blocks]


def emergency_seen(rights: Rights, person: PersonId) -> EmergencyView:
    """Return what she said for an emergency, as she sees it."""
    will, scope = rights.emergency, rights.emergency.scope
    return EmergencyView(
        will.regulator,
        will.bedside,
        will.hidden,
        "" if scope.is_empty else scope.kind.value,
        sorted(scope.categories),
        sorted(public_document_id(person, DocumentId(one)) for one in scope.documents),
        instant(will.since) if will.since else "",
    )


def _choices(rights: Rights) -> list[ChoiceView]:
    return [
        ChoiceView(one.choice.value, one.purpose, one.gives, instant(one.since) if one.since else "")
        for one in present(rights, tuple(purposes()))
    ]


def _masks(rights: Rights, person: PersonId) -> list[MaskView]:
    return [
        MaskView(
            m.mask_id.hex,
            public_document_id(person, m.document) if m.document else "",
            m.category or 0,
            written(m.hidden_from) if m.hidden_from else "",
            instant(m.since) if m.since else "",
            _followed(rights, m.episode)[0],
        )
        for m in rights.masks
    ]


def _followed(rights: Rights, episode: EpisodeId | None) -> tuple[str, str]:
    """Return the name and the number of the episode that a permission or a mask follows, "" for none."""
    found = rights.episode(episode)
    return (found.name, found.number) if found is not None else ("", "")


def _episodes(rights: Rights, person: PersonId) -> list[EpisodeView]:
    return [
        EpisodeView(
            one.number,
            one.name,
            sorted(public_document_id(person, document) for document in one.documents),
            [written(mask.hidden_from) if mask.hidden_from else "" for mask in one.hides],
            bool(one.key),
        )
        for one in rights.episodes
    ]


def cards_seen(rights: Rights, person: PersonId) -> list[CardView]:
    """Return her cards as she sees them."""
    return [
        CardView(
            card.number,
            card.scope.kind.value,
            sorted(card.scope.categories),
            sorted(public_document_id(person, DocumentId(one)) for one in card.scope.documents),
            card.purpose,
            card.uses_left,
            card.hours,
            instant(card.since),
            instant(card.ends),
            bool(card.pin),
            card.wrong >= WRONG_PINS,
            [
                CardUse(written(g.to), instant(g.starts), instant(g.ends))
                for g in rights.grants
                if g.card == card.card_id
            ],
            card.mailing is not None,
            instant(card.mailing.posted) if card.mailing is not None and card.mailing.posted is not None else "",
        )
        for card in rights.cards
    ]


def _requests(rights: Rights) -> list[RequestView]:
    return [
        RequestView(
            one.number,
            one.practitioner,
            one.name,
            one.profession,
            one.structure,
            one.scope.kind.value,
            sorted(one.scope.categories),
            one.purpose,
            one.days,
            instant(one.made),
            instant(one.made + timedelta(days=REQUEST_DAYS)),
        )
        for one in rights.requests
    ]
