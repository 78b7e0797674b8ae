"""Say how letters are written: large, simple, for braille, spoken; posted or kept at the counter; printed by whom. Guarantee: G10.

What is not said stays as it was. Source: inclusion.md LET-06; docs/decisions/0062.
"""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ChooseLettersParams, ReceiptAnswer
from espace_sante.kernel.errors import Kind, Problem

SIZES = (("normal", "taille habituelle"), ("large", "grands caractères"))
WORDS = (("usual", "phrases habituelles"), ("simple", "phrases simples"))
WAYS = (("post", "par la poste, à mon adresse"), ("counter", "gardées au guichet"))
PRINTERS = (("any", "là où l'organisme imprime"), ("inside", "jamais par un imprimeur du dehors"))
_YES = (("yes", "oui"), ("no", "non"))
FIELDS = (
    Field("size", "La taille", FieldKind.CHOICE, required=False, choices=SIZES),
    Field("words", "Les phrases", FieldKind.CHOICE, required=False, choices=WORDS),
    Field("braille", "Avec un fichier pour le braille", FieldKind.CHOICE, required=False, choices=_YES),
    Field("audio", "Avec un fichier à écouter", FieldKind.CHOICE, required=False, choices=_YES),
    Field("way", "Où elles arrivent", FieldKind.CHOICE, required=False, choices=WAYS),
    Field("printer", "Qui les imprime", FieldKind.CHOICE, required=False, choices=PRINTERS),
)
# Which answer of each field is a yes to what the keeper calls by another name.
_YES_IS = {
    "size": ("large", "large"),
    "words": ("simple", "simple"),
    "braille": ("braille", "yes"),
    "audio": ("audio", "yes"),
    "way": ("counter", "counter"),
    "printer": ("inside", "inside"),
}


def parse(values: Values) -> ChooseLettersParams:
    """Read what she says; one answer at least."""
    said = {}
    for one in FIELDS:
        if values.get(one.name):
            name, yes = _YES_IS[one.name]
            said[name] = fields.choice(values, one.name, one.label, frozenset(code for code, _ in one.choices)) == yes
    if not said:
        raise Problem(Kind.INVALID, "field-missing", {"field": "La taille, ou une autre réponse"})
    return ChooseLettersParams(**said)


async def perform(frame: Frame, request: Request, params: ChooseLettersParams) -> Outcome:
    """Have her next letters written so."""
    answer, entry, effect = await frame.ask(request, ActId.CHOOSE_LETTERS, params, ReceiptAnswer)
    sentence = "Vos prochaines lettres seront ainsi. Vous pouvez changer d'avis quand vous voulez."
    if effect is Effect.PROVISIONAL:
        sentence = "C'est noté dès maintenant : vos prochaines lettres seront ainsi. Vous pouvez changer d'avis."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.CHOOSE_LETTERS,
    name="Choisir comment mes lettres sont écrites",
    sentence="Je dis comment je veux mes lettres. Ce que je ne dis pas reste comme avant.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,  # gives nobody anything; a call never sends letters further than they went
    fields=FIELDS,
    counter=(
        "Demandez : la taille habituelle, ou de grands caractères ? Des phrases simples ? Un fichier pour le braille, ou à"
        " écouter ? Par la poste, ou gardées ici ? Jamais d'imprimeur du dehors ? Ce qui n'est pas dit reste comme avant."
    ),
    phone="C'est noté dès maintenant pour vos prochaines lettres. Pour les recevoir de nouveau par la poste, il faut signer.",
    form="ES-100",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
