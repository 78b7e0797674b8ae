"""The pages on which people take part with a code: write, vote, find their text again, contest. No JavaScript, no account.

Guarantee: G14. Source: docs/decisions/0071.
"""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from espace_sante.debate.coming import Came, Written
from espace_sante.debate.dossier import Dossier
from espace_sante.debate.refused import SENTENCES, sentence
from espace_sante.debate.shown import proposals_of, shown_dossier, shown_voice, wanted_texts
from espace_sante.debate.words import CHOICES, SORTS, Choice, Sort
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web.debate.edge import Reader
from espace_sante.web.debate.pages import dossier_of

# Under which field a refusal is shown.
_FIELDS = {
    "debate-code-mistyped": "code",
    "debate-code-unknown": "code",
    "debate-code-spent": "code",
    "debate-text-length": "text",
    "debate-no-sort": "sort",
    "debate-wrong-sort": "about",
    "debate-no-contribution": "code",
    "debate-not-hidden": "code",
    "debate-no-desk": "desk",
    "debate-day": "arrived",
    "debate-not-open": "arrived",
}
_DATES = [f"{what}-{part}" for what in ("postmark", "arrived") for part in ("day", "month", "year")]
_DESK = ["desk", *_DATES]
_PLAIN = {"code": "", "sort": "", "about": "", "text": ""}


async def writing(guest: Reader) -> Response:
    """Show the form of a text."""
    return await _form(guest, "debate/write.html", await dossier_of(guest), dict(_PLAIN), {})


async def write(guest: Reader) -> Response:
    """Take a text."""
    dossier = await dossier_of(guest)
    try:
        receipt = await guest.register.write(_written(guest, dossier), _now(guest))
    except Problem as problem:
        return await _again(guest, "debate/write.html", dossier, problem, _PLAIN)
    return guest.page("debate/written.html", dossier=dossier.opened, receipt=receipt, by_letter=False)


async def typing(guest: Reader) -> Response:
    """Show the form by which a desk types in a letter."""
    values = {**_PLAIN, **dict.fromkeys(_DESK, "")}
    return await _form(guest, "debate/letter.html", await dossier_of(guest), values, {})


async def type_in(guest: Reader) -> Response:
    """Take a letter: it counts from its postmark, and as any other text."""
    dossier = await dossier_of(guest)
    try:
        await guest.register.check_desk(guest.text("desk"), guest.today)
        came = _came(guest)
        receipt = await guest.register.write(_written(guest, dossier), came)
    except Problem as problem:
        return await _again(guest, "debate/letter.html", dossier, problem, dict.fromkeys([*_PLAIN, *_DESK], ""))
    await guest.register.count_delay(came, guest.today)
    return guest.page("debate/written.html", dossier=dossier.opened, receipt=receipt, by_letter=True)


async def voting(guest: Reader) -> Response:
    """Show the ballot."""
    return await _ballot(guest, await dossier_of(guest), {})


async def vote(guest: Reader) -> Response:
    """Take a ballot."""
    dossier = await dossier_of(guest)
    try:
        await guest.register.vote(dossier.opened.dossier, guest.text("code"), _choices(guest), _now(guest))
    except Problem as problem:
        errors = _unanswered(guest, dossier) if problem.code == "debate-choices" else {}
        return await _ballot(guest, dossier, errors or _errors(guest, problem, "code"), status=_status(problem))
    return guest.page("debate/voted.html", dossier=dossier.opened)


async def ballot_typing(guest: Reader) -> Response:
    """Show the form by which a desk types in a ballot."""
    return await _ballot(guest, await dossier_of(guest), {}, template="debate/ballot.html")


async def type_ballot_in(guest: Reader) -> Response:
    """Take a ballot that came by post: it counts from its postmark, and as any other."""
    dossier = await dossier_of(guest)
    try:
        await guest.register.check_desk(guest.text("desk"), guest.today)
        came = _came(guest)
        await guest.register.vote(dossier.opened.dossier, guest.text("code"), _choices(guest), came)
    except Problem as problem:
        errors = _unanswered(guest, dossier) if problem.code == "debate-choices" else {}
        errors = errors or _errors(guest, problem, "arrived" if problem.code == "debate-no-vote" else "code")
        return await _ballot(guest, dossier, errors, status=_status(problem), template="debate/ballot.html")
    await guest.register.count_delay(came, guest.today)
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
        return await _found(guest, dossier, _errors(guest, problem, "text"), status=_status(problem))
    return guest.page("debate/contested.html", dossier=dossier.opened)


def _written(guest: Reader, dossier: Dossier) -> Written:
    sort = guest.text("sort")
    if sort not in list(Sort):
        raise Problem(Kind.UNPROCESSABLE, "debate-no-sort")
    return Written(
        dossier.opened.dossier, guest.text("code"), Sort(sort), guest.text("about").strip(), guest.text("text")
    )


def _choices(guest: Reader) -> dict[str, Choice]:
    said = {name.removeprefix("p-"): value for name, value in guest.values.items() if name.startswith("p-")}
    if not all(value in list(Choice) for value in said.values()):
        raise Problem(Kind.UNPROCESSABLE, "debate-choices")
    return {name: Choice(value) for name, value in said.items()}


def _unanswered(guest: Reader, dossier: Dossier) -> dict[str, str]:
    left = [
        one for one in (dossier.vote.proposals if dossier.vote else ()) if guest.text(f"p-{one}") not in list(Choice)
    ]
    return {f"p-{one}": guest.say(SENTENCES["debate-choices"]) for one in left}


def _now(guest: Reader) -> Came:
    """Return when what is sent by this page comes: today, in an hour that is only ever counted."""
    return Came(guest.today, guest.today, guest.hour)


def _came(guest: Reader) -> Came:
    """Return when a letter came: it counts from its postmark, or from its arrival when the postmark cannot be read."""
    arrived = _day(guest, "arrived")
    if arrived is None or arrived > guest.today:
        raise Problem(Kind.UNPROCESSABLE, "debate-day")
    return Came(_day(guest, "postmark") or arrived, arrived)


def _day(guest: Reader, name: str) -> date | None:
    parts = [guest.text(f"{name}-{part}").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        raise Problem(Kind.UNPROCESSABLE, "debate-day") from None


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


async def _again(guest: Reader, template: str, dossier: Dossier, problem: Problem, names: dict[str, str]) -> Response:
    values = {name: guest.text(name) for name in names}
    return await _form(guest, template, dossier, values, _errors(guest, problem, "code"), _status(problem))


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
        errors, status = _errors(guest, problem, "code"), _status(problem)
    return guest.page(
        "debate/find.html",
        status=status,
        dossier=dossier.opened,
        code=guest.text("code"),
        text=guest.text("text"),
        shown=shown,
        errors=errors,
    )


def _errors(guest: Reader, problem: Problem, field: str) -> dict[str, str]:
    if not (why := sentence(problem, guest.language)):
        raise problem
    return {_FIELDS.get(problem.code, field): why}


def _status(problem: Problem) -> int:
    return {Kind.CONFLICT: 409, Kind.FORBIDDEN: 403}.get(problem.kind, 422)
