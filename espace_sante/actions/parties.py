"""Naming a party in a form: one professional, a structure, or a team told member by member; exactly one of them.

What another program sends may also stand in one field, as `consent.recipient` writes it.
"""

from __future__ import annotations

from collections.abc import Mapping

from espace_sante.actions import fields
from espace_sante.actions.act import Field, FieldKind, Values
from espace_sante.consent.recipient import MEMBERS_MOST, parse_recipient
from espace_sante.identity.structure import parse_structure
from espace_sante.kernel.errors import Kind, Problem

PRACTITIONER = Field(
    "practitioner",
    "Le numéro du professionnel (RPPS)",
    FieldKind.PRACTITIONER,
    required=False,
    help="Onze chiffres, sur son ordonnance.",
)
STRUCTURE = Field(
    "structure",
    "ou le numéro de l'établissement (FINESS)",
    required=False,
    help="Neuf caractères. L'établissement vous le donne.",
)
TEAM = Field(
    "team", "ou le nom de l'équipe", required=False, help="Comme vous l'appelez, par exemple : mes infirmières."
)
MEMBERS = Field(
    "members",
    "Les numéros de tous ses membres (RPPS)",
    required=False,
    help="Séparés par des virgules. Qui rejoint l'équipe ensuite n'en fait pas partie.",
)
ONE_OR_STRUCTURE = (PRACTITIONER, STRUCTURE)
ANY_PARTY = (*ONE_OR_STRUCTURE, TEAM, MEMBERS)


def party_named(values: Values, *, required: bool = True, teams: bool = False) -> str:
    """Return the party named, as `consent.recipient` reads it; "" when nobody is and nobody has to be. Raises Problem."""
    said = {one.name: fields.text(values, one.name, one.label, required=False, longest=1000) for one in ANY_PARTY}
    named = [name for name in ("practitioner", "structure", "team") if said[name]]
    if len(named) > 1:
        raise Problem(Kind.INVALID, "whom-twice")
    if not named:
        if required or said["members"]:
            raise Problem(Kind.INVALID, "field-missing", {"field": PRACTITIONER.label})
        return ""
    if named == ["structure"]:
        return _structure(said["structure"])
    if named == ["team"] or said["practitioner"].startswith("team:"):
        return _team(said, teams=teams)
    if said["practitioner"].startswith("structure:"):
        return _structure(said["practitioner"].removeprefix("structure:"))
    return said["practitioner"]  # the keeper says what a professional's number is


def _structure(text: str) -> str:
    number = parse_structure(text)
    if number is None:
        raise Problem(Kind.INVALID, "structure-invalid")
    return f"structure:{number}"


def _team(said: Mapping[str, str], *, teams: bool) -> str:
    written = said["practitioner"] or f"team:{said['team']}:{_listed(said['members'])}"
    if not teams or parse_recipient(written) is None:
        raise Problem(Kind.INVALID, "team-invalid", {"maximum": MEMBERS_MOST})
    return written


def _listed(members: str) -> str:
    return ",".join(one.strip() for one in members.replace(";", ",").split(",") if one.strip())
