"""The command `espace-sante`: which words it knows, and the one place where a refusal becomes a line and a code.

Exit 0 when done, 1 when refused or failed, 2 when the command itself is wrong. Source: INTERFACE "Commands".
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from typing import Any, Protocol

from espace_sante.actions.answer_case import OUTCOMES
from espace_sante.actions.choices import ACTS as CHOICES
from espace_sante.actions.contest_access import REASONS as CONTESTS
from espace_sante.actions.grant_access import PURPOSES
from espace_sante.actions.report_mistake import REASONS as MISTAKES
from espace_sante.cli import acts, codes, demo, inspect, matrix, operator, show, site
from espace_sante.cli import letters as mail
from espace_sante.cli.acts import file_path
from espace_sante.cli.client import ActRefused
from espace_sante.cli.french import Parser
from espace_sante.consent.emergency import GROUNDS, GlassKind
from espace_sante.consent.evidence import Emergency
from espace_sante.consent.letters import PERIODS
from espace_sante.consent.limits import BlockKind
from espace_sante.consent.purposes import purposes
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
    _add_matrix(add)
    _add_answers(add)
    _add_documents(add)
    _add_will(add)
    _add_cards(add)
    _add_choices(add)
    _add_requests(add)
    demonstration = add("demo", "démarre tout, rempli de personnes inventées", demo.run)
    demonstration.add_argument("--list", action="store_true", help="liste les personnes inventées, sans rien démarrer")
    return parser


Add = Callable[..., Parser]


class Group(Protocol):
    """Words of which one at most may stand."""

    def add_argument(self, *names: str, **options: Any) -> Any:
        """Add one."""
        ...


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
    restore.add_argument(
        "--service-key", default="", metavar="CLÉ", help="clé publique publiée par le service, sans la clé maîtresse"
    )
    restore.add_argument(
        "--destroyed",
        default="",
        metavar="REPÈRE",
        help="repère noté lors d'une sauvegarde : la liste doit le contenir",
    )
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
    public.add_argument(
        "--counts", type=file_path, metavar="FICHIER", help="chiffres publics, tels que /indicateurs.json les donne"
    )


def _add_files(add: Add) -> None:
    looked = add("inspect", "montre ce que nous lisons dans un document, sans rien garder", inspect.run)
    looked.add_argument("files", type=file_path, nargs="+", metavar="FICHIER", help="les documents")
    looked.add_argument("--html", action="store_true", help="écrit la vue d'un seul document de santé, en HTML sûr")
    tables = add("codes", "remplace une table de codes par le fichier officiel", codes.take)
    tables.add_argument("action", choices=("import",), help="import : lire un fichier officiel (FHIR JSON, IHE SVS)")
    tables.add_argument("files", type=file_path, nargs="+", metavar="FICHIER", help="les fichiers")


def _add_matrix(add: Add) -> None:
    words = add("matrix", "la grille publique : quel métier voit quels documents, au plus", _matrix, json=False)
    actions = words.add_subparsers(title="actions", metavar="action", required=True, dest="action", parser_class=Parser)

    def action(name: str, sentence: str, command: Command) -> Parser:
        added: Parser = actions.add_parser(name, help=sentence, description=f"{sentence[:1].upper()}{sentence[1:]}.")
        added.set_defaults(command=command)
        added.add_argument("--json", action="store_true", help="réponse en JSON, pour une machine")
        return added

    action("list", "liste les versions", matrix.listed)
    shown = action("show", "montre les cases d'une version", matrix.shown)
    shown.add_argument("--version", default="", metavar="DATE", help="laquelle (celle en vigueur sinon)")
    shown.add_argument("--profession", default="", metavar="CODE", help="d'une profession (G15_10…)")
    for name, sentence, command in (
        ("check", "lit des fichiers et dit ce qui changerait, sans rien garder", matrix.check),
        ("import", "met en vigueur une nouvelle version", matrix.take),
    ):
        taken = action(name, sentence, command)
        taken.add_argument(
            "files", type=file_path, nargs="+", metavar="FICHIER", help="notre CSV, ou le JSON:API officiel"
        )
        taken.add_argument("--date", default="", metavar="AAAA-MM-JJ", help="date de la version (aujourd'hui sinon)")
        taken.add_argument("--source", default="grille officielle", metavar="MOTS", help="d'où viennent les cases")
        taken.add_argument("--licence", default="non indiquée", metavar="MOTS", help="sous quelle licence")
        taken.add_argument(
            "--professions",
            type=file_path,
            metavar="CSV",
            help="colonnes nom,profession : le code de chaque nom officiel",
        )


def _matrix(_: Settings, __: Namespace) -> int:
    return 2


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
        help="avec yes : les professionnels peuvent-ils déposer, et relire leur dépôt ? (yes si rien n'est dit ici)",
    )
    answer.add_argument(
        "--emergency",
        choices=tuple(one.value for one in Emergency),
        default="",
        help="avec yes : lire en urgence ? no : jamais ; bedside : auprès de moi ; all : l'appel d'urgence aussi",
    )
    answer.add_argument(
        "--measures", choices=("yes", "no"), default="", help="avec yes : recopier les chiffres dans les mesures ?"
    )
    uses = tuple(one.code for one in purposes().values() if one.secondary)
    answer.add_argument("--use", nargs="+", choices=uses, default=(), help="avec yes : les usages permis")
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
    grant = add("grant", "autorise un professionnel, un établissement ou une équipe à lire", acts.grant, changes=True)
    _add_person(grant)
    _add_party(grant, "--to", "to")
    what = grant.add_mutually_exclusive_group(required=True)
    what.add_argument("--all", action="store_true", help="tous les documents, y compris à venir")
    _add_scope(what)
    what.add_argument("--episode", default="", metavar="NUMÉRO", help="un épisode, avec ce qui s'y ajoutera")
    _add_duration(grant)
    grant.add_argument("--starts", default="", metavar="AAAA-MM-JJ", help="premier jour (maintenant sinon)")
    grant.add_argument("--purpose", default="care", choices=tuple(PURPOSES), help="pourquoi (care : être soigné)")
    limit = add("limit", "réduit une autorisation : plus courte, ou moins de documents", acts.limit, changes=True)
    _add_person(limit)
    limit.add_argument("--grant", required=True, metavar="NUMÉRO", help="laquelle (journal --json, liste « grants »)")
    limit.add_argument("--days", type=int, default=0, metavar="JOURS", help="elle finit dans tant de jours au plus")
    _add_scope(limit.add_mutually_exclusive_group())
    named = add(
        "administrator", "nomme un professionnel qui lit tout, même caché à tous", acts.name_administrator, changes=True
    )
    _add_person(named)
    named.add_argument("--to", required=True, metavar="RPPS", help="qui")
    _add_duration(named)
    withdraw = add("withdraw", "retire une autorisation", acts.withdraw, changes=True)
    _add_person(withdraw)
    _add_party(withdraw, "--from", "practitioner", "--to")
    seen = add("seen-by", "montre ce que verrait un professionnel", acts.seen_by)
    _add_person(seen)
    seen.add_argument("--practitioner", required=True, metavar="RPPS", help="qui")
    seen.add_argument("--structure", default="", metavar="FINESS", help="l'établissement où il se connecte")
    seen.add_argument("--profession", default="", metavar="CODE", help="le code de sa profession (G15_10…)")
    _add_limits(add)
    _add_cases(add)
    _add_emergency(add)
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
    episode = add("episode", "garde des documents ensemble, ou change un épisode", acts.keep_episode, changes=True)
    _add_person(episode)
    episode.add_argument("--number", default="", metavar="NUMÉRO", help="lequel (un nouveau sinon)")
    episode.add_argument("--name", default="", metavar="NOM", help="son nom")
    episode.add_argument("--document", nargs="+", metavar="NUMÉRO", help="des documents à y mettre")
    episode.add_argument("--visit-of", default="", metavar="NUMÉRO", help="ceux de la même visite que ce document")
    episode.add_argument("--out", nargs="+", metavar="NUMÉRO", help="des documents à en retirer")
    ended = add("end-episode", "défait un épisode", acts.end_episode, changes=True)
    _add_person(ended)
    ended.add_argument("--number", required=True, metavar="NUMÉRO", help="lequel")
    block = add("block", "bloque un professionnel", acts.block, changes=True)
    _add_person(block)
    block.add_argument("--practitioner", required=True, metavar="RPPS", help="qui (ou structure:FINESS)")
    what = block.add_mutually_exclusive_group()
    what.add_argument("--what", default="everything", choices=tuple(BlockKind), help="quoi (everything : tout)")
    what.add_argument("--deposits-only", action="store_true", help="ses dépôts seulement (tout sinon)")
    unblock = add("unblock", "débloque un professionnel", acts.unblock, changes=True)
    _add_person(unblock)
    unblock.add_argument("--practitioner", required=True, metavar="RPPS", help="qui (ou structure:FINESS)")


def _add_party(parser: Parser, name: str, destination: str, *others: str) -> None:
    whom = parser.add_mutually_exclusive_group(required=True)
    said = "le professionnel, ou structure:FINESS"
    whom.add_argument(name, *others, dest=destination, default="", metavar="RPPS", help=said)
    whom.add_argument("--team", nargs="+", metavar="MOT", help="une équipe : son nom, puis le RPPS de chaque membre")


def _add_scope(what: Group) -> None:
    what.add_argument(
        "--category", type=int, nargs="+", choices=tuple(CATEGORIES), metavar="1…15", help="des catégories"
    )
    what.add_argument("--document", nargs="+", metavar="NUMÉRO", help="des documents")


def _add_duration(parser: Parser) -> None:
    lasts = parser.add_mutually_exclusive_group()
    lasts.add_argument("--days", type=int, default=0, metavar="JOURS", help="pendant combien de jours")
    lasts.add_argument(
        "--endless", default="", metavar="MOTS", help="sans fin : les mots « sans date de fin », exactement"
    )


def _add_cases(add: Add) -> None:
    contest = add("contest", "conteste un accès écrit dans le journal", acts.contest, changes=True)
    _add_person(contest)
    contest.add_argument("--entry", required=True, action="append", metavar="RÉFÉRENCE", help="la ligne du journal")
    contest.add_argument("--reason", required=True, choices=[code for code, _ in CONTESTS], help="pourquoi")
    contest.add_argument("--words", default="", help="ce que vous voulez ajouter")
    contest.add_argument("--block", action="store_true", help="bloque ce professionnel en même temps")
    mistake = add("mistake", "signale une erreur dans un document", acts.mistake, changes=True)
    _add_person(mistake)
    mistake.add_argument("--document", required=True, metavar="NUMÉRO", help="le document")
    mistake.add_argument("--reason", required=True, choices=[code for code, _ in MISTAKES], help="ce qui est faux")
    mistake.add_argument("--words", default="", help="ce que vous voulez ajouter")
    mistake.add_argument("--hide", action="store_true", help="cache ce document à tous en même temps")
    allow = add(
        "allow-support", "laisse le support voir l'état des choix, pour un ticket", acts.allow_support, changes=True
    )
    _add_person(allow)
    allow.add_argument("--ticket", required=True, metavar="NUMÉRO", help="le numéro du ticket")
    allow.add_argument("--hours", type=int, required=True, metavar="1…72", help="pendant combien d'heures")
    allow.add_argument("--journal", action="store_true", help="avec le journal, sans les noms")
    end = add("end-support", "arrête l'aide du support", acts.end_support, changes=True)
    _add_person(end)
    _add_operator_cases(add)


def _add_post(add: Add) -> None:
    where = add("address", "dit où arrivent les lettres d'une personne", acts.address, changes=True)
    _add_person(where)
    where.add_argument("--counter", action="store_true", help="au guichet : aucune adresse")
    for name, label in (
        ("more", "chez qui, bâtiment, étage"),
        ("street", "numéro et rue"),
        ("place", "lieu-dit ou boîte postale"),
        ("town", "code postal et ville"),
        ("country", "pays"),
    ):
        where.add_argument(f"--{name}", default="", metavar="LIGNE", help=label)
    often = add("reminders", "demande ou arrête la lettre qui dit qui peut lire", acts.reminders, changes=True)
    _add_person(often)
    ways = often.add_mutually_exclusive_group(required=True)
    ways.add_argument("--every", type=int, choices=PERIODS, metavar="MOIS", help="tous les 6 ou 12 mois")
    ways.add_argument("--stop", action="store_true", help="ne plus la recevoir")


def _add_mail_room(add: Add) -> None:
    listed = add("letters", "compte les lettres qui attendent, les imprime, les note comme postées", mail.letters)
    _add_account(listed)
    ways = listed.add_mutually_exclusive_group()
    ways.add_argument("--output", type=file_path, metavar="FICHIER", help="imprime dans ce fichier (PDF)")
    ways.add_argument("--posted", action="store_true", help="note comme posté ce qui est imprimé")
    listed.add_argument("--again", action="store_true", help="avec --output : ce qui est imprimé et pas posté")


def _add_operator_cases(add: Add) -> None:
    _add_mail_room(add)
    _add_post(add)
    listed = add("cases", "montre les dossiers à traiter", acts.cases)
    _add_account(listed)
    answer = add("answer-case", "répond à un dossier", acts.answer_case, changes=True)
    _add_account(answer)
    answer.add_argument("--case", required=True, metavar="NUMÉRO", help="le dossier")
    answer.add_argument("--outcome", required=True, choices=[code for code, _ in OUTCOMES], help="la réponse")
    answer.add_argument("--text", required=True, help="ce que la personne lira")
    confirm = add("confirm-case", "confirme la réponse d'un autre compte", acts.confirm_case, changes=True)
    _add_account(confirm)
    confirm.add_argument("--case", required=True, metavar="NUMÉRO", help="le dossier")
    confirm.add_argument("--text", required=True, help="la réponse, telle qu'elle a été lue")
    opened = add("open-support", "demande ou confirme l'aide d'un ticket", acts.open_support, changes=True)
    _add_account(opened)
    opened.add_argument("--ticket", required=True, metavar="NUMÉRO", help="le numéro du ticket")
    seen = add("read-support", "montre ce qu'une personne a permis pour un ticket", acts.read_support)
    _add_account(seen)
    seen.add_argument("--ticket", required=True, metavar="NUMÉRO", help="le numéro du ticket")


def _add_account(parser: Parser) -> None:
    parser.add_argument("--as", dest="as_account", default="", metavar="ID", help="le compte de l'exploitant (essai)")


def _add_emergency(add: Add) -> None:
    will = add("emergency-will", "dit qui peut lire en urgence, et quoi", acts.emergency_will, changes=True)
    _add_person(will)
    for name, sentence in (
        ("regulator", "le médecin qui répond à l'appel d'urgence peut-il lire ?"),
        ("bedside", "un professionnel auprès d'elle peut-il lire ?"),
        ("hidden", "ce qu'elle cache à tous peut-il être lu aussi ?"),
    ):
        will.add_argument(f"--{name}", required=True, choices=("yes", "no"), help=sentence)
    what = will.add_mutually_exclusive_group()
    what.add_argument("--all", action="store_true", help="tous les documents, y compris à venir")
    what.add_argument(
        "--category", type=int, nargs="+", choices=tuple(CATEGORIES), metavar="1…15", help="des catégories"
    )
    what.add_argument("--document", nargs="+", metavar="NUMÉRO", help="des documents, et cela seulement")
    never = add("emergency-never", "dit que personne ne lit en urgence", acts.emergency_never, changes=True)
    _add_person(never)
    glass = add("break-glass", "déclare une urgence, comme professionnel", acts.break_glass, changes=True)
    _add_about(glass)
    glass.add_argument("--kind", default="bedside", choices=tuple(GlassKind), help="auprès d'elle, ou appel régulé")
    glass.add_argument("--beside", required=True, choices=("yes", "no"), help="êtes-vous auprès d'elle ?")
    glass.add_argument("--ground", required=True, choices=tuple(GROUNDS), help="le motif")
    glass.add_argument("--reason", required=True, metavar="MOTS", help="le motif, en quelques mots")
    second = add("confirm-emergency", "confirme l'urgence d'un collègue", acts.confirm_emergency, changes=True)
    _add_about(second)
    second.add_argument("--colleague", required=True, metavar="RPPS", help="le collègue")


def _add_about(parser: Parser) -> None:
    parser.add_argument("--as", dest="as_rpps", default="", metavar="RPPS", help="le professionnel qui agit (essai)")
    parser.add_argument("--person", required=True, metavar="ID", help="pour qui (essai, INS ou identifiant public)")


def _add_cards(add: Add) -> None:
    card = add("card", "fait une carte d'accès, ou un code pour la journée", acts.card, changes=True)
    _add_person(card)
    _add_shown(card, documents=True)
    card.add_argument("--uses", type=int, default=1, metavar="FOIS", help="combien de fois elle sert (1 à 20)")
    card.add_argument("--hours", type=int, default=12, metavar="HEURES", help="combien d'heures, chaque fois (1 à 168)")
    until = card.add_mutually_exclusive_group(required=True)
    until.add_argument("--days", type=int, metavar="JOURS", help="combien de jours elle vaut")
    until.add_argument("--today", action="store_true", help="jusqu'à ce soir seulement")
    card.add_argument("--pin", default="", metavar="CHIFFRES", help="code secret de 4 à 8 chiffres")
    revoke = add("card-revoke", "arrête une carte, ou toutes", acts.card_revoke, changes=True)
    _add_person(revoke)
    which = revoke.add_mutually_exclusive_group(required=True)
    which.add_argument("--number", default="", metavar="NUMÉRO", help="le numéro imprimé sur la carte")
    which.add_argument("--all", action="store_true", help="toutes")
    used = add("card-use", "présente une carte, comme professionnel", acts.card_use, changes=True)
    used.add_argument("--as", dest="as_rpps", default="", metavar="RPPS", help="le professionnel qui agit (essai)")
    used.add_argument("--code", required=True, help="le code de la carte")
    used.add_argument("--pin", default="", metavar="CHIFFRES", help="son code secret, si elle en a un")


def _add_requests(add: Add) -> None:
    asked = add("request", "demande à une personne de pouvoir lire, comme professionnel", acts.request, changes=True)
    asked.add_argument("--as", dest="as_rpps", default="", metavar="RPPS", help="le professionnel qui agit (essai)")
    asked.add_argument("--person", required=True, metavar="ID", help="à qui")
    _add_shown(asked, documents=False)
    asked.add_argument("--days", type=int, default=0, metavar="JOURS", help="pendant combien de jours")
    listed = add("requests", "montre qui demande à lire", acts.requests)
    _add_person(listed)
    accept = add("request-accept", "dit oui à une demande, ou donne moins", acts.request_accept, changes=True)
    _add_person(accept)
    accept.add_argument("--number", required=True, metavar="NUMÉRO", help="le numéro de la demande")
    accept.add_argument("--days", type=int, default=0, metavar="JOURS", help="moins de jours que demandé")
    accept.add_argument(
        "--category", type=int, nargs="+", choices=tuple(CATEGORIES), metavar="1…15", help="ces catégories seulement"
    )
    decline = add("request-decline", "dit non à une demande", acts.request_decline, changes=True)
    _add_person(decline)
    decline.add_argument("--number", required=True, metavar="NUMÉRO", help="le numéro de la demande")


def _add_shown(parser: Parser, *, documents: bool) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--all", action="store_true", help="tous les documents, y compris à venir")
    what.add_argument(
        "--category", type=int, nargs="+", choices=tuple(CATEGORIES), metavar="1…15", help="des catégories"
    )
    if documents:
        what.add_argument("--document", nargs="+", metavar="NUMÉRO", help="des documents")
    parser.add_argument("--purpose", default="care", choices=tuple(PURPOSES), help="pourquoi (care : être soigné)")


def _add_choices(add: Add) -> None:
    for act in CHOICES:
        word, name = act.id.value.replace("_", "-"), act.name
        added = add(word, name[:1].lower() + name[1:], acts.choose, changes=True)
        _add_person(added)
        for field in act.fields:
            uses = tuple(code for code, _ in field.choices)
            added.add_argument(f"--{field.name}", required=True, choices=uses, help="quel usage")
    announce = add("announce", "dit qu'un document a été annoncé à la personne", acts.announce, changes=True)
    announce.add_argument("document", metavar="NUMÉRO", help="le document")
    announce.add_argument("--as", dest="as_rpps", default="", metavar="RPPS", help="le professionnel (essai)")


def _add_hidden(parser: Parser, whom: str) -> None:
    _add_person(parser)
    hidden = parser.add_mutually_exclusive_group(required=True)
    hidden.add_argument("--document", default="", metavar="NUMÉRO", help="le document")
    hidden.add_argument("--category", type=int, choices=tuple(CATEGORIES), metavar="1…15", help="la catégorie")
    hidden.add_argument("--episode", default="", metavar="NUMÉRO", help="l'épisode, avec ce qui s'y ajoutera")
    parser.add_argument("--from", dest="practitioner", default="", metavar="RPPS", help=whom)


def _add_person(parser: Parser) -> None:
    parser.add_argument("--as-person", default="", metavar="ID", help="la personne, qui agit elle-même (essai)")
