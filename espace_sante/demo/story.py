"""What has happened before you arrive: every step is an act, asked as the person, professional or agent would ask it.

Nothing is written any other way. Each request has its own idempotency key: telling the story twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from espace_sante.demo.documents import PAPERS, Paper

_KEY = "demonstration-1"
# Who was invited, by whom; Rachid never was.
INVITED = {
    "accueil": (
        *("karim", "lucie", "marcel", "nadia", "gisele", "hugo", "irina", "joseph", "khadija", "leon"),
        *("maud", "nour", "ondine", "quitterie", "solange", "timeo"),
    ),
    "petit": ("jeanne", "osman"),
    "vasseur": ("pierre",),
}
OPENED = ("karim", "lucie", "gisele", "irina", "joseph", "khadija", "nour", "ondine", "solange", "timeo")
OPENED_WITHOUT_DEPOSITS = ("hugo",)
REFUSED = ("marcel", "leon")
OPENED_AT_COUNTER = {"jeanne": "petit", "osman": "petit", "pierre": "vasseur"}
GRANTS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("karim", "diallo", {"scope": "everything", "purpose": "care", "days": "180"}),
    ("karim", "roux", {"scope": "categories", "categories": "4", "purpose": "follow_up", "days": "90"}),
    ("lucie", "faure", {"scope": "everything", "purpose": "care", "days": "270"}),
    ("irina", "diallo", {"scope": "everything", "purpose": "care", "days": "180"}),
    ("irina", "moreau", {"scope": "everything", "purpose": "care", "days": "180"}),
    ("ondine", "roux", {"scope": "categories", "categories": "4", "purpose": "follow_up", "days": "60"}),
    ("solange", "perrin", {"scope": "categories", "categories": "2", "purpose": "care", "days": "180"}),
    ("timeo", "klein", {"scope": "categories", "categories": "3", "purpose": "care", "days": "15"}),
)
AT_COUNTER_GRANTS = (("jeanne", "petit", "diallo", {"scope": "everything", "purpose": "care", "days": "365"}),)


class Teller(Protocol):
    """How the story is told: each method is one act asked of the running instance, by an invented account."""

    def invite(self, by: str, person: str, key: str) -> None:
        """Invite."""
        ...

    def does(self, person: str, act: str, values: Mapping[str, str], key: str) -> None:
        """Do an act as the person herself."""
        ...

    def at_counter(self, agent: str, person: str, act: str, values: Mapping[str, str], key: str) -> None:
        """Do an act at a counter, at her request."""
        ...

    def deposits(self, paper: Paper, key: str) -> str:
        """Deposit a document; return its number."""
        ...

    def is_refused(self, practitioner: str, person: str) -> bool:
        """Try to see somebody's documents without a permission; say whether it was refused."""
        ...

    def reads(self, practitioner: str, document: str) -> None:
        """Read a document."""
        ...

    def rpps(self, practitioner: str) -> str:
        """Return a professional's number."""
        ...


def tell(teller: Teller, progress: Callable[[str], None]) -> None:
    """Tell the whole story; `progress` hears one sentence a chapter. Raises what the teller raises."""
    progress("invitations et réponses")
    _beginnings(teller)
    progress("documents")
    numbers = {paper.title: teller.deposits(paper, f"{_KEY}-{paper.unique_id}") for paper in PAPERS}
    progress("autorisations, lectures et refus")
    _wills(teller, numbers)


def _beginnings(teller: Teller) -> None:
    for agent, people in INVITED.items():
        for person in people:
            teller.invite(agent, person, f"{_KEY}-invite-{person}")
    for person in OPENED:
        teller.does(person, "open_space", {"deposits": "yes"}, f"{_KEY}-open-{person}")
    for person in OPENED_WITHOUT_DEPOSITS:
        teller.does(person, "open_space", {"deposits": "no"}, f"{_KEY}-open-{person}")
    for person, agent in OPENED_AT_COUNTER.items():
        teller.at_counter(agent, person, "open_space", {"deposits": "yes"}, f"{_KEY}-open-{person}")
    for person in REFUSED:
        teller.does(person, "refuse_space", {}, f"{_KEY}-refuse-{person}")


def _wills(teller: Teller, numbers: Mapping[str, str]) -> None:
    for person, practitioner, values in GRANTS:
        given = {**values, "practitioner": teller.rpps(practitioner)}
        teller.does(person, "grant_access", given, f"{_KEY}-grant-{person}-{practitioner}")
    for person, agent, practitioner, values in AT_COUNTER_GRANTS:
        given = {**values, "practitioner": teller.rpps(practitioner)}
        teller.at_counter(agent, person, "grant_access", given, f"{_KEY}-grant-{person}-{practitioner}")
    from_diallo = {"practitioner": teller.rpps("diallo")}
    teller.does("irina", "withdraw_access", from_diallo, f"{_KEY}-withdraw-irina")
    hidden = {"document": numbers["Compte rendu de spécialiste"]}
    teller.does("khadija", "mask", hidden, f"{_KEY}-mask-khadija")
    teller.reads("diallo", numbers["Bilan sanguin de mars"])
    teller.reads("roux", numbers["Bilan sanguin de mars"])
    for practitioner, person in (("dumas", "karim"), ("diallo", "irina")):
        if not teller.is_refused(practitioner, person):
            raise AssertionError(f"{practitioner} was shown what {person} did not grant")
    teller.does("gisele", "close_space", {"sure": "yes"}, f"{_KEY}-close-gisele")
