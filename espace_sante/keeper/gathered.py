"""One demand on its way, and the facts gathered about it. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from espace_sante.access.request import ActId, ActorKind, AppUse, Subject
from espace_sante.consent.rights import SpaceState
from espace_sante.journal.entry import Head
from espace_sante.keeper.coupon_body import KeptCoupon
from espace_sante.keeper.demand import Ask
from espace_sante.keeper.keyring import Held
from espace_sante.keeper.page_body import KeptPage
from espace_sante.keeper.powers import power_in
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import AppSession, DocumentRow, Extra, Session

NOWHERE = UUID(int=0)
_OF_ONE_DOCUMENT = (ActId.READ_DOCUMENT, ActId.ANNOUNCE_DOCUMENT, ActId.READ_AFTER_DEATH)


@dataclass(frozen=True, slots=True)
class Coupon:
    """The coupon a demand named, and the demand as it was made."""

    kept: KeptCoupon
    ask: Ask
    params: Any


@dataclass(slots=True)
class Pending:
    """One demand on its way: what was asked, by whom, and how often it had to start again.

    `job`: what waits to be printed that it leads to; `taken`: it was taken already, and this demand goes on with it. `came`: when
    the keeper received it, None for as it is decided. `page`: the page it names, `bears`: the coupon of a page that just came to wait.
    """

    ask: Ask
    params: Any
    session: Session
    tries: int = 0
    coupon: Coupon | None = None
    job: bytes = b""
    taken: bool = False
    came: datetime | None = None
    page: KeptPage | None = None
    bears: KeptCoupon | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of one demand. Without a space, the chain is the institution's and `will` is None."""

    chain: UUID
    space: UUID | None
    head: Head
    rights_version: int
    state: SpaceState | None
    will: Will | None
    held: Held
    row: DocumentRow | None
    subject: Subject
    extra: Extra


def is_on_behalf(pending: Pending) -> bool:
    """Say whether an agent acts for the person concerned."""
    return pending.session.kind == ActorKind.AGENT and pending.ask.on_behalf


def subject_of(
    pending: Pending, space: UUID | None, own: UUID | None, will: Will | None = None, ways: Sequence[bytes] = ()
) -> Subject:
    """Return who asks; `own`: the space of the signed-in person herself. `ways`: what the power she names is known by.

    What a power says is read from the person's own will, and from nowhere else.
    """
    session, ask = pending.session, pending.ask
    kind = ActorKind(session.kind)
    holder = kind is ActorKind.PERSON and (ask.person == "self" or (space is not None and space == own))
    return Subject(
        kind,
        session.identifier,
        holder=holder,
        on_behalf=is_on_behalf(pending),
        structure=session.structure_id,
        profession=session.profession_code,
        app=_app_use(session.app, space) if session.app is not None else None,
        power=power_in(will.rights, ways, ask.act, ask.body) if will is not None and ways else None,
    )


def _app_use(app: AppSession, space: UUID | None) -> AppUse:
    """Return what an application is let through to in a space: what speaks of one patient is for the one it was opened about."""
    if app.is_alone:
        return AppUse(app.scopes.of("system"), alone=True)
    here = ("patient", "user") if space is not None and space == app.space else ("user",)
    return AppUse(app.scopes.of(*here), app.grant)


def row_asked(pending: Pending) -> UUID | None:
    """Return the document an act asks for, None when it asks for none."""
    if pending.ask.act not in _OF_ONE_DOCUMENT or len(pending.params.row) != 16:
        return None
    return UUID(bytes=pending.params.row)
