"""The list of what a person must be able to do, compared with the registry: each demand has its acts, or says what is missing (PAR-02)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from espace_sante.access.request import ActId
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from espace_sante.channels.parity import parity
from tests.needs import ROOT

# The words of the requirement. Source: inclusion.md PAR-02.
LIST = (
    "open; refuse; reverse a refusal; withdraw consent; close; delete content; grant to a professional; grant to a "
    "care team or structure; limit duration or scope; revoke; block; unblock; allow or forbid emergency access; "
    "hide; unhide; add a document; ask for correction; read own documents; get a copy; see the access journal; "
    "contest an access; get a full export; give a mandate to a professional helper; give a mandate to a family "
    "helper; end a mandate; name a trusted person; deposit advance directives; authorise or end an application or "
    "secondary use; act for a child or protected adult; change channel, language and contact; take part in the "
    "debate; complain"
)
A = ActId
BUILT: Mapping[str, frozenset[ActId]] = {
    "open": frozenset({A.OPEN_SPACE, A.REOPEN_SPACE}),
    "refuse": frozenset({A.REFUSE_SPACE}),
    "reverse a refusal": frozenset({A.REVERSE_REFUSAL}),
    # There is no consent apart from what it opened: the space, the deposits, each use, each permission.
    "withdraw consent": frozenset({A.CLOSE_SPACE, A.REFUSE_DEPOSITS, A.END_SECONDARY_USE, A.WITHDRAW_ACCESS}),
    "close": frozenset({A.CLOSE_SPACE}),
    "delete content": frozenset({A.CLOSE_SPACE, A.ERASE_CONTENT}),
    "grant to a professional": frozenset({A.GRANT_ACCESS, A.ACCEPT_REQUEST, A.ISSUE_ACCESS_CARD}),
    "grant to a care team or structure": frozenset({A.GRANT_ACCESS}),
    "limit duration or scope": frozenset({A.LIMIT_GRANT}),
    "revoke": frozenset({A.WITHDRAW_ACCESS, A.REVOKE_ACCESS_CARD}),
    "block": frozenset({A.BLOCK}),
    "unblock": frozenset({A.UNBLOCK}),
    "allow or forbid emergency access": frozenset({A.SET_EMERGENCY_WILL, A.REFUSE_EMERGENCY}),
    "hide": frozenset({A.MASK, A.HIDE_NEW_DOCUMENTS}),
    "unhide": frozenset({A.UNMASK, A.SHOW_NEW_DOCUMENTS}),
    "add a document": frozenset({A.DEPOSIT_DOCUMENT}),
    "ask for correction": frozenset({A.REPORT_MISTAKE}),
    "read own documents": frozenset({A.LIST_DOCUMENTS, A.READ_DOCUMENT, A.READ_RESOURCE}),
    "get a copy": frozenset({A.READ_DOCUMENT}),
    "see the access journal": frozenset({A.READ_JOURNAL, A.PROVE_JOURNAL}),
    "contest an access": frozenset({A.CONTEST_ACCESS}),
    "give a mandate to a professional helper": frozenset({A.NAME_HELPER}),
    "give a mandate to a family helper": frozenset({A.NAME_HELPER}),
    "end a mandate": frozenset({A.END_MANDATE}),
    "name a trusted person": frozenset({A.NAME_TRUSTED_PERSON}),
    "authorise or end an application or secondary use": frozenset(
        {A.AUTHORISE_APP, A.END_APP, A.ALLOW_SECONDARY_USE, A.END_SECONDARY_USE}
    ),
    # Recorded by two agents from a paper, never said by whoever acts; she contests it.
    "act for a child or protected adult": frozenset(
        {A.RECORD_REPRESENTATION, A.CONFIRM_REPRESENTATION, A.END_REPRESENTATION, A.CONTEST_REPRESENTATION}
    ),
    "change channel, language and contact": frozenset(
        {A.CHANGE_CONTACT, A.REMOVE_CONTACT, A.GIVE_ADDRESS, A.REMOVE_ADDRESS, A.CHOOSE_NOTICES, A.CHOOSE_LETTERS}
    ),
}
# Acts of a list of their own, so that nothing of the health side knows who takes part (decision 0070).
OUTSIDE = {"take part in the debate": "take_part_in_debate"}
# What is missing: the identifier it will have, of which demand, and what stands in its place meanwhile.
MISSING: Mapping[str, tuple[str, str]] = {
    "deposit_directives": ("deposit advance directives", "deposited as any document; an act of its own is not built"),
    "export_all": (
        "get a full export",
        "the journal and receipts by export_journal, the data by $export; one archive of all is not built",
    ),
    "complain": (
        "complain",
        "an access, a mistake, a death, a representative are contested; a complaint about the service is not built",
    ),
    "change_language": (
        "change channel, language and contact",
        "pages have three languages; letters are in French or plain French",
    ),
}
WANTED = {one.strip() for one in LIST.split(";")}


def test_each_demand_of_the_list_is_built_stands_outside_or_is_said_to_be_missing() -> None:
    missing = {demand for demand, _ in MISSING.values()}
    assert {*BUILT, *OUTSIDE} | missing == WANTED
    assert {*BUILT, *OUTSIDE} & missing == {"change channel, language and contact"}, "the only one built in part"


@pytest.mark.parametrize("demand", sorted(BUILT))
def test_each_act_of_a_demand_is_in_the_registry_and_she_may_do_it(demand: str) -> None:
    hers = {act.id for act in PERSON_ACTS}
    assert BUILT[demand] and BUILT[demand] <= REGISTRY.keys()
    assert BUILT[demand] & hers, "an act of her own"


def test_a_permission_goes_to_a_professional_a_structure_or_a_team() -> None:
    assert {"practitioner", "structure", "team"} <= {field.name for field in REGISTRY[A.GRANT_ACCESS].fields}


def test_what_stands_outside_has_every_channel_too() -> None:
    acts = {line["id"]: line for line in parity()["acts"]}
    assert all(len(acts[name]["channels"]) == 5 for name in OUTSIDE.values())


def test_what_is_said_to_be_missing_is_and_the_page_of_requirements_names_it() -> None:
    text = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    (line,) = [one for one in text.splitlines() if one.startswith("| PAR-02 |")]
    for act in MISSING:
        assert act not in {one.value for one in ActId}, f"{act} is built: it leaves this list"
        assert f"`{act}`" in line
