#!/usr/bin/env python3
"""Check a proof of one's own journal, offline, without trusting whoever keeps it.

    python3 verify.py DOSSIER [--policy FICHIER] [--letter CODE] [--years 2026-2027] [--at INSTANT] [--json]

One file, standard library only, Python 3.9 or later, no network. It shares no code with the service: it is written from
docs/specs/proof.md alone, as `verify.mjs` is in another language. Ends with 0 when everything holds under the policy, 1 when
refused (always with a reason), 2 when it is not used as above, 3 when consistent but nobody outside signed it.
A hostile file costs time in proportion to its length and memory for one of its lines, and never a traceback.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import stat
import sys
import time
from datetime import datetime, timedelta, timezone
from typing import Any, BinaryIO, ClassVar, NoReturn, TextIO

HOLDS, REFUSED, MISUSED, UNSIGNED = 0, 1, 2, 3
WINDOW = 64  # tags shown absent after the last line of each year
YEARS = 120  # keys committed to at opening
SKEW = 300  # seconds by which two honest clocks may differ
LINE_MAX = 1 << 20
POLICY_MAX = 1 << 16
DEPTH_MAX = 32
SIGNATURES_MAX = 32
SAFE = (1 << 53) - 1  # RFC 8785 §3.2.2.3
BUCKET_MEAN = 32
RECEIPT_MAX = 1370  # one QR code, version 30, correction M
RECORD_MEMBERS = frozenset(
    (
        "v",
        "space",
        "seq",
        "prev",
        "at",
        "actor",
        "act",
        "objects",
        "basis",
        "decision",
        "rules",
        "channel",
        "client",
        "build",
    )
)
HEX32 = re.compile(r"[0-9a-f]{64}\Z")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
INSTANT = re.compile(r"([1-9][0-9]{3})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})Z\Z")
NAME = re.compile(r"[!-*,-~]{1,255}\Z")  # visible ASCII without "+"
DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,15})\Z")
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"

REASONS = {
    "unreadable": "Ce fichier ne peut pas être lu.",
    "seal": "Le fichier est abîmé, coupé ou modifié : il ne finit pas par sa propre empreinte.",
    "form": "Le fichier n'a pas la forme prévue.",
    "checkpoint": "Un état signé du journal public n'a pas la forme prévue.",
    "index": "L'index ne correspond pas à l'état du journal public.",
    "year-key": "La clé d'une année n'est pas celle qui a été promise à l'ouverture.",
    "record": "Une ligne du journal ne dit pas tout ce qu'elle doit dire, ou parle d'un autre espace.",
    "sequence": "Les numéros ou les années des lignes ne se suivent pas.",
    "chain": "Une ligne ne suit pas celle d'avant : une ligne a été retirée, ajoutée, déplacée ou modifiée.",
    "inclusion": "Une ligne n'est pas dans le journal public.",
    "bucket": "Une case de l'index n'est pas celle que le journal public annonce.",
    "presence": "Une ligne montrée manque dans l'index public.",
    "absence": "Le journal public contient une ligne qui ne vous est pas montrée.",
    "window": "Le dossier ne montre pas assez de places vides après la dernière ligne.",
    "time": "La date d'une ligne n'est pas possible.",
    "letter": "Le code du journal n'est pas celui de la lettre d'ouverture : c'est le journal d'un autre.",
    "years": "Le dossier ne montre pas toutes les années attendues.",
    "policy": "La liste des signataires ne peut pas être utilisée.",
    "origin": "Ce dossier vient d'un autre journal public que celui de la liste des signataires.",
    "signature": "Une signature est fausse.",
    "signature-unknown": "Un signataire n'est pas dans la liste des signataires. Demandez la liste la plus récente.",
    "future": "Une signature porte une date qui n'est pas encore arrivée. L'heure de cet ordinateur est-elle juste ?",
    "quorum": "Trop peu de témoins indépendants ont signé.",
    "stale": "Les témoins ont signé il y a trop longtemps : des lignes plus récentes peuvent manquer.",
}


class Refused(Exception):
    """What is checked does not hold; `reason` is a code of REASONS, `line` counts from 1 (0: the whole file)."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


# --- canonical JSON (RFC 8785, without fractions) ------------------------------------------------------------------------


def canonical(value: Any, depth: int = 0) -> bytes:
    """Return the only text of a value, as UTF-8. Raises ValueError for a value without one."""
    if depth > DEPTH_MAX:
        raise ValueError("too deep")
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).encode("utf-8")
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value).encode("ascii")
    if isinstance(value, list):
        return b"[" + b",".join([canonical(member, depth + 1) for member in value]) + b"]"
    members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be", "surrogatepass"))
    return b"{" + b",".join([canonical(k) + b":" + canonical(v, depth + 1) for k, v in members]) + b"}"


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > SAFE:
        raise ValueError("an integer that JSON readers disagree about")
    return int(digits)


def _no_number(digits: str) -> NoReturn:
    raise ValueError("a fraction")


def parse(text: str) -> Any:
    """Read JSON without fractions. Raises ValueError."""
    try:
        return json.loads(text, parse_float=_no_number, parse_constant=_no_number, parse_int=_integer)
    except RecursionError:
        raise ValueError("too deep") from None


def parse_canonical(line: bytes) -> dict[str, Any]:
    """Read the canonical bytes of an object; any other bytes are refused."""
    try:
        value = parse(line.decode("utf-8"))
        if isinstance(value, dict) and canonical(value) == line:
            return value
    except ValueError:
        pass
    raise Refused("form")


# --- hashes and trees (RFC 6962) -----------------------------------------------------------------------------------------


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def prf(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, "sha256").digest()


def path_length(index: int, size: int) -> int:
    """Return how many hashes lead from leaf `index` to the root of `size` leaves."""
    inner = (index ^ (size - 1)).bit_length()
    return inner + bin(index >> inner).count("1")


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """Return the root that a leaf hash and its path lead to; None when no such path exists (RFC 9162 §2.1.3.2)."""
    if index >= size or len(path) != path_length(index, size):
        return None
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if at & 1 or at == last:
            found = sha256(b"\1", sibling, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = sha256(b"\1", found, sibling)
        at, last = at >> 1, last >> 1
    return found


def bucket_bits(size: int) -> int:
    """Return k: the fewest bits by which buckets hold at most BUCKET_MEAN tags in the mean."""
    bits = 0
    while size > BUCKET_MEAN << bits:
        bits += 1
    return bits


def readable(digest: bytes) -> str:
    """Return the first 100 bits as 20 characters of Crockford's base 32."""
    bits = int.from_bytes(digest[:13], "big") >> 4
    return "".join(CROCKFORD[bits >> shift & 31] for shift in range(95, -1, -5))


# --- Ed25519 (RFC 8032 §5.1, without cofactor; what could be signed by nobody in particular is refused) ------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # extended homogeneous coordinates, RFC 8032 §5.1.4
NEUTRAL: Point = (0, 1, 1, 0)


def _add(a: Point, b: Point) -> Point:
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    found = NEUTRAL
    while scalar:
        if scalar & 1:
            found = _add(found, point)
        point = _add(point, point)
        scalar >>= 1
    return found


def _point(data: bytes) -> Point | None:
    """Return the point of 32 bytes; None when they are not the one encoding of a point."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _bytes(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    return (point[1] * inverse % P | (point[0] * inverse % P & 1) << 255).to_bytes(32, "little")


def _is_small(point: Point) -> bool:
    x, y, z, _ = _times(8, point)
    return x % P == 0 and (y - z) % P == 0


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or NEUTRAL


def usable_key(key: bytes) -> bool:
    """Say whether 32 bytes are the encoding of a point that only one signer may answer for."""
    point = _point(key) if len(key) == 32 else None
    return point is not None and not _is_small(point)


def verify_ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature is the key's, in the only form it has."""
    if len(signature) != 64 or len(key) != 32:
        return False
    public, first, scalar = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if public is None or first is None or _is_small(public) or _is_small(first) or scalar >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, t = public
    return _bytes(_add(_times(scalar, BASE), _times(challenge, (P - x, y, z, P - t)))) == signature[:32]


# --- signed notes and the policy (C2SP signed-note, tlog-checkpoint, tlog-cosignature) -----------------------------------


def unbase64(text: str) -> bytes | None:
    """Return what canonical base64 says; None for any other text."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode("ascii") == text else None


class Note:
    """A checkpoint with its lines of signature: the log's own first, then cosignatures by name and key id."""

    def __init__(self, text: Any) -> None:
        body, blank, lines = text.partition("\n\n") if isinstance(text, str) else ("", "", "")
        said = body.split("\n")
        if not blank or len(said) != 3 or not lines.endswith("\n"):
            raise Refused("checkpoint")
        self.text = body + "\n"
        self.origin, size, root = said
        found = unbase64(root)
        if not NAME.match(self.origin) or not DECIMAL.match(size) or int(size) > SAFE:
            raise Refused("checkpoint")
        if found is None or len(found) != 32:
            raise Refused("checkpoint")
        self.size, self.root = int(size), found
        signatures = [self._signature(line) for line in lines[:-1].split("\n")]
        self.own, self.others = signatures[0], signatures[1:]
        named = [other[:2] for other in self.others]
        if len(signatures) > SIGNATURES_MAX or self.own[0] != self.origin or len(self.own[2]) != 64:
            raise Refused("checkpoint")
        if any(len(other[2]) != 72 for other in self.others) or any(a >= b for a, b in zip(named, named[1:])):
            raise Refused("checkpoint")

    @staticmethod
    def _signature(line: str) -> tuple[str, bytes, bytes]:
        parts = line.split(" ")
        data = unbase64(parts[2]) if len(parts) == 3 else None
        if data is None or parts[0] != "\u2014" or not NAME.match(parts[1]) or len(data) not in (68, 76):
            raise Refused("checkpoint")
        return parts[1], data[:4], data[4:]


class Policy:
    """Who must have signed: the two logs, the light witnesses, the mirrors, and since when at most."""

    def __init__(self, data: bytes) -> None:
        try:
            said = parse(data.decode("utf-8"))
        except ValueError:
            raise Refused("policy") from None
        names = {"kind", "v", "log", "index", "light", "mirror", "max_age_seconds"}
        if not isinstance(said, dict) or said.keys() != names or said["kind"] != "espace-preuve-regles":
            raise Refused("policy")
        self.max_age = self._count(said["max_age_seconds"])
        if self._count(said["v"]) != 1:
            raise Refused("policy")
        self.keys: dict[tuple[str, bytes], tuple[str, bytes]] = {}  # name and id: role and key
        self.ids: dict[bytes, tuple[str, str, bytes]] = {}  # id: name, role and key
        seen: set[bytes] = set()
        self.log = self._key(said["log"], 1, seen)
        self.index = self._key(said["index"], 1, seen)
        if self.index[0] != self.log[0] + "/index":
            raise Refused("policy")
        self.need: dict[str, int] = {}
        for role in ("light", "mirror"):
            self._role(role, said[role], seen)
        # Nobody outside signs this log, and its policy says so: then in both roles, and it never gives more than code 3.
        self.is_alone = not self.keys
        if not self.is_alone and 0 in self.need.values():
            raise Refused("policy")

    def _role(self, role: str, said: Any, seen: set[bytes]) -> None:
        if not isinstance(said, dict) or said.keys() != {"keys", "need"} or not isinstance(said["keys"], list):
            raise Refused("policy")
        self.need[role] = self._count(said["need"], 0)
        if self.need[role] > len(said["keys"]):
            raise Refused("policy")
        for text in said["keys"]:
            name, key_id, key = self._key(text, 4, seen)
            self.keys[name, key_id] = role, key
            self.ids[key_id] = name, role, key

    @staticmethod
    def _count(value: Any, least: int = 1) -> int:
        if type(value) is not int or value < least:
            raise Refused("policy")
        return value

    @staticmethod
    def _key(text: Any, kind: int, seen: set[bytes]) -> tuple[str, bytes, bytes]:
        parts = text.split("+", 2) if isinstance(text, str) else []
        data = unbase64(parts[2]) if len(parts) == 3 else None
        if data is None or not NAME.match(parts[0]) or len(data) != 33 or data[0] != kind:
            raise Refused("policy")
        name, key_id, key = parts[0], sha256(parts[0].encode(), b"\n", data)[:4], data[1:]
        # One key, one signer: otherwise one witness could count for two.
        if parts[1] != key_id.hex() or key in seen or key_id in seen or not usable_key(key):
            raise Refused("policy")
        seen.update((key, key_id))
        return name, key_id, key

    def check(
        self,
        text: bytes,
        key: tuple[str, bytes, bytes],
        own: tuple[bytes, bytes],
        others: list[tuple[str, str, bytes, bytes]],
        roles: tuple[str, ...],
        now: int,
        max_age: int | None,
    ) -> tuple[list[int], list[str]]:
        """Check the signatures of one checkpoint; return when its cosigners saw it and their names.

        `key` is the log's name, key id and key; `own` the id and signature found; `others` name, role, key, and the
        instant with the signature. Without `max_age` a cosignature never gets old.
        """
        if own[0] != key[1] or not verify_ed25519(key[2], text, own[1]):
            raise Refused("signature")
        valid = dict.fromkeys(self.need, 0)
        fresh = dict.fromkeys(self.need, 0)
        seen: list[int] = []
        names: list[str] = []
        for name, role, cosigner, data in others:
            at = int.from_bytes(data[:8], "big")
            signed = b"cosignature/v1\ntime %d\n" % at + text
            if not verify_ed25519(cosigner, signed, data[8:]):
                raise Refused("signature")
            if at > now + SKEW:
                raise Refused("future")
            valid[role] += 1
            fresh[role] += max_age is None or now - at <= max_age
            seen.append(at)
            names.append(name)
        if any(valid[role] < self.need[role] for role in roles):
            raise Refused("quorum")
        if any(fresh[role] < self.need[role] for role in roles):
            raise Refused("stale")
        return seen, names

    def check_note(
        self, note: Note, key: tuple[str, bytes, bytes], roles: tuple[str, ...], now: int
    ) -> tuple[list[int], list[str]]:
        """Check one checkpoint of a bundle."""
        if note.origin != key[0]:
            raise Refused("origin")
        others = []
        for name, key_id, data in note.others:
            if (name, key_id) not in self.keys:
                raise Refused("signature-unknown")
            others.append((name, *self.keys[name, key_id], data))
        return self.check(note.text.encode(), key, note.own[1:], others, roles, now, self.max_age)


# --- the bundle ----------------------------------------------------------------------------------------------------------


def hash_of(value: Any) -> bytes:
    if not isinstance(value, str) or not HEX32.match(value):
        raise Refused("form")
    return bytes.fromhex(value)


def hashes_of(value: Any) -> list[bytes]:
    if not isinstance(value, list) or len(value) > 64:
        raise Refused("form")
    return [hash_of(member) for member in value]


def count_of(value: Any, least: int = 0) -> int:
    if type(value) is not int or value < least:
        raise Refused("form")
    return value


def instant_of(text: Any) -> tuple[int, int]:
    """Return (milliseconds since 1970, year) of an instant of a record."""
    found = INSTANT.match(text) if isinstance(text, str) else None
    if found is None:
        raise Refused("record")
    year, month, day, hour, minute, second, thousandths = [int(part) for part in found.groups()]
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        raise Refused("record") from None
    since = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since // timedelta(seconds=1)) * 1000 + thousandths, year


class Bundle:
    """Everything that can be checked without knowing who signed, one line at a time."""

    members: ClassVar[dict[str, set[str]]] = {
        "espace-preuve": {"kind", "v", "cj", "opening", "space", "years"},
        "log": {"kind", "checkpoint"},
        "index": {"kind", "checkpoint", "k", "number", "path", "root"},
        "year": {"kind", "year", "key", "path"},
        "entry": {"kind", "record", "index", "log_path", "bucket", "path"},
        "absent": {"kind", "bucket", "path"},
    }

    def __init__(self) -> None:
        self.expected: tuple[str, ...] = ("espace-preuve",)
        self.entries = 0
        self.year = self.number = self.absent = 0
        self.last_at = self.max_at = 0

    def take(self, line: bytes) -> None:
        """Check the next line."""
        value = parse_canonical(line)
        kind = value.get("kind")
        if (
            kind not in ("espace-preuve", "log", "index", "year", "entry", "absent")
            or value.keys() != self.members[kind]
        ):
            raise Refused("form")
        if kind not in self.expected:
            # Fewer empty places than the window is a fault of its own: it is how a hidden line is stepped over.
            raise Refused("window" if "absent" in self.expected and kind == "year" else "form")
        getattr(self, "_" + kind.replace("espace-preuve", "head"))(value)

    def end(self) -> None:
        """Check that nothing is missing at the end."""
        if self.expected != ("end",):
            raise Refused("window" if "absent" in self.expected else "form")

    def _head(self, value: dict[str, Any]) -> None:
        self.cj = hash_of(value["cj"])
        self.opening = count_of(value["opening"], 1970)
        years = value["years"]
        if not isinstance(years, list) or len(years) != 2 or value["v"] is True or value["v"] != 1:
            raise Refused("form")
        self.first, self.last = count_of(years[0], self.opening), count_of(years[1], self.opening)
        if self.first > self.last or self.last >= self.opening + YEARS or self.opening > 9999 - YEARS:
            raise Refused("form")
        if not isinstance(value["space"], str) or not UUID.match(value["space"]):
            raise Refused("form")
        self.space = value["space"]
        whole = self.first == self.opening
        self.seq: int | None = 0 if whole else None
        self.prev: str | None = value["cj"] if whole else None
        self.year = self.first - 1
        self.expected = ("log",)

    def _log(self, value: dict[str, Any]) -> None:
        self.log = Note(value["checkpoint"])
        self.expected = ("index",)

    def _index(self, value: dict[str, Any]) -> None:
        self.index = Note(value["checkpoint"])
        if self.index.origin != self.log.origin + "/index":
            raise Refused("checkpoint")
        bits, root = count_of(value["k"]), hash_of(value["root"])
        number, path = count_of(value["number"]), hashes_of(value["path"])
        if bits != bucket_bits(self.log.size):
            raise Refused("index")
        said = self.log.size.to_bytes(8, "big") + self.log.root + bytes([bits]) + root
        if root_of(sha256(b"\0", said), number, self.index.size, path) != self.index.root:
            raise Refused("index")
        self.bits, self.index_root = bits, root
        self.expected = ("year",)

    def _year(self, value: dict[str, Any]) -> None:
        if count_of(value["year"]) != self.year + 1:
            raise Refused("form")
        key, path = hash_of(value["key"]), hashes_of(value["path"])
        promised = sha256(b"\0", sha256(b"espace-journal/v1/key\0", key))
        if root_of(promised, value["year"] - self.opening, YEARS, path) != self.cj:
            raise Refused("year-key")
        self.year, self.key = value["year"], key
        self.number = self.absent = 0
        self.expected = ("entry", "absent")

    def _entry(self, value: dict[str, Any]) -> None:
        record, position = value["record"], count_of(value["index"])
        log_path = hashes_of(value["log_path"])
        at, at_year = self._record(record)
        if type(record["seq"]) is not int or record["seq"] != (record["seq"] if self.seq is None else self.seq):
            raise Refused("sequence")
        if record["seq"] < 0 or at_year > self.year or (self.number == 0 and at_year != self.year):
            raise Refused("sequence")
        if self.prev is not None and record["prev"] != self.prev:
            raise Refused("chain")
        counter = self.number.to_bytes(8, "big")
        salt = prf(self.key, b"espace-journal/v1/salt\0" + counter)
        com = sha256(b"espace-journal/v1/com\0", salt, canonical(record))
        tag = self._tag(self.number)
        if root_of(sha256(b"\0\1", tag, com), position, self.log.size, log_path) != self.log.root:
            raise Refused("inclusion")
        if not self._in_bucket(tag, value):
            raise Refused("presence")
        if at < self.last_at - SKEW * 1000:
            raise Refused("time")
        self.last_at, self.max_at = at, max(at, self.max_at)
        self.seq, self.prev = record["seq"] + 1, com.hex()
        self.number += 1
        self.entries += 1

    def _record(self, record: Any) -> tuple[int, int]:
        if not isinstance(record, dict) or not record.keys() >= RECORD_MEMBERS:
            raise Refused("record")
        if type(record["v"]) is not int or record["v"] != 1 or record["space"] != self.space:
            raise Refused("record")
        if not isinstance(record["prev"], str) or not HEX32.match(record["prev"]):
            raise Refused("record")
        return instant_of(record["at"])

    def _absent(self, value: dict[str, Any]) -> None:
        if self._in_bucket(self._tag(self.number + self.absent), value):
            raise Refused("absence")
        self.absent += 1
        self.expected = ("absent",)
        if self.absent == WINDOW:
            self.expected = ("end",) if self.year == self.last else ("year",)

    def _tag(self, number: int) -> bytes:
        return prf(self.key, b"espace-journal/v1/tag\0" + number.to_bytes(8, "big"))

    def _in_bucket(self, tag: bytes, value: dict[str, Any]) -> bool:
        """Check that a bucket is the index's own for this tag; say whether the tag is in it."""
        text, path = value["bucket"], hashes_of(value["path"])
        if not isinstance(text, str) or len(text) % 64 or not re.match(r"[0-9a-f]*\Z", text):
            raise Refused("form")
        bucket = bytes.fromhex(text)
        place = int.from_bytes(tag, "big") >> (256 - self.bits)
        last, found = b"", False
        for start in range(0, len(bucket), 32):
            one = bucket[start : start + 32]
            if one <= last or int.from_bytes(one, "big") >> (256 - self.bits) != place:
                raise Refused("bucket")
            last, found = one, found or one == tag
        root = root_of(sha256(b"\2", bucket), place, 1 << self.bits, path)
        if root is None or sha256(b"\3", bytes([self.bits]), root) != self.index_root:
            raise Refused("bucket")
        return found


def check_seal(file: BinaryIO, size: int) -> None:
    """Check that a file of `size` bytes ends with the SHA-256 of all that precedes."""
    if size < 65:
        raise Refused("seal", 0)
    whole, left = hashlib.sha256(), size - 65
    while left:
        part = file.read(min(left, 1 << 16))
        if not part:
            raise Refused("unreadable", 0)
        whole.update(part)
        left -= len(part)
    if file.read(66) != whole.hexdigest().encode() + b"\n":
        raise Refused("seal", 0)
    file.seek(0)


def check_bundle(file: BinaryIO, size: int, policy: Policy | None, asked: Asked) -> tuple[int, dict[str, Any]]:
    """Check a bundle; return what it shows. Raises Refused."""
    check_seal(file, size)
    bundle, left, line = Bundle(), size - 65, 0
    try:
        while left:
            line += 1
            text = file.readline(min(left, LINE_MAX) + 1)
            if not text.endswith(b"\n") or len(text) > min(left, LINE_MAX):
                raise Refused("form")
            left -= len(text)
            bundle.take(text[:-1])
        line += 1
        bundle.end()
    except Refused as refusal:
        refusal.line = line if refusal.line is None else refusal.line
        raise
    code = readable(bundle.cj)
    if asked.letter and asked.letter not in (code, bundle.cj.hex()):
        raise Refused("letter", 1)
    if (bundle.first, bundle.last) != (asked.years or (bundle.opening, bundle.last)):
        raise Refused("years", 1)
    shown: dict[str, Any] = {
        "file": "bundle",
        "entries": bundle.entries,
        "years": [bundle.first, bundle.last],
        "space": bundle.space,
        "code": code,
        "letter": bool(asked.letter),
        "log": {"origin": bundle.log.origin, "size": bundle.log.size, "root": bundle.log.root.hex()},
    }
    return check_signers(bundle, policy, asked, shown) if policy else (UNSIGNED, shown)


def check_signers(bundle: Bundle, policy: Policy, asked: Asked, shown: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Check who signed the two checkpoints of a bundle, and what that says of its dates."""
    line = 2
    try:
        seen, names = policy.check_note(bundle.log, policy.log, ("light",), asked.now)
        line = 3
        further, others = policy.check_note(bundle.index, policy.index, ("light", "mirror"), asked.now)
    except Refused as refusal:
        refusal.line = line
        raise
    if policy.is_alone:
        return UNSIGNED, {**shown, "signers": []}
    if bundle.max_at > (min(seen) + SKEW) * 1000:
        raise Refused("time", 0)
    if not asked.years and bundle.last < time.gmtime(max(seen + further)).tm_year:
        raise Refused("years", 1)
    shown["seen"] = [stamp(min(seen + further)), stamp(max(seen + further))]
    shown["signers"] = sorted(set(names + others))
    return HOLDS, shown


def check_receipt(data: bytes, policy: Policy | None, asked: Asked) -> tuple[int, dict[str, Any]]:
    """Check the receipt of one entry; return what it shows. Raises Refused."""
    if not 153 <= len(data) <= RECEIPT_MAX:
        raise Refused("form", 0)
    size, index = int.from_bytes(data[4:12], "big"), int.from_bytes(data[12:20], "big")
    tag, com = data[20:52], data[52:84]
    if size > SAFE or index >= size:
        raise Refused("form", 0)
    signatures = 84 + 32 * path_length(index, size)
    rest = data[signatures + 69 :]
    if len(data) < signatures + 69 or len(rest) != 76 * data[signatures + 68]:
        raise Refused("form", 0)
    path = [data[at : at + 32] for at in range(84, signatures, 32)]
    root = root_of(sha256(b"\0\1", tag, com), index, size, path)
    others = [rest[at : at + 76] for at in range(0, len(rest), 76)]
    if any(a[:4] >= b[:4] for a, b in zip(others, others[1:])):
        raise Refused("form", 0)
    if root is None:
        raise Refused("form", 0)
    log = {"origin": "", "size": size, "root": root.hex()}
    shown: dict[str, Any] = {"file": "receipt", "code": readable(com), "log": log}
    if not policy:
        return UNSIGNED, shown
    text = f"{policy.log[0]}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    own = data[signatures : signatures + 4], data[signatures + 4 : signatures + 68]
    cosigned = []
    for other in others:
        if other[:4] not in policy.ids:
            raise Refused("signature-unknown", 0)
        cosigned.append((*policy.ids[other[:4]], other[4:]))
    seen, names = policy.check(text, policy.log, own, cosigned, ("light",), asked.now, None)
    log["origin"] = policy.log[0]
    if policy.is_alone:
        return UNSIGNED, {**shown, "signers": []}
    shown["seen"] = [stamp(min(seen)), stamp(max(seen))]
    shown["signers"] = sorted(names)
    return HOLDS, shown


def stamp(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


# --- the command ---------------------------------------------------------------------------------------------------------


class Asked:
    """What the person says she expects: the code of her letter, the years, and the instant to judge at."""

    def __init__(self, letter: str = "", years: tuple[int, int] | None = None, now: int | None = None) -> None:
        self.letter = letter
        self.years = years
        self.now = int(time.time()) if now is None else now


def verify(path: str, policy_path: str | None = None, asked: Asked | None = None) -> tuple[int, dict[str, Any]]:
    """Check a file; return (exit code, report). Raises nothing for what a file may hold."""
    asked = asked or Asked()
    try:
        policy = read_policy(policy_path) if policy_path is not None else None
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            if file.read(4) == b"ESR1":
                file.seek(0)
                code, shown = check_receipt(file.read(RECEIPT_MAX + 1), policy, asked)
            else:
                file.seek(0)
                code, shown = check_bundle(file, size, policy, asked)
    except Refused as refusal:
        return REFUSED, {"verdict": "refused", "reason": refusal.reason, "line": refusal.line or 0}
    except OSError:
        return REFUSED, {"verdict": "refused", "reason": "unreadable", "line": 0}
    verdict = "holds" if code == HOLDS else "log-only" if "signers" in shown else "unsigned"
    return code, {"verdict": verdict, **shown}


def open_regular(path: str) -> BinaryIO:
    """Open an ordinary file; a pipe or a device could wait or go on for ever."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise Refused("unreadable", 0)
        return open(path, "rb")
    except (OSError, ValueError):
        raise Refused("unreadable", 0) from None


def read_policy(path: str) -> Policy:
    """Read a policy. Raises Refused."""
    try:
        with open_regular(path) as file:
            data = file.read(POLICY_MAX + 1)
    except Refused:
        raise Refused("policy", 0) from None
    if len(data) > POLICY_MAX:
        raise Refused("policy", 0)
    return Policy(data)


def sentences(code: int, report: dict[str, Any]) -> list[str]:
    """Return what the report says, in French, one sentence a line."""
    if code == REFUSED:
        where = f" Ligne {report['line']} du fichier." if report["line"] else ""
        return [
            f"REFUSÉ. {REASONS[report['reason']]}{where} (Motif : {report['reason']})",
            "Ne tenez rien de ce fichier pour prouvé.",
        ]
    lines = ["VÉRIFIÉ. Tout se tient, selon la liste des signataires que vous avez."]
    if code == UNSIGNED:
        lines = ["COHÉRENT, MAIS RIEN NE DIT QUI A SIGNÉ. Il faut la liste des signataires (--policy)."]
    if report["verdict"] == "log-only":
        lines = [
            "COHÉRENT, MAIS SIGNÉ PAR LE SEUL JOURNAL. La liste des signataires ne nomme aucun témoin.",
            "Rien ne dit que tout le monde voit le même journal, ni qu'il n'a pas été refait, ni à quelle date.",
        ]
    lines += _of_receipt(report) if report["file"] == "receipt" else _of_bundle(code, report)
    log = report["log"]
    origin = log["origin"] + ", " if log["origin"] else ""
    lines.append(f"Journal public : {origin}{log['size']} lignes, empreinte {readable(bytes.fromhex(log['root']))}.")
    if code == HOLDS:
        lines.append(f"Signé par : {', '.join(report['signers'])}.")
        lines.append(f"Les témoins l'ont vu entre {report['seen'][0]} et {report['seen'][1]} (heure universelle).")
    lines.append("Ce fichier ne peut pas montrer une lecture faite sans laisser de ligne.")
    return lines


def _of_receipt(report: dict[str, Any]) -> list[str]:
    return [
        f"Ce reçu porte sur une seule ligne. Référence : {report['code']}.",
        "Comparez cette référence avec celle qui vous a été donnée. Le reçu ne dit pas ce que la ligne contient.",
    ]


def _of_bundle(code: int, report: dict[str, Any]) -> list[str]:
    first, last = report["years"]
    lines = [f"Années montrées : {first} à {last}. Lignes : {report['entries']}, sans trou."]
    if code == HOLDS:
        lines.append("Aucune autre ligne de ces années n'était dans le journal public à ce moment.")
    lines.append(f"Code du journal : {report['code']}.")
    if report["letter"]:
        return [*lines, "C'est bien celui de votre lettre."]
    to_do = "comparez-le avec votre lettre d'ouverture. S'il diffère, ce n'est pas votre journal."
    return [*lines, f"À FAIRE PAR VOUS : {to_do}"]


USAGE = """verify.%s DOSSIER [--policy FICHIER] [--letter CODE] [--years A-B] [--at INSTANT] [--json]

Vérifie hors ligne la preuve d'un journal, ou le reçu d'une ligne.
  --policy FICHIER  la liste des signataires (sinon policy.json à côté de ce programme)
  --letter CODE     le code de votre lettre d'ouverture, 20 caractères
  --years A-B       les années attendues, par exemple 2026-2028 (sinon toutes, depuis l'ouverture)
  --at INSTANT      l'instant auquel juger, par exemple 2026-11-26T10:00:00Z (sinon maintenant)
  --json            une ligne pour un programme
Finit par 0 : tout se tient ; 1 : refusé ; 3 : cohérent, mais aucun témoin ne l'a signé ; 2 : commande mal écrite.
"""


class Misuse(Exception):
    """The command is not written as USAGE says."""


class Command:
    """What is asked on the command line."""

    def __init__(self, words: list[str]) -> None:
        self.files: list[str] = []
        self.policy: str | None = None
        self.json = False
        self.asked = Asked()
        left = list(words)
        while left:
            self._take(left.pop(0), left)
        if len(self.files) != 1:
            raise Misuse("un fichier, et un seul")

    def _take(self, word: str, left: list[str]) -> None:
        if not word.startswith("-"):
            self.files.append(word)
            return
        name, joined, value = word.partition("=")
        if name == "--json" and not joined:
            self.json = True
            return
        if name not in ("--policy", "--letter", "--years", "--at"):
            raise Misuse(name + " : inconnu")
        if not joined and not left:
            raise Misuse(name + " : il manque une valeur")
        self._set(name, value if joined else left.pop(0))

    def _set(self, name: str, value: str) -> None:
        if name == "--policy":
            self.policy = value
        elif name == "--letter":
            self.asked.letter = letter_of(value)
        elif name == "--years":
            self.asked.years = years_of(value)
        else:
            self.asked.now = moment_of(value)


def letter_of(text: str) -> str:
    """Return the code of a letter as it is compared: spaces, hyphens, capitals and look-alikes do not matter."""
    said = re.sub(r"[ -]", "", text).lower()
    if HEX32.match(said):
        return said
    said = said.translate(str.maketrans("oil", "011"))
    if len(said) != 20 or any(character not in CROCKFORD for character in said):
        raise Misuse("--letter : le code de la lettre a 20 caractères")
    return said


def years_of(text: str) -> tuple[int, int]:
    """Return the first and last of the years expected."""
    found = re.match(r"([0-9]{4})(?:-([0-9]{4}))?\Z", text)
    if not found:
        raise Misuse("--years : par exemple 2026 ou 2026-2028")
    return int(found.group(1)), int(found.group(2) or found.group(1))


def moment_of(text: str) -> int:
    """Return the seconds since 1970 of an instant."""
    try:
        return instant_of(text[:-1] + ".000Z" if text.endswith("Z") else "")[0] // 1000
    except Refused:
        raise Misuse("--at : par exemple 2026-11-26T10:00:00Z") from None


def main(words: list[str]) -> int:
    """Check the file named on the command line, say it in French, return the exit code."""
    if words in (["-h"], ["--help"]):
        _write(sys.stdout, USAGE % "py")
        return HOLDS
    try:
        command = Command(words)
    except Misuse as misuse:
        _write(sys.stderr, f"Commande mal écrite. {misuse}\n\n{USAGE % 'py'}")
        return MISUSED
    # Beside the program, never beside the bundle: whoever hands a bundle must not choose who is believed.
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "policy.json")
    policy = command.policy
    if policy is None and os.path.exists(beside):
        policy = beside
    code, report = verify(command.files[0], policy, command.asked)
    text = canonical(report).decode() if command.json else "\n".join(sentences(code, report))
    _write(sys.stdout, text + "\n")
    return code


def _write(stream: TextIO, text: str) -> None:
    # In UTF-8 whatever the terminal says: a proof must not fail for a letter with an accent.
    stream.buffer.write(text.encode("utf-8"))
    stream.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
