"""A coupon came back by the post: what its box asks is done as from any channel, once. Guarantee: G4, G10."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel, Proof
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Upload, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.sheets import picture, sealed
from espace_sante.keeper.demand import CouponParams, ReceiptAnswer
from espace_sante.kernel.errors import Kind, Problem

_TOKEN = re.compile("[0-9a-f]{54}")
_PAGE = re.compile("[0-9a-f]{32}")
_BOX = re.compile("[0-9]{1,2}(,[0-9]{1,2}){0,9}")


@dataclass(frozen=True, slots=True)
class Received:
    """Which coupon, or which page that waited, and what was read on it; the picture of a page that just came."""

    person: str
    params: CouponParams
    scan: Upload | None = None


def parse(values: Values) -> Received:
    """Read which page it is, the one box that is ticked, and, of a page that just came, its picture and the days of the post."""
    ticked = in_form(_BOX, fields.text(values, "box", "la case cochée", longest=30), "la case cochée").split(",")
    box, *others = (int(one) - 1 for one in ticked)
    if values.get("page"):
        if others:
            raise Problem(Kind.INVALID, "field-invalid", {"field": "la case cochée"})
        return Received(f"page:{page_number(values)}", CouponParams(box))
    token = in_form(_TOKEN, fields.text(values, "token", "le code du coupon", longest=60).lower(), "le code du coupon")
    arrived, postmark = days(values)
    marked = (box, *others) if others else ()
    params = CouponParams(box, arrived=arrived, postmark=postmark, marked=marked)
    return Received(f"coupon:{token}", params, picture(values))


def page_number(values: Values) -> str:
    """Return the number of a page that waits."""
    label = "le numéro de la page"
    return in_form(_PAGE, fields.text(values, "page", label, longest=40).lower(), label)


def days(values: Values) -> tuple[str, str]:
    """Return the day a page arrived, and that of its postmark, "" when nobody can read it."""
    arrived = fields.day(values, "arrived", "le jour d'arrivée").isoformat()
    return arrived, fields.day(values, "postmark", "le jour du cachet").isoformat() if values.get("postmark") else ""


def in_form(form: re.Pattern[str], value: str, label: str) -> str:
    """Return a value of a form; raises Problem(field-invalid) for any other."""
    if not form.fullmatch(value):
        raise Problem(Kind.INVALID, "field-invalid", {"field": label})
    return value


async def perform(frame: Frame, request: Request, asked: Received) -> Outcome:
    """Do what the box asks, once: the same page sent again gives the first answer, another page of the same coupon nothing.

    The picture of a page that just came is sealed before anything is asked, and kept with the act as its proof.
    """
    about = replace(request, channel=Channel.PAPER, proof=Proof.SIGNED_FORM, person=asked.person, on_behalf=True)
    if asked.scan is None:
        return await _done(frame, about, asked.params)
    async with sealed(frame, asked.scan) as kept:
        about = replace(about, idempotency_key=f"coupon:{kept.sha256}")
        sha256, row = bytes.fromhex(kept.sha256), kept.row.bytes
        params = msgspec.structs.replace(asked.params, scan_sha256=sha256, row=row, key=kept.key)
        try:
            outcome = await _done(frame, about, params)
        except Problem as problem:
            kept.claimed = problem.kind is Kind.BUSY  # what became of it is not known: the sweep decides by the row
            raise
        kept.claimed = True
        return outcome


async def _done(frame: Frame, about: Request, params: CouponParams) -> Outcome:
    answer, entry, effect = await frame.ask(about, ActId.RECEIVE_COUPON, params, ReceiptAnswer)
    return Outcome(entry, effect, "C'est fait : ce coupon ne servira plus.", answer.receipt if answer else b"")


ACT = Act(
    id=ActId.RECEIVE_COUPON,
    name="Entrer un coupon revenu par courrier",
    sentence="Faire ce que demande un coupon signé, revenu par courrier, une seule fois.",
    audience=frozenset({ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=(
        Field("box", "Le numéro de la case cochée ; plusieurs, séparés par une virgule, si plusieurs le sont"),
        Field("page", "Le numéro de la page, si elle attendait une personne", required=False),
        Field("token", "Le code du coupon, lu par la machine, si elle vient d’arriver", required=False),
        Field("scan", "La page scannée (PNG), si elle vient d’arriver", FieldKind.FILE, required=False),
        Field("arrived", "Le jour d'arrivée du courrier", FieldKind.DATE, required=False),
        Field("postmark", "Le jour du cachet de la poste, s'il se lit", FieldKind.DATE, required=False),
    ),
    counter="",
    phone="",
    form="",
    obligations=("receipt",),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
