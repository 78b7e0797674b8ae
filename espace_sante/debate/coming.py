"""What comes to the register, and when: values, and the checks that need no database. Guarantee: G14."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from espace_sante.debate.book import Book
from espace_sante.debate.dossier import Dossier
from espace_sante.debate.fitting import answers_well
from espace_sante.debate.rules import counts
from espace_sante.debate.texts import is_sound, tidy
from espace_sante.debate.token import normal
from espace_sante.debate.words import ABOUT, Sort
from espace_sante.kernel.errors import Kind, Problem


@dataclass(frozen=True, slots=True)
class Came:
    """When something came: the day it counts from, the day it arrived, and the hour, which is only ever counted.

    `taken_on`: the day a letter was typed in, when it is a later one. It waits with all that was taken that day: published as soon as
    it is typed, letters would stand in the order of the pile.
    """

    made_on: date
    arrived_on: date
    hour: int | None = None
    taken_on: date | None = None

    @property
    def day(self) -> date:
        """The day with which it is published."""
        return max(self.arrived_on, self.taken_on or self.arrived_on)


@dataclass(frozen=True, slots=True)
class Written:
    """A text somebody wrote for a dossier, with her code."""

    dossier: str
    code: str
    sort: Sort
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What she keeps: the number of her text, and from which day it is shown."""

    contribution: str
    shown_from: date


def one_form(code: str) -> str:
    """Return a typed code in its one form. Raises Problem."""
    found = normal(code)
    if found is None:
        raise Problem(Kind.UNPROCESSABLE, "debate-code-mistyped")
    return found


def mistakes(dossier: Dossier, code: str, *, sort: str, about: str, text: str) -> list[str]:
    """Return the code of every refusal that can be told of a text as it was typed, before any code of an envelope is spent."""
    found = [] if normal(code) else ["debate-code-mistyped"]
    if sort not in list(Sort):
        found.append("debate-no-sort")
    elif not answers_well(dossier, Sort(sort), about):
        found.append("debate-wrong-sort" if ABOUT[Sort(sort)] else "debate-answers-none")
    if not is_sound(tidy(text)):
        found.append("debate-text-length")
    return found


def dossier_in(book: Book, name: str) -> Dossier:
    """Return a dossier. Raises Problem."""
    found = book.dossiers.get(name)
    if found is None:
        raise Problem(Kind.NOT_FOUND, "debate-no-dossier")
    return found


def refuse_out_of_time(came: Came, opened_on: date, closes_on: date, code: str = "debate-not-open") -> None:
    """Refuse what was not given between two days, or arrived too late after them. Raises Problem."""
    if came.made_on > came.arrived_on:
        raise Problem(Kind.UNPROCESSABLE, "debate-day")
    if not counts(came.made_on, came.arrived_on, opened_on=opened_on, closes_on=closes_on):
        raise Problem(Kind.CONFLICT, code)


def row_number(random: bytes) -> str:
    """Return the number of a row, drawn: it says nothing of when."""
    return str(UUID(bytes=random, version=4))
