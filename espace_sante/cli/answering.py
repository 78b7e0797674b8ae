"""The commands of opening: an invitation, its answer, its letter, a refusal remembered.

Each is one request to the running instance; nothing is decided here.
"""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from typing import Any

from espace_sante.actions.answers import notice_here
from espace_sante.cli.arguments import Add, add_person, file_path
from espace_sante.cli.client import Client, account_of
from espace_sante.cli.doing import account_token, answers_of, done, key_of, person_token, tell
from espace_sante.consent.evidence import Emergency, NoticeLanguage
from espace_sante.consent.purposes import purposes
from espace_sante.kernel.i18n import Language, translator
from espace_sante.kernel.on_disk import refuse_unwritable
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.web.operator.invitation_letter import Invited, invitation_pdf

_LATER = "Rien n'est changé : l'invitation attend votre réponse, et le silence n'ouvre rien."


def invite(settings: Settings, chosen: Namespace) -> int:
    """Write an invitation, as the operator or an agent."""
    if chosen.letter is not None:
        refuse_unwritable(chosen.letter)
    client = Client.of(settings)
    values = {
        name: getattr(chosen, name) for name in ("ins", "local", "birth_name", "first_given", "birth_date", "sex")
    }
    if chosen.person:
        account = account_of(chosen.person)
        if account is None:
            raise OperatorRefusal(f"{chosen.person} n'est pas une personne d'essai : donnez --ins et les traits.")
        values = {name: getattr(account, name) for name in values}
    values["way"] = chosen.way
    token = account_token(client, chosen.as_account, "accueil")
    done = client.act("invite", {k: v for k, v in values.items() if v}, token=token, key=key_of(chosen))
    if chosen.letter is not None:
        _letter(settings, chosen, values, done["result"])
    return tell(chosen, done, f"Code de la lettre : {done['result']['code']}, jusqu'au {done['result']['expires_on']}.")


def _letter(settings: Settings, chosen: Namespace, values: dict[str, Any], result: dict[str, Any]) -> None:
    """Write the letter into a file that its owner alone reads; the address serves for it alone."""
    name = f"{values.get('first_given', '')} {values.get('birth_name', '')}".strip()
    address = tuple(line for line in (chosen.street, chosen.town) if line)
    until = date.fromisoformat(result["expires_on"])
    invited = Invited(name, address, result["code"], until, chosen.large)
    notice = notice_here(settings, NoticeLanguage.FRENCH)
    try:
        pdf = invitation_pdf(settings, translator(Language.FR).gettext, Language.FR, notice, invited)
    except ValueError:
        raise OperatorRefusal("Cette adresse ne tient pas sur une enveloppe : 38 signes par ligne au plus.") from None
    chosen.letter.touch(mode=0o600)
    chosen.letter.write_bytes(pdf)


def answer(settings: Settings, chosen: Namespace) -> int:
    """Answer an invitation: yes, no, or later."""
    if chosen.answer == "later":
        return tell(chosen, {"sentence": _LATER, "effect": "none"})
    if chosen.output is not None:
        refuse_unwritable(chosen.output)
    client = Client.of(settings)
    act = "open_space" if chosen.answer == "yes" else "refuse_space"
    values = answers_of(chosen) if chosen.answer == "yes" else {}
    if chosen.answer == "no" and chosen.remember:
        values = {"remember": "yes"}
    if chosen.code:
        token = account_token(client, chosen.as_account, "petit")
        reply = client.at_counter(act, f"code:{chosen.code}", values, token=token, key=key_of(chosen))
        if chosen.output:
            chosen.output.write_bytes(reply.body)
        entry = reply.headers.get("journal-entry", "")
        return tell(chosen, {"entry": entry, "sentence": "C'est fait au guichet ; le reçu est imprimé."})
    done = client.act(act, values, token=person_token(client, chosen.as_person), key=key_of(chosen))
    return tell(chosen, done)


def delivery(settings: Settings, chosen: Namespace) -> int:
    """Note that a letter of invitation was delivered, with its proof."""
    return _about_a_letter(settings, chosen, "record_delivery", {"proof": chosen.proof, "day": chosen.day})


def returned(settings: Settings, chosen: Namespace) -> int:
    """Note that a letter of invitation came back."""
    return _about_a_letter(settings, chosen, "record_return", {})


def _about_a_letter(settings: Settings, chosen: Namespace, act: str, values: dict[str, Any]) -> int:
    client = Client.of(settings)
    account = account_of(chosen.person)
    ins = account.ins if account is not None else chosen.person.removeprefix("ins:")
    local = account.local if account is not None else ""
    whose = {"local": local or chosen.person.removeprefix("local:")} if local or not ins.isdigit() else {"ins": ins}
    token = account_token(client, chosen.as_account, "accueil")
    return tell(chosen, client.act(act, values | whose, token=token, key=key_of(chosen)))


def reverse_refusal(settings: Settings, chosen: Namespace) -> int:
    """Take back a no that was to be remembered."""
    return done(Client.of(settings), chosen, "reverse_refusal", {})


def register(add: Add) -> None:
    """Add the words by which a space is proposed, opened or refused."""
    invite_word = add("invite", "écrit une invitation", invite, changes=True)
    invite_word.add_argument("--person", default="", metavar="ID", help="une personne d'essai (demo --list)")
    invite_word.add_argument("--ins", default="", help="numéro de sécurité sociale (INS)")
    invite_word.add_argument("--local", default="", metavar="NUMÉRO", help="numéro donné au guichet")
    invite_word.add_argument("--birth-name", default="", metavar="NOM", help="nom de naissance")
    invite_word.add_argument("--first-given", default="", metavar="PRÉNOM", help="premier prénom")
    invite_word.add_argument("--birth-date", default="", metavar="AAAA-MM-JJ", help="date de naissance")
    invite_word.add_argument("--sex", default="", choices=("F", "M", "I"), help="sexe")
    ways = ("letter", "counter", "professional", "web")
    invite_word.add_argument("--way", default="letter", choices=ways, help="comment la personne la reçoit")
    invite_word.add_argument(
        "--as", dest="as_account", default="", metavar="ID", help="qui invite (essai : accueil, petit)"
    )
    invite_word.add_argument("--letter", type=file_path, metavar="FICHIER", help="écrit aussi la lettre (PDF)")
    invite_word.add_argument("--street", default="", metavar="LIGNE", help="pour cette lettre : numéro et rue")
    invite_word.add_argument("--town", default="", metavar="LIGNE", help="pour cette lettre : code postal et ville")
    invite_word.add_argument("--large", action="store_true", help="la lettre en grands caractères")
    answer_word = add("answer", "répond à une invitation : oui, non ou plus tard", answer, changes=True)
    answer_word.add_argument("answer", choices=("yes", "no", "later"), help="yes : oui ; no : non ; later : plus tard")
    who = answer_word.add_mutually_exclusive_group(required=True)
    who.add_argument("--as-person", default="", metavar="ID", help="qui répond, connectée")
    who.add_argument("--code", default="", help="le code de sa lettre, remis à un guichet")
    answer_word.add_argument(
        "--deposits",
        choices=("yes", "no"),
        default="",
        help="avec yes : les professionnels peuvent-ils déposer, et relire leur dépôt ? (non si rien n'est dit ici)",
    )
    answer_word.add_argument(
        "--emergency",
        choices=tuple(one.value for one in Emergency),
        default="",
        help="avec yes : lire en urgence ? no : jamais ; bedside : auprès de moi ; all : l'appel d'urgence aussi",
    )
    answer_word.add_argument(
        "--measures", choices=("yes", "no"), default="", help="avec yes : recopier les chiffres dans les mesures ?"
    )
    uses = tuple(one.code for one in purposes().values() if one.secondary)
    answer_word.add_argument("--use", nargs="+", choices=uses, default=(), help="avec yes : les usages permis")
    answer_word.add_argument(
        "--as", dest="as_account", default="", metavar="ID", help="avec --code, l'agent (essai : petit)"
    )
    answer_word.add_argument("--output", type=file_path, metavar="FICHIER", help="avec --code, où écrire le reçu (PDF)")
    answer_word.add_argument("--remember", action="store_true", help="avec no : ne me le proposez plus")
    delivery_word = add("delivery", "note la remise prouvée d'une lettre d'invitation", delivery, changes=True)
    delivery_word.add_argument(
        "--proof", required=True, choices=("registered", "counter"), help="avis signé, ou guichet"
    )
    delivery_word.add_argument("--day", required=True, metavar="AAAA-MM-JJ", help="le jour de la remise")
    returned_word = add("returned", "note qu'une lettre d'invitation est revenue", returned, changes=True)
    for parser in (delivery_word, returned_word):
        parser.add_argument("--person", required=True, metavar="ID", help="identifiant d'essai, INS ou numéro local")
        parser.add_argument("--as", dest="as_account", default="", metavar="ID", help="qui note (essai : accueil)")
    reverse = add("reverse-refusal", "reprend un refus gardé en mémoire", reverse_refusal, changes=True)
    add_person(reverse)
