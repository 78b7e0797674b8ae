"""The acts about applications: she authorises one, ends it; a professional opens one about a person he may read.

An authorisation gives nothing by itself: what comes through it is decided as if its user asked, and then narrowed. An application
never does either of these acts. Guarantee: G2, G3, G10. Source: docs/decisions/0052; SMART App Launch 2.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, ActorKind, Effect, Permit, Refuse
from espace_sante.consent.apps import APPS_MOST, THIS_TIME, AppGrant
from espace_sante.consent.rights import Rights
from espace_sante.identity.scopes import LONGEST, OFFLINE, Scopes, parse_scopes
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.app_codes import Asked, first_code
from espace_sante.keeper.demand import AppAnswer, AppView, AuthoriseAppParams, EndAppParams
from espace_sante.keeper.receipts import Field, instant
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.sessions import new_token_of
from espace_sante.keeper.situation import AppCode, AppSession, Change, Plan, Situation
from espace_sante.kernel.ids import AppGrantId

_CLIENT = re.compile(r"[a-z0-9][a-z0-9.-]{2,63}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # S256, RFC 7636 §4.2
_ADDRESS_LONGEST, _WORDS_LONGEST = 2_000, 200
_ENCODE = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class _Made:
    """An authorisation about to be: its id, what it lets through, its end, whether a code is due now."""

    grant_id: AppGrantId
    scopes: Scopes
    ends: datetime
    with_code: bool


def authorise(s: Situation) -> Plan:
    """Let an application act for her, or for a professional about her; the code it is due is drawn here, told once, kept hashed."""
    params: AuthoriseAppParams = s.params
    found = decided(s, ActId.AUTHORISE_APP)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    hers = s.subject.kind is not ActorKind.PRACTITIONER
    scopes = _scopes(params)
    code = _fault(s, params, hers=hers) or ("" if scopes.items else "scopes-refused")
    if not code and hers and len(will.rights.in_force(s.now).apps) >= APPS_MOST:
        code = "apps-too-many"
    if code:
        return Plan(Refuse("invalid"), code=code)
    ends = s.now + (timedelta(days=params.days) if params.days else THIS_TIME)
    by_herself = s.subject.kind in (ActorKind.PERSON, ActorKind.PRACTITIONER) and permit.effect is Effect.IMMEDIATE
    made = _Made(
        AppGrantId(UUID(bytes=s.random(16), version=4)), scopes, ends, by_herself and bool(params.redirect_uri)
    )
    plan = _hers(s, permit, will, made) if hers else _about_her(s, permit, will, made)
    return replace(plan, app=(params.app, params.name))


def end(s: Situation) -> Plan:
    """End authorisations; what came of them is refused at the very next demand."""
    params: EndAppParams = s.params
    found = decided(s, ActId.END_APP)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    gone = [one for one in will.rights.in_force(s.now).apps if one.is_for(params.number.strip())]
    if not gone:
        return Plan(Refuse("nothing-to-undo"), code="app-not-authorised")
    objects = tuple(dict.fromkeys(f"app:{one.app}" for one in gone))
    plan = rewrite(
        s, permit, will, will.rights.without_apps(gone), objects, {"app": ",".join(one.number for one in gone)}
    )
    return replace(plan, app=(gone[0].app, gone[0].name) if len(objects) == 1 else None)


def apps_seen(rights: Rights) -> list[AppView]:
    """Return the applications she lets act for her, as she sees them."""
    return [
        AppView(
            one.number,
            one.app,
            one.name,
            one.owner,
            one.scopes.text,
            one.offline,
            instant(one.starts),
            instant(one.ends),
            one.waiting,
        )
        for one in rights.apps
    ]


def _scopes(params: AuthoriseAppParams) -> Scopes:
    """Return what it may be let through to, about persons only; that it may come back is what was answered, not what it asked."""
    asked = parse_scopes(params.scopes).of("patient", "user")
    return Scopes(asked.items, (asked.fixed - {OFFLINE}) | ({OFFLINE} if params.offline else set()))


def _fault(s: Situation, params: AuthoriseAppParams, *, hers: bool) -> str:
    words = all(one.strip() and one.isprintable() and len(one) <= _WORDS_LONGEST for one in (params.name, params.owner))
    if _CLIENT.fullmatch(params.app) is None or not words or len(params.scopes) > LONGEST:
        return "app-invalid"
    if bool(params.redirect_uri) is not bool(params.code_challenge) or len(params.redirect_uri) > _ADDRESS_LONGEST:
        return "app-invalid"
    if params.code_challenge and _CHALLENGE.fullmatch(params.code_challenge) is None:
        return "app-invalid"
    if params.offline is not (params.days > 0) or (not hers and (params.offline or not params.redirect_uri)):
        return "app-invalid"
    return "" if 0 <= params.days <= s.limits.grant_days_max else "app-too-long"


def _hers(s: Situation, permit: Permit, will: Will, made: _Made) -> Plan:
    params: AuthoriseAppParams = s.params
    grant = AppGrant(
        made.grant_id,
        params.app,
        params.name,
        params.owner,
        made.scopes,
        params.offline,
        s.now,
        made.ends,
        waiting=not made.with_code,
    )
    code = new_token_of(s.random(32)) if made.with_code else ""
    fields: dict[str, Field] = {
        "app": params.app,
        "owner": params.owner,
        "scopes": made.scopes.text,
        "ends": instant(made.ends),
    }

    def answer(receipt: bytes) -> bytes:
        return _ENCODE(AppAnswer(code, grant.number, made.scopes.text, instant(made.ends), receipt))

    def also(change: Change, _reference: str) -> Change:
        return replace(change, put_app=_code(s, will, made, code, made.grant_id)) if code else change

    objects = (f"app:{params.app}",)
    return rewrite(s, permit, will, will.rights.with_app(grant), objects, fields, answer=answer, also=also)


def _about_her(s: Situation, permit: Permit, will: Will, made: _Made) -> Plan:
    """A professional's: it rests on his own session and on what he may read, and nothing of it is in her will."""
    params: AuthoriseAppParams = s.params
    code = new_token_of(s.random(32))

    def write(_reference: str) -> tuple[Change, bytes]:
        change = Change(put_app=_code(s, will, made, code, None))
        return change, _ENCODE(AppAnswer(code, "", made.scopes.text, instant(made.ends)))

    return Plan(permit, objects=(f"app:{params.app}",), write=write)


def _code(s: Situation, will: Will, made: _Made, code: str, grant: AppGrantId | None) -> AppCode:
    params: AuthoriseAppParams = s.params
    app = AppSession(
        params.app,
        params.name,
        made.scopes,
        made.grant_id,
        s.space,
        will.person.hex,
        grant,
        b"" if grant is not None else s.ask.session,
    )
    session = replace(s.session, expires=made.ends, traits=None, used=None, app=app)
    asked = Asked(params.redirect_uri, params.code_challenge)
    return first_code(s.service, code, session, asked, s.now)
