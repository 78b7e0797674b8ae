"""The real examples that lie beside the project: 36 CDA documents, and a PDF taken out of one of them.

Their metadata come from the list published with them; the person they are deposited for is an invented one, whose traits
are those of the test identity they name.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from espace_sante.adapters.dev_provider import Account
from tests.needs import SHARED

FOLDER = SHARED / "data" / "interop-fr"
WITH_PDF = "v3-DOC_NON_STRUCTURE_CDA-R2-N1.xml"
_LOINC = "2.16.840.1.113883.6.1"


@dataclass(frozen=True, slots=True)
class RealDocument:
    """One real document and what its sender says of it; `created` is an RFC 3339 instant."""

    name: str
    data: bytes
    media_type: str
    title: str
    created: str
    unique_id: str
    type_system: str
    type_code: str
    type_display: str
    class_code: str
    known: dict[str, Any]

    @property
    def identity(self) -> dict[str, str]:
        """Return the traits of the test identity it is about, and its number when its key is right."""
        born = self.known["birthDate"]
        return {
            "ins": self.known["ins"] if self.known["insKeyValid"] else "",
            "birth_name": self.known["birthName"],
            "first_given": self.known["firstGiven"],
            "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}",
            "sex": self.known["sex"],
        }

    @property
    def sha1(self) -> bytes:
        return hashlib.sha1(self.data).digest()


def real_documents() -> list[RealDocument]:
    """Return the 36 CDA documents, then the PDF."""
    expected = json.loads((FOLDER / "cda-expected-metadata.json").read_bytes())
    found = [
        _cda(path.name, path.read_bytes(), expected[f"cda/{path.name}"]) for path in sorted(FOLDER.glob("cda/*.xml"))
    ]
    source = next(document for document in found if document.name == WITH_PDF)
    return [*found, _pdf_of(source)]


def resource(document: RealDocument, subject: dict[str, Any], patient: dict[str, Any]) -> dict[str, Any]:
    """Return the DocumentReference that deposits a document; `patient` is the identity its sender writes."""
    return {
        "resourceType": "DocumentReference",
        "contained": [{"resourceType": "Patient", "id": "patient"} | patient],
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": document.unique_id},
        "status": "current",
        "type": {
            "coding": [{"system": document.type_system, "code": document.type_code, "display": document.type_display}]
        },
        "category": [{"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.1", "code": document.class_code}]}],
        "subject": subject,
        "content": [
            {
                "attachment": {
                    "contentType": document.media_type,
                    "language": "fr-FR",
                    "title": document.title,
                    "creation": document.created,
                    "size": len(document.data),
                    "hash": base64.b64encode(document.sha1).decode(),
                    "data": base64.b64encode(document.data).decode(),
                }
            }
        ],
        "context": {"sourcePatientInfo": {"reference": "#patient"}},
    }


def readdressed(data: bytes, person: Account) -> bytes:
    """Return the bytes of a real document, about an invented person instead of its test identity."""
    role = f"""<recordTarget><patientRole><id root="1.2.250.1.213.1.4.10" extension="{person.ins}"/><patient><name>
      <family qualifier="BR">{person.birth_name}</family><given qualifier="BR">{person.first_given}</given></name>
      <administrativeGenderCode code="{person.sex}"/><birthTime value="{person.birth_date.replace("-", "")}"/>
      </patient></patientRole></recordTarget>"""
    changed, many = re.subn(rb"<recordTarget.*?</recordTarget>", lambda _: role.encode(), data, flags=re.DOTALL)
    assert many == 1
    return changed


def _cda(name: str, data: bytes, known: dict[str, Any]) -> RealDocument:
    system = known["typeSystem"]
    return RealDocument(
        name=name,
        data=data,
        media_type=known["mimeType"],
        title=known["title"],
        created=_instant(known["creationTime"]),
        unique_id=f"urn:oid:{known['uniqueId']}",
        type_system="http://loinc.org" if system == _LOINC else f"urn:oid:{system}",
        type_code=known["typeCode"],
        type_display=known["typeDisplay"],
        class_code=known["classCode"],
        known=known,
    )


def _pdf_of(source: RealDocument) -> RealDocument:
    body = re.search(rb"<text[^>]*representation=.B64.[^>]*>([^<]+)</text>", source.data)
    assert body is not None
    data = base64.b64decode(body.group(1))
    assert data.startswith(b"%PDF-")
    return RealDocument(
        name=source.name.replace(".xml", ".pdf"),
        data=data,
        media_type="application/pdf",
        title=source.title,
        created=source.created,
        unique_id=source.unique_id + ".1",
        type_system=source.type_system,
        type_code=source.type_code,
        type_display=source.type_display,
        class_code=source.class_code,
        known=source.known,
    )


def _instant(text: str) -> str:
    """Return an HL7 time stamp as RFC 3339; without an offset it is the time of Paris."""
    digits, sign, offset = re.fullmatch(r"(\d{8,14})(?:([+-])(\d{4}))?", text).groups()  # type: ignore[union-attr]  # fails loudly
    moment = datetime.strptime(digits.ljust(14, "0"), "%Y%m%d%H%M%S")  # the zone follows
    if sign is None:
        return moment.replace(tzinfo=ZoneInfo("Europe/Paris")).isoformat()
    shift = timedelta(hours=int(offset[:2]), minutes=int(offset[2:]))
    return moment.replace(tzinfo=timezone(shift if sign == "+" else -shift)).isoformat()
