"""The command `espace-sante`: which words it knows, and the one place where a refusal becomes a line and a code.

Exit 0 when done, 1 when refused or failed, 2 when the command itself is wrong. Source: INTERFACE "Commands".
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable

from espace_sante.actions.grant_access import PURPOSES
from espace_sante.cli import acts, codes, demo, inspect, operator, show, site
from espace_sante.cli.acts import file_path
from espace_sante.cli.client import ActRefused
from espace_sante.cli.french import Parser
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings, load_settings
from espace_sante.records.document import CATEGORIES

Command = Callable[[Settings, Namespace], int]


def run_command(arguments: list[str]) -> int:
    """Run one command; returns its exit code."""
    try:
        chosen = _parser().parse_args(arguments)
    except SystemExit as stopped:
        return int(stopped.code or 0)
    try:
        return int(chosen.command(load_settings(os.environ), chosen))
    except (OperatorRefusal, ActRefused) as refused:
        show.complain(str(refused))
        return 1
    except BrokenPipeError:  # whoever read us stopped: nothing more to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except KeyboardInterrupt:
        return 1


def _parser() -> Parser:
    parser = Parser(
        prog="espace-sante",
        description="Un espace de santé ouvert seulement par votre oui. Commandes de l'exploitant et de l'intégrateur.",
        epilog="L'instance est celle de $ESPACE_SANTE_HOME (./var par défaut).",
    )
    words = parser.add_subparsers(
        title="commandes", metavar="commande", required=True, dest="commande", parser_class=Parser
    )

    def add(name: str, sentence: str, command: Command, *, changes: bool = False, json: bool = True) -> Parser:
        added: Parser = words.add_parser(name, help=sentence, description=f"{sentence[:1].upper()}{sentence[1:]}.")
        added.set_defaults(command=command, json=False, key="")
        if json:
            added.add_argument("--json", action="store_true", help="réponse en JSON, pour une machine")
        if changes:
            added.add_argument(
                "--key", default="", metavar="CLÉ", help="numéro de la demande : la répéter ne refait rien"
            )
        return added

    _add_operator_words(add)
    _add_files(add)
    _add_answers(add)
    _add_documents(add)
    _add_will(add)
    demonstration = add("demo", "démarre tout, rempli de personnes inventées", demo.run)
    demonstration.add_argument("--list", action="store_true", help="liste les personnes inventées, sans rien démarrer")
    return parser


Add = Callable[..., Parser]


def _add_operator_words(add: Add) -> None:
    add("run", "démarre tout au premier plan ; Ctrl-C arrête", operator.run, json=False)
    add("doctor", "dit ce qui tient et ce qui manque sur cette machine", operator.doctor)
    add("migrate", "met à jour les deux bases", operator.migrate)
    add("settings", "montre les réglages en vigueur", operator.settings)
    backup = add("backup", "sauvegarde les deux bases et les objets", operator.backup)
    backup.add_argument("--output", type=file_path, required=True, metavar="DOSSIER", help="où sauvegarder")
    backup.add_argument(
        "--keys-output", type=file_path, metavar="DOSSIER", help="où sauvegarder la base des clés, à part"
    )
    restore = add("restore", "restaure une sauvegarde dans un dossier d'état vide", operator.restore)
    restore.add_argument("source", type=file_path, metavar="DOSSIER", help="dossier donné à backup --output")
    restore.add_argument("--keys-source", type=file_path, metavar="DOSSIER", help="dossier donné à --keys-output")
    add("keys", "montre la clé publique de vérification des reçus", operator.keys)
    forms = add("forms", "écrit les formulaires papier vierges", operator.forms)
    forms.add_argument("--output", type=file_path, required=True, metavar="DOSSIER", help="où les écrire")
    forms.add_argument("--large", action="store_true", help="en gros caractères")
    public = add("site", "écrit le site public dans un dossier, lisible sans serveur", site.build)
    public.add_argument("--output", type=file_path, required=True, metavar="DOSSIER", help="où l'écrire")
    public.add_argument(
        "--results",
        type=file_path,
        metavar="FICHIER",
        help='résultats des tests de cette version, en JSON : {"tests/…": "passed" ou "failed"}',
    )


def _add_files(add: Add) -> None:
    looked = add("inspect", "montre ce que nous lisons dans un document, sans rien garder", inspect.run)
    looked.add_argument("files", type=file_path, nargs="+", metavar="FICHIER", help="les documents")
    looked.add_argument("--html", action="store_true", help="écrit la vue d'un seul document de santé, en HTML sûr")
    tables = add("codes", "remplace une table de codes par le fichier officiel", codes.take)
    tables.add_argument("action", choices=("import",), help="import : lire un fichier officiel (FHIR JSON, IHE SVS)")
    tables.add_argument("files", type=file_path, nargs="+", metavar="FICHIER", help="les fichiers")


def _add_answers(add: Add) -> None:
    invite = add("invite", "écrit une invitation", acts.invite, changes=True)
    invite.add_argument("--person", default="", metavar="ID", help="une personne d'essai (demo --list)")
    invite.add_argument("--ins", default="", help="numéro de sécurité sociale (INS)")
    invite.add_argument("--local", default="", metavar="NUMÉRO", help="numéro donné au guichet")
    invite.add_argument("--birth-name", default="", metavar="NOM", help="nom de naissance")
    invite.add_argument("--first-given", default="", metavar="PRÉNOM", help="premier prénom")
    invite.add_argument("--birth-date", default="", metavar="AAAA-MM-JJ", help="date de naissance")
    invite.add_argument("--sex", default="", choices=("F", "M", "I"), help="sexe")
    ways = ("letter", "counter", "professional", "web")
    invite.add_argument("--way", default="letter", choices=ways, help="comment la personne la reçoit")
    invite.add_argument("--as", dest="as_account", default="", metavar="ID", help="qui invite (essai : accueil, petit)")
    answer = add("answer", "répond à une invitation : oui, non ou plus tard", acts.answer, changes=True)
    answer.add_argument("answer", choices=("yes", "no", "later"), help="yes : oui ; no : non ; later : plus tard")
    who = answer.add_mutually_exclusive_group(required=True)
    who.add_argument("--as-person", default="", metavar="ID", help="qui répond, connectée")
    who.add_argument("--code", default="", help="le code de sa lettre, remis à un guichet")
    answer.add_argument(
        "--deposits",
        choices=("yes", "no"),
        default="yes",
        help="avec yes, seconde question : les professionnels peuvent-ils déposer ? (yes si rien n'est dit ici)",
    )
    answer.add_argument(
        "--as", dest="as_account", default="", metavar="ID", help="avec --code, l'agent (essai : petit)"
    )
    answer.add_argument("--output", type=file_path, metavar="FICHIER", help="avec --code, où écrire le reçu (PDF)")
    answer.add_argument("--remember", action="store_true", help="avec no : ne me le proposez plus")
    _add_letters(add)


def _add_letters(add: Add) -> None:
    delivery = add("delivery", "note la remise prouvée d'une lettre d'invitation", acts.delivery, changes=True)
    delivery.add_argument("--proof", required=True, choices=("registered", "counter"), help="avis signé, ou guichet")
    delivery.add_argument("--day", required=True, metavar="AAAA-MM-JJ", help="le jour de la remise")
    returned = add("returned", "note qu'une lettre d'invitation est revenue", acts.returned, changes=True)
    for parser in (delivery, returned):
        parser.add_argument("--person", required=True, metavar="ID", help="identifiant d'essai, INS ou numéro local")
        parser.add_argument("--as", dest="as_account", default="", metavar="ID", help="qui note (essai : accueil)")
    reverse = add("reverse-refusal", "reprend un refus gardé en mémoire", acts.reverse_refusal, changes=True)
    _add_person(reverse)


def _add_documents(add: Add) -> None:
    deposit = add("deposit", "dépose un document", acts.deposit, changes=True)
    deposit.add_argument("file", type=file_path, metavar="FICHIER", help="le document")
    deposit.add_argument(
        "--person", default="", metavar="ID", help="pour qui (identifiant d'essai, INS ou identifiant public)"
    )
    _add_actor(deposit)
    deposit.add_argument("--title", default="", metavar="TITRE", help="titre (nom du fichier si rien n'est dit)")
    deposit.add_argument("--type", default="", metavar="CODE", help="code LOINC du type de document")
    deposit.add_argument("--category", type=int, choices=tuple(CATEGORIES), metavar="1…15", help="catégorie")
    deposit.add_argument("--media-type", default="", metavar="TYPE", help="type du contenu (reconnu si rien n'est dit)")
    deposit.add_argument("--unique-id", default="", metavar="URI", help="identifiant unique (urn:uuid:… ou urn:oid:…)")
    deposit.add_argument(
        "--replaces", default="", metavar="URI", help="identifiant unique du document dont celui-ci prend la place"
    )
    deposit.add_argument("--created", default="", metavar="INSTANT", help="date du document (celle du fichier sinon)")
    documents = add("documents", "liste les documents que l'on peut voir", acts.documents)
    documents.add_argument("--person", default="", metavar="ID", help="avec --as : de qui")
    _add_actor(documents)
    read = add("read", "lit un document, octet pour octet", acts.read)
    read.add_argument("document", metavar="NUMÉRO", help="numéro du document (documents, deposit)")
    _add_actor(read)
    read.add_argument("--output", type=file_path, metavar="FICHIER", help="où l'écrire (sortie standard sinon)")


def _add_actor(parser: Parser) -> None:
    actor = parser.add_mutually_exclusive_group()
    actor.add_argument("--as", dest="as_rpps", default="", metavar="RPPS", help="le professionnel qui agit (essai)")
    actor.add_argument("--as-person", default="", metavar="ID", help="la personne qui agit elle-même (essai)")


def _add_will(add: Add) -> None:
    grant = add("grant", "autorise un professionnel à lire", acts.grant, changes=True)
    _add_person(grant)
    grant.add_argument("--to", required=True, metavar="RPPS", help="le professionnel")
    what = grant.add_mutually_exclusive_group(required=True)
    what.add_argument("--all", action="store_true", help="tous les documents, y compris à venir")
    what.add_argument(
        "--category", type=int, nargs="+", choices=tuple(CATEGORIES), metavar="1…15", help="des catégories"
    )
    what.add_argument("--document", nargs="+", metavar="NUMÉRO", help="des documents")
    grant.add_argument("--days", type=int, default=0, metavar="JOURS", help="pendant combien de jours")
    grant.add_argument("--purpose", default="care", choices=tuple(PURPOSES), help="pourquoi (care : être soigné)")
    withdraw = add("withdraw", "retire une autorisation", acts.withdraw, changes=True)
    _add_person(withdraw)
    withdraw.add_argument("--from", "--to", dest="practitioner", required=True, metavar="RPPS", help="à qui")
    _add_limits(add)
    journal = add("journal", "montre qui a fait quoi", acts.journal)
    _add_person(journal)
    journal.add_argument("--count", type=int, default=0, metavar="N", help="les N plus récentes seulement")
    close = add("close", "ferme un espace, efface ce qu'il contient ou le garde en archive", acts.close, changes=True)
    _add_person(close)
    close.add_argument("--yes", action="store_true", help="confirme l'effacement")
    close.add_argument("--archive-years", type=int, default=0, metavar="1…10", help="garde une archive, tant d'années")
    reopen = add("reopen", "rouvre un espace gardé en archive", acts.reopen, changes=True)
    _add_person(reopen)
    reopen.add_argument("--deposits", choices=("yes", "no"), default="no", help="les professionnels peuvent déposer ?")
    erase = add("erase", "efface un espace gardé en archive", acts.erase, changes=True)
    _add_person(erase)
    erase.add_argument("--yes", action="store_true", help="confirme")
    taken = add("export-journal", "écrit le journal, ses preuves et les reçus (JSON)", acts.take_away)
    _add_person(taken)
    taken.add_argument("--output", type=file_path, required=True, metavar="FICHIER", help="où les écrire")
    token = add("token", "donne un jeton d'un compte d'essai", acts.token)
    kinds = ("practitioner", "person", "operator", "agent")
    token.add_argument("--as", dest="as_kind", required=True, choices=kinds, help="quelle sorte de compte")
    token.add_argument("--rpps", default="", help="avec practitioner : son numéro")
    token.add_argument("--person", default="", metavar="ID", help="avec person : qui")
    token.add_argument("--id", default="", help="avec operator ou agent : son identifiant (demo --list)")


def _add_limits(add: Add) -> None:
    mask = add("mask", "cache un document ou une catégorie", acts.mask, changes=True)
    _add_hidden(mask, "à qui (à tous sinon)")
    unmask = add("unmask", "montre de nouveau ce qui était caché", acts.unmask, changes=True)
    _add_hidden(unmask, "à qui c'était caché (à tous sinon)")
    unmask.add_argument("--all-versions", action="store_true", help="avec les autres versions cachées avec lui")
    block = add("block", "bloque un professionnel", acts.block, changes=True)
    _add_person(block)
    block.add_argument("--practitioner", required=True, metavar="RPPS", help="qui")
    block.add_argument("--deposits-only", action="store_true", help="ses dépôts seulement (tout sinon)")
    unblock = add("unblock", "débloque un professionnel", acts.unblock, changes=True)
    _add_person(unblock)
    unblock.add_argument("--practitioner", required=True, metavar="RPPS", help="qui")


def _add_hidden(parser: Parser, whom: str) -> None:
    _add_person(parser)
    hidden = parser.add_mutually_exclusive_group(required=True)
    hidden.add_argument("--document", default="", metavar="NUMÉRO", help="le document")
    hidden.add_argument("--category", type=int, choices=tuple(CATEGORIES), metavar="1…15", help="la catégorie")
    parser.add_argument("--from", dest="practitioner", default="", metavar="RPPS", help=whom)


def _add_person(parser: Parser) -> None:
    parser.add_argument("--as-person", default="", metavar="ID", help="la personne, qui agit elle-même (essai)")
