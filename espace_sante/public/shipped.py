"""What the program says of itself: connections that leave, what it is made of, how accessible it is, secondary uses.

Each is a file of the tree, read as it stands and never completed by anything else. Guarantee: G15, G9.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path

import espace_sante
from espace_sante.public.version import commit_of

TREE = Path(espace_sante.__file__).resolve().parents[1]
LOCK = TREE / "requirements.lock"
STATEMENT_YEARS = 3  # older, a statement says nothing any more. Source: inclusion.md ACC-09


@dataclass(frozen=True, slots=True)
class Connection:
    """One way in which a program of ours reaches another host: which, what for, what is sent, what happens by default."""

    program: str
    to: str
    why: str
    what: str
    default: str
    code: str


@dataclass(frozen=True, slots=True)
class Component:
    """One library this program is made of: its licence (SPDX) and the SHA-256 of the archives that are let in."""

    name: str
    version: str
    licence: str
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """Which program this is: its commit, "" when it cannot be known; the SHA-256 of its list of digests, "" outside a release."""

    commit: str
    digests: str


@dataclass(frozen=True, slots=True)
class Accessibility:
    """What is known of accessibility. `rate`: share of the criteria met, in percent, None without an audit by people."""

    referential: str
    stated_on: date
    audited_on: date | None
    audited_by: str
    rate: int | None
    tool: str

    def is_stale(self, today: date) -> bool:
        """Say whether the statement is too old to be shown as one."""
        said = self.audited_on or self.stated_on
        return today.year - said.year - ((today.month, today.day) < (said.month, said.day)) >= STATEMENT_YEARS


@dataclass(frozen=True, slots=True)
class SecondaryUse:
    """One secondary use of data: who, what for, on which legal ground, which data, under which safeguards, what came of it."""

    number: str
    written_on: str
    who: str
    why: str
    ground: str
    data: str
    safeguards: str
    results: str


def _text(name: str) -> str:
    return files("espace_sante.public").joinpath("data", name).read_text(encoding="utf-8")


def _rows(name: str) -> list[list[str]]:
    return list(csv.reader(StringIO(_text(name))))[1:]


@cache
def version() -> Version:
    """Return which program this is. A release holds the digest of each of its files: whoever makes it again finds the same."""
    listed = TREE / "SHA256SUMS"
    digests = hashlib.sha256(listed.read_bytes()).hexdigest() if listed.is_file() else ""
    return Version(commit_of(), digests)


@cache
def connections() -> tuple[Connection, ...]:
    """Return every connection that a program of ours may make."""
    return tuple(Connection(*row) for row in _rows("connexions.csv"))


@cache
def secondary_uses() -> tuple[SecondaryUse, ...]:
    """Return the register of secondary uses: none exists."""
    return tuple(SecondaryUse(*row) for row in _rows("usages-seconds.csv"))


@cache
def components() -> tuple[Component, ...]:
    """Return what the program is made of, from requirements.lock; none when it was installed without it."""
    if not LOCK.is_file():
        return ()
    licences = {(name, version): licence for name, version, licence in _rows("licences.csv")}
    found = []
    for part in re.split(r"^(?=[A-Za-z0-9])", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE):
        named = re.match(r"([A-Za-z0-9_.-]+)==([^ \\;]+)", part)
        if named:
            key = (named[1], named[2])
            found.append(Component(*key, licences.get(key, ""), tuple(re.findall(r"sha256:([0-9a-f]{64})", part))))
    return tuple(found)


@cache
def accessibility() -> Accessibility:
    """Return what is known of accessibility."""
    said = tomllib.loads(_text("accessibilite.toml"))
    audit = said["audit"]
    done = bool(audit["done"])
    return Accessibility(
        said["referential"],
        said["stated_on"],
        audit["on"] if done else None,
        audit["by"] if done else "",
        audit["rate"] if done else None,
        said["automatic"]["tool"],
    )


def bill_of_materials() -> bytes:
    """Return the components as CycloneDX 1.6 JSON: the same tree gives the same bytes. Source: cyclonedx.org, 1.6."""
    listed = [
        {
            "type": "library",
            "name": one.name,
            "version": one.version,
            "purl": f"pkg:pypi/{one.name}@{one.version}",
            "licenses": [{"expression": one.licence}],
            "properties": [{"name": "archive:sha256", "value": value} for value in one.hashes],
        }
        for one in components()
    ]
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest() if LOCK.is_file() else ""
    said = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "espace-sante", "properties": [{"name": "lock:sha256", "value": lock}]}},
        "components": listed,
    }  # fmt: skip
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
