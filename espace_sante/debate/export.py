"""The debate in one file that anybody keeps and checks: each leaf, the texts that may be read, the signed head.

The same log gives the same bytes. Format: docs/specs/debate.md §4. Guarantee: G14.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from espace_sante.debate.book import Book, NotFitting
from espace_sante.debate.events import NotAnEvent, day_of, event_of
from espace_sante.debate.log import Text
from espace_sante.debate.shown import wanted_texts
from espace_sante.debate.texts import SALT_BYTES, commitment
from espace_sante.journal.merkle import MemoryTree, leaf_hash, tree_root
from espace_sante.journal.notes import NoteKey, NoteRefused, Signed, open_checkpoint
from espace_sante.kernel.canonical import canonical


class ExportRefused(ValueError):
    """A file that is not what its signed head says, with the reason, in French."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A debate read back from a file, every line checked. `cosigned`: which of the witnesses asked about signed this head."""

    book: Book
    texts: dict[str, Text]
    as_of: date
    cosigned: tuple[Signed, ...] = ()


def export_of(leaves: Sequence[bytes], texts: Iterable[tuple[str, bytes, str]], head: bytes) -> bytes:
    """Return the file: leaves in order, then texts by their digest, then the head."""
    lines = list(leaves)
    lines += [canonical({"com": com, "salt": salt.hex(), "text": body}) for com, salt, body in sorted(texts)]
    lines.append(canonical({"head": head.decode()}))
    return b"\n".join(lines) + b"\n"


def read_export(data: bytes, key: NoteKey, witnesses: Iterable[NoteKey] = ()) -> Exported:
    """Return what a file says, once the head is signed by this key, over these very leaves, and each text is its digest's.

    A text of a leaf may be missing: it is hidden. One that no leaf commits to is refused, and one that the leaves hide: whoever kept
    it from before could put it back, and the signature is not over texts. Raises ExportRefused.
    """
    *body, last = data.split(b"\n")[:-1] or [b""]
    book, tree, texts, as_of = Book(), MemoryTree(), dict[str, Text](), date.min
    try:
        for line in body:
            if b'"kind":' in line and not line.startswith(b'{"com":'):
                event = event_of(line)
                book.add(event)
                as_of = max(as_of, day_of(event))
                tree.append(leaf_hash(line))
            else:
                text = _text(line)
                texts[text.com] = text
        head = orjson.loads(last)["head"].encode()
        checked = open_checkpoint(head, key, witnesses)
        opened = checked.checkpoint
    except NoteRefused:
        raise ExportRefused("la signature de la tête ne tient pas sous cette clé") from None
    except NotFitting as fault:
        raise ExportRefused(f"une ligne ne va pas avec celles d'avant ({fault.refusal})") from None
    except (NotAnEvent, orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise ExportRefused("une ligne n'est pas du débat") from None
    if opened.size != tree.size or opened.root != tree_root(tree.node, tree.size):
        raise ExportRefused("la tête signée est celle d'autres lignes")
    if export_of([line for line in body if not line.startswith(b'{"com":')], _columns(texts), head) != data:
        raise ExportRefused("le fichier n'est pas écrit comme il doit l'être")
    _refuse_foreign(book, texts)
    return Exported(book, texts, as_of, checked.cosigned)


def _columns(texts: dict[str, Text]) -> list[tuple[str, bytes, str]]:
    return [(text.com, text.salt, text.body) for text in texts.values()]


def _text(line: bytes) -> Text:
    read = orjson.loads(line)
    try:
        text = Text(read["com"], bytes.fromhex(read["salt"]), read["text"])
        if len(text.salt) != SALT_BYTES or commitment(text.body, text.salt) != text.com:
            raise ExportRefused("un texte n'est pas celui de son empreinte")
    except ValueError:
        raise ExportRefused("un texte n'est pas celui de son empreinte") from None
    return text


def _refuse_foreign(book: Book, texts: dict[str, Text]) -> None:
    if texts.keys() - {com for one in book.dossiers.values() for com in wanted_texts(one)}:
        raise ExportRefused("un texte n'est annoncé par aucune ligne, ou est caché")
