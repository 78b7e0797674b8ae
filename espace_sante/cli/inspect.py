"""`espace-sante inspect`: what we read in a document. Nothing is stored, nothing is sent, no instance is needed.

Any kind of file is looked at; what cannot be read is said, and the others are looked at all the same.
"""

from __future__ import annotations

import hashlib
from argparse import Namespace
from typing import Any

from espace_sante.actions.alerts import ALERTS
from espace_sante.actions.depositing import sha1_of
from espace_sante.actions.described import Described, describe
from espace_sante.actions.refusals import SENTENCES, sentence
from espace_sante.cli import show
from espace_sante.exchange.fhir.writing import description
from espace_sante.formats import media
from espace_sante.formats.cda.header import read_header
from espace_sante.formats.cda.header_values import Header
from espace_sante.formats.cda.metadata import metadata
from espace_sante.formats.cda.page import standalone
from espace_sante.formats.cda.reading import read
from espace_sante.formats.code_rows import Table
from espace_sante.formats.code_tables import CodeTables, code_tables
from espace_sante.keeper.demand import DocumentMeta
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.on_disk import why
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.settings import Environment, Settings
from espace_sante.records.document import CATEGORIES

_MEDIA_TYPES = {kind: media_type for media_type, kind in reversed(list(media.ACCEPTED.items()))}
# What a person reads, in this order, when the answer is not for a machine.
_WORDS = (
    ("title", "Titre"),
    ("creationTime", "Date"),
    ("typeDisplay", "Type"),
    ("uniqueId", "Identifiant"),
    ("version", "Version"),
    ("replaces", "Remplace"),
    ("birthName", "Nom de naissance"),
    ("firstGiven", "Premier prénom"),
    ("birthDate", "Né ou née le"),
    ("sex", "Sexe"),
    ("ins", "Numéro (INS)"),
)


def run(settings: Settings, chosen: Namespace) -> int:
    """Look at each file; exit 1 when one of them cannot be read: absent, or XML that is broken or dangerous."""
    if chosen.html:
        return _view(settings, chosen)
    unread = 0
    for path in chosen.files:
        try:
            data = path.read_bytes()
        except OSError as fault:
            show.complain(f"« {path} » ne se lit pas : {why(fault)}.")
            unread += 1
            continue
        found = inspect(path.name, data, settings)
        unread += found["fhir"] is None
        if chosen.json:
            show.as_json(found)
        else:
            _tell(found, code_tables(settings.home))
    return 1 if unread else 0


def _view(settings: Settings, chosen: Namespace) -> int:
    """Print the view of one health document as a page that stands alone; exit 1 when it cannot be shown."""
    if len(chosen.files) != 1:
        show.complain("Une vue à la fois : donnez un seul document avec --html.")
        return 2
    try:
        data = chosen.files[0].read_bytes()
        show.say(standalone(read(data, most_bytes=settings.xml_bytes, depth=settings.xml_depth)).rstrip())
    except OSError as fault:
        show.complain(f"« {chosen.files[0]} » ne se lit pas : {why(fault)}.")
        return 1
    except Problem as problem:
        show.complain(sentence(problem))
        return 1
    return 0


def inspect(name: str, data: bytes, settings: Settings) -> dict[str, Any]:
    """Return all that is read in a file: `warnings` are sentences, `fhir` is None when it cannot be read."""
    found: dict[str, Any] = {"file": name, "warnings": []}
    found |= {"size": len(data), "sha1": sha1_of(data), "sha256": hashlib.sha256(data).hexdigest()}
    try:
        kind = media.sniff(data) if data else ""
    except media.NotText:
        kind = ""
    found["mimeType"] = _MEDIA_TYPES.get(kind)
    if kind == "xml":
        return _xml(found, data, settings)
    if not kind:
        found["warnings"].append(SENTENCES["media-type-unsupported" if data else "document-empty"])
    return found | {"fhir": description(_meta(found, None))}


def _xml(found: dict[str, Any], data: bytes, settings: Settings) -> dict[str, Any]:
    tables = code_tables(settings.home)
    try:
        header = read_header(read(data, most_bytes=settings.xml_bytes, depth=settings.xml_depth))
        known = describe(
            header,
            tables,
            trial=settings.environment is Environment.TRIAL,
            title_characters=settings.title_characters,
        )
    except Problem as problem:
        found["warnings"].append(sentence(problem))
        readable = problem.code == "not-a-cda"
        return found | {"fhir": description(_meta(found, None)) if readable else None}
    found |= metadata(header, tables)
    found["warnings"] += [ALERTS[code] for code in known.alerts]
    return found | {"fhir": description(_meta(found, known)), "parties": _parties(header)}


def _parties(header: Header) -> dict[str, Any]:
    """Return the names beside the numbers, for whoever reads without a directory."""
    return {
        "authors": [{"name": each.name, "structure": each.organization.name} for each in header.authors],
        "legalAuthenticator": header.authenticator.name,
        "custodian": header.custodian.name,
    }


def _meta(found: dict[str, Any], known: Described | None) -> DocumentMeta:
    """Return what would be kept of the document, were it deposited as it is."""
    meta = DocumentMeta(
        unique_id=known.unique_id if known else "",
        title=known.title if known else "",
        type_code=known.type.code if known else "",
        type_system=known.type.system if known else "",
        type_display=known.type.display if known else "",
        category=(known.category if known else 0) or 8,
        media_type=found["mimeType"] or "application/octet-stream",
        size=found["size"],
        sha256=found["sha256"],
        sha1=found["sha1"],
        created=known.created if known else "",
        deposited="",
        author_id="",
        author_name="",
        structure="",
        format_code=known.format_code if known else "",
        language=known.language if known else "",
        service_start=known.service_start if known else "",
        source_patient=known.traits if known else None,
    )
    return known.within(meta) if known else meta


def _tell(found: dict[str, Any], tables: CodeTables) -> None:
    """Print a summary for a person."""
    show.say(_printable(found["file"]))
    lines = [("Nature", found["mimeType"] or "inconnue"), ("Taille", how_many(found["size"], "octet"))]
    lines += [(words, _said(found[key])) for key, words in _WORDS if found.get(key)]
    if found.get("typeCode"):
        lines.append(("Classe", tables.label_of(Table.CLASSES, found["classCode"] or "") or "inconnue"))
        lines.append(("Catégorie", CATEGORIES[int(found["fhir"]["category"][0]["coding"][0]["code"])]))
        lines.append(("Format", found["formatCode"]))
        lines.append(("Auteurs", _people(found["parties"]["authors"])))
        lines.append(("Responsable", found["parties"]["legalAuthenticator"]))
        lines.append(("Gardé par", found["parties"]["custodian"]))
    lines.append(("SHA-256", found["sha256"]))
    for words, value in lines:
        if value:
            show.say(f"  {words:18} {_printable(value)}")
    for warning in found["warnings"]:
        show.say(f"  Attention : {warning}")


def _said(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _people(people: list[dict[str, str]]) -> str:
    named = [", ".join(part for part in (each["name"], each["structure"]) if part) for each in people]
    return " ; ".join(name for name in named if name)


def _printable(text: str) -> str:
    """Return a text without what could command a terminal: a document's words are not ours."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
