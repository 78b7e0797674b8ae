"""Code systems of French health exchange: the OIDs and addresses under which an identifier or a code may come.

Values only; which of them this house accepts, and what each becomes here, is decided by its users.
Source: référentiel INS; NOS (ANS), TRE_A03; CI-SIS; RFC 3986 and IHE ITI TF-2 appendix Z.9 for unique identifiers.
"""

from __future__ import annotations

import re
from types import MappingProxyType

_OID = "urn:oid:"
# National health identity numbers: definitive and awaiting; then those of trials and demonstrations.
INS_REAL = frozenset({_OID + "1.2.250.1.213.1.4.8", _OID + "1.2.250.1.213.1.4.9"})
INS_TRIAL = frozenset({_OID + "1.2.250.1.213.1.4.10", _OID + "1.2.250.1.213.1.4.11"})
INS_EMITTED = _OID + "1.2.250.1.213.1.4.8"
# National identifier of a professional (type digit then number), and the RPPS number alone.
PRACTITIONER_NATIONAL = _OID + "1.2.250.1.71.4.2.1"
PRACTITIONER_RPPS = "https://rpps.esante.gouv.fr"
# Class of a document (TRE_A03), as an OID and as the address of its FHIR code system.
DOCUMENT_CLASS = frozenset(
    {
        _OID + "1.2.250.1.213.1.1.4.1",
        "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument",
    }
)
# Type of a document (JDV_J07): LOINC, or TRE_A05 for what LOINC does not have.
LOINC = "http://loinc.org"
DOCUMENT_TYPE = "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire"
FORMAT_CODE = "https://mos.esante.gouv.fr/NOS/TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire"
CLASS_EMITTED = "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"
FACILITY_EMITTED = "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"
SETTING_EMITTED = "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice"
# One code system under several names: as an OID and as the address of its FHIR code system.
_SYSTEMS = MappingProxyType(
    {
        "http://loinc.org": "2.16.840.1.113883.6.1",
        CLASS_EMITTED: "1.2.250.1.213.1.1.4.1",
        FACILITY_EMITTED: "1.2.250.1.71.4.2.4",
        SETTING_EMITTED: "1.2.250.1.213.1.1.4.9",
        FORMAT_CODE: "1.2.250.1.213.1.1.4.2.282",
        "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire": (
            "1.2.250.1.213.1.1.4.12"
        ),
        "https://mos.esante.gouv.fr/NOS/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode": "1.3.6.1.4.1.19376.1.2.3",
        "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode": "1.3.6.1.4.1.19376.1.2.3",
        "http://terminology.hl7.org/CodeSystem/v3-Confidentiality": "2.16.840.1.113883.5.25",
        "https://mos.esante.gouv.fr/NOS/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality": (
            "2.16.840.1.113883.5.25"
        ),
        "http://snomed.info/sct": "2.16.840.1.113883.6.96",
        PRACTITIONER_RPPS: "rpps",
    }
)
# Ours, until the body that runs the service gives them an address of its own (docs/deviations.md).
CATEGORY = "urn:espace-sante:categorie"
COUNTER_NUMBER = "urn:espace-sante:numero-guichet"
REFUSAL = "urn:espace-sante:refus"
# Why an answer was given (purpose of use). Source: HL7 v3 ActReason.
ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"

# The OIDs a CDA names, where FHIR has an address of its own; every other OID is an `urn:oid:` there.
_NOS = "https://mos.esante.gouv.fr/NOS/"
_ADDRESSES = MappingProxyType(
    {
        "2.16.840.1.113883.6.1": "http://loinc.org",
        "2.16.840.1.113883.6.96": "http://snomed.info/sct",
        "2.16.840.1.113883.5.25": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        "1.2.250.1.213.1.1.4.1": f"{_NOS}TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument",
        "1.2.250.1.213.1.1.4.12": f"{_NOS}TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire",
        "1.2.250.1.213.1.1.4.2.282": FORMAT_CODE,
        "1.3.6.1.4.1.19376.1.2.3": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
    }
)
_OIDS = MappingProxyType({address: oid for oid, address in _ADDRESSES.items()})

URI = "urn:ietf:rfc:3986"
ENCOUNTER_ID = "urn:ihe:iti:xds:2015:encounterId"  # JDV_J197 (CI-SIS, referenceIdList)
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_UUID = re.compile(r"^(?:urn:uuid:)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$")
_DOTTED = re.compile(r"^[0-2](?:\.(?:0|[1-9]\d*))+$")


def fhir_system(oid: str) -> str:
    """Return the address of a code system in FHIR, from its OID; "" for none."""
    return _ADDRESSES.get(oid) or (f"{_OID}{oid}" if oid else "")


def oid_of(system: str) -> str:
    """Return the OID of a code system, from its address in FHIR; what is neither comes back as it is."""
    return _OIDS.get(system) or system.removeprefix(_OID)


def unique_identifier(system: str, value: str) -> str | None:
    """Return the one form of a document's unique identifier, None when it has none.

    A UUID or an OID becomes a lower-case `urn:uuid:` or `urn:oid:`; an identifier within a system becomes
    `<system>^<value>`, as CDA's root and extension. Source: IHE ITI TF-2 appendix Z.9.
    """
    if not value or "^" in system:
        return None
    lower = value.lower()
    if system in (URI, ""):
        if found := _UUID.match(lower):
            return "urn:uuid:" + found.group(1)
        oid = lower.removeprefix(_OID)
        root, _, extension = oid.partition("^")
        if _DOTTED.match(root):
            return f"{_OID}{root}^{value.partition('^')[2]}" if extension else _OID + root
        return value if system and ":" in value and "^" not in value else None
    return f"{system}^{value}" if ":" in system else None


def system_key(system: str) -> str:
    """Return one name for a code system, whether it was written as an OID, a `urn:oid:` or an address."""
    return _SYSTEMS.get(system) or system.removeprefix(_OID)


def uri_of(system: str) -> str:
    """Return a code system as FHIR writes it: a bare OID becomes its `urn:oid:`."""
    return _OID + system if _DOTTED.match(system) else system


def split_unique_identifier(text: str) -> tuple[str, str]:
    """Return the system and value of a unique identifier in its one form."""
    system, separator, value = text.partition("^")
    return (system, value) if separator else (URI, text)
