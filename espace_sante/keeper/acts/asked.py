"""The decision on an act and the will it rests on, together: a plan that needs both never goes on with one alone.

What an application asks is said to the decision from its demand, for every plan alike.
"""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.apps import within_scopes
from espace_sante.access.outcomes import APP_SCOPE
from espace_sante.access.request import ActId, Context, Decision, Permit, Refuse, Thing
from espace_sante.access.rules import decide
from espace_sante.keeper.demand import ReadResourceParams, WriteResourceParams
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Situation
from espace_sante.records.resource import names

_WHOLE = Thing()


def decision_on(s: Situation, act: ActId, thing: Thing = _WHOLE, context: Context | None = None) -> Decision:
    """Return the decision on an act that rests on nobody's will; `context`: that of another space than the entry's chain."""
    return decide(
        s.subject, act, thing if s.subject.app is None else of_an_app(s, thing), context or s.context(), s.now
    )


def decided(s: Situation, act: ActId, thing: Thing = _WHOLE) -> tuple[Permit, Will] | Refuse:
    """Return the permission and the will it rests on, or the refusal.

    A space whose will was not read is no space: nothing is said to be done there. Guarantee: G3.
    """
    decision = decision_on(s, act, thing)
    if isinstance(decision, Refuse):
        return decision
    return Refuse("no-space") if s.will is None else (decision, s.will)


def beyond_its_scopes(s: Situation) -> Refuse | None:
    """Refuse an application what its scopes let nothing through of, before anything is looked at; it may be told so."""
    if s.subject.app is None or within_scopes(s.subject.app, ActId(s.ask.act), of_an_app(s, _WHOLE)):
        return None
    return APP_SCOPE


def of_an_app(s: Situation, thing: Thing) -> Thing:
    """Return a thing with what a demand does with which types of FHIR."""
    params = s.params
    known = names()
    if isinstance(params, WriteResourceParams):
        letter = "d" if params.deleted else "u" if params.expected else "c"
        return replace(thing, types=_known(known.get(params.type)), letter=letter, type_code=params.type_code)
    if not isinstance(params, ReadResourceParams):
        return thing
    if not params.row:
        return replace(thing, types=tuple(known.get(number, "") for number in params.types), letter="s")
    number = params.type or (s.extra.resource["type"] if s.extra.resource is not None else 0)
    return replace(thing, types=_known(known.get(number)), letter="r")


def _known(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()
