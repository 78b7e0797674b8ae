"""The one registry of acts. Loading it checks that no act of a person lacks a channel. Guarantee: G10."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.access.request import ActId, Channel
from espace_sante.actions import (
    accept_mandate,
    accept_request,
    allow_support,
    announce_document,
    answer_case,
    ask_reminders,
    authorise_app,
    block,
    break_glass,
    change_contact,
    check_mandate,
    choices,
    choose_letters,
    choose_notices,
    close_space,
    confirm_case_answer,
    confirm_contact,
    confirm_emergency,
    confirm_order,
    contest_access,
    contest_death,
    decline_request,
    demand_after_death,
    deposit_document,
    end_app,
    end_episode,
    end_mandate,
    end_support,
    erase_content,
    expect_access,
    export_journal,
    give_address,
    grant_access,
    invite,
    issue_access_card,
    keep_episode,
    limit_grant,
    list_after_death,
    list_cases,
    list_documents,
    list_letters,
    list_ordered,
    list_orders,
    mask,
    name_administrator,
    name_helper,
    open_sandbox,
    open_space,
    open_support,
    post_letter,
    print_letter,
    prolong_order,
    prove_journal,
    read_after_death,
    read_document,
    read_journal,
    read_mandate,
    read_ordered,
    read_resource,
    read_support,
    record_death,
    record_delivery,
    record_order,
    record_return,
    refuse_emergency,
    refuse_space,
    remove_address,
    remove_contact,
    reopen_space,
    report_mistake,
    request_access,
    return_letter,
    reverse_refusal,
    revoke_access_card,
    set_emergency_will,
    stop_reminders,
    unblock,
    unmask,
    use_access_card,
    withdraw_access,
    write_resource,
)
from espace_sante.actions.act import Act

_MODULES = (
    open_space,
    refuse_space,
    deposit_document,
    list_documents,
    read_document,
    read_resource,
    grant_access,
    limit_grant,
    name_administrator,
    withdraw_access,
    mask,
    unmask,
    block,
    unblock,
    keep_episode,
    end_episode,
    set_emergency_will,
    refuse_emergency,
    issue_access_card,
    revoke_access_card,
    accept_request,
    decline_request,
    read_journal,
    contest_access,
    report_mistake,
    allow_support,
    end_support,
    authorise_app,
    end_app,
    name_helper,
    end_mandate,
    give_address,
    remove_address,
    ask_reminders,
    stop_reminders,
    change_contact,
    remove_contact,
    confirm_contact,
    choose_notices,
    expect_access,
    choose_letters,
    close_space,
    export_journal,
    prove_journal,
    reopen_space,
    erase_content,
    reverse_refusal,
    contest_death,
    invite,
    list_cases,
    answer_case,
    confirm_case_answer,
    open_support,
    read_support,
    break_glass,
    confirm_emergency,
    use_access_card,
    request_access,
    announce_document,
    write_resource,
    record_delivery,
    record_return,
    list_letters,
    print_letter,
    post_letter,
    return_letter,
    record_order,
    confirm_order,
    prolong_order,
    list_orders,
    list_ordered,
    read_ordered,
    record_death,
    demand_after_death,
    list_after_death,
    read_after_death,
    open_sandbox,
    check_mandate,
    accept_mandate,
    read_mandate,
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


REGISTRY = _checked((*(module.ACT for module in _MODULES), *choices.ACTS))
PERSON_ACTS = tuple(act for act in REGISTRY.values() if act.for_persons)
