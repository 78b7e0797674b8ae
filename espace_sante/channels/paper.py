"""Paper: one form for each act of a person, blank or filled in beforehand, made from the act's own words and fields.

Guarantee: G10. Source: inclusion.md PAR-03, LET-10.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from espace_sante.access.request import ActId
from espace_sante.actions.act import Act, Field, FieldKind
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from espace_sante.consent.sheets import said_sheet
from espace_sante.formats.coupon import Token
from espace_sante.formats.coupon.number import said_number
from espace_sante.formats.coupon.sheet import CouponSheet, coupon_data
from espace_sante.formats.letter import BODY_POINTS, LARGE_POINTS, FormField, FormFieldKind, form_pdf, receipt_pdf
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import CATEGORIES

FORM_VERSION = "1"
ADDRESS = ("Guichet des espaces de santé", "à l'adresse écrite sur votre lettre", "Réponse gratuite")
# The same words for every form: what is asked is printed above, whole.
_COUPON_TITLE = "Votre réponse"
_COUPON_ASKS = "Relisez ce qui est écrit plus haut. Cochez une seule case, signez, et renvoyez toute cette feuille."
_COUPON_CHOICES = ("Oui, je le demande", "Non, je ne le demande pas")
_COUPON_SEND = "Au guichet, ou sans timbre à :"
_YES_NO = (("yes", "oui"), ("no", "non"))
_CATEGORY_CHOICES = tuple((str(number), words) for number, words in CATEGORIES.items())
# A professional's number has eleven digits (RPPS); a number of days at most three; the number of a department two or three signs.
_RPPS_DIGITS, _NUMBER_DIGITS, _DEPARTMENT_SIGNS = 11, 3, 3

# How to take back each act, in one sentence; a test compares with the registry.
UNDO: Mapping[ActId, str] = {
    ActId.OPEN_SPACE: "Vous pouvez fermer votre espace à tout moment : formulaire ES-10, guichet ou téléphone.",
    ActId.REFUSE_SPACE: "Vous pouvez demander une nouvelle invitation quand vous voulez, au guichet.",
    ActId.DEPOSIT_DOCUMENT: "La personne peut cacher ce document à tout moment : formulaire ES-08.",
    ActId.LIST_DOCUMENTS: "Rien n'a changé : il n'y a rien à reprendre.",
    ActId.READ_DOCUMENT: "Rien n'a changé : il n'y a rien à reprendre.",
    ActId.READ_RESOURCE: "Rien n'a changé : il n'y a rien à reprendre.",
    ActId.GRANT_ACCESS: "Vous pouvez retirer cette autorisation à tout moment : formulaire ES-07, guichet ou téléphone.",
    ActId.LIMIT_GRANT: "Vous pouvez donner une autre autorisation, plus longue ou plus large : formulaire ES-06 ou guichet.",
    ActId.NAME_ADMINISTRATOR: "Vous pouvez tout lui retirer à tout moment : formulaire ES-07, guichet ou téléphone.",
    ActId.WITHDRAW_ACCESS: "Vous pouvez donner une nouvelle autorisation : formulaire ES-06 ou guichet.",
    ActId.MASK: "Vous pouvez le montrer de nouveau à tout moment : formulaire ES-13 ou guichet.",
    ActId.UNMASK: "Vous pouvez le cacher de nouveau à tout moment : formulaire ES-08, guichet ou téléphone.",
    ActId.BLOCK: "Vous pouvez débloquer ce professionnel à tout moment : formulaire ES-12 ou guichet.",
    ActId.UNBLOCK: "Vous pouvez le bloquer de nouveau à tout moment : formulaire ES-11, guichet ou téléphone.",
    ActId.KEEP_EPISODE: "Vous pouvez défaire cet épisode à tout moment : formulaire ES-15, guichet ou téléphone.",
    ActId.END_EPISODE: "Vous pouvez garder de nouveau ces documents ensemble : formulaire ES-14 ou guichet.",
    ActId.SET_EMERGENCY_WILL: "Vous pouvez changer vos réponses, ou dire jamais : formulaires ES-20 et ES-21, ou guichet.",
    ActId.REFUSE_EMERGENCY: "Vous pouvez répondre autrement à tout moment : formulaire ES-20 ou guichet.",
    ActId.ISSUE_ACCESS_CARD: "Vous pouvez arrêter cette carte à tout moment : formulaire ES-26, guichet ou téléphone.",
    ActId.REVOKE_ACCESS_CARD: "Vous pouvez faire une autre carte : formulaire ES-25 ou guichet.",
    ActId.ACCEPT_REQUEST: "Vous pouvez retirer cette autorisation à tout moment : formulaire ES-07, guichet ou téléphone.",
    ActId.DECLINE_REQUEST: "Vous pouvez donner une autorisation vous-même : formulaire ES-06 ou guichet.",
    ActId.ACCEPT_DEPOSITS: "Vous pouvez refuser les dépôts à tout moment : formulaire ES-36, guichet ou téléphone.",
    ActId.REFUSE_DEPOSITS: "Vous pouvez accepter de nouveau les dépôts : formulaire ES-35 ou guichet.",
    ActId.LET_AUTHORS_READ: "Vous pouvez retirer cela à tout moment : formulaire ES-38, guichet ou téléphone.",
    ActId.STOP_AUTHORS_READING: "Vous pouvez les laisser relire de nouveau : formulaire ES-37 ou guichet.",
    ActId.SHOW_NEW_DOCUMENTS: "Vous pouvez les cacher d'office à tout moment : formulaire ES-40, guichet ou téléphone.",
    ActId.HIDE_NEW_DOCUMENTS: "Vous pouvez arrêter de les cacher d'office : formulaire ES-39 ou guichet.",
    ActId.UNSEAL_SPACE: "Vous pouvez remettre votre espace au coffre à tout moment : formulaire ES-42, guichet ou téléphone.",
    ActId.SEAL_SPACE: "Vous pouvez ouvrir le coffre à tout moment : formulaire ES-41 ou guichet.",
    ActId.ALLOW_SECONDARY_USE: "Vous pouvez arrêter cet usage à tout moment : formulaire ES-44, guichet ou téléphone.",
    ActId.END_SECONDARY_USE: "Vous pouvez permettre de nouveau cet usage : formulaire ES-43 ou guichet.",
    ActId.ANNOUNCE_DOCUMENT: "Ce qui a été dit à la personne ne se reprend pas.",
    ActId.READ_JOURNAL: "Rien n'a changé : il n'y a rien à reprendre.",
    ActId.CONTEST_ACCESS: "Un blocage demandé ici se retire à tout moment : formulaire ES-12 ou guichet.",
    ActId.REPORT_MISTAKE: "Un document caché ici se montre de nouveau à tout moment : formulaire ES-13 ou guichet.",
    ActId.ALLOW_SUPPORT: "Vous pouvez arrêter cette aide à tout moment : formulaire ES-58, guichet ou téléphone.",
    ActId.END_SUPPORT: "Vous pouvez permettre cette aide de nouveau : formulaire ES-57 ou guichet.",
    ActId.AUTHORISE_APP: "Vous pouvez arrêter cette application à tout moment : formulaire ES-76, guichet ou téléphone.",
    ActId.END_APP: "Vous pouvez permettre cette application de nouveau : formulaire ES-75 ou guichet.",
    ActId.GIVE_ADDRESS: "Vous pouvez en changer, ou prendre vos lettres au guichet, à tout moment : formulaires ES-71 et ES-72.",
    ActId.REMOVE_ADDRESS: "Vous pouvez donner une adresse de nouveau : formulaire ES-71 ou guichet.",
    ActId.NAME_HELPER: "Vous pouvez l'arrêter à tout moment, sans dire pourquoi : formulaire ES-81, guichet ou téléphone.",
    ActId.NAME_TRUSTED_PERSON: "Vous pouvez reprendre ce nom à tout moment : formulaire ES-83, guichet ou téléphone.",
    ActId.END_TRUSTED_PERSON: "Vous pouvez nommer de nouveau quelqu'un : formulaire ES-82 ou guichet.",
    ActId.END_MANDATE: "Vous pouvez nommer de nouveau un aidant : formulaire ES-80 ou guichet.",
    ActId.ASK_REMINDERS: "Vous pouvez arrêter cette lettre à tout moment : formulaire ES-74, guichet ou téléphone.",
    ActId.STOP_REMINDERS: "Vous pouvez demander cette lettre de nouveau : formulaire ES-73, guichet ou téléphone.",
    ActId.CHOOSE_LETTERS: "Vous pouvez changer ces réponses à tout moment : formulaire ES-100, guichet ou téléphone.",
    ActId.CHANGE_CONTACT: "Vous pouvez en changer, ou ne plus recevoir d'avis par message, à tout moment : formulaires ES-90 et ES-91.",
    ActId.REMOVE_CONTACT: "Vous pouvez donner de nouveau une adresse électronique ou un mobile : formulaire ES-90 ou guichet.",
    ActId.CONFIRM_CONTACT: "Vous pouvez ne plus recevoir d'avis par message à tout moment : formulaire ES-91, guichet ou téléphone.",
    ActId.CHOOSE_NOTICES: "Vous pouvez choisir autrement à tout moment : formulaire ES-93 ou guichet.",
    ActId.EXPECT_ACCESS: "Vous pouvez contester cet accès à tout moment : formulaire ES-55, guichet ou téléphone.",
    ActId.CLOSE_SPACE: "Ce qui est effacé ne revient pas. Vous pouvez demander un nouvel espace, vide, au guichet.",
    ActId.EXPORT_JOURNAL: "Rien n'a changé : il n'y a rien à reprendre.",
    ActId.PROVE_JOURNAL: "Rien n'a changé : il n'y a rien à reprendre.",
    ActId.REOPEN_SPACE: "Vous pouvez le fermer de nouveau à tout moment : formulaire ES-10, guichet ou téléphone.",
    ActId.ERASE_CONTENT: "Ce qui est effacé ne revient pas. Vous pouvez demander un nouvel espace, vide, au guichet.",
    ActId.ALLOW_AFTER_DEATH: "Vous pouvez refuser à tout moment : formulaire ES-85, guichet ou téléphone.",
    ActId.REFUSE_AFTER_DEATH: "Vous pouvez revenir sur ce refus à tout moment : formulaire ES-86 ou guichet.",
    ActId.CONTEST_REPRESENTATION: "Deux agents revoient les papiers ; sans cela, il n'agit plus pour vous.",
    ActId.CONTEST_DEATH: "Ce que vous aviez autorisé reste retiré. Vous pouvez l'autoriser de nouveau : formulaire ES-06.",
    ActId.REVERSE_REFUSAL: "Vous pourrez de nouveau dire non à toute invitation, et ne plus en recevoir.",
}


def act_of_form(form: str) -> Act:
    """Return the act a form's number stands for; raises Problem(NOT_FOUND)."""
    for act in PERSON_ACTS:
        if act.form == form:
            return act
    raise Problem(Kind.NOT_FOUND, "page-unknown")


def blank_form(act: Act, *, large: bool = False, sheets: Sequence[str] = ()) -> bytes:
    """Return the form of an act, to be filled in by hand (PDF). `large` prints it in 18 points.

    `sheets`: the numbers of sheets of a counter, one form each; they are printed as they are given, and checked when one is entered.
    """
    return form_pdf(
        act.form,
        act.name,
        act.sentence,
        form_fields(act, {}),
        version=FORM_VERSION,
        address=ADDRESS,
        points=LARGE_POINTS if large else BODY_POINTS,
        sheets=[said_sheet(number) for number in sheets],
    )


def form_coupon(token: Token, sealed: bytes, *, address: Sequence[str] = ADDRESS) -> CouponSheet:
    """Return the coupon of a form filled in for someone: a yes, a no of the same size, a frame to sign.

    `token` has two boxes, the yes first; `sealed` is what the keeper issued for it.
    """
    title = f"{_COUPON_TITLE} (feuille {said_number(token.once)})"
    return CouponSheet(title, _COUPON_ASKS, _COUPON_CHOICES, token, sealed, (_COUPON_SEND, *address), cut="")


def filled_form(act: Act, values: Mapping[str, str], identity: Mapping[str, str], coupon: CouponSheet) -> bytes:
    """Return the form of an act someone started by telephone: her answers are printed, she only ticks and signs.

    `identity` has "number", "names" and "birth_date"; both codes of the coupon carry its one-time number.
    """
    fields = form_fields(act, values)
    return form_pdf(
        act.form,
        act.name,
        act.sentence,
        fields,
        version=FORM_VERSION,
        identity=identity,
        coupon=coupon_data(coupon),
        address=ADDRESS,
    )


def form_fields(act: Act, values: Mapping[str, str]) -> tuple[FormField, ...]:
    """Return the fields of an act as they are filled in by hand."""
    return tuple(_form_field(field, values.get(field.name, "")) for field in act.fields)


def printed_receipt(receipt: bytes) -> bytes:
    """Return a receipt as a page, in the words of the registry. Raises `NotAReceipt`."""
    names = {act.id.value: act.name for act in REGISTRY.values()}
    undo = {act.value: words for act, words in UNDO.items()}
    return receipt_pdf(receipt, names=names, undo=undo)


def _form_field(field: Field, value: str) -> FormField:
    label = field.label if field.required else f"{field.label} (facultatif)"
    match field.kind:
        case FieldKind.TEXT | FieldKind.DOCUMENT:
            return FormField(label, FormFieldKind.LINE, field.help, value)
        case FieldKind.DATE:
            return FormField(label, FormFieldKind.DATE, field.help, value)
        case FieldKind.NUMBER:
            return FormField(label, FormFieldKind.COMB, field.help, value, count=_NUMBER_DIGITS)
        case FieldKind.PRACTITIONER:
            return FormField(label, FormFieldKind.COMB, field.help, value, count=_RPPS_DIGITS)
        case FieldKind.DEPARTMENT:
            return FormField(label, FormFieldKind.COMB, field.help, value, count=_DEPARTMENT_SIGNS)
        case FieldKind.YES_NO:
            return FormField(label, FormFieldKind.BOXES, field.help, value, _YES_NO)
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return FormField(label, FormFieldKind.BOXES, field.help, value, field.choices)
        case FieldKind.CATEGORY:
            return FormField(label, FormFieldKind.LIST, field.help, value, _CATEGORY_CHOICES)
        case FieldKind.FILE:
            return FormField(label, FormFieldKind.ENCLOSED, field.help)
        case _:
            assert_never(field.kind)
