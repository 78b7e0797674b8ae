"""A will as it is read: from the arrays that were sealed to its frozen value. Its mirror is rights_out.

Source: docs/specs/rows.md.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from espace_sante.consent.apps import AppGrant
from espace_sante.consent.cards import AccessCard, Mailing
from espace_sante.consent.contact import Contact, Point
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.letters import AS_USUAL, LetterForm, Quarterly, Reminder
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.mandates import Mandate
from espace_sante.consent.recipient import Recipient, RecipientKind
from espace_sante.consent.requests import AccessRequest
from espace_sante.consent.rights import Episode, Rights, Said
from espace_sante.consent.support import Support
from espace_sante.consent.trusted import TrustedPerson
from espace_sante.consent.visits import Visit
from espace_sante.consent.wishes import Wish
from espace_sante.identity.scopes import parse_scopes
from espace_sante.keeper.death_rows import death_in
from espace_sante.keeper.representation_rows import proposed_in, representation_in
from espace_sante.keeper.rights_rows import (
    AppRow,
    CardRow,
    EmergencyRow,
    EpisodeRow,
    GlassRow,
    GrantRow,
    LettersRow,
    MailingRow,
    MandateRow,
    MaskRow,
    PartyRow,
    PointRow,
    QuarterlyRow,
    ReminderRow,
    RequestRow,
    SupportRow,
    TrustedRow,
    VisitRow,
    WillRow,
    WishRow,
)
from espace_sante.kernel.ids import (
    AppGrantId,
    CardId,
    CaseId,
    DocumentId,
    EpisodeId,
    GlassId,
    GrantId,
    MandateId,
    MaskId,
    RequestId,
    Rpps,
)
from espace_sante.notices import Kind, Pace, Way


def rights_in(body: WillRow) -> Rights:
    """Return the rights that a will's arrays say, nothing where they say nothing."""
    return Rights(
        body.accepts_deposits,
        tuple(_grant_in(g) for g in body.grants),
        tuple(_mask_in(m) for m in body.masks),
        tuple(Block(_party_in(b.party, b.practitioner), BlockKind(b.what), _since(b.since)) for b in body.blocks),
        body.authors_read,
        body.chest,
        body.hides_new,
        frozenset(DocumentId(UUID(bytes=d)) for d in body.shown),
        frozenset(DocumentId(UUID(bytes=d)) for d in body.announced),
        body.presumed,
        _emergency_in(body.emergency) if body.emergency else EmergencyWill(),
        tuple(_glass_in(g) for g in body.glasses),
        tuple(_card_in(c) for c in body.cards),
        tuple(_request_in(r) for r in body.requests),
        frozenset(body.purposes),
        tuple(_episode_in(e) for e in body.episodes),
        tuple(CaseId(UUID(bytes=c)) for c in body.cases),
        _support_in(body.support) if body.support else None,
        tuple(Said(what, _instant(at)) for what, at in body.said),
        tuple(body.address),
        _reminder_in(body.reminder) if body.reminder else None,
        _quarterly_in(body.quarterly) if body.quarterly else None,
        body.sandbox,
        tuple(_app_in(a) for a in body.apps),
        body.heirs_refused,
        death_in(body.death) if body.death else None,
        tuple(_mandate_in(m) for m in body.mandates),
        _letters_in(body.letters) if body.letters else AS_USUAL,
        body.returns,
        Contact(_point_in(body.contact.mail), _point_in(body.contact.sms)) if body.contact else Contact(),
        tuple(_wish_in(w) for w in body.wishes),
        _trusted_in(body.trusted) if body.trusted else None,
        tuple(representation_in(r) for r in body.representations),
        tuple(proposed_in(p) for p in body.proposed),
        tuple(_visit_in(v) for v in body.visits),
        frozenset(body.ties),
    )


def _visit_in(row: VisitRow) -> Visit:
    return Visit(
        date(1970, 1, 1) + timedelta(days=row.day), row.before, row.after, tuple(row.lines), row.told, row.moved
    )


def _party_in(party: PartyRow | None, practitioner: str) -> Recipient:
    if party is None:
        return Recipient(RecipientKind.PRACTITIONER, practitioner)
    members = frozenset(Rpps(one) for one in party.members)
    return Recipient(RecipientKind(party.kind), party.identifier, members, party.name)


def _scope_in(kind: str, categories: list[int], documents: list[bytes]) -> Scope:
    return Scope(ScopeKind(kind), frozenset(categories), frozenset(UUID(bytes=d) for d in documents))


def _since(milliseconds: int) -> datetime | None:
    return _instant(milliseconds) if milliseconds else None


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _grant_in(row: GrantRow) -> Grant:
    return Grant(
        GrantId(UUID(bytes=row.grant_id)),
        _party_in(row.party, row.practitioner),
        _scope_in(row.scope, row.categories, row.documents),
        row.purpose,
        _instant(row.starts),
        _instant(row.ends),
        row.matrix,
        CardId(UUID(bytes=row.card)) if row.card else None,
        EpisodeId(UUID(bytes=row.episode)) if row.episode else None,
        row.sees_hidden,
        row.by_law,
    )


def _mask_in(row: MaskRow) -> Mask:
    return Mask(
        MaskId(UUID(bytes=row.mask_id)),
        DocumentId(UUID(bytes=row.document)) if row.document else None,
        row.category or None,
        _party_in(row.party, row.practitioner) if row.party or row.practitioner else None,
        _since(row.since),
        EpisodeId(UUID(bytes=row.episode)) if row.episode else None,
    )


def _emergency_in(row: EmergencyRow) -> EmergencyWill:
    scope = _scope_in(row.scope.kind, row.scope.categories, row.scope.documents)
    return EmergencyWill(row.regulator, row.bedside, row.hidden, scope, _since(row.since))


def _glass_in(row: GlassRow) -> BrokenGlass:
    return BrokenGlass(
        GlassId(UUID(bytes=row.glass_id)),
        Rpps(row.who),
        GlassKind(row.kind),
        _instant(row.starts),
        _instant(row.ends),
        Rpps(row.second) if row.second else None,
        row.account,
    )


def _card_in(row: CardRow) -> AccessCard:
    return AccessCard(
        CardId(UUID(bytes=row.card_id)),
        row.number,
        row.term,
        row.pin,
        _scope_in(row.scope.kind, row.scope.categories, row.scope.documents),
        row.purpose,
        row.uses_left,
        row.hours,
        _instant(row.since),
        _instant(row.ends),
        row.matrix,
        row.wrong,
        row.by_law,
        _mailing_in(row.mailing) if row.mailing else None,
    )


def _mailing_in(row: MailingRow) -> Mailing:
    letter = UUID(bytes=row.letter) if row.letter else None
    return Mailing(UUID(bytes=row.notice), letter, row.place, _since(row.posted))


def _request_in(row: RequestRow) -> AccessRequest:
    return AccessRequest(
        RequestId(UUID(bytes=row.request_id)),
        Rpps(row.practitioner),
        row.name,
        row.profession,
        row.structure,
        _scope_in(row.scope.kind, row.scope.categories, row.scope.documents),
        row.purpose,
        row.days,
        _instant(row.made),
    )


def _episode_in(row: EpisodeRow) -> Episode:
    documents = frozenset(DocumentId(UUID(bytes=d)) for d in row.documents)
    hides = tuple(_mask_in(m) for m in row.hides)
    return Episode(EpisodeId(UUID(bytes=row.episode_id)), row.name, row.key, documents, hides)


def _support_in(row: SupportRow) -> Support:
    starts, ends = _instant(row.starts), _instant(row.ends)
    return Support(row.ticket, starts, ends, row.sees_journal, row.asked_by, row.opened_by)


def _reminder_in(row: ReminderRow) -> Reminder:
    return Reminder(row.months, UUID(bytes=row.notice), _instant(row.since))


def _quarterly_in(row: QuarterlyRow) -> Quarterly:
    return Quarterly(UUID(bytes=row.notice), _instant(row.since))


def _letters_in(row: LettersRow) -> LetterForm:
    return LetterForm(row.large, row.simple, row.braille, row.audio, row.counter, row.inside)


def _app_in(row: AppRow) -> AppGrant:
    return AppGrant(
        AppGrantId(UUID(bytes=row.grant_id)),
        row.app,
        row.name,
        row.owner,
        parse_scopes(row.scopes),
        row.offline,
        _instant(row.starts),
        _instant(row.ends),
        row.waiting,
    )


def _mandate_in(row: MandateRow) -> Mandate:
    return Mandate(
        MandateId(UUID(bytes=row.mandate_id)),
        row.name,
        frozenset(row.acts),
        row.reads,
        row.hidden,
        row.days,
        _instant(row.made),
        _instant(row.ends),
        row.code,
        row.holder,
        row.way,
        row.helper,
        row.structure,
        _since(row.starts),
        row.recorded_by,
        row.checked_by,
        UUID(bytes=row.notice) if row.notice else None,
        row.by_law,
    )


def _point_in(row: PointRow | None) -> Point | None:
    if row is None:
        return None
    return Point(
        row.value, _instant(row.since), _since(row.proven), row.counter, row.word, _since(row.until), row.wrong
    )


def _wish_in(row: WishRow) -> Wish:
    return Wish(Kind(row.kind), frozenset(Way(one) for one in row.ways), Pace(row.pace))


def _trusted_in(row: TrustedRow) -> TrustedPerson:
    return TrustedPerson(row.name, row.contact, row.signed, _instant(row.since))
