"""What is wrong in a form of the debate, field by field and all at once; nothing here spends a code. Guarantee: G14."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from espace_sante.debate.coming import Came, mistakes, refuse_out_of_time
from espace_sante.debate.dossier import Dossier
from espace_sante.debate.refused import SENTENCES, sentence
from espace_sante.debate.token import normal
from espace_sante.debate.words import Choice
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web.debate.edge import Reader

# Under which field a refusal is shown.
_FIELDS = {
    "debate-code-mistyped": "code",
    "debate-code-unknown": "code",
    "debate-code-spent": "code",
    "debate-text-length": "text",
    "debate-no-sort": "sort",
    "debate-wrong-sort": "about",
    "debate-answers-none": "about",
    "debate-no-contribution": "code",
    "debate-not-hidden": "code",
}


def errors_of(guest: Reader, problem: Problem, field: str) -> dict[str, str]:
    """Return a refusal under its field, under this one when it has none of its own. Raises one that has no words here."""
    if not (why := sentence(problem, guest.language)):
        raise problem
    return {_FIELDS.get(problem.code, field): why}


def in_text(guest: Reader, dossier: Dossier) -> dict[str, str]:
    """Return what is wrong in a text and its code."""
    about = guest.text("about").strip()
    found = mistakes(dossier, guest.text("code"), sort=guest.text("sort"), about=about, text=guest.text("text"))
    return _said(guest, found)


def in_ballot(guest: Reader, dossier: Dossier) -> dict[str, str]:
    """Return what is wrong in a ballot and its code: each proposal wants an answer."""
    proposals = dossier.vote.proposals if dossier.vote else ()
    left = [f"p-{one}" for one in proposals if guest.text(f"p-{one}") not in list(Choice)]
    code = [] if normal(guest.text("code")) else ["debate-code-mistyped"]
    return _said(guest, code) | dict.fromkeys(left, guest.say(SENTENCES["debate-choices"]))


async def in_arrival(guest: Reader, opened_on: date, closes_on: date, code: str) -> dict[str, str]:
    """Return what is wrong in what a desk says of a letter: its own code, and the days; `code`: the refusal of a day out of time."""
    found: dict[str, str] = {}
    try:
        await guest.register.check_desk(guest.text("desk"), guest.today)
    except Problem as problem:
        found["desk"] = sentence(problem, guest.language)
    try:
        refuse_out_of_time(came(guest), opened_on, closes_on, code)
    except Problem as problem:
        found["arrived"] = sentence(problem, guest.language)
    return found


def came(guest: Reader) -> Came:
    """Return when a letter came: it counts from its postmark, or from its arrival when the postmark cannot be read.

    Raises Problem for a day that is none, or that is not over.
    """
    arrived = _day(guest, "arrived")
    if arrived is None or arrived > guest.today:
        raise Problem(Kind.UNPROCESSABLE, "debate-day")
    return Came(_day(guest, "postmark") or arrived, arrived, taken_on=guest.today)


def _said(guest: Reader, codes: Iterable[str]) -> dict[str, str]:
    return {_FIELDS[code]: guest.say(SENTENCES[code]) for code in codes}


def _day(guest: Reader, name: str) -> date | None:
    parts = [guest.text(f"{name}-{part}").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        raise Problem(Kind.UNPROCESSABLE, "debate-day") from None
