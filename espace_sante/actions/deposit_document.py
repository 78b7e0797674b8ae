"""Deposit a document, sealed to the person's key before it leaves this process: depositing never gives reading.

Guarantee: G3, G7, G13. Source: docs/specs/deposit.md.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from espace_sante.access.request import ActId, ActorKind
from espace_sante.actions import deposit_set, fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.depositing import PARIS, Deposit
from espace_sante.actions.frame import Frame, Request
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import CATEGORIES


def parse(values: Values) -> Deposit:
    """Read the form of a deposit."""
    file = fields.upload(values, "file", "document")
    day = fields.day(values, "created", "date du document")
    category = fields.number(values, "category", "catégorie")
    if category not in CATEGORIES:
        raise Problem(Kind.INVALID, "category-unknown")
    title = fields.text(values, "title", "titre")
    created = datetime.combine(day, time(12), PARIS).isoformat()
    return Deposit(file.content, file.media_type, title, category, created, category_chosen=True)


async def perform(frame: Frame, request: Request, deposit: Deposit) -> Outcome:
    """Check, seal, store, then ask: bytes are durable before the row exists, and erased again when it does not.

    The outcome's result is the document's public id, `about` the Kept it comes from. Raises Problem for everything
    docs/entrees-refusees.md lists.
    """
    outcome = await deposit_set.perform(frame, request, (deposit,))
    if not outcome.result:  # only announced
        return replace(outcome, result=None)
    (kept,) = outcome.result
    return replace(outcome, sentence="Le document est déposé.", result=kept.answer.document, about=kept)


ACT = Act(
    id=ActId.DEPOSIT_DOCUMENT,
    name="Déposer un document",
    sentence="Je dépose un document dans un espace de santé.",
    audience=frozenset({ActorKind.PERSON, ActorKind.PRACTITIONER}),
    nature=Nature.ADDING,
    fields=(
        Field("file", "Le document (PDF, image, texte ou document de santé CDA)", FieldKind.FILE),
        Field("title", "Son titre"),
        Field("category", "Sa catégorie", FieldKind.CATEGORY),
        Field("created", "Sa date", FieldKind.DATE),
    ),
    counter="Numérisez le document que la personne vous remet, sans le lire, puis rendez-le-lui.",
    phone="Un document ne se dépose pas par téléphone. Je vous envoie une enveloppe et le formulaire rempli.",
    form="ES-03",
    obligations=("receipt",),
    parse=parse,
    perform=perform,
    delay=Delay(paper=72, phone=240),
)
