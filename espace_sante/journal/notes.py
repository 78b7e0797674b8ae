"""Signed notes, checkpoints of the log and their cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature).

Each value has one written form; every other is refused, so that two readers never see two things in the same bytes. Pure:
keys and instants come in. Only Ed25519 is known here; lines of other kinds are kept apart, unread. Who must have cosigned,
and how long ago, is for the one who asks to say.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from espace_sante.journal.merkle import EMPTY_ROOT, HASH_BYTES, LIMIT

# As in Go's golang.org/x/mod/sumdb/note, the reference implementation; the format asks for 16 lines at least.
MOST_LINES = 100
MOST_BYTES = 1_000_000
_DASH = "— "
_KEY_ID = 4
_TIME = 8  # bytes
_NUMBER = re.compile("0|[1-9][0-9]{0,18}")


class NoteRefused(Exception):
    """A note, a key or a checkpoint that is not in its one form, or not signed as it should be."""


class Kind(IntEnum):
    """The kinds of signatures known here, by the byte that the format gives them."""

    ED25519 = 1
    COSIGNATURE = 4  # of a checkpoint, with its instant


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key that signs notes under a name. `str()` gives its public form ("vkey")."""

    name: str
    kind: Kind
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != 32:
            raise NoteRefused("a public key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        """The four bytes that, with the name, say which key signed."""
        return hashlib.sha256(self.name.encode() + b"\n" + self._typed).digest()[:_KEY_ID]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_to_base64(self._typed)}"

    @classmethod
    def parse(cls, text: str) -> NoteKey:
        """Return the key that a public form gives. Raises NoteRefused for another kind or form."""
        name, _, rest = text.partition("+")
        typed = _from_base64(rest.partition("+")[2])
        if typed[:1] not in [bytes([kind]) for kind in Kind]:
            raise NoteRefused("a key of no known kind")
        key = cls(name, Kind(typed[0]), typed[1:])
        if str(key) != text:
            raise NoteRefused("not the one way of writing this key")
        return key

    @property
    def _typed(self) -> bytes:
        return bytes([self.kind]) + self.public


@dataclass(frozen=True, slots=True)
class Line:
    """One signature of a note, verified or not."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {_to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a newline, and the lines under it: read, nothing verified."""

    text: str
    lines: tuple[Line, ...]

    def __bytes__(self) -> bytes:
        """Return the note as it is published. Raises NoteRefused for what would not be read back the same."""
        written = "".join([self.text, "\n", *map(str, self.lines)]).encode(errors="surrogatepass")
        if parse_note(written) != self:
            raise NoteRefused("a note that would be read otherwise")
        return written


@dataclass(frozen=True, slots=True)
class Signed:
    """A key whose signature was verified; a cosignature's instant in seconds since 1970, otherwise None."""

    key: NoteKey
    at_seconds: int | None


@dataclass(frozen=True, slots=True)
class Verified:
    """The text of a note, who is known to have signed it, and the lines of unknown keys, unread."""

    text: str
    signed: tuple[Signed, ...]
    unknown: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: whose, how many leaves, which root. `str()` gives the text that is signed.

    Raises NoteRefused for what has no written form, and for a root of the empty log that is not its root.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or any(character < " " for character in line):
                raise NoteRefused("an empty line, or a control character")
        if not 0 <= self.size < LIMIT or len(self.root) != HASH_BYTES:
            raise NoteRefused("no tree has this size or this root")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise NoteRefused("the empty log has one root")

    def __str__(self) -> str:
        return "\n".join([self.origin, str(self.size), _to_base64(self.root), *self.extensions, ""])

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Return the checkpoint that a note's text gives. Raises NoteRefused for any other form."""
        *lines, end = text.split("\n")
        if len(lines) < 3 or end:
            raise NoteRefused("not the lines of a checkpoint")
        origin, size, root, *extensions = lines
        if not _NUMBER.fullmatch(size):
            raise NoteRefused("not the one way of writing this size")
        return cls(origin, int(size), _from_base64(root), tuple(extensions))


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint signed by its log, the witnesses known to have cosigned it, and the lines of unknown keys."""

    checkpoint: Checkpoint
    cosigned: tuple[Signed, ...]
    unknown: tuple[Line, ...]


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Line:
    """Return the line by which a key signs a text."""
    key = NoteKey(name, Kind.ED25519, private.public_key().public_bytes_raw())
    return Line(name, key.key_id, private.sign(text.encode()))


def cosign(checkpoint: Checkpoint, name: str, private: Ed25519PrivateKey, at_seconds: int) -> Line:
    """Return the line by which a witness says that it knows of no larger tree of this log at this instant.

    The one who signs has checked that this tree begins with the one it knew. The name is not in what is signed: one key,
    one witness.
    """
    key = NoteKey(name, Kind.COSIGNATURE, private.public_key().public_bytes_raw())
    signature = private.sign(_cosigned(str(checkpoint), at_seconds))
    return Line(name, key.key_id, at_seconds.to_bytes(_TIME, "big") + signature)


def cosigned(note: bytes, lines: Iterable[Line]) -> bytes:
    """Return a note with the cosignatures under the log's own line, by name and key id (docs/specs/proof.md §2)."""
    signed = parse_note(note)
    ordered = sorted(lines, key=lambda line: (line.name.encode(), line.key_id))
    return bytes(Note(signed.text, (*signed.lines, *ordered)))


def parse_note(content: bytes) -> Note:
    """Return the parts of a note. Raises NoteRefused for any form but the one."""
    if len(content) > MOST_BYTES:
        raise NoteRefused("too long")
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        raise NoteRefused("not UTF-8") from None
    if any(character < " " and character != "\n" for character in whole):
        raise NoteRefused("a control character")
    text, between, below = whole.rpartition("\n\n")
    *lines, end = below.split("\n")
    if not between or end:
        raise NoteRefused("not a text above signatures")
    if not 1 <= len(lines) <= MOST_LINES:
        raise NoteRefused("no signature, or too many")
    return Note(text + "\n", tuple(map(_parse_line, lines)))


def open_note(content: bytes, keys: Iterable[NoteKey]) -> Verified:
    """Return a note that at least one of these keys signed, and none of them wrongly.

    A key signs a note once: two lines of one known key are refused. Raises NoteRefused; ValueError when two different keys
    have the same name and identifier.
    """
    known = _by_name(keys)
    note = parse_note(content)
    signed: list[Signed] = []
    unknown: list[Line] = []
    for line in note.lines:
        key = known.get((line.name, line.key_id))
        if key is None:
            unknown.append(line)
        else:
            signed.append(Signed(key, _check_line(note.text, line, key)))
    if not signed:
        raise NoteRefused("signed by no known key")
    if len({one.key for one in signed}) != len(signed):
        raise NoteRefused("signed twice by one key")
    return Verified(note.text, tuple(signed), tuple(unknown))


def open_checkpoint(content: bytes, log: NoteKey, witnesses: Iterable[NoteKey] = ()) -> OpenedCheckpoint:
    """Return a checkpoint signed by its log, whose key has the origin for name, with the cosignatures it carries.

    Raises NoteRefused; ValueError when `log` is not a signing key, or a witness not a cosigning one.
    """
    cosigners = list(witnesses)
    if log.kind is not Kind.ED25519 or any(one.kind is not Kind.COSIGNATURE for one in cosigners):
        raise ValueError("a log signs, a witness cosigns")
    verified = open_note(content, [log, *cosigners])
    if log not in [one.key for one in verified.signed]:
        raise NoteRefused("not signed by its log")
    checkpoint = Checkpoint.parse(verified.text)
    if checkpoint.origin != log.name:
        raise NoteRefused("the checkpoint of another log")
    return OpenedCheckpoint(checkpoint, tuple(one for one in verified.signed if one.key != log), verified.unknown)


def _by_name(keys: Iterable[NoteKey]) -> dict[tuple[str, bytes], NoteKey]:
    known: dict[tuple[str, bytes], NoteKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise ValueError("two keys of one name and identifier")
    return known


def _parse_line(line: str) -> Line:
    if not line.startswith(_DASH):
        raise NoteRefused("not a signature")
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    _check_name(name)
    signature = _from_base64(encoded)
    if len(signature) <= _KEY_ID:
        raise NoteRefused("a signature too short")
    return Line(name, signature[:_KEY_ID], signature[_KEY_ID:])


def _check_line(text: str, line: Line, key: NoteKey) -> int | None:
    """Verify the line of a known key; return a cosignature's instant."""
    at_seconds, signature, message = None, line.signature, text.encode()
    if key.kind is Kind.COSIGNATURE:
        Checkpoint.parse(text)  # only checkpoints are cosigned
        at_seconds = int.from_bytes(signature[:_TIME], "big")
        signature, message = signature[_TIME:], _cosigned(text, at_seconds)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature:
        raise NoteRefused(f"a wrong signature of {key.name}") from None
    return at_seconds


def _cosigned(text: str, at_seconds: int) -> bytes:
    if not 0 <= at_seconds < LIMIT:
        raise NoteRefused("an instant that has no written form")
    return f"cosignature/v1\ntime {at_seconds}\n{text}".encode()


def _check_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() for character in name):
        raise NoteRefused("not the name of a key")


def _to_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _from_base64(text: str) -> bytes:
    """Return what the one standard form of base 64 gives (RFC 4648 §4)."""
    try:
        content = base64.b64decode(text)
    except ValueError:
        raise NoteRefused("not base 64") from None
    if _to_base64(content) != text:
        raise NoteRefused("not the one way of writing this in base 64")
    return content
