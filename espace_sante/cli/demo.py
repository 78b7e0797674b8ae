"""`espace-sante demo`: the house, filled with invented people through the acts themselves, then what to try."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from espace_sante.actions.print_jobs import STATION
from espace_sante.cli import show
from espace_sante.cli.client import ActRefused, Client, account_of, accounts, person_reference, subject
from espace_sante.cli.debating import register_of
from espace_sante.cli.papers import document_reference
from espace_sante.demo import applications, debate
from espace_sante.demo.documents import Paper, Someone
from espace_sante.demo.story import tell
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.card import running_instance
from espace_sante.operate.supervisor import supervise
from espace_sante.web.debate.edge import day_in_paris

_MARK = "demonstration.txt"
_TRIES = 600  # every 0.2 s: two minutes, the longest first start
TO_DO = """
Trois adresses
  {url}/moi         la personne
  {url}/pro         le professionnel
  {url}/guichet     l'agent au guichet

Trois personnes à être (« Se connecter », puis choisir)
  Jeanne Aubertin, 82 ans, sans écran : elle passe par le guichet, le courrier ou le téléphone
  le Dr Awa Diallo, médecin généraliste
  Mme Petit, au guichet de la mairie

Cinq choses à faire
  1. Dr Diallo : chercher quelqu'un qui ne vous a rien permis. La réponse est celle d'une personne inconnue.
  2. Dr Diallo : déposer un document pour Jeanne, et garder le reçu.
  3. Mme Petit, Jeanne à côté de vous : autoriser le Dr Diallo pour 30 jours, puis imprimer le reçu.
  4. Dr Diallo : lire le document. Mme Petit : demander le journal de Jeanne ; il sort au poste d'impression.
  5. Mme Petit : retirer l'autorisation. Dr Diallo : lire encore.

Et aussi
  Prendre part au débat : {url}/debat{codes}
  Imprimer un formulaire : {url}/guichet/formulaires/ES-07.pdf

Les autres personnes, et pourquoi chacune : .venv/bin/espace-sante demo --list
Tout est inventé, les chiffres des documents aussi. Ctrl-C arrête tout.
"""


def run(settings: Settings, chosen: Namespace) -> int:
    """Start the house and fill it, or list who is in it."""
    if chosen.list:
        return _list(as_json=chosen.json)
    if not settings.development_provider:
        raise OperatorRefusal("La démonstration veut le fournisseur d'identité d'essai (development_provider).")
    # The supervisor keeps the main thread, where signals arrive; the story is told beside it.
    threading.Thread(target=_fill_when_ready, args=(settings,), daemon=True).start()
    # Whoever tries sees the public journal move.
    quick = replace(settings, checkpoint_seconds=min(settings.checkpoint_seconds, 2))
    return supervise(quick, with_witnesses=True)


def people() -> dict[str, list[dict[str, str]]]:
    """Return who is in the demonstration, in the shape INTERFACE fixes for `demo --list --json`."""
    known, counters = accounts(), dict[str, str]()
    for a in known:
        if a.kind == "agent" and a.profession != STATION:
            counters.setdefault(a.structure, a.id)  # the first of its agents stands for a counter
    return {
        "persons": [{"id": a.id, "name": a.name, "ins": a.ins, "why": a.why} for a in known if a.kind == "person"],
        "practitioners": [
            {"rpps": a.rpps, "name": a.name, "profession": a.profession, "structure": a.structure}
            for a in known
            if a.kind == "practitioner"
        ],
        "counters": [{"name": name, "agent": agent} for name, agent in counters.items()],
        "agents": [
            {"id": a.id, "name": a.name, "kind": a.kind, "structure": a.structure, "why": a.why}
            for a in known
            if a.kind in ("agent", "operator")
        ],
    }


def _list(*, as_json: bool) -> int:
    found = people()
    if as_json:
        show.as_json(found)
        return 0
    show.table(
        ("identifiant", "qui", "numéro", "pourquoi"),
        [
            *((p["id"], p["name"], p["ins"] or "(numéro local)", p["why"]) for p in found["persons"]),
            *(
                (p["rpps"], p["name"], p["rpps"], f"{p['profession']}, {p['structure']}")
                for p in found["practitioners"]
            ),
            *((a["id"], a["name"], "", a["why"]) for a in found["agents"]),
        ],
    )
    return 0


def _fill_when_ready(settings: Settings) -> None:
    for _ in range(_TRIES):
        time.sleep(0.2)
        card = running_instance(settings)
        if card is not None and Client(str(card["url"])).is_ready():
            break
    else:
        return
    client = Client(str(card["url"]))
    try:
        fill(settings, client)
        codes = debated(settings)
    except (ActRefused, OperatorRefusal, Problem, KeyError, AssertionError) as fault:
        show.complain(f"La démonstration n'a pas pu être remplie : {fault}")
        return
    show.say(TO_DO.format(url=client.url, codes=codes))


def fill(settings: Settings, client: Client) -> None:
    """Tell the story to a running instance, once; a story cut short is told again, and changes nothing twice."""
    mark = settings.home / _MARK
    applications.register(settings.home, utc_now().date())
    if mark.exists():
        return
    tell(_Teller(client), lambda chapter: show.say(f"démonstration : {chapter}"))
    mark.write_text("La démonstration est remplie ; effacer ce fichier la raconte de nouveau.\n", encoding="utf-8")


def debated(settings: Settings) -> str:
    """Tell the invented debate, once; return the codes of an envelope left to try, as they are said."""

    async def told() -> tuple[str, str] | None:
        register = register_of(settings)
        try:
            return await debate.fill(register, day_in_paris(utc_now()), secrets.token_bytes)
        finally:
            await register.close()

    codes = asyncio.run(told())
    return f" (pour écrire : {codes[0]})" if codes else ""


@contextmanager
def _told_and_erased_since(refusal: str = "idempotency-conflict") -> Iterator[None]:
    """Pass over what was already told of somebody who closed in the end: its first answer was erased with the space."""
    try:
        yield
    except ActRefused as refused:
        if refused.code != refusal:
            raise


@dataclass
class _Teller:
    """Tells the story over HTTP, one session for each account."""

    client: Client
    tokens: dict[str, str] = field(default_factory=dict)

    def invite(self, by: str, person: str, key: str) -> None:
        account = account_of(person)
        assert account is not None
        names = ("ins", "local", "birth_name", "first_given", "birth_date", "sex")
        values = {name: getattr(account, name) for name in names if getattr(account, name)}
        self.client.act("invite", values, token=self._token(by), key=key)

    def does(self, person: str, act: str, values: Mapping[str, str], key: str) -> None:
        with _told_and_erased_since():
            self.client.act(act, values, token=self._token(person), key=key)

    def at_counter(self, agent: str, person: str, act: str, values: Mapping[str, str], key: str) -> None:
        self.client.at_counter(act, person_reference(person), values, token=self._token(agent), key=key)

    def deposits(self, paper: Paper, key: str) -> str:
        account = account_of(paper.person)
        assert account is not None
        resource = document_reference(
            paper.make(Someone.of(account)),
            subject=subject(paper.person),
            media_type=paper.media_type,
            title=paper.title,
            created=paper.created,
            type_code=paper.type_code,
            category=paper.category,
            unique_id="" if paper.media_type == "text/xml" else paper.unique_id,  # a CDA says its own
        )
        number = ""
        # An author is told nothing of the space that there was (G11); she herself, that she already asked for it.
        with _told_and_erased_since("not-delivered" if account_of(paper.author) != account else "idempotency-conflict"):
            number = self.client.deposit(resource, token=self._token(paper.author), key=key)[0]
        return number

    def is_refused(self, practitioner: str, person: str) -> bool:
        try:
            self.client.documents(self._token(practitioner), person_reference(person))
        except ActRefused as refused:
            return refused.status == 404
        return False

    def reads(self, reader: str, document: str) -> None:
        self.client.content(document, token=self._token(reader))

    def rpps(self, practitioner: str) -> str:
        account = account_of(practitioner)
        assert account is not None
        return account.rpps

    def _token(self, word: str) -> str:
        if word not in self.tokens:
            self.tokens[word] = self.client.sign_in(word)
        return self.tokens[word]
