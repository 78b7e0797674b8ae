"""Whom her will is about: a professional she names, a structure, a team whose members are named to her.

A structure is a number (FINESS) that the sign-in provider vouches for; a team is nothing but the numbers she was told when
she said yes: whoever joins it later is not in it. Guarantee: G3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from espace_sante.identity.practitioner import parse_rpps
from espace_sante.identity.structure import parse_structure
from espace_sante.kernel.ids import Rpps


class RecipientKind(StrEnum):
    """What kind of party a permission, a mask or a block names."""

    PRACTITIONER = "practitioner"
    STRUCTURE = "structure"
    TEAM = "team"
    REPRESENTATIVES = "representatives"  # whoever acts for her by law: only ever hidden from


@dataclass(frozen=True, slots=True)
class Reader:
    """A professional as her will sees him: his number, the structure he signed in for, his profession's code."""

    number: str
    structure: str = ""
    profession: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The party named. `identifier`: a number (RPPS) or a structure's; empty for a team, which is its `members`.

    `name` is for people to read and decides nothing.
    """

    kind: RecipientKind
    identifier: str = ""
    members: frozenset[Rpps] = frozenset()
    name: str = ""

    def includes(self, reader: Reader) -> bool:
        """Say whether this professional is, or is of, the party named. An empty name includes nobody."""
        kind = self.kind
        if kind is _PRACTITIONER:
            return reader.number == self.identifier != ""
        if kind is _STRUCTURE:
            return reader.structure == self.identifier != ""
        return kind is _TEAM and reader.number in self.members

    @property
    def is_nobody(self) -> bool:
        """Say whether it names nobody at all."""
        return not self.identifier and not self.members

    def is_same(self, other: Recipient) -> bool:
        """Say whether both name the same party, whatever it is called."""
        mine = (self.kind, self.identifier, self.members)
        return mine == (other.kind, other.identifier, other.members)


# Members by name once: an attribute of an enumeration is slow to reach, and these are read at each decision.
_PRACTITIONER, _STRUCTURE, _TEAM = RecipientKind.PRACTITIONER, RecipientKind.STRUCTURE, RecipientKind.TEAM


def named(practitioner: str) -> Recipient:
    """Return the party that is one professional."""
    return Recipient(_PRACTITIONER, practitioner)


def at(structure: str, name: str = "") -> Recipient:
    """Return the party that is everybody signed in for a structure."""
    return Recipient(_STRUCTURE, structure, name=name)


# Whoever represents her by law, together: parents, guardians. No professional is of them.
REPRESENTATIVES = Recipient(RecipientKind.REPRESENTATIVES, "representatives")
MEMBERS_MOST = 50
_AT, _TEAM_OF = "structure:", "team:"


def parse_recipient(text: str) -> Recipient | None:
    """Return the party a text names, None when it names none.

    "<number>": a professional (RPPS); "structure:<number>": a structure (FINESS or SIRET); "team:<name>:<number>,<number>…":
    the professionals told to her, at most 50.
    """
    plain = text.strip()
    if plain.startswith(_AT):
        number = parse_structure(plain.removeprefix(_AT))
        return at(number) if number else None
    if plain.startswith(_TEAM_OF):
        return _team(plain.removeprefix(_TEAM_OF))
    practitioner = parse_rpps(plain)
    return named(practitioner) if practitioner else None


def parse_hidden_from(text: str) -> Recipient | None:
    """Return the party something is hidden from: as `parse_recipient`, or "representatives" for whoever represents her by law."""
    return REPRESENTATIVES if text.strip() == REPRESENTATIVES.identifier else parse_recipient(text)


def written(who: Recipient) -> str:
    """Return the text that names a party, as `parse_recipient` reads it."""
    if who.kind is _STRUCTURE:
        return _AT + who.identifier
    if who.kind is _TEAM:
        return f"{_TEAM_OF}{who.name}:{','.join(sorted(who.members))}"
    return who.identifier


def _team(text: str) -> Recipient | None:
    name, _, numbers = text.partition(":")
    members = [parse_rpps(one) for one in numbers.split(",")]
    found = frozenset(one for one in members if one)
    if not name.strip() or len(name) > 80 or len(found) != len(members) or len(found) > MEMBERS_MOST:
        return None
    return Recipient(_TEAM, "", found, name.strip())
