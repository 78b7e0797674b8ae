"""An agent does, with a person and at her request, any act of hers: at the counter, from a paper form, on the telephone.

Every screen here is drawn from the registry: an act added there is here too. A reading act answers with a number: what it gives is
printed by a station that signs in by itself (`station.py`). Guarantee: G3, G10. Source: inclusion.md PAR-01, PAR-06, PAR-07.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import RedirectResponse, Response

from espace_sante.access.request import ActId, Channel, Effect
from espace_sante.actions.act import Act, FieldKind, Nature, Outcome, Value
from espace_sante.actions.answers import notice_here
from espace_sante.actions.depositing import Deposit
from espace_sante.actions.print_jobs import is_printed_apart, said_number
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from espace_sante.actions.shown_text import ShownText, shown_text
from espace_sante.actions.spoken import found_acts, said_aloud, spoken_code
from espace_sante.consent.evidence import Notice, NoticeLanguage
from espace_sante.consent.sheets import day_written, sheet_number
from espace_sante.formats.coupon.number import Mistyped, typed_number
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.counter.post_days import arrived_today, days_of_post, of_post
from espace_sante.web.counter.printing import printed
from espace_sante.web.counter.recap import answers_said, has_file, sent_again
from espace_sante.web.counter.station import HOME, is_station
from espace_sante.web.counter.ways import BY_PATH, BY_WORD, NO_TIE, NUMBERS, TIES, WAYS, Way
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.rendering import IDEMPOTENCY_FIELD

# Her number: no field of an act has this name, or a form would hold it twice.
_NUMBER = "person_number"
# Which page a form comes from: the first asks who and what, the second was read back to her.
_READ_BACK = "relu"


# What agents alone do about a person, with what was handed in: never the one who recorded it.
OF_AGENTS = (REGISTRY[ActId.CHECK_MANDATE],)
_WAITING = mark("La feuille attend un autre agent.")
# What is printed and handed over without being read, besides what reads.
_PRINTED = frozenset({ActId.NAME_HELPER})
# Whoever says yes has not given an address yet; of what is erased no letter is left to be printed.
_RECEIPT_IN_HAND = frozenset({ActId.OPEN_SPACE, ActId.CLOSE_SPACE, ActId.ERASE_CONTENT})


async def acts(visit: Visit) -> Response:
    """Show every act of a person, for one way; those that were asked for, when words or a code were typed."""
    if is_station(visit):
        return RedirectResponse(HOME, 303)
    way, asked = BY_PATH[visit.request.url.path], visit.query("q")[:100]
    invitation = [REGISTRY[ActId.OPEN_SPACE], REGISTRY[ActId.REFUSE_SPACE]]
    if visit.portal.frame.random(1)[0] & 1:  # neither answer stands first more often than the other
        invitation.reverse()
    return visit.page(
        "counter/home.html",
        way=way,
        asked=asked,
        invitation=invitation,
        own=[] if asked or way.is_late else [act for act in OF_AGENTS if way.channel in act.channels],
        acts=[(act, spoken_code(act)) for act in found_acts(PERSON_ACTS, asked, visit.say) if _comes_by(way, act)],
    )


async def act_form(visit: Visit) -> Response:
    """Show one act: what to say, whom it concerns, what to fill in."""
    way, act = _asked(visit)
    return _form(visit, way, act, {})


async def screen(visit: Visit) -> Response:
    """Show the text of one act to the person herself, in large type, on a second screen or on paper."""
    way, act = _asked(visit)
    return visit.page("counter/screen.html", text=_text(visit, way, act), notice=_notice(visit, act), act=act, way=way)


async def perform(visit: Visit) -> Response:
    """Read back one act, then do it for a person; a reading act gives the number of what is printed, and nothing of it.

    Nothing is asked of the keeper before the agent says that the text was read to her: the second page cannot be skipped.
    """
    way, act = _asked(visit)
    errors = _missing(visit, way)
    if errors:
        return _form(visit, way, act, errors, 400)
    try:
        person = forms.person_reference(visit.text("kind"), visit.text(_NUMBER))
    except Problem:
        errors = {_NUMBER: visit.say(mark("Ce numéro est incomplet ou faux. Vérifiez-le avec la personne."))}
        return _form(visit, way, act, errors, 400)
    names = (*forms.names_of((*act.fields, *of_post(way))), _NUMBER)
    second, given = visit.text(_READ_BACK) == "yes", forms.gathered(act.fields, visit.values)
    try:
        params = _signed(visit, act.parse(given))
        days_of_post(way, visit.values)
        tie = visit.text("tie").removeprefix(NO_TIE)
        if not second and not tie:
            return _read_back(visit, way, act, given)
        if visit.text("aloud") != "yes" and not tie:  # nothing is read to her by who may not do it
            words = visit.say(mark("Lisez le texte à la personne, puis cochez la case ; sinon, ne continuez pas."))
            return _read_back(visit, way, act, given, {"aloud": words})
        # Nothing that was asked is done by who is tied to her: what was typed on paper stays to be typed by another agent.
        key = "" if tie else _key(visit, way, act)
        client, days = _client(visit, way, act), days_of_post(way, visit.values)
        request = visit.ask_on_behalf(way.channel, way.proof, person, key, client, days, tie)
        if way.is_late and not tie:
            request = replace(request, sheet=_sheet(visit), since=_written(visit, way))
        outcome = await act.perform(visit.portal.frame, request, params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        found = forms.errors_of(problem, names, visit.say)
        of_file = has_file(act) and set(found) <= set(_files(act))
        if of_file:
            return _read_back(visit, way, act, given, found if second else {}, STATUS[problem.kind])
        return _form(visit, way, act, found, STATUS[problem.kind])
    return await _answer(visit, way, act, outcome, forms.said_reference(person), given)


DOORS = (
    *(Door(way.path, acts, "agent") for way in WAYS),
    Door("/guichet/demarche/{way}/{act}", act_form, "agent"),
    Door("/guichet/demarche/{way}/{act}", perform, "agent", "POST", files=1),
    Door("/guichet/ecran/{way}/{act}", screen, "agent"),
)


def _asked(visit: Visit) -> tuple[Way, Act]:
    way = BY_WORD.get(visit.request.path_params["way"])
    wanted = visit.request.path_params["act"]
    act = REGISTRY.get(ActId(wanted)) if wanted in set(ActId) else None
    if way is None or act is None or not (act.for_persons or act in OF_AGENTS) or way.channel not in act.channels:
        raise Problem(Kind.NOT_FOUND, "act-unknown")
    if not _comes_by(way, act):
        raise Problem(Kind.NOT_FOUND, "act-unknown")
    return way, act


def _comes_by(way: Way, act: Act) -> bool:
    """Say whether an act may come this way: nothing is read from a sheet, and no agent's own act stands on one."""
    return not way.is_late or (act.for_persons and act.nature is not Nature.READING)


def _sheet(visit: Visit) -> str:
    return sheet_number(visit.text("sheet")) or ""


def _written(visit: Visit, way: Way) -> str:
    written = forms.gathered(way.fields, visit.values).get("written", "")
    return written if isinstance(written, str) and day_written(written) is not None else ""


def _text(visit: Visit, way: Way, act: Act) -> ShownText:
    return shown_text(act, way.channel, visit.language.value, visit.say)


def _client(visit: Visit, way: Way, act: Act) -> str:
    """Return what her journal keeps of how it was read to her: the fingerprint of the text, its language, who carried the words."""
    text = _text(visit, way, act)
    aid = visit.text("aid") if visit.text("aid") in {word for word, _ in way.aids} - {"direct"} else ""
    return " ".join(part for part in ("guichet", text.language, text.fingerprint, aid) if part)


def _notice(visit: Visit, act: Act) -> Notice | None:
    opening = act.id in (ActId.OPEN_SPACE, ActId.REFUSE_SPACE)
    return notice_here(visit.portal.frame.settings, NoticeLanguage(visit.language.value)) if opening else None


def _files(act: Act) -> list[str]:
    return [field.name for field in act.fields if field.kind is FieldKind.FILE]


def _missing(visit: Visit, way: Way) -> dict[str, str]:
    errors = {}
    if visit.text("checked") != "yes":
        errors["checked"] = visit.say(mark("Cochez la case quand c’est fait ; sinon, ne continuez pas."))
    if way.is_late and not _sheet(visit):
        errors["sheet"] = visit.say(
            mark("Recopiez les dix chiffres du haut de la feuille. L’un d’eux est faux, ou manque.")
        )
    if way.is_late and not _written(visit, way):
        errors["written"] = visit.say(mark("Recopiez le jour écrit sur la feuille : jour, mois, année."))
    if way.channel is Channel.PAPER and not way.is_late and not visit.text("coupon").strip():
        errors["coupon"] = visit.say(mark("Écrivez le numéro de la feuille. S’il n’y en a pas, écrivez-en un dessus."))
    elif way.channel is Channel.PAPER and not way.is_late and _sheet_key(visit.text("coupon")) is None:
        errors["coupon"] = visit.say(mark("Une lettre de ce numéro est fausse. Relisez-le sur la feuille."))
    elif way.channel is Channel.PAPER and not way.is_late and sheet_number(visit.text("coupon")) is not None:
        errors["coupon"] = visit.say(
            mark("C’est une feuille numérotée. Passez par « Une feuille numérotée est à entrer ».")
        )
    if visit.text("tie") not in dict(TIES):
        errors["tie"] = visit.say(mark("Dites si vous connaissez cette personne, hors de votre travail."))
    if visit.text("kind") not in dict(NUMBERS):
        errors["kind"] = visit.say(mark("Dites quel numéro la personne donne."))
    if way.aids and visit.text("aid") and visit.text("aid") not in dict(way.aids):
        errors["aid"] = visit.say(mark("Dites qui vous parle."))
    return errors


def _key(visit: Visit, way: Way, act: Act) -> str:
    """Return the idempotency key: the coupon's number on paper, so that one sheet is one act; nothing for what the station prints."""
    if is_printed_apart(act, visit.values):
        return ""
    if way.channel is Channel.PAPER and not way.is_late:
        return _sheet_key(visit.text("coupon")) or ""
    return visit.text(IDEMPOTENCY_FIELD)


def _sheet_key(typed: str) -> str | None:
    """Return the key of a sheet: of a coupon's number, that coupon's alone, whoever types it; None for one with a wrong letter."""
    try:
        once = typed_number(typed)
    except Mistyped:
        return None
    return f"coupon:{typed.strip().upper() if once is None else once.hex()}"


def _signed(visit: Visit, params: object) -> object:
    """Say on a document deposited at a counter where it came in."""
    return replace(params, structure=visit.signed_in.structure) if isinstance(params, Deposit) else params


def _form(visit: Visit, way: Way, act: Act, errors: dict[str, str], status: int = 200) -> Response:
    return visit.page(
        "counter/act.html",
        status=status,
        way=way,
        act=act,
        code=spoken_code(act),
        said_code=said_aloud(spoken_code(act)),
        script=way.first_words or act.counter,
        paper=way.channel is Channel.PAPER,
        notice=_notice(visit, act),
        post=forms.views(of_post(way), arrived_today(way, visit.values, visit.portal.frame.now())),
        fields=[view for view in forms.views(act.fields, visit.values) if view.shape != "file"],
        numbers=[(kind, visit.say(words)) for kind, words in NUMBERS],
        ties=[(tie, visit.say(words)) for tie, words in TIES],
        tie=visit.text("tie"),
        kind=visit.text("kind"),
        number=visit.text(_NUMBER),
        coupon=visit.text("coupon"),
        aids=[(word, visit.say(words)) for word, words in way.aids],
        aid=visit.text("aid"),
        errors=errors,
    )


def _read_back(
    visit: Visit, way: Way, act: Act, given: Mapping[str, Value], errors: dict[str, str] | None = None, status: int = 0
) -> Response:
    """Show what is read back to her before anything is done. A file is chosen here: no page keeps one."""
    found = errors or {}
    return visit.page(
        "counter/read_back.html",
        status=status if found and status else 400 if found else 200,
        way=way,
        act=act,
        text=_text(visit, way, act),
        answers=answers_said(
            (*of_post(way), *act.fields), {**forms.gathered(of_post(way), visit.values), **given}, visit.say
        ),
        again=sent_again(act, visit.values, of_post(way)),
        number=forms.said_reference(forms.person_reference(visit.text("kind"), visit.text(_NUMBER))),
        printing=(is_printed_apart(act, visit.values) or act.id in _PRINTED) and way.channel is not Channel.PHONE,
        fields=[view for view in forms.views(act.fields, visit.values) if view.shape == "file"],
        most=visit.portal.frame.settings.document_bytes,
        errors=found,
    )


async def _answer(
    visit: Visit, way: Way, act: Act, outcome: Outcome, number: str, given: Mapping[str, Value]
) -> Response:
    if is_printed_apart(act, visit.values) and outcome.effect is Effect.IMMEDIATE:
        shown = said_number(outcome.entry)
        return visit.page("counter/at_the_printer.html", entry=outcome.entry, way=way, title=act.name, number=shown)
    if outcome.result is not None and act.id in _PRINTED:
        return await printed(visit, act, outcome, number)
    return visit.page(
        "counter/result.html",
        entry=outcome.entry,
        acting_for=number,
        way=way,
        title=act.name,
        aloud=act.phone if way.channel is Channel.PHONE else "",
        said=visit.say(_WAITING if way.is_late and outcome.effect is Effect.STARTS else outcome.sentence),
        effect=outcome.effect.value,
        receipt=outcome.receipt.decode(),
        handing=_handing(way, act, outcome),
        form=act.form if b'"coupon":"' in outcome.receipt else "",
        to_sign=[
            (_NUMBER, visit.text(_NUMBER)),
            *((name, value) for name, value in given.items() if isinstance(value, str) and value),
        ],
    )


def _handing(way: Way, act: Act, outcome: Outcome) -> str:
    """Say how a receipt reaches her: from hand to hand; by the letter of her outbox; by the agent, when no address of hers is kept.

    Whoever says no has no space. Source: inclusion.md PAR-12.
    """
    if way.channel is Channel.COUNTER:
        return "hand"
    told = outcome.effect is not Effect.STARTS and b'"entry":"' in outcome.receipt
    return "letter" if told and not way.is_late and act.id not in _RECEIPT_IN_HAND else "post"
