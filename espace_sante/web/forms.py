"""From an act's fields to a form, and back: one way for every act, so that a new act has its screen at once.

Knows kinds of fields, never acts. What was typed comes back when a form is refused; a file has to be chosen again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from espace_sante.actions.act import Field, FieldKind, Value
from espace_sante.actions.department import DEPARTMENT
from espace_sante.actions.emergency_answers import LABELS
from espace_sante.actions.refusals import sentence
from espace_sante.formats.media import ACCEPTED
from espace_sante.identity.ins import parse_ins
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import CATEGORIES
from espace_sante.web.body import SEVERAL

Given = Mapping[str, Value]
_ACCEPTED_FILES = ",".join([*ACCEPTED, ".pdf", ".xml", ".txt", ".rtf"])
CATEGORY_CHOICES = tuple((str(number), words) for number, words in CATEGORIES.items())
# What each act calls a field in its sentences, and the field that a code is about.
_BY_LABEL = MappingProxyType(
    {
        "titre": "title",
        "document": "file",
        "catégorie": "category",
        "date du document": "created",
        "numéro du professionnel": "practitioner",
        "ce qu'il peut lire": "scope",
        "pourquoi": "purpose",
        "pendant combien de jours": "days",
        **{label: name for name, label in LABELS.items()},
        "de quelle urgence il s'agit": "kind",
        "si vous êtes auprès d'elle": "beside",
        "le motif": "ground",
        "le motif, en quelques mots": "reason",
        "numéro de votre collègue": "practitioner",
        "Pendant combien de jours": "days",
        "Sans date de fin : écrivez-le vous-même": "endless",
        "À partir de quel jour (vide : dès maintenant)": "starts",
        "Le numéro du professionnel (RPPS)": "practitioner",
        "ce qui est bloqué": "what",
        "lignes du journal": "entries",
        "quel avis": "notice",
        "Par message électronique ?": "by_mail",
        "Par message sur votre mobile ?": "by_sms",
        "Par lettre ?": "by_letter",
        "quand vous êtes averti": "pace",
        "quelles lignes": "lines",
        "le code du coupon": "token",
        "ce que deviennent les feuilles": "what",
        "combien de feuilles": "count",
        "jour du retour": "back",
        "numéros des feuilles": "numbers",
        "numéro de la feuille": "sheet",
        "jour écrit sur la feuille": "written",
        "l'empreinte de la page": "scan",
        "la case cochée": "box",
        "le jour d'arrivée": "arrived",
        "le jour du cachet": "postmark",
        "pourquoi vous ne vous y attendiez pas": "reason",
        "ce qui est faux": "reason",
        "ce que vous voulez ajouter": "words",
        "bloquer ce professionnel": "block",
        "cacher ce document": "hide",
        "Chez qui, bâtiment, étage": "more",
        "Numéro et rue": "street",
        "Lieu-dit ou boîte postale": "place",
        "Code postal et ville": "town",
        "Pays, s'il n'est pas la France": "country",
        "fréquence": "months",
        "quelle lettre": "what",
        "numéro de la lettre": "letter",
        "numéro du ticket": "ticket",
        "numéro du dossier": "case",
        "qui l'ordonne": "authority",
        "numéro de la décision": "number",
        "date de la décision": "dated",
        "texte de loi": "law",
        "qui assiste à la lecture": "attended",
        "documents depuis le": "first",
        "documents jusqu'au": "last",
        "jour où la personne le saura": "reveal",
        "nouveau jour": "reveal",
        "numéro de la décision notée": "order",
        "jour du décès": "died_on",
        "nom du représentant": "name",
        "mesure": "measure",
        "pouvoir sur la personne": "power",
        "papier vu": "basis",
        "depuis le": "starts",
        "jusqu'au": "ends",
        "numéro du pouvoir": "number",
        "numéro de l'acte de décès": "certificate",
        "qui demande": "who",
        "à quel titre": "quality",
        "ce qui le montre": "proof",
        "motif parmi les trois": "motive",
        "en quoi ces documents servent": "why",
        "numéro de la demande": "demand",
        "ce qui a été lu": "terms",
        "pendant combien d'heures": "hours",
        "votre journal aussi": "journal",
        "votre réponse": "outcome",
        "ce que la personne lira": "text",
        "ce que la carte montre": "scope",
        "ce que vous demandez à lire": "scope",
        "combien de fois": "uses",
        "le nom court de l'application": "app",
        "qui répond de l'application": "owner",
        "ce que l'application peut voir": "what",
        "jusqu'à quand vaut la carte": "days",
        "par courrier": "post",
        "carte remplacée": "replaces",
        "code secret": "pin",
        "numéro du document": "document",
        "Le nom que vous lui donnez": "name",
        "Le numéro de l'épisode (si vous avez choisi un épisode)": "episode",
        "numéro de sécurité sociale (INS)": "ins",
        "numéro donné au guichet": "local",
        "nom de naissance": "birth_name",
        "premier prénom": "first_given",
        "date de naissance": "birth_date",
        "sexe": "sex",
        "Les professionnels peuvent-ils déposer des documents dans votre espace ?": "deposits",
        "Voulez-vous fermer votre espace et effacer vos documents ?": "sure",
        "Ou bien le fermer et garder une archive : pendant combien d'années (1 à 10) ?": "archive_years",
        "Voulez-vous effacer votre archive maintenant ?": "sure",
        "Voulez-vous que l'on ne vous le propose plus ?": "remember",
        "voie de l'invitation": "way",
        "preuve": "proof",
        "jour de la remise": "day",
        "première année": "first",
        "son prénom et son nom": "name",
        "s'il peut lire vos documents": "reads",
        "même ceux que vous cachez": "hidden",
        "pendant combien de temps": "days",
        "numéro du mandat": "number",
        "comment la joindre": "contact",
        "si elle a signé avec vous": "signed",
        "comment vous l'appelez": "label",
        "dernière année": "last",
        "Le fournisseur d'identité": "provider",
        "Le compte, comme ce fournisseur le nomme": "account",
    }
)
_BY_CODE = MappingProxyType(
    {
        "order-scope": "categories",
        "death-invalid": "died_on",
        "representation-invalid": "measure",
        "representation-basis": "basis",
        "representation-end": "ends",
        "representation-power": "power",
        "representation-over": "ends",
        "representation-too-long": "ends",
        "representation-sole": "sole",
        "representation-acts": "acts",
        "demand-words": "why",
        "demand-ground": "motive",
        "order-too-long": "reveal",
        "practitioner-invalid": "practitioner",
        "app-invalid": "app",
        "app-too-long": "days",
        "grant-too-long": "days",
        "card-post-too-short": "days",
        "card-unknown": "replaces",
        "grant-start-invalid": "starts",
        "grant-two-ends": "endless",
        "endless-words": "endless",
        "grant-unknown": "grant",
        "episode-unknown": "episode",
        "episode-name": "name",
        "episode-visit": "visit_of",
        "episodes-full": "name",
        "visit-unknown": "visit_of",
        "limit-invalid": "days",
        "structure-invalid": "structure",
        "team-invalid": "members",
        "whom-twice": "practitioner",
        "grant-empty": "scope",
        "emergency-empty": "scope",
        "second-is-first": "practitioner",
        "pin-invalid": "pin",
        "card-invalid": "uses",
        "card-too-long": "days",
        "card-code-invalid": "code",
        "request-invalid": "scope",
        "request-wider": "days",
        "archive-years-invalid": "archive_years",
        "department-unknown": "department",
        "delivery-invalid": "day",
        "policy-consent": "proof",
        "category-unknown": "category",
        "mask-invalid": "category",
        "not-blocked": "practitioner",
        "entries-invalid": "entries",
        "entries-unknown": "entries",
        "entries-own": "entries",
        "entries-of-several": "entries",
        "case-invalid": "reason",
        "block-nobody": "block",
        "words-too-long": "words",
        "ticket-invalid": "ticket",
        "support-too-long": "hours",
        "not-hidden": "document",
        "hidden-from-all": "practitioner",
        "title-too-long": "title",
        "document-empty": "file",
        "document-too-large": "file",
        "media-type-unsupported": "file",
        "media-type-lies": "file",
        "text-not-utf8": "file",
        "identity-not-matched": "birth_name",
        "identity-invalid": "ins",
        "date-in-future": "created",
        "document-unknown": "document",
        "invitation-unknown": "number",
        "unique-id-conflict": "file",
        "both-hidden": "confidentiality",
        "purpose-unknown": "purpose",
        "months-invalid": "months",
        "mail-invalid": "mail",
        "notices-silent": "by_letter",
        "notices-late": "pace",
        "mobile-invalid": "mobile",
        "proof-years": "first",
        "helper-name": "name",
        "mandate-empty": "acts",
        "mandate-act": "acts",
        "mandate-hidden": "hidden",
        "mandate-days": "days",
        "mandate-unknown": "number",
        "tie-declared": "tie",
        "message-no-number": "message",
        "message-number-new": "message",
        "message-too-long": "days",
        "message-reads": "reads",
        "message-gives": "giving",
        "message-waits": "message",
        "label-invalid": "label",
        "trusted-contact": "contact",
        "trusted-unknown": "name",
        **dict.fromkeys(("sheet-unknown", "sheet-used", "sheet-over", "sheet-differs"), "sheet"),
        **dict.fromkeys(("sheet-day", "sheet-late", "sheet-overtaken"), "written"),
        **dict.fromkeys(("sheets-count", "sheets-few"), "count"),
        "sheets-back": "back",
        "sheet-move": "numbers",
        "coupon-days": "arrived",
    }
)
_ON_THE_FORM = frozenset({Kind.INVALID, Kind.UNPROCESSABLE, Kind.UNSUPPORTED_MEDIA, Kind.TOO_LARGE})
_TOLD = frozenset(
    {
        *("document-unknown", "invitation-unknown", "unique-id-conflict", "not-hidden", "not-blocked"),
        "contact-not-waiting",
        *("sheet-unknown", "sheet-used", "sheet-over", "sheet-overtaken", "sheet-differs"),
        *("sheet-move", "sheets-few"),
        *("entries-unknown", "grant-unknown", "episode-unknown", "episode-visit", "mandate-unknown", "trusted-unknown"),
    }
)
_YES_NO = (("yes", "Oui"), ("no", "Non"))


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field ready to be drawn: `shape` is line, number, date, radios, ticks, list, department or file."""

    name: str
    label: str
    shape: str
    help: str
    value: str
    chosen: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    day: tuple[str, str, str]
    accept: str


def views(
    fields: Sequence[Field],
    values: Mapping[str, Value] = MappingProxyType({}),
    *,
    documents: Sequence[tuple[str, str]] = (),
) -> list[FieldView]:
    """Return fields as they are drawn, with what was typed; `documents` are those that may be ticked, when known."""
    return [_view(field, values, documents) for field in fields]


def department_view(said: str) -> FieldView:
    """Return the question about her department as it is drawn, with what she said; nothing is chosen beforehand."""
    return _view(DEPARTMENT, {DEPARTMENT.name: said}, ())


def gathered(fields: Sequence[Field], values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values an act reads: a date's three boxes as AAAA-MM-JJ, a document's number without its spaces."""
    found = dict(values)
    for field in fields:
        typed = found.get(field.name)
        if field.kind is FieldKind.DOCUMENT and isinstance(typed, str):
            found[field.name] = typed.replace(" ", "")
        if field.kind is FieldKind.DATE and field.name not in found:
            found[field.name] = _date(field.name, values)
    return found


def is_for_the_form(problem: Problem) -> bool:
    """Say whether a problem is about what was typed: then the form comes back with its sentence."""
    return problem.kind in _ON_THE_FORM or problem.code in _TOLD


def errors_of(problem: Problem, names: Sequence[str], say: Callable[[str], str] = str) -> dict[str, str]:
    """Return a problem as the error of one field, the first one when no other is concerned."""
    about = _BY_CODE.get(problem.code) or _BY_LABEL.get(str(problem.fields.get("field", "")), "")
    return {about if about in names else names[0]: sentence(problem, say)}


def names_of(fields: Sequence[Field]) -> list[str]:
    """Return the names of fields, in the order of the form."""
    return [field.name for field in fields]


def person_reference(kind: str, number: str) -> str:
    """Return how a person is named to the keeper, from what she holds out: INS, local number or invitation code."""
    text = number.strip()
    ins = parse_ins(text)
    match kind:
        case "ins" if ins:
            return f"ins:{ins}"
        case "local" if 3 <= len(text) <= 40 and text.isascii() and text.replace("-", "").isalnum():
            return f"local:{text.upper()}"
        case "code" if text and len(text) <= 20 and text.isascii() and text.replace("-", "").replace(" ", "").isalnum():
            return f"code:{text.upper()}"
        case _:
            raise Problem(Kind.INVALID, "identity-invalid")


def said_reference(reference: str) -> str:
    """Return a person's reference as people read it."""
    kind, _, value = reference.partition(":")
    if kind == "ins" and len(value) == 15:
        parts = (value[0], value[1:3], value[3:5], value[5:7], value[7:10], value[10:13], value[13:])
        return " ".join(parts)
    if kind == "id":
        return " ".join(value[start : start + 4] for start in range(0, len(value), 4))
    return value


def _view(field: Field, values: Mapping[str, Value], documents: Sequence[tuple[str, str]]) -> FieldView:
    shape, choices = _shape(field, documents)
    typed = values.get(field.name, "")
    value = typed if isinstance(typed, str) else ""
    chosen = tuple(part for part in value.split(",") if part) if field.name in SEVERAL else (value,)
    parts = [_text(values, f"{field.name}-{part}") for part in ("day", "month", "year")]
    return FieldView(
        field.name,
        field.label,
        shape,
        field.help,
        value,
        chosen,
        choices,
        (parts[0], parts[1], parts[2]),
        _ACCEPTED_FILES,
    )


def _shape(field: Field, documents: Sequence[tuple[str, str]]) -> tuple[str, tuple[tuple[str, str], ...]]:
    match field.kind:
        case FieldKind.DATE:
            return "date", ()
        case FieldKind.FILE:
            return "file", ()
        case FieldKind.YES_NO:
            return "radios", _YES_NO
        case FieldKind.CHOICE:
            return "radios", field.choices
        case FieldKind.CHOICES:
            return "ticks", field.choices
        case FieldKind.CATEGORY:
            return ("ticks" if field.name in SEVERAL else "list"), CATEGORY_CHOICES
        case FieldKind.DEPARTMENT:
            return "department", field.choices
        case FieldKind.DOCUMENT if documents and field.name in SEVERAL:
            return "ticks", tuple(documents)
        case FieldKind.NUMBER | FieldKind.PRACTITIONER:
            return "number", ()
        case _:
            return "line", ()


def _date(name: str, values: Mapping[str, Value]) -> str:
    day, month, year = (_text(values, f"{name}-{part}") for part in ("day", "month", "year"))
    if not day and not month and not year:
        return ""
    return f"{year.zfill(4)}-{month.zfill(2)}-{day.zfill(2)}"


def _text(values: Mapping[str, Value], name: str) -> str:
    value = values.get(name, "")
    return value.strip() if isinstance(value, str) else ""
