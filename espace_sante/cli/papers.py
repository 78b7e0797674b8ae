"""The commands of documents: deposit, list, read, announce.

Each is one request to the running instance; nothing is decided here.
"""

from __future__ import annotations

import os
import re
import sys
from argparse import Namespace
from datetime import UTC, datetime
from typing import Any

from espace_sante.cli import show
from espace_sante.cli.arguments import Add, add_actor, file_path
from espace_sante.cli.client import Client, subject
from espace_sante.cli.doing import account_token, key_of, person_token, reader_of, tell
from espace_sante.cli.files import SentAhead, inline, look_at, written
from espace_sante.formats import codes, media
from espace_sante.kernel.on_disk import reading
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.records.document import CATEGORIES

_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "rtf": "application/rtf",
    "xml": "text/xml",
    "text": "text/plain",
    media.NOT_UTF8: "text/plain",  # the instance says what is wrong with it
}


# Every other code of the French list of types (JDV_J07) is of TRE_A05.
_LOINC = re.compile(r"^\d+-\d$")


def deposit(settings: Settings, chosen: Namespace) -> int:
    """Deposit a file for a person, as a professional or as herself."""
    client = Client.of(settings)
    with reading(chosen.file, "Rien n'est déposé."):
        known = look_at(chosen.file)
        written = datetime.fromtimestamp(chosen.file.stat().st_mtime, UTC)
    if chosen.as_person:
        token = person_token(client, chosen.as_person)
        whom: dict[str, Any] = {"reference": f"Patient/{client.who(token)['person'] or 'inconnue'}"}
    elif not chosen.person:
        raise OperatorRefusal("Dites pour qui : --person.")
    else:
        token, whom = account_token(client, chosen.as_rpps), subject(chosen.person)
    media_type = chosen.media_type or _MEDIA_TYPES.get(known.kind, "application/octet-stream")
    data: bytes | SentAhead
    with chosen.file.open("rb") as file:
        if known.size > settings.inline_bytes:
            data = SentAhead(client.send_ahead(file, known.size, media_type, token=token), known)
        else:
            data = file.read()
    resource = document_reference(
        data,
        subject=whom,
        media_type=media_type,
        title=chosen.title or os.fsencode(chosen.file.stem).decode("utf-8", "replace"),
        created=chosen.created or written.isoformat(timespec="seconds"),
        type_code=chosen.type or "",
        category=chosen.category or 0,
        unique_id=chosen.unique_id or "",
        replaces=chosen.replaces or "",
    )
    document, entry = client.deposit(resource, token=token, key=key_of(chosen))
    return tell(chosen, {"document": document, "entry": entry, "sentence": "Le document est déposé."}, document)


def _identifier(unique_id: str) -> dict[str, str]:
    return {"system": codes.URI, "value": unique_id}


def document_reference(
    data: bytes | SentAhead,
    *,
    subject: dict[str, Any],
    media_type: str,
    title: str,
    created: str,
    type_code: str = "",
    category: int = 0,
    unique_id: str = "",
    replaces: str = "",
) -> dict[str, Any]:
    """Return the DocumentReference that deposits bytes; without a category the instance chooses by the type."""
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": subject,
        "content": [
            {
                "attachment": {
                    "contentType": media_type,
                    "title": title,
                    "creation": created,
                    **(data.described() if isinstance(data, SentAhead) else inline(data)),
                }
            }
        ],
    }
    if type_code:
        system = codes.LOINC if _LOINC.match(type_code) else codes.DOCUMENT_TYPE
        resource["type"] = {"coding": [{"system": system, "code": type_code}]}
    if category:
        resource["category"] = [{"coding": [{"system": codes.CATEGORY, "code": str(category)}]}]
    if unique_id:
        resource["masterIdentifier"] = _identifier(unique_id)
    if replaces:
        resource["relatesTo"] = [{"code": "replaces", "target": {"identifier": _identifier(replaces)}}]
    return resource


def documents(settings: Settings, chosen: Namespace) -> int:
    """List what one may see."""
    client = Client.of(settings)
    token, person = reader_of(client, chosen)
    found = client.documents(token, person)
    if chosen.json:
        show.as_json({"total": len(found), "documents": found})
        return 0
    rows = [(line["created"][:10], line["title"], str(line["category"]), line["document"]) for line in found]
    show.table(("date", "titre", "catégorie", "numéro"), rows)
    return 0


def read(settings: Settings, chosen: Namespace) -> int:
    """Write the bytes of a document to a file, or to the standard output."""
    client = Client.of(settings)
    token, _ = reader_of(client, chosen)
    if chosen.output is None:
        client.content(chosen.document, token=token, sink=sys.stdout.buffer.write)
        sys.stdout.buffer.flush()
        return 0
    with written(chosen.output) as file:
        reply = client.content(chosen.document, token=token, sink=file.add)
    said = {
        "file": str(chosen.output),
        "size": file.size,
        "sha256": file.sha256.hexdigest(),
        "media_type": reply.headers.get("content-type", ""),
        "entry": reply.headers.get("journal-entry", ""),
        "sentence": f"{how_many(file.size, 'octet écrit', 'octets écrits')} dans {chosen.output}.",
    }
    return tell(chosen, said)


def announce(settings: Settings, chosen: Namespace) -> int:
    """Say, as a professional, that a document was told to the person."""
    client = Client.of(settings)
    person = f"id:{chosen.document[:32]}"
    token = account_token(client, chosen.as_rpps)
    return tell(
        chosen,
        client.act(
            "announce_document", {"document": chosen.document, "person": person}, token=token, key=key_of(chosen)
        ),
    )


def register(add: Add) -> None:
    """Add the words about documents."""
    deposit_word = add("deposit", "dépose un document", deposit, changes=True)
    deposit_word.add_argument("file", type=file_path, metavar="FICHIER", help="le document")
    deposit_word.add_argument(
        "--person", default="", metavar="ID", help="pour qui (identifiant d'essai, INS ou identifiant public)"
    )
    add_actor(deposit_word)
    deposit_word.add_argument("--title", default="", metavar="TITRE", help="titre (nom du fichier si rien n'est dit)")
    deposit_word.add_argument("--type", default="", metavar="CODE", help="code LOINC du type de document")
    deposit_word.add_argument("--category", type=int, choices=tuple(CATEGORIES), metavar="1…15", help="catégorie")
    deposit_word.add_argument(
        "--media-type", default="", metavar="TYPE", help="type du contenu (reconnu si rien n'est dit)"
    )
    deposit_word.add_argument(
        "--unique-id", default="", metavar="URI", help="identifiant unique (urn:uuid:… ou urn:oid:…)"
    )
    deposit_word.add_argument(
        "--replaces", default="", metavar="URI", help="identifiant unique du document dont celui-ci prend la place"
    )
    deposit_word.add_argument(
        "--created", default="", metavar="INSTANT", help="date du document (celle du fichier sinon)"
    )
    documents_word = add("documents", "liste les documents que l'on peut voir", documents)
    documents_word.add_argument("--person", default="", metavar="ID", help="avec --as : de qui")
    add_actor(documents_word)
    read_word = add("read", "lit un document, octet pour octet", read)
    read_word.add_argument("document", metavar="NUMÉRO", help="numéro du document (documents, deposit)")
    add_actor(read_word)
    read_word.add_argument("--output", type=file_path, metavar="FICHIER", help="où l'écrire (sortie standard sinon)")
    announce_word = add("announce", "dit qu'un document a été annoncé à la personne", announce, changes=True)
    announce_word.add_argument("document", metavar="NUMÉRO", help="le document")
    announce_word.add_argument("--as", dest="as_rpps", default="", metavar="RPPS", help="le professionnel (essai)")
