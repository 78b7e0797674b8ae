"""What an application may be let through to: scopes of SMART, read, narrowed, written back. They only narrow what a user may do.

Pure: knows no application, no table of ours, no person. A word that is not understood whole is dropped, never guessed; two sets
together let through what both let through, and nothing more.
Source: SMART App Launch 2.2, "Scopes for requesting FHIR Resources" (v2, and v1 as it maps to v2); RFC 6749 §3.3.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from urllib.parse import unquote

LETTERS = "cruds"  # create, read, update, delete, search; in this order, each once at most
CONTEXTS = ("patient", "user", "system")
# What is not about resources: who signed in, where it was opened from, tokens that last.
FIXED = ("openid", "fhirUser", "launch", "launch/patient", "offline_access")
OFFLINE = "offline_access"
LONGEST, MOST, MOST_WHERE = 8_000, 100, 4  # characters of a text, scopes about resources in it, restrictions of one
EVERY = "*"

_Alike = tuple[str, str, frozenset[tuple[str, str]]]  # scopes that differ by their letters alone
Facts = Mapping[str, Collection[str]]
_NOTHING: Facts = MappingProxyType({})
_V1 = MappingProxyType({"read": "rs", "write": "cud", "*": LETTERS})
_SCOPE = re.compile(
    r"(patient|user|system)/([A-Z][A-Za-z]{1,63}|\*)\.(?:(c?r?u?d?s?)|(read|write|\*))(?:\?([!#-\[\]-~]{1,500}))?"
)
_PAIR = re.compile(
    r"(_?[A-Za-z][A-Za-z0-9-]{0,63})=([!-%'-~]{1,300})"
)  # a plain search parameter, no modifier, no chain


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope about resources. `where`: search parameters that must all hold of a resource, each with its value."""

    context: str
    type: str
    letters: str
    where: frozenset[tuple[str, str]] = frozenset()

    @property
    def text(self) -> str:
        """Return it as SMART writes it (v2), its restrictions in alphabetical order."""
        said = "&".join(f"{name}={value}" for name, value in sorted(self.where))
        return f"{self.context}/{self.type}.{self.letters}" + (f"?{said}" if said else "")

    def covers(self, other: Scope) -> bool:
        """Say whether whatever the other lets through, this one does."""
        return (
            self.context == other.context
            and self.type in (EVERY, other.type)
            and set(other.letters) <= set(self.letters)
            and self.where <= other.where
        )

    def meeting(self, other: Scope) -> Scope | None:
        """Return what both let through, None when there is nothing, or more restrictions together than a scope may bear."""
        letters, where = _ordered(set(self.letters) & set(other.letters)), self.where | other.where
        if (
            self.context != other.context
            or not letters
            or len(where) > MOST_WHERE
            or not (EVERY in (self.type, other.type) or self.type == other.type)
        ):
            return None
        return Scope(self.context, other.type if self.type == EVERY else self.type, letters, where)


@dataclass(frozen=True, slots=True)
class Scopes:
    """A set of scopes in its one canonical form: make it by `parse_scopes` or `scopes_of`. Empty lets nothing through."""

    items: tuple[Scope, ...] = ()
    fixed: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """Return the canonical text: equal for equal sets, and read back as the same set."""
        return " ".join((*(one for one in FIXED if one in self.fixed), *(one.text for one in self.items)))

    @property
    def contexts(self) -> frozenset[str]:
        """Return which of patient, user and system it speaks of."""
        return frozenset(one.context for one in self.items)

    def of(self, *contexts: str) -> Scopes:
        """Return only what speaks of these of patient, user and system."""
        return Scopes(tuple(one for one in self.items if one.context in contexts), self.fixed)

    def narrowed_to(self, other: Scopes) -> Scopes:
        """Return what both sets let through: never more than either, whatever the order."""
        met = (meet for one in self.items for two in other.items if (meet := one.meeting(two)) is not None)
        return scopes_of(met, self.fixed & other.fixed)

    def may(self, name: str, letter: str) -> bool:
        """Say whether some resource of a type is let through for one interaction: depends on the set alone."""
        return any(letter in one.letters and one.type in (EVERY, name) for one in self.items)

    def lets(self, name: str, letter: str, facts: Facts = _NOTHING) -> bool:
        """Say whether one resource is let through. `facts`: what is known of it, by search parameter, each value as it may be asked.

        A restriction on what is not known does not hold: the resource is not let through.
        """
        return any(
            letter in one.letters
            and one.type in (EVERY, name)
            and all(value in facts.get(parameter, ()) for parameter, value in one.where)
            for one in self.items
        )


def parse_scopes(text: str) -> Scopes:
    """Return the set a text says; what is unknown, malformed or beyond the bounds is dropped. Never raises."""
    if len(text) > LONGEST:
        return Scopes()
    words = text.split()
    found = [one for word in words[: 2 * MOST] for one in _read(word)]
    return scopes_of(found[:MOST], frozenset(words) & frozenset(FIXED))


def scopes_of(items: Iterable[Scope], fixed: frozenset[str] = frozenset()) -> Scopes:
    """Return scopes as one canonical set: letters of alike scopes together, no letter that another covers, in order."""
    joined: dict[_Alike, set[str]] = {}
    for one in items:
        joined.setdefault((one.context, one.type, one.where), set()).update(one.letters)
    # Letter by letter: a letter covered elsewhere would otherwise stay or go with the ones it happens to be written with.
    kept = [
        Scope(*alike[:2], _ordered(left), alike[2])
        for alike, letters in joined.items()
        if (left := letters.difference(*(joined.get(wider, ()) for wider in _wider(alike))))
    ]
    return Scopes(tuple(sorted(kept, key=_place)), fixed)


def _wider(alike: _Alike) -> Iterator[_Alike]:
    """Say what covers a scope of the same letters: fewer restrictions, every type. Few, as restrictions are (MOST_WHERE)."""
    context, name, where = alike
    for count in range(len(where) + 1):
        for fewer in combinations(where, count):
            for wide in {name, EVERY}:
                if (wide, count) != (name, len(where)):
                    yield context, wide, frozenset(fewer)


def _read(word: str) -> tuple[Scope, ...]:
    found = _SCOPE.fullmatch(word)
    if found is None:
        return ()
    context, name, letters, v1, query = found.groups()
    letters = _V1[v1] if v1 else letters
    where = _where(query) if query is not None else frozenset()
    return (Scope(context, name, letters, where),) if letters and where is not None else ()


def _where(query: str) -> frozenset[tuple[str, str]] | None:
    """Return the restrictions of a scope, None when one of them is not plain: half a restriction would widen."""
    found = [_PAIR.fullmatch(part) for part in query.split("&")]
    if len(found) > MOST_WHERE or any(one is None for one in found):
        return None
    pairs = [(one.group(1), unquote(one.group(2))) for one in found if one is not None]
    return frozenset(pairs) if all(_is_plain(value) for _, value in pairs) else None


def _is_plain(value: str) -> bool:
    """A value that is written back as it is read: nothing that needs another writing, no list of values."""
    return bool(value) and value.isascii() and value.isprintable() and not set(value) & set(' "\\&%,')


def _ordered(letters: Collection[str]) -> str:
    return "".join(one for one in LETTERS if one in letters)


def _place(one: Scope) -> tuple[int, str, str]:
    return CONTEXTS.index(one.context), one.type, one.text
