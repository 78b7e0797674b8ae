"""Her answer to an invitation: three answers of the same weight, and a second question only after a yes.

No is one step; yes is two, because each question is asked apart; later changes nothing at all. Guarantee: G1, G2.
"""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.answers import notice_here
from espace_sante.actions.registry import REGISTRY
from espace_sante.consent.evidence import Notice, NoticeLanguage, Opening
from espace_sante.kernel.i18n import mark
from espace_sante.web.edge import Door, Visit, see_other
from espace_sante.web.person.results import done
from espace_sante.web.policy import policy_here


async def ask(visit: Visit) -> Response:
    """Show the notice and the first question."""
    return _question(visit) if visit.signed_in.invited or _is_presumed(visit) else see_other("/moi")


async def answer(visit: Visit) -> Response:
    """Take the first answer: a no is done at once, a yes leads to the second question."""
    match visit.text("opening"):
        case Opening.YES.value:
            return _deposits(visit, {})
        case Opening.NO.value:
            act = REGISTRY[ActId.REFUSE_SPACE]
            values = _language(visit) | {"remember": "yes" if visit.text("remember") == "yes" else "no"}
            outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(values))
            return await done(visit, outcome, title=mark("Votre refus est enregistré"), kept=False)
        case Opening.LATER.value:
            return visit.page("person/later.html", here=policy_here(visit.portal.frame.settings))
        case _:
            return _question(visit, {"opening": visit.say(mark("Choisissez une réponse."))}, 400)


async def open_space(visit: Visit) -> Response:
    """Take the second answer, and open."""
    if visit.text("deposits") not in ("yes", "no"):
        return _deposits(visit, {"deposits": visit.say(mark("Choisissez oui ou non."))}, 400)
    act = REGISTRY[ActId.OPEN_SPACE]
    values = _language(visit) | {"deposits": visit.text("deposits")}
    outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(values))
    return await done(
        visit, outcome, title=mark("Votre espace est ouvert"), to=("/moi", mark("Entrer dans mon espace"))
    )


DOORS = (
    Door("/moi/invitation", ask, "person"),
    Door("/moi/invitation", answer, "person", "POST"),
    Door("/moi/invitation/depots", open_space, "person", "POST"),
)


def _question(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return visit.page(
        "person/invitation.html",
        status=status,
        notice=_notice(visit),
        presumed=_is_presumed(visit),
        errors=errors or {},
    )


def _is_presumed(visit: Visit) -> bool:
    return visit.signed_in.state == "presumed"


def _deposits(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    return visit.page("person/deposits_question.html", status=status, notice=_notice(visit), errors=errors)


def _notice(visit: Visit) -> Notice:
    return notice_here(visit.portal.frame.settings, NoticeLanguage(visit.language.value))


def _language(visit: Visit) -> dict[str, str]:
    return {"language": visit.language.value}
