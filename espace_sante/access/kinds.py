"""What sort of line a record of her journal is; decided here alone, for every page, paper, letter and answer.

A line never says that somebody looked: it says by which way something was asked. On our own pages somebody was signed in before
a screen, or an agent before her; a software that asks by itself may show it to a person, or to nobody, and we do not know which.
Guarantee: G5. Source: docs/decisions/0044; docs/specs/entry.md §3.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from espace_sante.access.request import ActId, Channel, Effect

# Written by the keeper's own rounds, which no channel asks for.
SYSTEM = "system"
# What a judge had read, told to her on its day: its own act is inside (docs/specs/entry.md).
REVEALED = "reveal_order"


class Kind(StrEnum):
    """What sort of line it is: every line has exactly one."""

    OPENED = "opened"  # something was opened on our pages, by somebody signed in
    PRINTED = "printed"  # something was put on paper by an agent, at her request
    ORDERED = "ordered"  # something was handed over because a judge ordered it
    LISTED = "listed"  # titles, on our pages or on paper
    SOFTWARE_READ = "software-read"  # something was given to a software
    SOFTWARE_LIST = "software-list"  # titles, to a software
    REFUSED = "refused"  # whatever was asked, nothing was shown
    STARTED = "started"  # a call: nothing was shown, a form follows
    DEPOSITED = "deposited"
    SERVICE = "service"  # the service by itself, on a day that her will or a published rule had said
    OTHER = "other"  # choices, letters, her journal, what she contests


class Group(StrEnum):
    """What she may ask to see alone."""

    PERSONS = "persons"
    LISTS = "lists"
    SOFTWARE = "software"
    REFUSED = "refused"
    OTHERS = "others"


GROUPS: Mapping[Kind, Group] = MappingProxyType(
    {
        Kind.OPENED: Group.PERSONS,
        Kind.PRINTED: Group.PERSONS,
        Kind.ORDERED: Group.PERSONS,
        Kind.LISTED: Group.LISTS,
        Kind.SOFTWARE_READ: Group.SOFTWARE,
        Kind.SOFTWARE_LIST: Group.SOFTWARE,
        Kind.REFUSED: Group.REFUSED,
        Kind.STARTED: Group.OTHERS,
        Kind.DEPOSITED: Group.OTHERS,
        Kind.SERVICE: Group.OTHERS,
        Kind.OTHER: Group.OTHERS,
    }
)

_ORDERED: Mapping[str, Kind] = MappingProxyType(
    {ActId.READ_ORDERED.value: Kind.ORDERED, ActId.LIST_ORDERED.value: Kind.LISTED}
)
# What shows something of hers to somebody: a document, data of her care (one or a page of them), or to the support the state of
# her choices.
READINGS = frozenset(
    {ActId.READ_DOCUMENT.value, ActId.READ_RESOURCE.value, ActId.READ_SUPPORT.value, ActId.READ_AFTER_DEATH.value}
)
_LISTS = frozenset({ActId.LIST_DOCUMENTS.value, ActId.LIST_AFTER_DEATH.value})
_ADDING = frozenset({ActId.DEPOSIT_DOCUMENT.value, ActId.WRITE_RESOURCE.value})
# By the way it came; any other way than these is a software's, because we know of no person there.
_READ_BY = MappingProxyType(
    {Channel.WEB.value: Kind.OPENED, Channel.COUNTER.value: Kind.PRINTED, Channel.PAPER.value: Kind.PRINTED}
)


def kind_of(act: str, channel: str, *, permitted: bool, effect: str = Effect.IMMEDIATE.value) -> Kind:
    """Return the sort of a line, from the words of its record; total: an act or a way unknown here has one too.

    `effect` is how far a permitted act went. Depends on its arguments alone, never raises.
    """
    if not permitted:
        return Kind.REFUSED
    if effect == Effect.STARTS.value:
        return Kind.STARTED
    if act in READINGS:
        return _READ_BY.get(channel, Kind.SOFTWARE_READ)
    if act in _LISTS:
        return Kind.LISTED if channel in _READ_BY else Kind.SOFTWARE_LIST
    if channel == SYSTEM:
        return Kind.SERVICE
    return Kind.DEPOSITED if act in _ADDING else Kind.OTHER


def kind_of_record(record: Mapping[str, Any]) -> Kind:
    """Return the sort of a line from its record, as it was sealed (docs/specs/entry.md §3)."""
    if record["act"] == REVEALED:
        return _ORDERED.get(record["told"]["act"], Kind.SERVICE)
    permitted = record["decision"]["result"] == "permit"
    effect = record.get("effect", Effect.IMMEDIATE.value)
    return kind_of(record["act"], record["channel"], permitted=permitted, effect=effect)
