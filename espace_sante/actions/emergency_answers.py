"""The three questions of an emergency, and what may be read then: asked alone, or with the others when a space opens.

Nothing is ticked beforehand, and a question left without an answer is asked again: silence is never a yes. Guarantee: G4.
"""

from __future__ import annotations

from espace_sante.actions import fields
from espace_sante.actions.act import Field, FieldKind, Values
from espace_sante.consent.grant import ScopeKind
from espace_sante.keeper.demand import EmergencyParams
from espace_sante.kernel.errors import Kind, Problem

QUESTIONS = {
    "regulator": "Le médecin qui répond à un appel d'urgence (15, 112) peut-il lire ?",
    "bedside": "Un professionnel qui vous soigne en urgence, auprès de vous, peut-il lire ?",
    "hidden": "Ce que vous cachez à tous peut-il être lu alors ?",
}
# How a question left without an answer is asked for again.
LABELS = {
    "regulator": "le médecin qui répond à l'appel",
    "bedside": "un professionnel auprès de vous",
    "hidden": "ce que vous cachez à tous",
}
SCOPES = (
    (ScopeKind.EVERYTHING.value, "tous mes documents, y compris ceux à venir"),
    (ScopeKind.CATEGORIES.value, "certaines catégories"),
    (ScopeKind.DOCUMENTS.value, "certains documents, et cela seulement"),
)
FIELDS = (
    *(Field(name, label, FieldKind.YES_NO) for name, label in QUESTIONS.items()),
    Field("scope", "Si oui, que peut-on lire ?", FieldKind.CHOICE, required=False, choices=SCOPES),
    Field(
        "categories", "Les catégories (si vous avez choisi certaines catégories)", FieldKind.CATEGORY, required=False
    ),
    Field("documents", "Les documents (si vous avez choisi certains documents)", FieldKind.DOCUMENT, required=False),
)


def parse(values: Values) -> EmergencyParams:
    """Read her answers. Two no need nothing else; one yes needs what may be read."""
    regulator, bedside, hidden = (fields.yes_no(values, name, label) for name, label in LABELS.items())
    if not regulator and not bedside:
        return EmergencyParams(False, False, False)
    scope = fields.text(values, "scope", "que peut-on lire", required=False)
    if scope not in dict(SCOPES):
        raise Problem(Kind.INVALID, "emergency-empty")
    categories = fields.categories(values) if scope == ScopeKind.CATEGORIES else []
    documents = fields.document_rows(values) if scope == ScopeKind.DOCUMENTS else []
    return EmergencyParams(regulator, bedside, hidden, scope, categories, documents)
