"""Every word the command `espace-sante` knows, and what each asks. Source: INTERFACE "Commands"."""

from __future__ import annotations

from argparse import Namespace

from espace_sante.cli import (
    accounts,
    allowing,
    answering,
    apps,
    codes,
    contesting,
    debate_words,
    deciding,
    demo,
    hiding,
    inspect,
    keeping,
    ledger,
    letters,
    mailroom,
    matrix,
    operator,
    orders,
    papers,
    presenting,
    proving,
    site,
    urgent,
    watching,
)
from espace_sante.cli.arguments import Add, Command, file_path
from espace_sante.cli.french import Parser, actions_of, add_json
from espace_sante.cli.running import run
from espace_sante.kernel.settings import Settings


def parser() -> Parser:
    """Return what reads a command line."""
    reader = Parser(
        prog="espace-sante",
        description="Un espace de santé ouvert seulement par votre oui. Commandes de l'exploitant et de l'intégrateur.",
        epilog="L'instance est celle de $ESPACE_SANTE_HOME (./var par défaut).",
    )
    words = reader.add_subparsers(
        title="commandes", metavar="commande", required=True, dest="commande", parser_class=Parser
    )

    def add(name: str, sentence: str, command: Command, *, changes: bool = False, json: bool = True) -> Parser:
        added: Parser = words.add_parser(name, help=sentence, description=f"{sentence[:1].upper()}{sentence[1:]}.")
        added.set_defaults(command=command, json=False, key="")
        if json:
            add_json(added)
        if changes:
            added.add_argument(
                "--key", default="", metavar="CLÉ", help="numéro de la demande : la répéter ne refait rien"
            )
        return added

    _add_operator_words(add)
    _add_counts(add)
    _add_files(add)
    _add_matrix(add)
    for kind in (
        answering,
        papers,
        allowing,
        hiding,
        contesting,
        debate_words,
        urgent,
        keeping,
        ledger,
        letters,
        accounts,
        mailroom,
        orders,
        presenting,
        proving,
        watching,
        apps,
    ):
        kind.register(add)
    demonstration = add("demo", "démarre tout, rempli de personnes inventées", demo.run)
    demonstration.add_argument("--list", action="store_true", help="liste les personnes inventées, sans rien démarrer")
    return reader


def _add_operator_words(add: Add) -> None:
    add("run", "démarre tout au premier plan ; Ctrl-C arrête", run, json=False)
    add("doctor", "dit ce qui tient et ce qui manque sur cette machine", operator.doctor)
    add("migrate", "met à jour les trois bases", operator.migrate)
    add("settings", "montre les réglages en vigueur", operator.settings)
    backup = add("backup", "sauvegarde les trois bases et les objets", operator.backup)
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
    keys = add("keys", "montre la clé publique de vérification des reçus", operator.keys)
    keys.add_argument(
        "--to-keep",
        action="store_true",
        help="les fichiers dont garder une copie ailleurs : aucune sauvegarde ne les a",
    )
    forms = add("forms", "écrit les formulaires papier vierges", operator.forms)
    forms.add_argument("--output", type=file_path, required=True, metavar="DOSSIER", help="où les écrire")
    forms.add_argument("--large", action="store_true", help="en gros caractères")
    public = add("site", "écrit le site public dans un dossier, lisible sans serveur", site.build)
    public.add_argument(
        "--debate", type=file_path, metavar="FICHIER", help="le débat, tel que l'écrit « debate export »"
    )
    public.add_argument("--debate-key", default="", metavar="CLÉ", help="la clé publique qui signe ce débat")
    public.add_argument("--output", type=file_path, required=True, metavar="DOSSIER", help="où l'écrire")
    public.add_argument(
        "--forms",
        action="store_true",
        help="avec chaque formulaire à remplir à la main (PDF)",
    )
    public.add_argument(
        "--results",
        type=file_path,
        metavar="FICHIER",
        help='résultats des tests de cette version, en JSON : {"tests/…": "passed" ou "failed"}',
    )
    public.add_argument(
        "--counts", type=file_path, metavar="FICHIER", help="chiffres publics, tels que /indicateurs.json les donne"
    )


def _add_counts(add: Add) -> None:
    raw = add("counts", "écrit les comptes bruts de chaque jour, pour l'exploitant seul", site.counts, json=False)
    raw.add_argument("--output", type=file_path, required=True, metavar="FICHIER", help="où les écrire (jamais publié)")


def _add_files(add: Add) -> None:
    looked = add("inspect", "montre ce que nous lisons dans un document, sans rien garder", inspect.run)
    looked.add_argument("files", type=file_path, nargs="+", metavar="FICHIER", help="les documents")
    looked.add_argument("--html", action="store_true", help="écrit la vue d'un seul document de santé, en HTML sûr")
    tables = add("codes", "remplace une table de codes par le fichier officiel", codes.take)
    tables.add_argument("action", choices=("import",), help="import : lire un fichier officiel (FHIR JSON, IHE SVS)")
    tables.add_argument("files", type=file_path, nargs="+", metavar="FICHIER", help="les fichiers")


def _add_matrix(add: Add) -> None:
    words = add("matrix", "la grille publique : quel métier voit quels documents, au plus", _matrix, json=False)
    action = actions_of(words, add_json)
    action("list", "liste les versions", matrix.listed)
    shown = action("show", "montre les cases d'une version", matrix.shown)
    shown.add_argument("--version", default="", metavar="DATE", help="laquelle (celle en vigueur sinon)")
    shown.add_argument("--profession", default="", metavar="CODE", help="d'une profession (G15_10…)")
    for name, sentence, command in (
        ("check", "lit des fichiers et dit ce qui changerait, sans rien garder", matrix.check),
        ("import", "met en vigueur une nouvelle version", matrix.take),
    ):
        taken = action(name, sentence, command)
        if command is matrix.take:
            taken.add_argument("--decision", default="", metavar="MOTS", help=deciding.HELP)
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
