"""The one registry of acts. Loading it checks that no act of a person lacks a channel. Guarantee: G10."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.access.request import ActId, Channel
from espace_sante.actions import (
    block,
    close_space,
    deposit_document,
    erase_content,
    export_journal,
    grant_access,
    invite,
    list_documents,
    mask,
    open_space,
    read_document,
    read_journal,
    record_delivery,
    record_return,
    refuse_space,
    reopen_space,
    reverse_refusal,
    unblock,
    unmask,
    withdraw_access,
)
from espace_sante.actions.act import Act

_MODULES = (
    open_space,
    refuse_space,
    deposit_document,
    list_documents,
    read_document,
    grant_access,
    withdraw_access,
    mask,
    unmask,
    block,
    unblock,
    read_journal,
    close_space,
    export_journal,
    reopen_space,
    erase_content,
    reverse_refusal,
    invite,
    record_delivery,
    record_return,
)


def fault_of(act: Act) -> str:
    """Return what an act lacks to be done in every channel by the persons it is for, "" for nothing."""
    if not act.name or not act.sentence or not act.channels:
        return "words"
    if not act.for_persons:
        return ""
    if act.channels != frozenset(Channel):
        return "channels"
    return "" if act.counter and act.phone and act.form else "counter, phone or form"


def _checked(acts: tuple[Act, ...]) -> Mapping[ActId, Act]:
    found: dict[ActId, Act] = {}
    for act in acts:
        if fault := fault_of(act):
            raise ValueError(f"{act.id}: {fault} missing")
        if act.id in found or (act.form and act.form in {other.form for other in found.values()}):
            raise ValueError(f"{act.id}: stands twice")
        found[act.id] = act
    return MappingProxyType(found)


REGISTRY = _checked(tuple(module.ACT for module in _MODULES))
PERSON_ACTS = tuple(act for act in REGISTRY.values() if act.for_persons)
