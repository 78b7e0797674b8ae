"""Every page of the portal in the states the story leaves it in, one after the other, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

from espace_sante.demo.documents import PAPERS, Someone
from tests.pages.browser import press, visit
from tests.served import ServedHouse, posted

LETTER = b"Compte rendu : tension stable.\n"
DIALLO = "99900000011"
# One document of each kind, by its title, and the name of its page.
KINDS = {
    "Numération sanguine": "document-sante",
    "Compte rendu de la radiographie": "document-sante-image",
    "Fond d'œil": "document-sante-pdf",
    "Carnet de suivi de la grossesse": "document-pdf",
    "Radiographie de la cheville": "document-image",
    "Conseils d'alimentation": "document-non-montre",
    "Bilan sanguin de mars": "document-remplace",
    "Bilan sanguin de mars, corrigé": "document-remplacant",
}
SAMPLE = ("accueil", "invitation", "documents", "journal", "pro-personne", "guichet-demarche")


@dataclass
class Walk:
    """The browsers of several people on one house; each has its own profile."""

    browser: Browser
    house: ServedHouse
    javascript: bool
    stack: ExitStack = field(default_factory=ExitStack)
    visits: list[Any] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)

    def person(self, account: str = "") -> Page:
        visited = self.stack.enter_context(visit(self.browser, self.house.address, javascript=self.javascript))
        self.visits.append(visited)
        page: Page = visited.page
        if account:
            page.goto("/connexion")
            page.locator(f"input[value={account}]").check()
            self.press(page, "Entrer")
        return page

    @staticmethod
    def press(page: Page, words: str) -> None:
        press(page, words)

    def pages(self) -> Iterator[tuple[str, Page]]:
        """Yield each page with its name; `elsewhere` then says what any of them asked of another host."""
        with self.stack:
            yield from self._public()
            yield from self._invited()
            yield from self._shared()
            yield from self._kinds()
            yield from self._found()
            yield from self._printed()
            yield from self._read(self.house.house.provider.accounts["karim"].ins)
            yield from self._taken_back()
            yield from self._counter()
            yield from self._refused()

    def elsewhere(self) -> list[str]:
        return [url for visited in self.visits for url in visited.elsewhere]

    def _public(self) -> Iterator[tuple[str, Page]]:
        page = self.person()
        for name, path in (
            ("accueil", "/"),
            ("aide", "/aide"),
            ("connexion", "/connexion"),
            ("introuvable", "/rien"),
            ("garantie-comptee", "/garanties/g02-non-aussi-simple-que-oui"),
            ("effacement", "/effacement"),
            ("parite", "/garanties/parite"),
        ):
            answered = page.goto(path)
            assert answered is not None and answered.status == (404 if name == "introuvable" else 200), name
            yield name, page

    def _invite(self, page: Page, name: str) -> None:
        account = self.house.house.provider.accounts[name]
        page.goto("/exploitant")
        page.fill("#ins", account.ins)
        page.fill("#birth_name", account.birth_name)
        page.fill("#first_given", account.first_given)
        for part, value in zip(("year", "month", "day"), account.birth_date.split("-"), strict=True):
            page.fill(f"[name=birth_date-{part}]", value)
        page.locator(f"[name=sex][value={account.sex}]").check()
        self.press(page, "Préparer l’invitation")

    def _invited(self) -> Iterator[tuple[str, Page]]:
        page = self.person("accueil")
        yield "exploitant", page
        self.press(page, "Préparer l’invitation")
        yield "exploitant-erreur", page
        for name in ("marcel", "jeanne", "karim"):
            self._invite(page, name)
        yield "exploitant-invitation", page
        page.goto("/moi")
        yield "autre-role", page
        self.her = self.person("karim")
        yield "invitation", self.her
        self.press(self.her, "Oui, j’ouvre")
        yield "reponses", self.her
        assert self.her.locator("input:checked").count() == 0, "nothing is ticked beforehand"
        self.her.locator("input[name=deposits][value=yes]").check()
        self.her.locator("input[name=emergency][value=bedside]").check()
        self.her.locator("input[name=measures][value=no]").check()
        self.press(self.her, "Ouvrir mon espace")
        yield "ouvert", self.her
        self.her.goto("/moi/reglages")
        yield "reglages", self.her
        self.press(self.her, "Cacher d'office")
        yield "reglage-change", self.her
        self.her.goto("/moi/reglages")
        self.press(self.her, "Ne plus cacher")
        for name, path in (
            ("moi", "/moi"),
            ("documents-aucun", "/moi/documents"),
            ("personne-ne-lit", "/moi/autorisations"),
        ):
            self.her.goto(path)
            yield name, self.her

    def _shared(self) -> Iterator[tuple[str, Page]]:
        her, ins = self.her, self.house.house.provider.accounts["karim"].ins
        guerin = self.person("guerin")
        yield "pro", guerin
        self._look_up(guerin, ins)
        yield "pro-rien", guerin
        self.press(guerin, "Déposer un document")
        self.press(guerin, "Déposer pour cette personne")
        yield "pro-deposer-erreur", guerin
        self._fill_deposit(guerin, "Consultation de cardiologie")
        self.press(guerin, "Déposer pour cette personne")
        yield "pro-depose", guerin
        self._look_up(guerin, ins)
        self.press(guerin, "Déposer un document")
        self._fill_deposit(guerin, "Résultat à annoncer")
        for asked in ("MASQUE_PS", "INVISIBLE_PATIENT"):
            guerin.locator(f"input[value={asked}]").check()
        self.press(guerin, "Déposer pour cette personne")
        yield "pro-deposer-deux-fois-cache", guerin
        self._fill_deposit(guerin, "Résultat à annoncer")
        guerin.locator("input[value=MASQUE_PS]").uncheck()
        self.press(guerin, "Déposer pour cette personne")
        yield "pro-depose-a-annoncer", guerin
        her.goto("/moi/documents/deposer")
        yield "deposer", her
        self._fill_deposit(her, "Résultats de biologie de septembre")
        self.press(her, "Déposer")
        yield "depose", her
        her.goto("/moi/documents")
        yield "documents", her
        her.get_by_role("link", name="Consultation de cardiologie").click()
        yield "document", her
        with her.expect_download() as download:
            her.get_by_role("link", name="Télécharger le document").click()
        assert download.value.path().read_bytes() == LETTER
        her.goto("/moi/autorisations/donner")
        yield "donner", her
        her.fill("#practitioner", DIALLO)
        for choice in ("everything", "care", "30"):
            her.locator(f"input[value='{choice}']").check()
        self.press(her, "Donner l’autorisation")
        yield "donne", her
        her.goto("/moi/autorisations")
        yield "autorisations", her
        yield from self._who_sees_what()

    def _who_sees_what(self) -> Iterator[tuple[str, Page]]:
        """Make a permission smaller, look with somebody else's eyes, read the public matrix."""
        her = self.her
        her.get_by_role("link", name="Réduire cette autorisation").first.click()
        self.press(her, "Réduire")
        yield "reduire-erreur", her
        her.locator("input[name=days][value='7']").check()
        self.press(her, "Réduire")
        yield "reduite", her
        her.goto("/moi/autorisations")
        self.press(her, "Voir ce que voit")
        yield "vu-par", her
        self.press(her, "Voir ce qu’il voit")
        her.goto("/moi/autorisations/vu-par")
        self.press(her, "Voir ce qu’il voit")
        yield "vu-par-erreur", her
        her.goto("/moi/autorisations/administrateur")
        self.press(her, "Le nommer administrateur")
        yield "administrateur-erreur", her
        for name, path in (("matrice", "/matrice"), ("matrice-metier", "/matrice/G15_80")):
            her.goto(path)
            yield name, her

    def _kinds(self) -> Iterator[tuple[str, Page]]:
        """Show a document of each kind, deposited by a care software."""
        her, someone = self.her, Someone.of(self.house.house.provider.accounts["karim"])
        person = self._number_of("Consultation de cardiologie")[:32]
        sender = self.house.client("guerin")
        for paper in PAPERS:
            if paper.title in KINDS and paper.title not in self.numbers:
                about = {"title": paper.title, "creation": paper.created, "contentType": paper.media_type}
                sent = posted(paper.make(someone), **about, subject={"reference": f"Patient/{person}"})
                reply = sender.ask("POST", "/fhir/DocumentReference", sent)
                assert reply.status == 201, (paper.title, reply.body)
                self.numbers[paper.title] = reply.json["id"]
        for title, name in KINDS.items():
            her.goto(f"/moi/documents/{self.numbers[title]}")
            assert her.get_by_role("heading", level=1).inner_text() == title
            yield name, her

    def _found(self) -> Iterator[tuple[str, Page]]:
        """Look for documents: what is found, nothing, and what cannot be read."""
        her = self.her
        her.goto("/moi/documents")
        her.get_by_text("Chercher dans mes documents").click()
        her.select_option("#categorie", "4")
        her.locator("input[name=versions]").check()
        yield "documents-chercher", her
        self.press(her, "Chercher")
        yield "documents-trouves", her
        for name, year in (("documents-introuvables", "1999"), ("documents-erreur", "mars")):
            her.goto(f"/moi/documents?annee={year}")
            yield name, her

    def _printed(self) -> Iterator[tuple[str, Page]]:
        """Print a health document at the counter, and show what the agent hands over."""
        agent = self.person("petit")
        agent.goto("/guichet/demarche/guichet/read_document")
        agent.locator("input[name=checked]").check()
        agent.locator("input[name=tie][value=no]").check()
        agent.locator("input[value=ins]").check()
        agent.fill("#person_number", self.house.house.provider.accounts["karim"].ins)
        agent.fill("#document", self.numbers["Numération sanguine"])
        self.press(agent, "Relire avec la personne")
        agent.locator("input[name=aloud]").check()
        self.press(agent, "Imprimer pour la personne")
        yield "guichet-a-l-imprimante", agent
        station = self.person("imprimante")
        station.goto("/guichet/poste")
        yield "poste-d-impression", station
        with station.expect_download() as download:
            self.press(station, "Imprimer le numéro")
        html, printed = download.value.path().read_text("utf-8"), f"{self.house.address}/imprime.html"
        agent.route(printed, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        agent.goto(printed)
        yield "guichet-imprime", agent

    def _number_of(self, title: str) -> str:
        """Return the number of a document of her list."""
        self.her.goto("/moi/documents")
        address = self.her.get_by_role("link", name=title).first.get_attribute("href")
        assert address is not None
        return address.rpartition("/")[2]

    def _read(self, ins: str) -> Iterator[tuple[str, Page]]:
        diallo = self.person("diallo")
        self._look_up(diallo, ins)
        yield "pro-personne", diallo
        diallo.get_by_role("button", name="Voir « Consultation").click()
        yield "pro-document", diallo
        self._look_up(diallo, ins)
        self.press(diallo, "Voir « Résultat à annoncer")
        yield "pro-document-a-annoncer", diallo
        self.press(diallo, "Je lui en ai parlé")
        yield "pro-annonce", diallo
        self._look_up(diallo, ins)
        diallo.get_by_role("button", name="Voir « Consultation").click()
        with diallo.expect_download() as download:
            self.press(diallo, "Télécharger le document")
        assert download.value.path().read_bytes() == LETTER

    def _taken_back(self) -> Iterator[tuple[str, Page]]:
        her = self.her
        her.goto("/moi/journal")
        yield "journal", her
        her.goto("/moi/journal/preuve")
        yield "preuve-du-journal", her
        her.goto("/moi/cacher")
        yield "cacher", her
        her.select_option("#category", "5")
        her.locator("input[value=all]").check()
        self.press(her, "Cacher")
        yield "cache", her
        her.goto("/moi/caches")
        yield "caches", her
        her.goto("/moi/episodes/garder")
        yield "episode-nouveau", her
        her.fill("#name", "Mon opération du genou")
        her.locator("input[name=documents]").first.check()
        self.press(her, "Enregistrer")
        yield "episode-garde", her
        her.goto("/moi/episodes")
        yield "episodes", her
        her.goto("/moi/caches")
        self.press(her, "Montrer de nouveau")
        yield "montre", her
        her.goto("/moi/caches")
        yield "caches-rien", her
        her.goto("/moi/bloquer")
        self.press(her, "Bloquer")
        yield "bloquer", her
        her.fill("#practitioner", DIALLO)
        her.locator("input[value=everything]").check()
        self.press(her, "Bloquer")
        yield "bloque", her
        her.goto("/moi/autorisations")
        yield "autorisations-bloque", her
        self.press(her, "Débloquer")
        yield "debloque", her
        her.goto("/moi/autorisations")
        self.press(her, "Tout retirer")
        yield "retire", her
        her.goto("/moi/courrier")
        yield "mon-courrier", her
        her.goto("/moi/fermer")
        yield "fermer", her
        her.locator("input[value=yes]").check()
        self.press(her, "Continuer")
        yield "ferme", her
        her.goto("/moi")
        yield "sans-espace", her

    def _counter(self) -> Iterator[tuple[str, Page]]:
        agent, ins = self.person("petit"), self.house.house.provider.accounts["jeanne"].ins
        yield "guichet", agent
        agent.get_by_role("link", name="Ouvrir mon espace").first.click()
        yield "guichet-demarche", agent
        agent.locator("input[name=checked]").check()
        agent.locator("input[name=tie][value=no]").check()
        agent.locator("input[value=ins]").check()
        agent.fill("#person_number", ins)
        agent.locator("input[name=deposits][value=yes]").check()
        self.press(agent, "Relire avec la personne")
        yield "guichet-relire", agent
        self.press(agent, "Elle dit oui")
        yield "guichet-relire-erreur", agent
        agent.locator("input[name=aloud]").check()
        self.press(agent, "Elle dit oui")
        yield "guichet-fait", agent
        for name, path in (
            ("guichet-ecran", "/guichet/ecran/guichet/open_space"),
            ("guichet-chercher", "/guichet?q=m%C3%A9decin"),
            ("guichet-lire", "/guichet/demarche/guichet/list_documents"),
            ("courrier", "/guichet/courrier"),
            ("courrier-demarche", "/guichet/demarche/courrier/grant_access"),
            ("telephone-demarche", "/guichet/demarche/telephone/withdraw_access"),
        ):
            agent.goto(path)
            yield name, agent
        clerk = self.person("accueil")
        clerk.goto("/exploitant/courrier")
        yield "courrier-a-envoyer", clerk

    def _refused(self) -> Iterator[tuple[str, Page]]:
        him = self.person("marcel")
        self.press(him, "Non, je n’en veux pas")
        yield "refuse", him

    def _look_up(self, page: Page, number: str) -> None:
        page.goto("/pro")
        page.fill("#person", number)
        self.press(page, "Chercher")

    @staticmethod
    def _fill_deposit(page: Page, title: str) -> None:
        page.set_input_files("#file", {"name": "lettre.txt", "mimeType": "text/plain", "buffer": LETTER})
        page.fill("#title", title)
        page.select_option("#category", "5")
        for part, value in (("day", "2"), ("month", "11"), ("year", "2026")):
            page.fill(f"[name=created-{part}]", value)
