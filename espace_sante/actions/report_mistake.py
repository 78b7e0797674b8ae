"""Report that a document of hers is wrong: a case with a deadline, and the document hidden if she says so. Guarantee: G3, G11."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import CaseOpened, MistakeParams
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import parse_document_id

REASONS = (
    ("false", "une information est fausse"),
    ("incomplete", "il manque quelque chose"),
    ("date", "la date est fausse"),
    ("author", "l'auteur n'est pas le bon"),
    ("twice", "il est en double"),
    ("other", "autre chose"),
)


def parse(values: Values) -> MistakeParams:
    """Read which document, in what it is wrong, and whether to hide it."""
    document = fields.text(values, "document", "numéro du document")
    reason = fields.choice(values, "reason", "ce qui est faux", frozenset(code for code, _ in REASONS))
    words = fields.paragraphs(values, "words", "ce que vous voulez ajouter", required=False)
    hide = fields.yes_no(values, "hide", "cacher ce document")
    found = parse_document_id(document)
    if found is None:
        raise Problem(Kind.NOT_FOUND, "document-unknown")
    return MistakeParams(found[1].bytes, reason, words, hide)


async def perform(frame: Frame, request: Request, params: MistakeParams) -> Outcome:
    """Open the case; the document, when asked for, is hidden from all from the next reading on."""
    answer, entry, effect = await frame.ask(request, ActId.REPORT_MISTAKE, params, CaseOpened)
    sentence = "L'erreur est signalée. On vous répond dans un mois au plus."
    if params.hide:
        sentence = "L'erreur est signalée, et le document est caché à tous. On vous répond dans un mois au plus."
    if effect is Effect.PROVISIONAL:
        sentence = "L'erreur est signalée dès maintenant. Une lettre vous le confirmera."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.REPORT_MISTAKE,
    name="Signaler une erreur dans un document",
    sentence="Un document de mon espace contient une erreur : je demande qu'il soit corrigé.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field("document", "Le document (son numéro est sur la liste)", FieldKind.DOCUMENT),
        Field("reason", "Ce qui est faux", FieldKind.CHOICE, choices=REASONS),
        Field(
            "words",
            "Ce que vous voulez ajouter",
            required=False,
            help="Gardé dans votre espace seulement. Celui qui vous répond ne le lit pas.",
        ),
        Field("hide", "Voulez-vous cacher ce document à tous, en attendant ?", FieldKind.YES_NO),
    ),
    counter="Demandez quel document, et ce qui est faux. Dites : on vous répond dans un mois au plus, par courrier aussi.",
    phone="C'est signalé dès maintenant. On vous répond dans un mois au plus, par courrier aussi.",
    form="ES-56",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
