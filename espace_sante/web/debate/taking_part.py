"""The pages on which people take part with a code: write, vote, find their text again, contest. No JavaScript, no account.

Guarantee: G14. Source: docs/decisions/0071.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.responses import Response

from espace_sante.debate.coming import Came, Written
from espace_sante.debate.dossier import Dossier
from espace_sante.debate.shown import proposals_of, shown_dossier, shown_voice, wanted_texts
from espace_sante.debate.words import CHOICES, SORTS, Choice, Sort
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web.debate.edge import Reader
from espace_sante.web.debate.mistakes import came, errors_of, in_arrival, in_ballot, in_text
from espace_sante.web.debate.pages import dossier_of

_DATES = [f"{what}-{part}" for what in ("postmark", "arrived") for part in ("day", "month", "year")]
_DESK = ["desk", *_DATES]
_PLAIN = {"code": "", "sort": "", "about": "", "text": ""}


async def writing(guest: Reader) -> Response:
    """Show the form of a text."""
    return await _form(guest, "debate/write.html", await dossier_of(guest), dict(_PLAIN), {})


async def write(guest: Reader) -> Response:
    """Take a text."""
    dossier = await dossier_of(guest)
    if errors := in_text(guest, dossier):
        return await _again(guest, "debate/write.html", dossier, errors, _PLAIN)
    try:
        receipt = await guest.register.write(_written(guest, dossier), _now(guest))
    except Problem as problem:
        errors = errors_of(guest, problem, "code")
        return await _again(guest, "debate/write.html", dossier, errors, _PLAIN, _status(problem))
    return guest.page("debate/written.html", dossier=dossier.opened, receipt=receipt, by_letter=False)


async def typing(guest: Reader) -> Response:
    """Show the form by which a desk types in a letter."""
    values = {**_PLAIN, **dict.fromkeys(_DESK, "")}
    return await _form(guest, "debate/letter.html", await dossier_of(guest), values, {})


async def type_in(guest: Reader) -> Response:
    """Take a letter: it counts from its postmark, and as any other text."""
    dossier = await dossier_of(guest)
    opened, names = dossier.opened, [*_PLAIN, *_DESK]
    errors = await in_arrival(guest, opened.opened_on, opened.closes_on, "debate-not-open")
    if errors := errors | in_text(guest, dossier):
        return await _again(guest, "debate/letter.html", dossier, errors, names, _status_of(errors))
    arrival = came(guest)
    try:
        receipt = await guest.register.write(_written(guest, dossier), arrival)
    except Problem as problem:
        errors = errors_of(guest, problem, "arrived")
        return await _again(guest, "debate/letter.html", dossier, errors, names, _status(problem))
    await guest.register.count_delay(arrival, guest.today)
    return guest.page("debate/written.html", dossier=dossier.opened, receipt=receipt, by_letter=True)


async def voting(guest: Reader) -> Response:
    """Show the ballot."""
    return await _ballot(guest, await dossier_of(guest), {})


async def vote(guest: Reader) -> Response:
    """Take a ballot."""
    dossier = await dossier_of(guest)
    if errors := in_ballot(guest, dossier):
        return await _ballot(guest, dossier, errors, status=422)
    try:
        await guest.register.vote(dossier.opened.dossier, guest.text("code"), _choices(guest), _now(guest))
    except Problem as problem:
        return await _ballot(guest, dossier, errors_of(guest, problem, "code"), status=_status(problem))
    return guest.page("debate/voted.html", dossier=dossier.opened)


async def ballot_typing(guest: Reader) -> Response:
    """Show the form by which a desk types in a ballot."""
    return await _ballot(guest, await dossier_of(guest), {}, template="debate/ballot.html")


async def type_ballot_in(guest: Reader) -> Response:
    """Take a ballot that came by post: it counts from its postmark, and as any other."""
    dossier = await dossier_of(guest)
    if dossier.vote is None:
        raise Problem(Kind.NOT_FOUND, "debate-no-vote")
    errors = await in_arrival(guest, dossier.vote.on, dossier.vote.closes_on, "debate-no-vote")
    if errors := errors | in_ballot(guest, dossier):
        return await _ballot(guest, dossier, errors, status=_status_of(errors), template="debate/ballot.html")
    arrival = came(guest)
    try:
        await guest.register.vote(dossier.opened.dossier, guest.text("code"), _choices(guest), arrival)
    except Problem as problem:
        errors = errors_of(guest, problem, "arrived" if problem.code == "debate-no-vote" else "code")
        return await _ballot(guest, dossier, errors, status=_status(problem), template="debate/ballot.html")
    await guest.register.count_delay(arrival, guest.today)
    return guest.page("debate/voted.html", dossier=dossier.opened)


async def finding(guest: Reader) -> Response:
    """Ask for the used code of a text."""
    dossier = await dossier_of(guest)
    return guest.page("debate/find.html", dossier=dossier.opened, code="", text="", errors={}, shown=None)


async def find(guest: Reader) -> Response:
    """Show what became of the text a used code wrote, and how to contest."""
    dossier = await dossier_of(guest)
    return await _found(guest, dossier, {})


async def contest(guest: Reader) -> Response:
    """Take a contest."""
    dossier = await dossier_of(guest)
    try:
        await guest.register.contest(dossier.opened.dossier, guest.text("code"), guest.text("text"), guest.today)
    except Problem as problem:
        return await _found(guest, dossier, errors_of(guest, problem, "text"), status=_status(problem))
    return guest.page("debate/contested.html", dossier=dossier.opened)


def _written(guest: Reader, dossier: Dossier) -> Written:
    about, sort = guest.text("about").strip(), Sort(guest.text("sort"))
    return Written(dossier.opened.dossier, guest.text("code"), sort, about, guest.text("text"))


def _choices(guest: Reader) -> dict[str, Choice]:
    said = {name.removeprefix("p-"): value for name, value in guest.values.items() if name.startswith("p-")}
    if not all(value in list(Choice) for value in said.values()):
        raise Problem(Kind.UNPROCESSABLE, "debate-choices")
    return {name: Choice(value) for name, value in said.items()}


def _now(guest: Reader) -> Came:
    """Return when what is sent by this page comes: today, in an hour that is only ever counted."""
    return Came(guest.today, guest.today, guest.hour)


async def _form(
    guest: Reader, template: str, dossier: Dossier, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response:
    texts = await guest.register.texts(wanted_texts(dossier))
    return guest.page(
        template,
        status=status,
        dossier=shown_dossier(dossier, {}, guest.today, guest.language),
        sorts=list(SORTS.items()),
        proposals=proposals_of(dossier, texts),
        values=values,
        errors=errors,
    )


async def _again(
    guest: Reader, template: str, dossier: Dossier, errors: dict[str, str], names: Iterable[str], status: int = 422
) -> Response:
    values = {name: guest.text(name) for name in names}
    return await _form(guest, template, dossier, values, errors, status)


async def _ballot(
    guest: Reader, dossier: Dossier, errors: dict[str, str], *, status: int = 200, template: str = "debate/vote.html"
) -> Response:
    if dossier.vote is None:
        raise Problem(Kind.NOT_FOUND, "debate-no-vote")
    texts = dict(proposals_of(dossier, await guest.register.texts(wanted_texts(dossier))))
    return guest.page(
        template,
        values={name: guest.text(name) for name in _DESK},
        status=status,
        dossier=shown_dossier(dossier, {}, guest.today, guest.language),
        proposals=[(number, texts.get(number, "")) for number in dossier.vote.proposals],
        choices=list(CHOICES.items()),
        said={number: guest.text(f"p-{number}") for number in dossier.vote.proposals},
        code=guest.text("code"),
        errors=errors,
    )


async def _found(guest: Reader, dossier: Dossier, errors: dict[str, str], status: int = 200) -> Response:
    shown = None
    try:
        number = await guest.register.find(dossier.opened.dossier, guest.text("code"))
        voice = dossier.voices[number]
        texts = await guest.register.texts([voice.said.text] if voice.is_shown else [])
        shown = shown_voice(voice, texts, guest.today)
    except Problem as problem:
        errors, status = errors_of(guest, problem, "code"), _status(problem)
    return guest.page(
        "debate/find.html",
        status=status,
        dossier=dossier.opened,
        code=guest.text("code"),
        text=guest.text("text"),
        shown=shown,
        errors=errors,
    )


def _status_of(errors: Mapping[str, str]) -> int:
    return 403 if "desk" in errors else 422


def _status(problem: Problem) -> int:
    return {Kind.CONFLICT: 409, Kind.FORBIDDEN: 403}.get(problem.kind, 422)
