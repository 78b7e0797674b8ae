"""The list of destroyed keys as a backup carries it, and what a restore asks of it before it believes it.

It is written twice, beside the main database and beside the keys, which are kept apart: the longer is replayed, and two that do
not begin alike are refused. Form: docs/specs/entry.md §7. Guarantee: G8.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.vault.destroy import Certificate
from espace_sante.vault.destroyed_list import Intended, Line, ListRefused, check_list

NAME = "destroyed.json"
FINGERPRINT = 16
_VERSION = 1


@dataclass(frozen=True, slots=True)
class DestroyedList:
    """Lines in order, and destructions that were only begun."""

    lines: tuple[Line, ...] = ()
    intended: tuple[Intended, ...] = ()

    @property
    def mark(self) -> str:
        """What an operator notes to recognise this list: its number of lines and the beginning of the last link."""
        return f"{len(self.lines)}:{self.lines[-1].link.hex()[:FINGERPRINT]}" if self.lines else "0"

    @property
    def spaces(self) -> frozenset[UUID]:
        """Return every space whose key must stay destroyed."""
        return frozenset({one.space for one in self.lines} | {one.space for one in self.intended})

    def holds(self, mark: str) -> bool:
        """Say whether this list begins with the one that was noted so."""
        number, _, link = mark.partition(":")
        if not number.isdecimal() or (number != "0" and len(link) != FINGERPRINT):
            return False
        count = int(number)
        return count == 0 or (count <= len(self.lines) and self.lines[count - 1].link.hex()[:FINGERPRINT] == link)


def written(found: DestroyedList) -> bytes:
    """Return the bytes of the list."""
    lines = [
        {
            "number": one.number,
            "space": one.space.hex,
            "reference": one.reference,
            "certificate": one.certificate.payload.decode(),
            "signature": one.certificate.signature.hex(),
            "link": one.link.hex(),
            "signed": one.signed.hex(),
        }
        for one in found.lines
    ]
    intended = [
        {
            "space": one.space.hex,
            "journal": one.journal.hex(),
            "blob": one.blob_sha256.hex(),
            "signature": one.signature.hex(),
        }
        for one in found.intended
    ]
    said = {"v": _VERSION, "lines": lines, "intended": intended}
    return json.dumps(said, indent=1, sort_keys=True).encode() + b"\n"


def read(path: Path) -> DestroyedList:
    """Read a list. Raises OperatorRefusal when there is none, or when it is not in this form."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said == []:  # a version of before, where nothing had been destroyed yet
            return DestroyedList()
        if said["v"] != _VERSION:
            raise ValueError("another version")
        lines = tuple(_line(one) for one in said["lines"])
        return DestroyedList(lines, tuple(_intended(one) for one in said["intended"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # Without the list nobody knows which keys must stay destroyed: better not to serve at all.
        raise OperatorRefusal(
            f"La liste des clés détruites ({path}) manque ou ne se lit pas : restauration refusée."
        ) from None


def _line(said: dict[str, str]) -> Line:
    certificate = Certificate(said["certificate"].encode(), bytes.fromhex(said["signature"]))
    said["reference"].encode("ascii")
    return Line(
        int(said["number"]),
        UUID(hex=said["space"]),
        said["reference"],
        certificate,
        bytes.fromhex(said["link"]),
        bytes.fromhex(said["signed"]),
    )


def _intended(said: dict[str, str]) -> Intended:
    journal, blob = bytes.fromhex(said["journal"]), bytes.fromhex(said["blob"])
    return Intended(UUID(hex=said["space"]), journal, blob, bytes.fromhex(said["signature"]))


def newest(paths: list[Path]) -> DestroyedList:
    """Read each copy and return the longest. Raises OperatorRefusal when two do not begin alike, or one is missing.

    A version of before wrote one copy: when that one is empty, the others may be missing.
    """
    first = read(paths[0])
    lists = [first, *(read(path) for path in paths[1:] if path.exists() or first.lines or not _is_of_before(paths[0]))]
    found = max(lists, key=lambda one: len(one.lines))
    for one in lists:
        if one.lines != found.lines[: len(one.lines)]:
            raise OperatorRefusal(
                "Les deux copies de la liste des clés détruites ne disent pas la même chose : restauration refusée."
            )
    begun = {one.space: one for each in lists for one in each.intended}
    done = {one.space for one in found.lines}
    return DestroyedList(found.lines, tuple(one for space, one in sorted(begun.items()) if space not in done))


def _is_of_before(path: Path) -> bool:
    return path.read_bytes().strip() == b"[]"


def prove(found: DestroyedList, verification_key: bytes, noted: str | None) -> None:
    """Check every signature, and that the list begins with the one noted. Raises OperatorRefusal otherwise."""
    try:
        check_list(verification_key, found.lines, found.intended)
    except ListRefused as refused:
        where = f"ligne {refused.number}" if refused.number else "un effacement commencé"
        raise OperatorRefusal(
            f"La liste des clés détruites n'est pas celle que le service a signée ({where}) : restauration refusée."
        ) from None
    if noted is not None and not found.holds(noted):
        raise OperatorRefusal(
            f"La liste des clés détruites ne contient pas celle que vous avez notée ({noted}) : restauration refusée."
        )


def parse_key(text: str) -> bytes:
    """Read a public key as `espace-sante keys` prints it. Raises OperatorRefusal for anything else."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise OperatorRefusal("Cette clé publique n'en est pas une : copiez celle que « espace-sante keys » affiche.")
    return key
