"""From a posted DocumentReference to a deposit: whom it is for, what it is, and what its sender claims.

Source: PDSm simplified publish; INTERFACE "FHIR conventions".
"""

from __future__ import annotations

import re
from datetime import datetime, time

from espace_sante.actions import fields
from espace_sante.actions.deposit_document import PARIS, Deposit
from espace_sante.actions.staging import Staged, parse_staged
from espace_sante.exchange.edge import Caller
from espace_sante.exchange.fhir.person import Numbers, person_at
from espace_sante.formats import codes, media
from espace_sante.formats.fhir.document_reference import Patient, Posted, invalid
from espace_sante.keeper.demand import Traits
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import CATEGORIES, category_of

_DAY = re.compile(r"^(?:19|20)\d\d-\d\d-\d\d$")
_INSTANT = re.compile(r"^(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$")
_BIRTH = re.compile(r"^\d{4}(?:-\d\d(?:-\d\d)?)?$")
_LONGEST = 250


def person_of(posted: Posted, numbers: Numbers) -> tuple[str, str]:
    """Return whom it is for, and the INS its sender also wrote for her ("" for none), compared later with hers.

    Raises Problem: patient-missing, resource-invalid, or identity-not-matched when two different numbers are written.
    """
    claimed = (
        {numbers.ins(*one) for one in posted.source.identifiers if numbers.is_ins(one[0])} if posted.source else set()
    )
    named = [one for one in posted.subject_identifiers if numbers.knows(one[0])]
    references = {numbers.reference(*one) for one in named}
    if len(references) > 1:
        raise Problem(Kind.INVALID, "patient-twice")
    if posted.subject:
        person = person_at(posted.subject, numbers.base)
        claimed |= {numbers.ins(*one) for one in named if numbers.is_ins(one[0])}
    elif references:
        person = references.pop()
    else:
        raise Problem(Kind.INVALID, "patient-missing")
    if len(claimed) > 1:
        raise Problem(Kind.UNPROCESSABLE, "identity-not-matched")
    return person, claimed.pop() if claimed else ""


def content_of(posted: Posted, caller: Caller, base: str) -> bytes | Staged:
    """Return the bytes, or those that the same account sent ahead: `attachment.url` names nothing else. Raises Problem."""
    if not posted.url:
        return posted.data
    kind, _, name = posted.url.removeprefix(f"{base}/").partition("/")
    if kind != "Binary":
        raise invalid("content.attachment.url")
    return parse_staged(name, caller.account)


def deposit_of(posted: Posted, content: bytes | Staged, claimed_ins: str, caller: Caller) -> Deposit:
    """Return the deposit a posted resource asks for; an absent author is whoever deposits. Raises Problem."""
    kind, author = posted.type, posted.author
    title = _text(posted.title, "content.attachment.title")
    silent = media.kind_of(posted.media_type) == "xml"  # a CDA says its own title and date
    if not title and not silent:
        raise Problem(Kind.INVALID, "field-missing", {"field": "content.attachment.title"})
    if not posted.media_type:
        raise Problem(Kind.INVALID, "field-missing", {"field": "content.attachment.contentType"})
    written = posted.created or posted.date
    written_by_caller = caller.is_practitioner and not (author.identifier or author.name)
    return Deposit(
        content=content,
        media_type=_text(posted.media_type, "content.attachment.contentType"),
        title=title,
        category=_category(posted),
        created=_instant(written, "content.attachment.creation") if written or not silent else "",
        type_code=_text(kind.code, "type"),
        type_system=_text(kind.system, "type"),
        type_display=_text(kind.display, "type"),
        unique_id=_text(posted.unique_id, "masterIdentifier"),
        author_id=caller.who.identifier if written_by_caller else _text(author.identifier, "author"),
        author_name=caller.who.name if written_by_caller else _text(author.name, "author"),
        structure=caller.who.structure if written_by_caller else _text(author.structure, "author"),
        format_code=_text(posted.format_code, "content.format"),
        language=_text(posted.language, "content.attachment.language") or "fr-FR",
        service_start=_instant(posted.service_start, "context.period") if posted.service_start else "",
        sha1=posted.sha1,
        size=posted.size,
        claimed=_traits(posted.source),
        claimed_ins=claimed_ins,
        category_chosen=any(system == codes.CATEGORY for system, _ in posted.categories),
    )


def refuse_future(posted: Posted, now: datetime) -> None:
    """Raise Problem(date-in-future) when the resource's own date has not come yet."""
    if posted.date:
        fields.instant_not_future(_instant(posted.date, "date"), now, "date")


def _category(posted: Posted) -> int:
    """Return the category: ours when one is given, else that of the type and of the class."""
    for system, code in posted.categories:
        if system == codes.CATEGORY:
            if not (code.isascii() and code.isdigit()) or int(code[:9]) not in CATEGORIES:
                raise Problem(Kind.INVALID, "category-unknown")
            return int(code)
    classes = [code for system, code in posted.categories if system in codes.DOCUMENT_CLASS]
    return category_of(posted.type.code, classes[0] if classes else "")


def _traits(source: Patient | None) -> Traits | None:
    """Return the traits the sender wrote, None when he wrote none."""
    if source is None or not (source.birth_name or source.first_given or source.birth_date or source.sex):
        return None
    if source.birth_date and not _BIRTH.match(source.birth_date):
        raise Problem(Kind.INVALID, "date-invalid", {"field": "Patient.birthDate"})
    return Traits(
        _text(source.birth_name, "Patient.name"),
        _text(source.first_given, "Patient.name"),
        source.birth_date,
        source.sex,
    )


def _instant(text: str, field: str) -> str:
    """Return a FHIR dateTime as an instant: a day alone is its noon in Paris. A year or a month alone is refused."""
    if not text:
        raise Problem(Kind.INVALID, "field-missing", {"field": field})
    try:
        if _DAY.match(text):
            return datetime.combine(datetime.fromisoformat(text), time(12), PARIS).isoformat()
        if _INSTANT.match(text):
            return datetime.fromisoformat(text).isoformat()
    except ValueError:
        pass  # a day or an hour that does not exist: same refusal as another form
    raise Problem(Kind.INVALID, "date-invalid", {"field": field})


def _text(value: str, field: str) -> str:
    value = value.strip()
    if len(value) > _LONGEST:
        raise (
            Problem(Kind.INVALID, "title-too-long", {"maximum": _LONGEST})
            if field.endswith("title")
            else invalid(field)
        )
    fields.refuse_hidden_characters(value, field)
    return value
