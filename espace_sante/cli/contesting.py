"""The commands of cases: contest an access, report a mistake, allow help; and the staff who answer.

Each is one request to the running instance; nothing is decided here.
"""

from __future__ import annotations

from argparse import Namespace

from espace_sante.actions.answer_case import OUTCOMES
from espace_sante.actions.contest_access import REASONS as CONTESTS
from espace_sante.actions.report_mistake import REASONS as MISTAKES
from espace_sante.cli import show
from espace_sante.cli.arguments import Add, add_account, add_person
from espace_sante.cli.client import Client
from espace_sante.cli.doing import account_token, by_operator, done, tell, yes_or_no
from espace_sante.kernel.settings import Settings


def contest(settings: Settings, chosen: Namespace) -> int:
    """Contest lines of her journal."""
    values = {"entries": chosen.entry, "reason": chosen.reason, "words": chosen.words, "block": yes_or_no(chosen.block)}
    return done(Client.of(settings), chosen, "contest_access", values)


def mistake(settings: Settings, chosen: Namespace) -> int:
    """Report a mistake in a document."""
    values = {
        "document": chosen.document,
        "reason": chosen.reason,
        "words": chosen.words,
        "hide": yes_or_no(chosen.hide),
    }
    return done(Client.of(settings), chosen, "report_mistake", values)


def allow_support(settings: Settings, chosen: Namespace) -> int:
    """Let the support help her for a ticket."""
    values = {"ticket": chosen.ticket, "hours": chosen.hours, "journal": yes_or_no(chosen.journal)}
    return done(Client.of(settings), chosen, "allow_support", values)


def end_support(settings: Settings, chosen: Namespace) -> int:
    """End the help of the support."""
    return done(Client.of(settings), chosen, "end_support", {})


def cases(settings: Settings, chosen: Namespace) -> int:
    """Show what the operator has to answer."""
    client = Client.of(settings)
    done = client.act("list_cases", {}, token=account_token(client, chosen.as_account, "accueil"), key="")
    if chosen.json:
        show.as_json(done)
        return 0
    rows = [
        (line["due"], line["kind"], line["reason"], line["practitioner"], line["case"])
        for line in done["result"]["cases"]
    ]
    show.table(("échéance", "sorte", "raison", "professionnel", "dossier"), rows)
    return 0


def answer_case(settings: Settings, chosen: Namespace) -> int:
    """Answer a case, as the operator."""
    values = {"case": chosen.case, "outcome": chosen.outcome, "text": chosen.text}
    return by_operator(settings, chosen, "answer_case", values)


def confirm_case(settings: Settings, chosen: Namespace) -> int:
    """Confirm the answer another account wrote."""
    return by_operator(settings, chosen, "confirm_case_answer", {"case": chosen.case, "text": chosen.text})


def open_support(settings: Settings, chosen: Namespace) -> int:
    """Ask to open the help of a ticket, or confirm it."""
    return by_operator(settings, chosen, "open_support", {"ticket": chosen.ticket})


def read_support(settings: Settings, chosen: Namespace) -> int:
    """Show what she allowed for a ticket."""
    client = Client.of(settings)
    token = account_token(client, chosen.as_account, "accueil")
    done = client.act("read_support", {"ticket": chosen.ticket}, token=token, key="")
    if chosen.json:
        show.as_json(done)
        return 0
    show.table(("choix", "état"), list(done["result"]["choices"].items()))
    return tell(chosen, done)


def register(add: Add) -> None:
    """Add the words about cases and help."""
    contest_word = add("contest", "conteste un accès écrit dans le journal", contest, changes=True)
    add_person(contest_word)
    contest_word.add_argument(
        "--entry", required=True, action="append", metavar="RÉFÉRENCE", help="la ligne du journal"
    )
    contest_word.add_argument("--reason", required=True, choices=[code for code, _ in CONTESTS], help="pourquoi")
    contest_word.add_argument("--words", default="", help="ce que vous voulez ajouter")
    contest_word.add_argument("--block", action="store_true", help="bloque ce professionnel en même temps")
    mistake_word = add("mistake", "signale une erreur dans un document", mistake, changes=True)
    add_person(mistake_word)
    mistake_word.add_argument("--document", required=True, metavar="NUMÉRO", help="le document")
    mistake_word.add_argument("--reason", required=True, choices=[code for code, _ in MISTAKES], help="ce qui est faux")
    mistake_word.add_argument("--words", default="", help="ce que vous voulez ajouter")
    mistake_word.add_argument("--hide", action="store_true", help="cache ce document à tous en même temps")
    allow = add("allow-support", "laisse le support voir l'état des choix, pour un ticket", allow_support, changes=True)
    add_person(allow)
    allow.add_argument("--ticket", required=True, metavar="NUMÉRO", help="le numéro du ticket")
    allow.add_argument("--hours", type=int, required=True, metavar="1…72", help="pendant combien d'heures")
    allow.add_argument("--journal", action="store_true", help="avec le journal, sans les noms")
    end = add("end-support", "arrête l'aide du support", end_support, changes=True)
    add_person(end)
    listed = add("cases", "montre les dossiers à traiter", cases)
    add_account(listed)
    answer = add("answer-case", "répond à un dossier", answer_case, changes=True)
    add_account(answer)
    answer.add_argument("--case", required=True, metavar="NUMÉRO", help="le dossier")
    answer.add_argument("--outcome", required=True, choices=[code for code, _ in OUTCOMES], help="la réponse")
    answer.add_argument("--text", required=True, help="ce que la personne lira")
    confirm = add("confirm-case", "confirme la réponse d'un autre compte", confirm_case, changes=True)
    add_account(confirm)
    confirm.add_argument("--case", required=True, metavar="NUMÉRO", help="le dossier")
    confirm.add_argument("--text", required=True, help="la réponse, telle qu'elle a été lue")
    opened = add("open-support", "demande ou confirme l'aide d'un ticket", open_support, changes=True)
    add_account(opened)
    opened.add_argument("--ticket", required=True, metavar="NUMÉRO", help="le numéro du ticket")
    seen = add("read-support", "montre ce qu'une personne a permis pour un ticket", read_support)
    add_account(seen)
    seen.add_argument("--ticket", required=True, metavar="NUMÉRO", help="le numéro du ticket")
