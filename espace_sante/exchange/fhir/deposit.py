"""From a posted DocumentReference to a deposit: whom it is for, what it is, and what its sender claims.

Source: PDSm simplified publish; INTERFACE "FHIR conventions".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from espace_sante.actions import fields
from espace_sante.actions.depositing import Deposit
from espace_sante.actions.staging import Staged, parse_staged
from espace_sante.exchange.edge import Caller
from espace_sante.exchange.fhir.further import authors_of, further_of
from espace_sante.exchange.fhir.person import Numbers, person_at
from espace_sante.exchange.fhir.words import instant, text
from espace_sante.formats import codes, media
from espace_sante.formats.fhir.document_reference import Patient, Posted, conditional, invalid
from espace_sante.keeper import demand as d
from espace_sante.keeper.demand import Traits
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import CATEGORIES, category_of

_BIRTH = re.compile(r"^\d{4}(?:-\d\d(?:-\d\d)?)?$")


def person_of(posted: Posted, numbers: Numbers) -> tuple[str, str]:
    """Return whom it is for, and the INS its sender also wrote for her ("" for none), compared later with hers.

    Raises Problem: patient-missing, resource-invalid, or identity-not-matched when two different numbers are written.
    """
    claimed = (
        {numbers.ins(*one) for one in posted.source.identifiers if numbers.is_ins(one[0])} if posted.source else set()
    )
    person = reference_of(posted.subject, posted.subject_identifiers, numbers)
    if posted.subject:
        claimed |= {numbers.ins(*one) for one in posted.subject_identifiers if numbers.is_ins(one[0])}
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


def reference_of(subject: str, identifiers: Sequence[tuple[str, str]], numbers: Numbers) -> str:
    """Return whom an address, or numbers, designate. Raises Problem: patient-missing, patient-twice, resource-invalid."""
    references = {numbers.reference(*one) for one in identifiers if numbers.knows(one[0])}
    if len(references) > 1:
        raise Problem(Kind.INVALID, "patient-twice")
    if subject:
        return person_at(subject, numbers.base)
    if not references:
        raise Problem(Kind.INVALID, "patient-missing")
    return references.pop()


def deposit_of(posted: Posted, content: bytes | Staged, claimed_ins: str, caller: Caller, base: str) -> Deposit:
    """Return the deposit a posted resource asks for; an absent author is whoever deposits. Raises Problem."""
    kind = posted.type
    authors = authors_of(posted, caller)
    first = authors[0] if authors else d.Party()
    title = text(posted.title, "content.attachment.title")
    silent = media.kind_of(posted.media_type) == "xml"  # a CDA says its own title and date
    if not title and not silent:
        raise Problem(Kind.INVALID, "field-missing", {"field": "content.attachment.title"})
    if not posted.media_type:
        raise Problem(Kind.INVALID, "field-missing", {"field": "content.attachment.contentType"})
    written = posted.created or posted.date
    return Deposit(
        content=content,
        media_type=text(posted.media_type, "content.attachment.contentType"),
        title=title,
        category=_category(posted),
        created=instant(written, "content.attachment.creation") if written or not silent else "",
        type_code=text(kind.code, "type"),
        type_system=text(kind.system, "type"),
        type_display=text(kind.display, "type"),
        unique_id=text(posted.unique_id, "masterIdentifier"),
        author_id=first.identifier,
        author_name=first.name,
        structure=first.structure,
        format_code=text(posted.format.code, "content.format"),
        language=text(posted.language, "content.attachment.language") or "fr-FR",
        service_start=instant(posted.service_start, "context.period") if posted.service_start else "",
        sha1=posted.sha1,
        size=posted.size,
        claimed=_traits(posted.source),
        claimed_ins=claimed_ins,
        replaces=replaced_by(posted, base),
        further=further_of(posted, authors),
        category_chosen=any(one.system == codes.CATEGORY for one in posted.categories),
    )


def replaced_by(posted: Posted, base: str) -> str:
    """Return what names the document whose place it takes, as the keeper finds it; "" when it takes nobody's.

    What cannot be the name of a document here is asked all the same: it is answered like one that is unknown.
    """
    target = posted.replaces
    if target is None:
        return ""
    if target.identifier is not None:
        return codes.unique_identifier(target.identifier.system, target.identifier.value) or "?"
    if not target.reference:
        raise invalid("relatesTo.target")
    return named_at(text(target.reference, "relatesTo.target"), base)


def named_at(address: str, base: str) -> str:
    """Return what names the document at an address of this server, or at a conditional one."""
    reference = address.removeprefix(base + "/")
    named = conditional(reference, "DocumentReference")
    if named is not None:
        return codes.unique_identifier(*named) or "?"
    return reference.removeprefix("DocumentReference/") or "?"


def refuse_future(posted: Posted, now: datetime) -> None:
    """Raise Problem(date-in-future) when the resource's own date has not come yet."""
    if posted.date:
        fields.instant_not_future(instant(posted.date, "date"), now, "date")


def _category(posted: Posted) -> int:
    """Return the category: ours when one is given, else that of the type and of the class."""
    for coding in posted.categories:
        code = coding.code
        if coding.system == codes.CATEGORY:
            if not (code.isascii() and code.isdigit()) or int(code[:9]) not in CATEGORIES:
                raise Problem(Kind.INVALID, "category-unknown")
            return int(code)
    classes = [coding.code for coding in posted.categories if coding.system in codes.DOCUMENT_CLASS]
    return category_of(posted.type.code, classes[0] if classes else "")


def _traits(source: Patient | None) -> Traits | None:
    """Return the traits the sender wrote, None when he wrote none."""
    if source is None or not (source.birth_name or source.first_given or source.birth_date or source.sex):
        return None
    if source.birth_date and not _BIRTH.match(source.birth_date):
        raise Problem(Kind.INVALID, "date-invalid", {"field": "Patient.birthDate"})
    return Traits(
        text(source.birth_name, "Patient.name"),
        text(source.first_given, "Patient.name"),
        source.birth_date,
        source.sex,
    )
