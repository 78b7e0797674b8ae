"""A will as it is written: from its frozen value to the arrays that are sealed. Its mirror is rights_in.

Source: docs/specs/rows.md.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from espace_sante.consent.apps import AppGrant
from espace_sante.consent.cards import AccessCard, Mailing
from espace_sante.consent.contact import Contact, Point
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill
from espace_sante.consent.grant import Grant, Scope
from espace_sante.consent.letters import AS_USUAL, LetterForm, Quarterly, Reminder
from espace_sante.consent.limits import Mask
from espace_sante.consent.mandates import Mandate
from espace_sante.consent.recipient import Recipient, RecipientKind
from espace_sante.consent.requests import AccessRequest
from espace_sante.consent.rights import Episode, Rights
from espace_sante.consent.support import Support
from espace_sante.consent.trusted import TrustedPerson
from espace_sante.consent.visits import Visit
from espace_sante.consent.wishes import Wish
from espace_sante.keeper.death_rows import death_out
from espace_sante.keeper.representation_rows import proposed_out, representation_out
from espace_sante.keeper.rights_rows import (
    AppRow,
    BlockRow,
    CardRow,
    ContactRow,
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
    ScopeRow,
    SupportRow,
    TrustedRow,
    VisitRow,
    WillRow,
    WishRow,
)
from espace_sante.kernel.ids import PersonId

_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


def will_out(person: PersonId, rights: Rights) -> WillRow:
    """Return the arrays of a will; an instant is cut to its millisecond."""
    return WillRow(
        person.bytes,
        rights.accepts_deposits,
        [_grant_out(g) for g in rights.grants],
        [_mask_out(m) for m in rights.masks],
        [BlockRow(_number(b.who), b.what.value, _milliseconds(b.since), _party_out(b.who)) for b in rights.blocks],
        rights.authors_read,
        rights.chest,
        rights.hides_new,
        sorted(d.bytes for d in rights.shown),
        sorted(d.bytes for d in rights.announced),
        rights.presumed,
        _emergency_out(rights.emergency),
        [_glass_out(g) for g in rights.glasses],
        [_card_out(c) for c in rights.cards],
        [_request_out(r) for r in rights.requests],
        sorted(rights.purposes),
        [_episode_out(e) for e in rights.episodes],
        [case.bytes for case in rights.cases],
        _support_out(rights.support) if rights.support else None,
        [(one.what, _milliseconds(one.at)) for one in rights.said],
        list(rights.address),
        _reminder_out(rights.reminder) if rights.reminder else None,
        _quarterly_out(rights.quarterly) if rights.quarterly else None,
        rights.sandbox,
        [_app_out(a) for a in rights.apps],
        rights.heirs_refused,
        death_out(rights.death) if rights.death else None,
        [_mandate_out(m) for m in rights.mandates],
        _letters_out(rights.letters) if rights.letters != AS_USUAL else None,
        rights.returns,
        _contact_out(rights.contact),
        [_wish_out(w) for w in rights.wishes],
        _trusted_out(rights.trusted) if rights.trusted else None,
        [representation_out(r) for r in rights.representations],
        [proposed_out(p) for p in rights.proposed],
        [_visit_out(v) for v in rights.visits],
        sorted(rights.ties),
    )


def _visit_out(one: Visit) -> VisitRow:
    return VisitRow((one.day - _EPOCH.date()).days, one.before, one.after, list(one.lines), one.told, one.moved)


def _number(who: Recipient | None) -> str:
    return who.identifier if who is not None and who.kind is RecipientKind.PRACTITIONER else ""


def _party_out(who: Recipient | None) -> PartyRow | None:
    if who is None or (who.kind is RecipientKind.PRACTITIONER and not who.name and not who.members):
        return None
    return PartyRow(who.kind.value, who.identifier, sorted(who.members), who.name)


def _scope_out(scope: Scope) -> ScopeRow:
    return ScopeRow(scope.kind.value, sorted(scope.categories), sorted(d.bytes for d in scope.documents))


def _milliseconds(at: datetime | None) -> int:
    """Return an instant as it is kept, cut to its millisecond: an end is never later than what she said."""
    return (at - _EPOCH) // _MILLISECOND if at else 0


def _grant_out(grant: Grant) -> GrantRow:
    scope = _scope_out(grant.scope)
    return GrantRow(
        grant.grant_id.bytes,
        _number(grant.to),
        scope.kind,
        scope.categories,
        scope.documents,
        grant.purpose,
        _milliseconds(grant.starts),
        _milliseconds(grant.ends),
        _party_out(grant.to),
        grant.matrix,
        grant.card.bytes if grant.card else b"",
        grant.episode.bytes if grant.episode else b"",
        grant.sees_hidden,
        grant.by_law,
    )


def _mask_out(mask: Mask) -> MaskRow:
    return MaskRow(
        mask.mask_id.bytes,
        mask.document.bytes if mask.document else b"",
        mask.category or 0,
        _number(mask.hidden_from),
        _milliseconds(mask.since),
        _party_out(mask.hidden_from),
        mask.episode.bytes if mask.episode else b"",
    )


def _emergency_out(will: EmergencyWill) -> EmergencyRow:
    return EmergencyRow(will.regulator, will.bedside, will.hidden, _scope_out(will.scope), _milliseconds(will.since))


def _glass_out(glass: BrokenGlass) -> GlassRow:
    starts, ends = _milliseconds(glass.starts), _milliseconds(glass.ends)
    return GlassRow(glass.glass_id.bytes, glass.who, glass.kind.value, starts, ends, glass.second or "", glass.account)


def _card_out(card: AccessCard) -> CardRow:
    return CardRow(
        card.card_id.bytes,
        card.number,
        card.term,
        card.pin,
        _scope_out(card.scope),
        card.purpose,
        card.uses_left,
        card.hours,
        _milliseconds(card.since),
        _milliseconds(card.ends),
        card.matrix,
        card.wrong,
        card.by_law,
        _mailing_out(card.mailing) if card.mailing else None,
    )


def _mailing_out(one: Mailing) -> MailingRow:
    return MailingRow(one.notice.bytes, one.letter.bytes if one.letter else b"", one.place, _milliseconds(one.posted))


def _request_out(request: AccessRequest) -> RequestRow:
    return RequestRow(
        request.request_id.bytes,
        request.practitioner,
        request.name,
        request.profession,
        request.structure,
        _scope_out(request.scope),
        request.purpose,
        request.days,
        _milliseconds(request.made),
    )


def _episode_out(one: Episode) -> EpisodeRow:
    documents = sorted(d.bytes for d in one.documents)
    return EpisodeRow(one.episode_id.bytes, one.name, one.key, documents, [_mask_out(m) for m in one.hides])


def _support_out(one: Support) -> SupportRow:
    starts, ends = _milliseconds(one.starts), _milliseconds(one.ends)
    return SupportRow(one.ticket, starts, ends, one.sees_journal, one.asked_by, one.opened_by)


def _reminder_out(reminder: Reminder) -> ReminderRow:
    return ReminderRow(reminder.months, reminder.notice.bytes, _milliseconds(reminder.since))


def _letters_out(form: LetterForm) -> LettersRow:
    return LettersRow(form.large, form.simple, form.braille, form.audio, form.counter, form.inside)


def _quarterly_out(quarterly: Quarterly) -> QuarterlyRow:
    return QuarterlyRow(quarterly.notice.bytes, _milliseconds(quarterly.since))


def _app_out(one: AppGrant) -> AppRow:
    return AppRow(
        one.grant_id.bytes,
        one.app,
        one.name,
        one.owner,
        one.scopes.text,
        one.offline,
        _milliseconds(one.starts),
        _milliseconds(one.ends),
        one.waiting,
    )


def _mandate_out(one: Mandate) -> MandateRow:
    return MandateRow(
        one.mandate_id.bytes,
        one.name,
        sorted(one.acts),
        one.reads,
        one.hidden,
        one.days,
        _milliseconds(one.made),
        _milliseconds(one.ends),
        one.code,
        one.holder,
        one.way,
        one.helper,
        one.structure,
        _milliseconds(one.starts),
        one.recorded_by,
        one.checked_by,
        one.notice.bytes if one.notice else b"",
        one.by_law,
    )


def _contact_out(contact: Contact) -> ContactRow | None:
    mail, sms = _point_out(contact.mail), _point_out(contact.sms)
    return ContactRow(mail, sms) if mail or sms else None


def _point_out(one: Point | None) -> PointRow | None:
    if one is None:
        return None
    proven, until = _milliseconds(one.proven), _milliseconds(one.until)
    return PointRow(one.value, _milliseconds(one.since), proven, one.counter, one.word, until, one.wrong)


def _wish_out(one: Wish) -> WishRow:
    return WishRow(one.kind.value, sorted(one.ways), one.pace.value)


def _trusted_out(one: TrustedPerson) -> TrustedRow:
    return TrustedRow(one.name, one.contact, one.signed, _milliseconds(one.since))
