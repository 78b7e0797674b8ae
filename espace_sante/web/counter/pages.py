"""An agent does, with a person and at her request, any act of hers: at the counter, from a paper form, on the telephone.

Every screen here is drawn from the registry: an act added there is here too. A reading act answers with a page to print and
nothing on the screen; the agent hands it over. Guarantee: G3, G10. Source: inclusion.md PAR-01, PAR-06, PAR-07.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from starlette.responses import Response

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.act import Act, Nature, Outcome
from espace_sante.actions.answers import notice_here
from espace_sante.actions.depositing import Deposit
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from espace_sante.consent.evidence import NoticeLanguage
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.counter.printing import printed
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.rendering import IDEMPOTENCY_FIELD


@dataclass(frozen=True, slots=True)
class Way:
    """One way an act reaches the agent: its address, what must have been checked, and how that is asked."""

    path: str
    channel: Channel
    proof: Proof
    title: str
    checked: str


_WAYS = (
    Way(
        "/guichet",
        Channel.COUNTER,
        Proof.IDENTITY_SEEN,
        mark("La personne est devant vous"),
        mark("J’ai vu sa pièce d’identité, et elle est d’accord."),
    ),
    Way(
        "/guichet/courrier",
        Channel.PAPER,
        Proof.SIGNED_FORM,
        mark("Un formulaire est arrivé par courrier"),
        mark("Le formulaire est signé, et son numéro correspond."),
    ),
    Way(
        "/guichet/telephone",
        Channel.PHONE,
        Proof.CONTACT,
        mark("La personne est au téléphone"),
        mark("J’ai reconnu son numéro, et elle m’a donné un élément personnel."),
    ),
)
_BY_WORD: Mapping[str, Way] = MappingProxyType({"guichet": _WAYS[0], "courrier": _WAYS[1], "telephone": _WAYS[2]})
# Her number: no field of an act has this name, or a form would hold it twice.
_NUMBER = "person_number"
_NUMBERS = (
    ("ins", mark("Numéro de sécurité sociale (INS)")),
    ("local", mark("Numéro donné au guichet")),
    ("code", mark("Code de la lettre d’invitation")),
)


# What agents alone do about a person, with what was handed in: never the one who recorded it.
OF_AGENTS = (REGISTRY[ActId.CHECK_MANDATE],)
# What is printed and handed over without being read, besides what reads.
_PRINTED = frozenset({ActId.ISSUE_ACCESS_CARD, ActId.NAME_HELPER})


async def acts(visit: Visit) -> Response:
    """Show every act of a person, for one way."""
    way = next(one for one in _WAYS if one.path == visit.request.url.path)
    own = [act for act in OF_AGENTS if way.channel in act.channels]
    return visit.page(
        "counter/home.html", way=way, word=_word(way), acts=PERSON_ACTS, own=own, notes=_NOTES[way.channel]
    )


async def act_form(visit: Visit) -> Response:
    """Show one act: what to read aloud, whom it concerns, what to fill in."""
    way, act = _asked(visit)
    return _form(visit, way, act, {})


async def perform(visit: Visit) -> Response:
    """Do one act for a person; a reading act gives a page to print."""
    way, act = _asked(visit)
    errors = _missing(visit, way)
    if errors:
        return _form(visit, way, act, errors, 400)
    try:
        person = forms.person_reference(visit.text("kind"), visit.text(_NUMBER))
    except Problem:
        errors = {_NUMBER: visit.say(mark("Ce numéro est incomplet ou faux. Vérifiez-le avec la personne."))}
        return _form(visit, way, act, errors, 400)
    try:
        params = _signed(visit, act.parse(forms.gathered(act.fields, visit.values)))
        request = visit.ask_on_behalf(way.channel, way.proof, person, _key(visit, way, act))
        outcome = await act.perform(visit.portal.frame, request, params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        names = (*forms.names_of(act.fields), _NUMBER)
        return _form(visit, way, act, forms.errors_of(problem, names, visit.say), STATUS[problem.kind])
    return await _answer(visit, way, act, outcome, forms.said_reference(person))


DOORS = (
    *(Door(way.path, acts, "agent") for way in _WAYS),
    Door("/guichet/demarche/{way}/{act}", act_form, "agent"),
    Door("/guichet/demarche/{way}/{act}", perform, "agent", "POST", files=1),
)
_NOTES: Mapping[Channel, str] = MappingProxyType(
    {
        Channel.COUNTER: mark(
            "Vous faites la démarche avec elle. Vous ne voyez pas ses documents : ils s’impriment pour elle."
        ),
        Channel.PAPER: mark("Recopiez le formulaire signé. Son numéro de coupon ne sert qu’une fois."),
        Channel.PHONE: mark(
            "Retirer, refuser, cacher, bloquer, fermer : tout de suite. Le reste commence seulement, et se signe."
        ),
    }
)


def _asked(visit: Visit) -> tuple[Way, Act]:
    way = _BY_WORD.get(visit.request.path_params["way"])
    wanted = visit.request.path_params["act"]
    act = REGISTRY.get(ActId(wanted)) if wanted in set(ActId) else None
    if way is None or act is None or not (act.for_persons or act in OF_AGENTS) or way.channel not in act.channels:
        raise Problem(Kind.NOT_FOUND, "act-unknown")
    return way, act


def _word(way: Way) -> str:
    return next(word for word, one in _BY_WORD.items() if one is way)


def _missing(visit: Visit, way: Way) -> dict[str, str]:
    errors = {}
    if visit.text("checked") != "yes":
        errors["checked"] = visit.say(mark("Cochez la case quand c’est fait ; sinon, ne continuez pas."))
    if way.channel is Channel.PAPER and not visit.text("coupon").strip():
        errors["coupon"] = visit.say(mark("Écrivez le numéro du coupon imprimé sur le formulaire."))
    if visit.text("kind") not in dict(_NUMBERS):
        errors["kind"] = visit.say(mark("Dites quel numéro la personne donne."))
    return errors


def _key(visit: Visit, way: Way, act: Act) -> str:
    """Return the idempotency key: the coupon's number on paper, so that one sheet is one act; nothing for a reading."""
    if _is_printed(act):
        return ""
    if way.channel is Channel.PAPER:
        return f"coupon:{visit.text('coupon').strip().upper()}"
    return visit.text(IDEMPOTENCY_FIELD)


def _is_printed(act: Act) -> bool:
    """Say whether an act reads, and what it reads comes out of the printer here; the proof of a journal goes by letter."""
    return act.nature is Nature.READING and act.id is not ActId.PROVE_JOURNAL


def _signed(visit: Visit, params: object) -> object:
    """Say on a document deposited at a counter where it came in."""
    return replace(params, structure=visit.signed_in.structure) if isinstance(params, Deposit) else params


def _form(visit: Visit, way: Way, act: Act, errors: dict[str, str], status: int = 200) -> Response:
    opening = act.id in (ActId.OPEN_SPACE, ActId.REFUSE_SPACE)
    return visit.page(
        "counter/act.html",
        status=status,
        way=way,
        word=_word(way),
        act=act,
        script=act.phone if way.channel is Channel.PHONE else act.counter,
        paper=way.channel is Channel.PAPER,
        printing=(_is_printed(act) or act.id in _PRINTED) and way.channel is not Channel.PHONE,
        notice=notice_here(visit.portal.frame.settings, NoticeLanguage(visit.language.value)) if opening else None,
        fields=forms.views(act.fields, visit.values),
        most=visit.portal.frame.settings.document_bytes,
        numbers=[(kind, visit.say(words)) for kind, words in _NUMBERS],
        kind=visit.text("kind"),
        number=visit.text(_NUMBER),
        coupon=visit.text("coupon"),
        errors=errors,
    )


async def _answer(visit: Visit, way: Way, act: Act, outcome: Outcome, number: str) -> Response:
    if outcome.result is not None and (_is_printed(act) or act.id in _PRINTED):
        return await printed(visit, act, outcome, number)
    return visit.page(
        "counter/result.html",
        entry=outcome.entry,
        acting_for=number,
        way=way,
        title=act.name,
        said=visit.say(outcome.sentence),
        effect=outcome.effect.value,
        receipt=outcome.receipt.decode(),
    )
