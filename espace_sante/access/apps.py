"""What an application that acts for somebody is let through to: less than he may himself, and never an act of choice.

An act that is not in the list below is refused to every application. What its scopes let through is asked in two parts: what
depends on its scopes alone, which it may be told, and what depends on the thing, which it is never told.
Pure. Guarantee: G3, G11. Source: docs/decisions/0052; docs/specs/decision.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from espace_sante.access.outcomes import APP_BEYOND, APP_ENDED, APP_SCOPE
from espace_sante.access.reading import Visible
from espace_sante.access.request import ActId, AppUse, Context, Refuse, Thing
from espace_sante.identity.scopes import Facts, Scopes
from espace_sante.records.resource import kinds

DOCUMENT, CONTENT = "DocumentReference", "Binary"
# What an application may do at all: on documents, the one interaction; on resources, what its demand says.
_OF_DOCUMENTS: Mapping[ActId, str] = MappingProxyType(
    {ActId.LIST_DOCUMENTS: "s", ActId.READ_DOCUMENT: "r", ActId.DEPOSIT_DOCUMENT: "c"}
)
_OF_RESOURCES: Mapping[ActId, str] = MappingProxyType({ActId.READ_RESOURCE: "rs", ActId.WRITE_RESOURCE: "cud"})
# Software without anybody at a screen adds, and reads nothing. Source: docs/decisions/0052.
_ADDING = frozenset((ActId.DEPOSIT_DOCUMENT, ActId.WRITE_RESOURCE))
OPEN_TO_APPS = frozenset((*_OF_DOCUMENTS, *_OF_RESOURCES))
_TYPES = "http://loinc.org"
_SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        "Observation": "http://terminology.hl7.org/CodeSystem/observation-category",
        "DiagnosticReport": "http://terminology.hl7.org/CodeSystem/v2-0074",
    }
)


def refusal(app: AppUse, act: ActId, thing: Thing, context: Context, now: datetime) -> Refuse | None:
    """Say why an application is refused what its user might do, None when it is not: his own right is asked then, as ever."""
    if not within_scopes(app, act, thing):
        return APP_SCOPE
    if is_ended(app, context, now):
        return APP_ENDED
    return None if _lets_thing(app.scopes, act, thing) else APP_BEYOND


def within_scopes(app: AppUse, act: ActId, thing: Thing) -> bool:
    """Say whether its scopes let through something of what is asked: of nothing it knows of her, so it may be told."""
    if app.alone and act not in _ADDING:
        return False
    scopes = app.scopes
    letter = _OF_DOCUMENTS.get(act)
    if letter is not None:
        return any(scopes.may(name, letter) for name in _documents(act))
    if act not in OPEN_TO_APPS or len(thing.letter) != 1 or thing.letter not in _OF_RESOURCES[act]:
        return False
    if thing.types:
        return all(scopes.may(name, thing.letter) for name in thing.types)
    return act is ActId.READ_RESOURCE and any(thing.letter in one.letters for one in scopes.items)


def is_ended(app: AppUse, context: Context, now: datetime) -> bool:
    """Say whether the authorisation it rests on is not in her will any more; a will that is not known has none."""
    if app.grant is None:
        return False
    rights = context.rights
    return rights is None or not any(one.grant_id == app.grant and one.starts <= now < one.ends for one in rights.apps)


def lines(app: AppUse, of: str, shown: Visible) -> Visible:
    """Return the question for each line of a list of one type, asked of an application: its scopes too let it through."""

    def seen(
        category: int | None,
        document: UUID | None,
        type_code: str = "",
        born_hidden: bool = False,
        withheld: bool = False,
        /,
    ) -> bool:
        if not of or not app.scopes.lets(of, "s", facts_of(of, category, type_code)):
            return False
        return shown(category, document, type_code, born_hidden, withheld)

    return seen


def facts_of(name: str, category: int | None, type_code: str) -> Facts:
    """Return what is known of a thing by the search parameters a scope may name: a document's type, a resource's category."""
    if name == DOCUMENT:
        return {"type": (type_code, f"{_TYPES}|{type_code}")} if type_code else {}
    said = {kind.when for kind in kinds() if (kind.type, kind.category, kind.type_code) == (name, category, type_code)}
    return {"category": frozenset((*said, *(f"{_SYSTEMS.get(name)}|{when}" for when in said)))} if said - {""} else {}


def _lets_thing(scopes: Scopes, act: ActId, thing: Thing) -> bool:
    letter = _OF_DOCUMENTS.get(act, thing.letter)
    if letter == "s":  # each line of a list is asked apart
        return True
    names = _documents(act) if act in _OF_DOCUMENTS else thing.types
    found = (scopes.lets(name, letter, facts_of(name, thing.category, thing.type_code)) for name in names)
    return any(found)


def _documents(act: ActId) -> tuple[str, ...]:
    """Reading a document gives what describes it and its bytes, under either name; the rest is of what describes it."""
    return (DOCUMENT, CONTENT) if act is ActId.READ_DOCUMENT else (DOCUMENT,)
