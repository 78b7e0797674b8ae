"""A coupon came back by the post: what its box asks is done as from any channel, once. Guarantee: G4, G10."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from espace_sante.access.request import ActId, ActorKind, Channel, Proof
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import CouponParams, ReceiptAnswer
from espace_sante.kernel.errors import Kind, Problem

_TOKEN = re.compile("[0-9a-f]{54}")
_HASH = re.compile("[0-9a-f]{64}")
_BOX = re.compile("[0-9]{1,2}")
_PAGE = "l'empreinte de la page"


@dataclass(frozen=True, slots=True)
class Received:
    """Which coupon, and what was read on it."""

    token: str
    params: CouponParams


def parse(values: Values) -> Received:
    """Read which coupon it is, the one box that is ticked, and the days of the post."""
    token = _in_form(_TOKEN, fields.text(values, "token", "le code du coupon", longest=60).lower(), "le code du coupon")
    page = _in_form(_HASH, fields.text(values, "scan", _PAGE, longest=64).lower(), _PAGE)
    box = _in_form(_BOX, fields.text(values, "box", "la case cochée", longest=2), "la case cochée")
    arrived = fields.day(values, "arrived", "le jour d'arrivée").isoformat()
    postmark = fields.day(values, "postmark", "le jour du cachet").isoformat() if values.get("postmark") else ""
    seen = values.get("seen") == "yes"
    return Received(token, CouponParams(int(box) - 1, bytes.fromhex(page), arrived, postmark, seen))


def _in_form(form: re.Pattern[str], value: str, label: str) -> str:
    if not form.fullmatch(value):
        raise Problem(Kind.INVALID, "field-invalid", {"field": label})
    return value


async def perform(frame: Frame, request: Request, asked: Received) -> Outcome:
    """Do what the box asks, once: the same page sent again gives the first answer, another page of the same coupon nothing."""
    about = replace(
        request,
        channel=Channel.PAPER,
        proof=Proof.SIGNED_FORM,
        person=f"coupon:{asked.token}",
        on_behalf=True,
        idempotency_key=f"coupon:{asked.params.scan_sha256.hex()}",
    )
    answer, entry, effect = await frame.ask(about, ActId.RECEIVE_COUPON, asked.params, ReceiptAnswer)
    return Outcome(entry, effect, "C'est fait : ce coupon ne servira plus.", answer.receipt if answer else b"")


ACT = Act(
    id=ActId.RECEIVE_COUPON,
    name="Entrer un coupon revenu par courrier",
    sentence="Faire ce que demande un coupon signé, revenu par courrier, une seule fois.",
    audience=frozenset({ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=(
        Field("token", "Le code du coupon, lu par la machine"),
        Field("box", "Le numéro de la case cochée", FieldKind.NUMBER),
        Field("scan", "L'empreinte de la page scannée"),
        Field("arrived", "Le jour d'arrivée du courrier", FieldKind.DATE),
        Field("postmark", "Le jour du cachet de la poste, s'il se lit", FieldKind.DATE, required=False),
        Field("seen", "Une personne a lu la page", FieldKind.YES_NO, required=False),
    ),
    counter="",
    phone="",
    form="",
    obligations=("receipt",),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
