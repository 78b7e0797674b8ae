"""Pages that a person must read: one waits, their list, a look at one, asked again, entered by hand. Guarantee: G4, G5, G10.

What a page asks is done by `receive_coupon`. Source: inclusion.md CPN-05 to CPN-08; docs/decisions/0081.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Upload, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.receive_coupon import days, in_form, page_number
from espace_sante.actions.sheets import ClearSheet, picture, sealed
from espace_sante.keeper.demand import HandlePageParams, PageLine, PageMoved, PageOpened, PagesAnswer
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark

_TOKEN = re.compile("([0-9a-f]{54})?")
_FORM = re.compile("(ES-[0-9]{1,3})?")
_STEPS = (
    ("keep", mark("Mettre une page en attente d’une personne")),
    ("list", mark("Voir les pages qui attendent")),
    ("look", mark("Regarder une page")),
    ("again", mark("Laisser une page qui ne se lit pas, et écrire à la personne")),
    ("typed", mark("Dire qu’une page est entrée à la main")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, of which page or coupon; the picture of a page that just came."""

    person: str
    params: HandlePageParams
    scan: Upload | None = None


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """One page opened for an agent: what is known of it, its picture, what each box asks (act, whom it names; "" for a no)."""

    line: PageLine
    sheet: ClearSheet
    boxes: tuple[tuple[str, str], ...]


def parse(values: Values) -> Asked:
    """Read which step, of which page; of one that just came, its picture, its days, and why the machine stopped."""
    step = fields.choice(values, "step", "quoi faire", dict(_STEPS))
    if step == "list":
        return Asked("", HandlePageParams(step))
    if step != "keep":
        return Asked(f"page:{page_number(values)}", HandlePageParams(step))
    token = in_form(
        _TOKEN, fields.text(values, "token", "le code du coupon", required=False).lower(), "le code du coupon"
    )
    form = in_form(_FORM, fields.text(values, "form", "le formulaire", required=False), "le formulaire")
    why = tuple(fields.text(values, "why", "la raison").split(","))
    arrived, postmark = days(values)
    params = HandlePageParams(step, arrived=arrived, postmark=postmark, form=form, why=why)
    return Asked(f"coupon:{token}" if token else "", params, picture(values))


async def perform(frame: Frame, request: Request, asked: Asked) -> Outcome:
    """Do one step. The result of a list is a PagesAnswer, of a look an OpenedPage."""
    about = replace(request, person=asked.person, on_behalf=False)
    match asked.params.step:
        case "list":
            found, entry, effect = await frame.ask(_unkeyed(about), ActId.HANDLE_PAGE, asked.params, PagesAnswer)
            return Outcome(entry, effect, "Voici les pages qui attendent.", result=found)
        case "look":
            return await _look(frame, _unkeyed(about), asked.params)
        case "keep" if asked.scan is not None:
            return await _keep(frame, about, asked.params, asked.scan)
        case _:
            moved, entry, effect = await frame.ask(about, ActId.HANDLE_PAGE, asked.params, PageMoved)
            told = moved is not None and moved.told
            said = "Une lettre le dit à la personne." if told else "Cette page n’attend plus."
            return Outcome(entry, effect, said)


def _unkeyed(request: Request) -> Request:
    """Return a request that is new each time: what a look gives is never given again without another line."""
    return replace(request, idempotency_key="")


async def _look(frame: Frame, about: Request, params: HandlePageParams) -> Outcome:
    found, entry, effect = await frame.ask(about, ActId.HANDLE_PAGE, params, PageOpened)
    if found is None:
        raise Problem(Kind.INTERNAL, "internal", {"reference": entry}, entry=entry)
    opened = OpenedPage(found.line, ClearSheet(found.line.page, found.key), found.boxes)
    return Outcome(entry, effect, "Page ouverte.", result=opened)


async def _keep(frame: Frame, about: Request, params: HandlePageParams, scan: Upload) -> Outcome:
    """Seal the page, and note that it waits; the same page sent again is the same."""
    async with sealed(frame, scan) as kept:
        keyed = replace(about, idempotency_key=f"page:{kept.sha256}")
        row, sha256 = kept.row.bytes, bytes.fromhex(kept.sha256)
        sheet = msgspec.structs.replace(params, scan_sha256=sha256, row=row, key=kept.key)
        body = hashlib.sha256(b"page|" + sha256).digest()
        try:
            moved, entry, effect = await frame.ask(keyed, ActId.HANDLE_PAGE, sheet, PageMoved, body=body)
        except Problem as problem:
            kept.claimed = problem.kind is Kind.BUSY  # what became of it is not known: the sweep decides by the row
            raise
        kept.claimed = moved is not None and moved.page == kept.row.hex
        return Outcome(entry, effect, "Cette page attend qu’une personne la lise.")


ACT = Act(
    id=ActId.HANDLE_PAGE,
    name="S’occuper des pages qui attendent une personne",
    sentence="Garder, lister, regarder ou laisser les pages revenues par courrier qu’une machine ne lit pas seule.",
    audience=frozenset({ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=(
        Field("step", "Quoi faire", FieldKind.CHOICE, choices=_STEPS),
        Field("page", "Le numéro de la page", required=False),
        Field("token", "Le code du coupon, lu par la machine", required=False),
        Field("form", "Le formulaire", required=False),
        Field("why", "Pourquoi la machine s’arrête", required=False),
        Field("scan", "La page scannée (PNG)", FieldKind.FILE, required=False),
        Field("arrived", "Le jour d'arrivée du courrier", FieldKind.DATE, required=False),
        Field("postmark", "Le jour du cachet de la poste, s'il se lit", FieldKind.DATE, required=False),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
