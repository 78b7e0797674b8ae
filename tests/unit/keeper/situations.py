"""What a keeper's plan is made of, built by hand: no database, a fixed instant, randomness from a seed."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from espace_sante.access.matrix import Matrices, Matrix, Row
from espace_sante.access.request import ActId, ActorKind, Subject
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Mask
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Episode, Rights, SpaceState
from espace_sante.identity.person import PersonTraits
from espace_sante.keeper.demand import Ask
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Extra, Limits, Plan, Session, Situation
from espace_sante.kernel.canonical import canonical
from espace_sante.kernel.ids import DocumentId, GrantId, MaskId, PersonId
from espace_sante.records.document import CATEGORIES
from espace_sante.vault.envelope import open_sealed
from espace_sante.vault.keys import SpaceKeys, new_service_keys, new_space_keys

NOW = datetime(2026, 11, 25, 20, 15, 30, 123456, UTC)
AT = "2026-11-25T20:15:30.123Z"
_DRAW = Random(1)
SPACE, PERSON = UUID(int=1 << 100), PersonId(UUID(int=2 << 100))
KEYS = new_space_keys(SPACE, _DRAW.randbytes)
SERVICE = new_service_keys(_DRAW.randbytes)
LIMITS = Limits(grant_days_max=365, invitation_days=90, idempotency_days=7, page_size=4, fold_threshold=8)
DOCTOR, OTHER_DOCTOR = "99900000029", "99900000037"
MATRICES = Matrices(Matrix("2026-01-01", {"G15_10": Row(frozenset(CATEGORIES))}))
TRAITS = PersonTraits("ESSAI", "ZOE", "1999-01-02", "F", "DUBOIS", "63220")
REFERENCE = "0123456789abcdefghjk"

PERSON_SESSION = Session(
    "person", "trial", "sub|zoe", "", "Zoé Essai", "", "", NOW + timedelta(hours=1), local="v-12", traits=TRAITS
)
AGENT_SESSION = Session(
    "agent", "trial", "sub|agent", "agent-7", "Léa Guichet", "", "Mairie du Val", NOW + timedelta(hours=1)
)
DOCTOR_SESSION = Session(
    "practitioner", "trial", "sub|paul", DOCTOR, "Dr Paul Guérin", "10", "Hôpital du Val", NOW + timedelta(hours=1)
)
HOLDER = Subject(ActorKind.PERSON, "", holder=True)
STRANGER = Subject(ActorKind.PERSON, "")
AGENT = Subject(ActorKind.AGENT, "agent-7", on_behalf=True)
PRACTITIONER = Subject(ActorKind.PRACTITIONER, DOCTOR, profession="G15_10")

# By which way, then who: session, subject, channel, proof.
WAYS: dict[str, tuple[Session, Subject, str, str]] = {
    "web": (PERSON_SESSION, HOLDER, "web", "login"),
    "api": (PERSON_SESSION, HOLDER, "api", "login"),
    "counter": (AGENT_SESSION, AGENT, "counter", "identity_seen"),
    "paper": (AGENT_SESSION, AGENT, "paper", "signed_form"),
    "phone": (AGENT_SESSION, AGENT, "phone", "contact"),
    "doctor": (DOCTOR_SESSION, PRACTITIONER, "api", "professional"),
    "stranger": (PERSON_SESSION, STRANGER, "web", "login"),
}
HERS = ("web", "api", "counter", "paper", "phone")
RULE = {
    "web": "holder",
    "api": "holder",
    "counter": "agent-counter",
    "paper": "agent-paper",
    "phone": "agent-phone-starts",
}


def situation(act: ActId, params: Any, way: str = "web", /, **changes: Any) -> Situation:
    """Return everything known about one demand; `changes` are fields of Situation."""
    session, subject, channel, proof = WAYS[way]
    draw = Random(2)
    known: dict[str, Any] = {
        "ask": Ask(1, act.value, b"s" * 32, "self", channel, proof, b""),
        "params": params,
        "session": session,
        "subject": subject,
        "space": SPACE,
        "state": SpaceState.OPEN,
        "will": will(),
        "keys": KEYS,
        "service": SERVICE,
        "row": None,
        "seq": 12,
        "extra": Extra(),
        "now": NOW,
        "random": draw.randbytes,
        "limits": LIMITS,
        "matrices": MATRICES,
    }
    return Situation(**(known | changes))


def will(
    *,
    accepts: bool = True,
    grants: tuple[Grant, ...] = (),
    masks: tuple[Mask, ...] = (),
    episodes: tuple[Episode, ...] = (),
) -> Will:
    """Return her will, at its version 5."""
    return Will(PERSON, Rights(accepts, grants, masks, episodes=episodes), 5)


def grant(number: int, who: str = DOCTOR, *, ends: timedelta = timedelta(days=1), **scope: Any) -> Grant:
    """Return a permission; over everything unless `categories` or `documents` are given."""
    kind = next((ScopeKind(name) for name in scope), ScopeKind.EVERYTHING)
    covered = Scope(kind, **{name: frozenset(values) for name, values in scope.items()})
    return Grant(GrantId(UUID(int=number)), named(who), covered, "soins", NOW - timedelta(days=30), NOW + ends)


def mask(number: int, *, document: UUID | None = None, category: int | None = None, who: str = "") -> Mask:
    """Return something hidden, from everyone unless `who` is given."""
    hidden = DocumentId(document) if document else None
    return Mask(MaskId(UUID(int=number)), hidden, category, named(who) if who else None)


def row_of(number: int) -> UUID:
    """Return the identifier of an invented document."""
    return UUID(int=(3 << 100) + number)


def said(receipt: bytes) -> dict[str, Any]:
    """Return what a receipt says, its form and its signature checked as docs/specs/receipt.md tells a third party to."""
    whole = json.loads(receipt)
    assert canonical(whole) == receipt
    assert set(whole) == {"payload", "signature"}
    assert set(whole["signature"]) == {"alg", "kid", "value"}
    assert whole["signature"]["alg"] == "Ed25519"
    key = Ed25519PublicKey.from_public_bytes(SERVICE.verification_key)
    key.verify(base64.b64decode(whole["signature"]["value"], validate=True), canonical(whole["payload"]))
    payload: dict[str, Any] = whole["payload"]
    return payload


def kept(receipt: tuple[UUID, bytes] | None, keys: SpaceKeys = KEYS) -> bytes:
    """Return the receipt kept with the space, opened."""
    assert receipt is not None
    assert receipt[0].version == 4
    return bytes(open_sealed(keys.receipt_key, receipt[1], b"receipt|" + keys.space.bytes + receipt[0].bytes))


def told(notice: tuple[UUID, bytes] | None) -> Any:
    """Return what a line of her outbox says."""
    assert notice is not None
    assert notice[0].version == 4
    clear = open_sealed(KEYS.receipt_key, notice[1], b"notice|" + SPACE.bytes + notice[0].bytes)
    assert canonical(json.loads(clear)) == clear
    return json.loads(clear)


def does_nothing(plan: Plan) -> bool:
    """Say whether a plan writes nothing, releases nothing, opens nothing, changes no state."""
    nothing = (plan.write, plan.release, plan.state, plan.new_space, plan.repeat)
    return nothing == (None, None, None, None, None) and plan.lighter == []


def read(kind: type[Any], payload: bytes) -> Any:
    """Return an answer in its form."""
    return msgspec.msgpack.decode(payload, type=kind)
