"""What has happened before you arrive: every step is an act, asked as the person, professional or agent would ask it.

Nothing is written any other way. Each request has its own idempotency key: telling the story twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from espace_sante.demo.documents import PAPERS, Paper

_KEY = "demonstration-1"
# Who was invited, by whom; Rachid never was, nor the children: nobody can yet answer for them.
INVITED = {
    "accueil": (
        *("karim", "lucie", "marcel", "nadia", "gisele", "hugo", "irina", "joseph", "khadija", "leon"),
        *("maud", "nour", "ondine", "quitterie", "solange", "timeo", "adrien", "bernard", "salome", "farah"),
    ),
    "petit": ("jeanne", "osman", "paulette", "alain"),
    "vasseur": ("pierre", "dylan"),
}
OPENED = (
    *("karim", "lucie", "gisele", "irina", "joseph", "khadija", "nour", "ondine", "solange", "timeo"),
    *("adrien", "bernard", "salome", "farah"),
)
OPENED_WITHOUT_DEPOSITS = ("hugo",)
REFUSED = ("marcel", "leon")
OPENED_AT_COUNTER = {
    **{"jeanne": "petit", "osman": "petit", "paulette": "petit", "alain": "petit"},
    **{"pierre": "vasseur", "dylan": "vasseur"},
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What one person lets one professional read: categories, or documents by their titles, or else everything."""

    person: str
    to: str
    purpose: str
    days: int
    categories: tuple[int, ...] = ()
    titles: tuple[str, ...] = ()

    def values(self, rpps: str, numbers: Numbers) -> dict[str, str]:
        """Return what the form of a grant holds."""
        values = {"practitioner": rpps, "purpose": self.purpose, "days": str(self.days), "scope": "everything"}
        if self.categories:
            return {**values, "scope": "categories", "categories": ",".join(map(str, self.categories))}
        if self.titles:
            chosen = ",".join(numbers[self.person, title] for title in self.titles)
            return {**values, "scope": "documents", "documents": chosen}
        return values


Numbers = Mapping[tuple[str, str], str]
GRANTS = (
    Grant("karim", "diallo", "care", 180),
    Grant("karim", "roux", "follow_up", 90, categories=(4,)),
    Grant("karim", "marchal", "care", 30, titles=("Bilan sanguin de mars, corrigé", "Fond d'œil")),
    Grant("lucie", "faure", "care", 270),
    Grant("lucie", "tran", "care", 60, categories=(3,)),
    Grant("irina", "diallo", "care", 180),
    Grant("irina", "moreau", "care", 180),
    Grant("ondine", "roux", "follow_up", 60, categories=(4,)),
    Grant("solange", "perrin", "care", 180, categories=(2,)),
    Grant("timeo", "klein", "care", 15, categories=(3,)),
    Grant("khadija", "diallo", "care", 180),
    Grant("khadija", "guerin", "care", 90),
    Grant("joseph", "marchal", "care", 120, categories=(5, 10)),
    Grant("hugo", "tran", "second_opinion", 15, titles=("Photo de mon grain de beauté",)),
    Grant("adrien", "diallo", "care", 365),
    Grant("adrien", "benali", "care", 30, categories=(12,)),
    Grant("bernard", "abadie", "follow_up", 120),
    Grant("salome", "moreau", "care", 365),
    Grant("farah", "sorel", "follow_up", 180, categories=(5, 13)),
    Grant("jeanne", "lopez", "care", 180, categories=(2, 5)),
    Grant("osman", "tran", "care", 30, categories=(3,)),
    Grant("paulette", "moreau", "care", 365),
    Grant("alain", "lopez", "care", 180),
    Grant("pierre", "lenoir", "care", 60),
    Grant("dylan", "sorel", "follow_up", 90, categories=(5,)),
)
# Hidden from every professional, by title; then categories, hidden from one or from all ("").
MASKED = (
    ("khadija", "Synthèse du séjour de 2019"),
    ("khadija", "Dernière consultation au centre"),
    ("khadija", "Ordonnance de 2021"),
    ("farah", "Passage aux urgences de Farah"),
)
MASKED_CATEGORIES = (("khadija", 2, "guerin"), ("alain", 9, ""))
WITHDRAWN = (("irina", "diallo"), ("osman", "tran"))
READINGS = (
    ("diallo", "karim", "Bilan sanguin de mars"),
    ("roux", "karim", "Bilan sanguin de mars"),
    ("diallo", "karim", "Bilan sanguin de mars, corrigé"),
    ("karim", "karim", "Bilan sanguin de mars, corrigé"),
    ("faure", "lucie", "Compte rendu de l'échographie"),
    ("lucie", "lucie", "Image de l'échographie"),
    ("moreau", "irina", "Dosage de la thyroïde"),
    ("perrin", "solange", "Ordonnance de Solange"),
    ("klein", "timeo", "Compte rendu de la radiographie"),
    ("guerin", "khadija", "Tracé du cœur"),
    ("tran", "hugo", "Photo de mon grain de beauté"),
    ("abadie", "bernard", "Bilan d'orthophonie"),
    ("lopez", "jeanne", "Passage aux urgences de Jeanne"),
    ("lenoir", "pierre", "Lettre de sortie de Pierre"),
)
# Each tries to see somebody's documents and is told the same thing: nothing.
REFUSALS = (
    *(("dumas", "karim"), ("guerin", "karim"), ("diallo", "irina"), ("tran", "osman"), ("labo", "ondine")),
    *(("hopital", "farah"), ("okoye", "zoe"), ("moreau", "marcel"), ("ferrand", "khadija")),
)
CLOSED = ("gisele",)


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

    def reads(self, reader: str, document: str) -> None:
        """Read a document, as a professional or as oneself."""
        ...

    def rpps(self, practitioner: str) -> str:
        """Return a professional's number."""
        ...


def tell(teller: Teller, progress: Callable[[str], None]) -> None:
    """Tell the whole story; `progress` hears one sentence a chapter. Raises what the teller raises."""
    progress(f"{sum(map(len, INVITED.values()))} invitations, et ce que chacun répond")
    _beginnings(teller)
    progress(f"{len(PAPERS)} documents")
    numbers = {(paper.person, paper.title): teller.deposits(paper, f"{_KEY}-{paper.unique_id}") for paper in PAPERS}
    progress(f"{len(GRANTS)} autorisations, puis ce qui est caché et retiré")
    _wills(teller, numbers)
    progress("lectures et refus")
    _readings(teller, numbers)
    progress("une fermeture")
    for person in CLOSED:
        teller.does(person, "close_space", {"sure": "yes"}, f"{_KEY}-close-{person}")


def _beginnings(teller: Teller) -> None:
    for agent, people in INVITED.items():
        for person in people:
            teller.invite(agent, person, f"{_KEY}-invite-{person}")
    for person in (*OPENED, *OPENED_AT_COUNTER):
        _asks(teller, person, "open_space", {"deposits": "yes"}, f"open-{person}")
    for person in OPENED_WITHOUT_DEPOSITS:
        _asks(teller, person, "open_space", {"deposits": "no"}, f"open-{person}")
    for person in REFUSED:
        _asks(teller, person, "refuse_space", {}, f"refuse-{person}")


def _wills(teller: Teller, numbers: Numbers) -> None:
    for grant in GRANTS:
        values = grant.values(teller.rpps(grant.to), numbers)
        _asks(teller, grant.person, "grant_access", values, f"grant-{grant.person}-{grant.to}")
    for person, title in MASKED:
        number = numbers[person, title]
        _asks(teller, person, "mask", {"document": number}, f"mask-{number}")
    for person, category, whom in MASKED_CATEGORIES:
        values = {"category": str(category), **({"practitioner": teller.rpps(whom)} if whom else {})}
        _asks(teller, person, "mask", values, f"mask-{person}-{category}-{whom}")
    for person, whom in WITHDRAWN:
        values = {"practitioner": teller.rpps(whom)}
        _asks(teller, person, "withdraw_access", values, f"withdraw-{person}-{whom}")


def _readings(teller: Teller, numbers: Numbers) -> None:
    for reader, person, title in READINGS:
        teller.reads(reader, numbers[person, title])
    for practitioner, person in REFUSALS:
        if not teller.is_refused(practitioner, person):
            raise AssertionError(f"{practitioner} was shown what {person} did not grant")


def _asks(teller: Teller, person: str, act: str, values: Mapping[str, str], key: str) -> None:
    """Have a person do an act, by herself or at the counter where she opened her space."""
    agent = OPENED_AT_COUNTER.get(person)
    if agent is None:
        teller.does(person, act, values, f"{_KEY}-{key}")
    else:
        teller.at_counter(agent, person, act, values, f"{_KEY}-{key}")
