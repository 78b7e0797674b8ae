"""A small public journal with its index, signers and persons, that makes proof bundles: honest ones, and lies.

Own code, written from the definitions (RFC 6962 §2.1, C2SP signed-note and tlog-cosignature, docs/specs/proof.md) and slow on
purpose; the entries alone come from the product (`journal.entry.append`), so that real tags and commitments are checked.
"""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from espace_sante.journal import JournalKeys, append, first_head, open_record
from espace_sante.kernel.canonical import canonical

Line = dict[str, Any]
WINDOW = 64
FIELDS = {
    "actor": {
        "behalf": False,
        "id": "10001234567",
        "kind": "practitioner",
        "name": "Dr Aïssatou Diallo",
        "structure": "",
    },
    "act": "read_document",
    "objects": ["document:5f0c6f5e8a534f6e9d553f3d8f1c2b10"],
    "basis": {},
    "decision": {"result": "permit", "rule": "granted"},
    "rules": "1",
    "channel": "web",
    "client": "espace-sante",
    "build": "0123456",
}


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def split(size: int) -> int:
    half = 1
    while half * 2 < size:
        half *= 2
    return half


class Tree:
    """MTH and PATH of RFC 6962 §2.1, as their definitions read, over hashes of leaves."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.hashes = list(hashes)
        self._known: dict[tuple[int, int], bytes] = {}

    def root(self, first: int = 0, last: int | None = None) -> bytes:
        end = len(self.hashes) if last is None else last
        if end == first:
            return sha256()
        if end - first == 1:
            return self.hashes[first]
        if (first, end) not in self._known:
            middle = first + split(end - first)
            self._known[first, end] = sha256(b"\1", self.root(first, middle), self.root(middle, end))
        return self._known[first, end]

    def path(self, index: int, first: int = 0, last: int | None = None) -> list[bytes]:
        end = len(self.hashes) if last is None else last
        if end - first == 1:
            return []
        middle = first + split(end - first)
        if index < middle:
            return [*self.path(index, first, middle), self.root(middle, end)]
        return [*self.path(index, middle, end), self.root(first, middle)]


def hexes(path: Iterable[bytes]) -> list[str]:
    return [one.hex() for one in path]


@dataclass
class Signer:
    """A name and a key, of a log (type 1) or of who cosigns (type 4)."""

    name: str
    key: Ed25519PrivateKey
    kind: int

    @property
    def public(self) -> bytes:
        return bytes([self.kind]) + self.key.public_key().public_bytes_raw()

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode(), b"\n", self.public)[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.public).decode()}"

    def signature(self, text: bytes, at: int = 0) -> bytes:
        if self.kind == 1:
            return self.id + self.key.sign(text)
        return self.id + at.to_bytes(8, "big") + self.key.sign(b"cosignature/v1\ntime %d\n" % at + text)

    def line(self, text: bytes, at: int = 0) -> str:
        return f"\u2014 {self.name} {base64.b64encode(self.signature(text, at)).decode()}\n"


@dataclass
class Signers:
    log: Signer
    index: Signer
    light: list[Signer]
    mirrors: list[Signer]

    @classmethod
    def make(cls, rng: random.Random) -> Signers:
        def signer(name: str, kind: int) -> Signer:
            return Signer(name, Ed25519PrivateKey.from_private_bytes(rng.randbytes(32)), kind)

        origin = "journal.example/2026"
        light = [signer(f"association-{n}.example/temoin", 4) for n in range(3)]
        mirrors = [signer(f"universite-{n}.example/miroir", 4) for n in range(2)]
        return cls(signer(origin, 1), signer(origin + "/index", 1), light, mirrors)

    def policy(self) -> dict[str, Any]:
        return {
            "kind": "espace-preuve-regles",
            "v": 1,
            "log": self.log.vkey,
            "index": self.index.vkey,
            "light": {"keys": [one.vkey for one in self.light], "need": 2},
            "mirror": {"keys": [one.vkey for one in self.mirrors], "need": 1},
            "max_age_seconds": 86400,
        }


def note(own: Signer, others: Iterable[Signer], size: int, root: bytes, at: int) -> str:
    text = f"{own.name}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    ordered = sorted(others, key=lambda one: (one.name, one.id))
    return text.decode() + "\n" + own.line(text) + "".join(one.line(text, at) for one in ordered)


@dataclass
class Public:
    """A state of the public journal: its leaves, and what its index says of their tags."""

    leaves: list[bytes]
    before: list[bytes]  # earlier leaves of the index log
    tree: Tree = field(init=False)
    bits: int = field(init=False)
    buckets: list[bytes] = field(init=False)
    index: Tree = field(init=False)
    epochs: Tree = field(init=False)

    def __post_init__(self) -> None:
        self.tree = Tree([sha256(b"\0", leaf) for leaf in self.leaves])
        self.bits = next(k for k in range(64) if len(self.leaves) <= 32 * 2**k)
        held: list[list[bytes]] = [[] for _ in range(1 << self.bits)]
        for leaf in self.leaves:
            held[self.place(leaf[1:33])].append(leaf[1:33])
        self.buckets = [b"".join(sorted(tags)) for tags in held]
        self._close()

    def _close(self) -> None:
        self.index = Tree([sha256(b"\2", bucket) for bucket in self.buckets])
        self.epochs = Tree([sha256(b"\0", leaf) for leaf in [*self.before, self.epoch]])

    def forget(self, tag: bytes) -> None:
        """Leave a tag out of the index, as a lying operator would."""
        place = self.place(tag)
        bucket = self.buckets[place]
        tags = [bucket[at : at + 32] for at in range(0, len(bucket), 32)]
        self.buckets[place] = b"".join(one for one in tags if one != tag)
        self._close()

    def place(self, tag: bytes) -> int:
        return int(bin(int.from_bytes(b"\1" + tag, "big"))[3 : 3 + self.bits] or "0", 2)

    @property
    def root(self) -> bytes:
        return sha256(b"\3", bytes([self.bits]), self.index.root())

    @property
    def epoch(self) -> bytes:
        return len(self.leaves).to_bytes(8, "big") + self.tree.root() + bytes([self.bits]) + self.root

    def bucket(self, tag: bytes) -> Line:
        place = self.place(tag)
        return {"bucket": self.buckets[place].hex(), "path": hexes(self.index.path(place))}


@dataclass
class Person:
    """A journal: its keys, and its records in order, each with the year and number of its tag."""

    space: UUID
    key: bytes
    opening: int
    records: list[dict[str, Any]] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)

    @property
    def keys(self) -> JournalKeys:
        return JournalKeys(self.key)

    @property
    def cj(self) -> bytes:
        return self.keys.commitment(self.opening)

    def year_line(self, year: int) -> Line:
        promised = [
            sha256(b"\0", sha256(b"espace-journal/v1/key\0", self.keys.year_key(one)))
            for one in range(self.opening, self.opening + 120)
        ]
        path = Tree(promised).path(year - self.opening)
        return {"kind": "year", "year": year, "key": self.keys.year_key(year).hex(), "path": hexes(path)}

    def tag(self, year: int, number: int) -> bytes:
        return self.keys.year(year)(b"espace-journal/v1/tag\0" + number.to_bytes(8, "big"))


def live(rng: random.Random, opening: int, instants: Sequence[datetime], *, like: Person | None = None) -> Person:
    """A person's journal, written by the product's own code; `like` another one, under the same key and space."""
    space = like.space if like else UUID(bytes=rng.randbytes(16), version=4)
    person = Person(space, like.key if like else rng.randbytes(32), opening)
    keys, record_key = person.keys, rng.randbytes(32)
    head = first_head(keys, opening)
    for at in instants:
        fields = {
            **FIELDS,
            "objects": [f"document:{rng.randbytes(16).hex()}"],
            "channel": rng.choice(["web", "phone", "été"]),
        }
        entry, head = append(keys, record_key, person.space, head, at, fields)
        person.records.append(open_record(record_key, person.space, entry.seq, entry.sealed))
        person.leaves.append(b"\1" + entry.tag + entry.com)
    return person


def years_of(person: Person) -> list[int]:
    """The year of the tag of each record: the latest yet seen."""
    found, year = [], person.opening
    for record in person.records:
        year = max(year, int(record["at"][:4]))
        found.append(year)
    return found


@dataclass
class Made:
    """A world and the bundle it gives; `lines` can be changed before `sealed` closes them."""

    rng: random.Random
    signers: Signers
    public: Public
    person: Person
    years: tuple[int, int]
    at: int
    lines: list[Line] = field(default_factory=list)

    @property
    def now(self) -> int:
        return self.at + 3600

    @property
    def policy(self) -> dict[str, Any]:
        return self.signers.policy()

    def build(
        self,
        *,
        shown: int | None = None,
        light: Sequence[Signer] | None = None,
        mirrors: Sequence[Signer] | None = None,
        at: int | None = None,
    ) -> Made:
        """Make the bundle of the first `shown` records (all), signed by these (two light witnesses and a mirror)."""
        lights = self.signers.light[:2] if light is None else light
        mirrored = self.signers.mirrors[:1] if mirrors is None else mirrors
        when, public = self.at if at is None else at, self.public
        checkpoint = note(self.signers.log, lights, len(public.leaves), public.tree.root(), when)
        epochs = public.epochs
        index = note(self.signers.index, [*lights, *mirrored], len(epochs.hashes), epochs.root(), when)
        self.lines = [
            {
                "kind": "espace-preuve",
                "v": 1,
                "cj": self.person.cj.hex(),
                "opening": self.person.opening,
                "space": str(self.person.space),
                "years": list(self.years),
            },
            {"kind": "log", "checkpoint": checkpoint},
            {
                "kind": "index",
                "checkpoint": index,
                "k": public.bits,
                "number": len(epochs.hashes) - 1,
                "path": hexes(epochs.path(len(epochs.hashes) - 1)),
                "root": public.root.hex(),
            },
        ]
        for year in range(self.years[0], self.years[1] + 1):
            self.lines += self._year(year, shown)
        return self

    def _year(self, year: int, shown: int | None) -> list[Line]:
        mine = [n for n, one in enumerate(years_of(self.person)) if one == year and (shown is None or n < shown)]
        entries = [self.entry(n) for n in mine]
        absent = [self.absent(self.person.tag(year, len(mine) + n)) for n in range(WINDOW)]
        return [self.person.year_line(year), *entries, *absent]

    def entry(self, number: int) -> Line:
        leaf = self.person.leaves[number]
        index = self.public.leaves.index(leaf)
        said = {"kind": "entry", "record": self.person.records[number], "index": index}
        return {**said, "log_path": hexes(self.public.tree.path(index)), **self.public.bucket(leaf[1:33])}

    def absent(self, tag: bytes) -> Line:
        return {"kind": "absent", **self.public.bucket(tag)}

    def where(self, kind: str) -> list[int]:
        return [at for at, line in enumerate(self.lines) if line["kind"] == kind]

    def sealed(self) -> bytes:
        return seal(b"".join(canonical(line) + b"\n" for line in self.lines))

    def receipt(self, number: int, cosigners: Sequence[Signer] | None = None) -> bytes:
        leaf, size = self.person.leaves[number], len(self.public.leaves)
        index = self.public.leaves.index(leaf)
        root = self.public.tree.root()
        text = f"{self.signers.log.name}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
        others = sorted(self.signers.light[:2] if cosigners is None else cosigners, key=lambda one: one.id)
        return b"".join([
            b"ESR1", size.to_bytes(8, "big"), index.to_bytes(8, "big"), leaf[1:], *self.public.tree.path(index),
            self.signers.log.signature(text), bytes([len(others)]), *[one.signature(text, self.at) for one in others],
        ])  # fmt: skip


def seal(body: bytes) -> bytes:
    return body + hashlib.sha256(body).hexdigest().encode() + b"\n"


def unseal(data: bytes) -> list[Line]:
    return [orjson.loads(line) for line in data[:-65].split(b"\n")[:-1]]


def noise(rng: random.Random, count: int) -> list[bytes]:
    """Leaves of other people, or dummies: nobody can tell."""
    return [b"\1" + rng.randbytes(64) for _ in range(count)]


def some_instants(rng: random.Random, opening: int, years: int, count: int) -> list[datetime]:
    """Instants in order, over some years, the first in the opening year; a clock may go back a little."""
    start = datetime(opening, rng.randint(1, 6), 1, 8, tzinfo=UTC)
    span = (datetime(opening + years - 1, 12, 1, tzinfo=UTC) - start).total_seconds()
    offsets = [0.0, *sorted(rng.uniform(0, span) for _ in range(count - 1))] if count else []
    return [start + timedelta(seconds=offset, milliseconds=rng.randint(0, 999)) for offset in offsets]


def world(rng: random.Random, *, least: int = 0) -> Made:
    """A world of random size, with a person whose journal is in it."""
    opening, years = rng.randint(2026, 2090), rng.randint(1, 3)
    count = max(least, rng.choice([0, 1, 2, 3, 5, 8, 13]))
    instants = some_instants(rng, opening, years, count)
    person = live(rng, opening, instants)
    leaves = noise(rng, rng.choice([0, 1, 7, 15, 40, 70, 200, 500]))
    for at, leaf in zip(
        sorted(rng.choices(range(len(leaves) + 1), k=count), reverse=True), reversed(person.leaves), strict=True
    ):
        leaves.insert(at, leaf)
    public = Public(leaves, [rng.randbytes(73) for _ in range(rng.choice([0, 1, 2, 3, 6, 11]))])
    seen = datetime(opening + years - 1, 12, 2, 10, tzinfo=UTC)
    return Made(rng, Signers.make(rng), public, person, (opening, opening + years - 1), int(seen.timestamp())).build()
