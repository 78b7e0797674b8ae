"""A party in words: who is allowed, blocked, hidden from; the same on every page, letter and line of the journal.

Pure: what `consent.recipient` reads in, a sentence's piece or a title out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from espace_sante.consent.recipient import Recipient, RecipientKind, parse_hidden_from
from espace_sante.kernel.i18n import mark

Say = Callable[[str], str]
NameOf = Callable[[str], str]

_LEGAL_INSIDE = mark("vos représentants légaux (parents, tuteur)")
_LEGAL_ALONE = mark("Vos représentants légaux (parents, tuteur)")
# By kind: with a name, then without.
_INSIDE: Mapping[RecipientKind, tuple[str, str]] = MappingProxyType(
    {
        RecipientKind.PRACTITIONER: (
            mark("%(name)s, numéro %(number)s"),
            mark("le professionnel numéro %(number)s"),
        ),
        RecipientKind.STRUCTURE: (
            mark("l’établissement %(name)s, numéro %(number)s"),
            mark("l’établissement numéro %(number)s"),
        ),
        RecipientKind.TEAM: (mark("l’équipe « %(name)s » (%(number)s)"), mark("l’équipe de %(number)s")),
        RecipientKind.REPRESENTATIVES: (_LEGAL_INSIDE, _LEGAL_INSIDE),
    }
)
_ALONE: Mapping[RecipientKind, tuple[str, str]] = MappingProxyType(
    {
        RecipientKind.PRACTITIONER: (
            mark("%(name)s, numéro %(number)s"),
            mark("Professionnel numéro %(number)s"),
        ),
        RecipientKind.STRUCTURE: (
            mark("Établissement : %(name)s, numéro %(number)s"),
            mark("Établissement numéro %(number)s"),
        ),
        RecipientKind.TEAM: (mark("Équipe « %(name)s » : %(number)s"), mark("Équipe : %(number)s")),
        RecipientKind.REPRESENTATIVES: (_LEGAL_ALONE, _LEGAL_ALONE),
    }
)


def nobody_named(_written: str) -> str:
    """Know no name at all."""
    return ""


def party_said(written: str, say: Say = str, name_of: NameOf = nobody_named) -> str:
    """Return a party as a piece of a sentence; `name_of` gives the name of what is written, "" if unknown."""
    return _said(written, _INSIDE, say, name_of)


def party_titled(written: str, say: Say = str, name_of: NameOf = nobody_named) -> str:
    """Return a party as words that stand alone."""
    return _said(written, _ALONE, say, name_of)


def _said(written: str, words: Mapping[RecipientKind, tuple[str, str]], say: Say, name_of: NameOf) -> str:
    who = parse_hidden_from(written)
    if who is None:
        return say(words[RecipientKind.PRACTITIONER][1]) % {"number": written}
    name = who.name if who.kind is RecipientKind.TEAM else name_of(written)
    number = _members(who, name_of) if who.kind is RecipientKind.TEAM else who.identifier
    return say(words[who.kind][0 if name else 1]) % {"name": name, "number": number}


def _members(team: Recipient, name_of: NameOf) -> str:
    return ", ".join(name_of(one) or one for one in sorted(team.members))
