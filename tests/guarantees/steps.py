"""What it costs to do each act: walked on the real pages from her home page, without JavaScript, and counted.

A step is a page, after her home page, on which she has to do something: follow a link, fill in, press a button. When her home
page itself leads elsewhere (an invitation waits), that page is a step. A field is what has to be filled in; a choice, a date or
a file is one. The shortest way is looked for, never written here: a row says only which form does the act and what is typed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from espace_sante.access.request import ActId
from espace_sante.keeper import demand as d
from tests.exchange.test_cards_and_requests import ASKED
from tests.journeys.surfer import FilePart, Form, Seen, Surfer
from tests.journeys.test_story import invite
from tests.served import Client, ServedHouse
from tests.told import Messages

HOME = "/moi"
FURTHEST = 4  # steps looked for, one more than is promised
DIALLO = "99900000011"
LETTER: FilePart = ("lettre.txt", "text/plain", b"Bonjour.\n")
Typed = Mapping[str, str]


@dataclass(frozen=True)
class Count:
    """What an act takes: pages on which she does something, links and buttons pressed, fields filled in."""

    steps: int
    clicks: int
    fields: int


# What the last message that proves a contact said.
SENT: dict[str, str] = {"word": ""}


@dataclass
class Life:
    """One person at her browser and with a software of hers, and a professional who meets her."""

    house: ServedHouse
    name: str
    screen: Surfer = field(init=False)

    def __post_init__(self) -> None:
        self.screen = Surfer(self.house.port)

    @property
    def software(self) -> Client:
        return self.house.client(self.name)

    @property
    def reference(self) -> str:
        return f"ins:{self.house.house.provider.accounts[self.name].ins}"

    def invited(self) -> None:
        self.house.background.run(self.house.house.link.ask(d.Maintain(0, "erase")))  # what she had before, if anything
        invite(self.house, self.name)
        self.screen.sign_in(self.name)

    def asked_for(self) -> None:
        self.house.client("diallo").done("request_access", ASKED | {"person": self.reference})

    def represented(self) -> None:
        said = {
            "ins": self.reference.removeprefix("ins:"),
            "name": "Paul Essai",
            "basis": "jugement",
            "starts": "2026-01-01",
        }
        said |= {"measure": "guardianship", "power": "représente", "ends": "2031-01-01"}
        self.house.client("petit").done("record_representation", said)
        self.house.client("vasseur").done("confirm_representation", said)

    def declared_dead(self) -> None:
        said = {"ins": self.reference.removeprefix("ins:"), "died_on": "2026-11-01", "certificate": "12"}
        for account in ("accueil", "petit"):
            self.house.client(account).done("record_death", said)

    def read_by_another(self) -> None:
        self.software.done(
            "grant_access", {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": 3}
        )
        self.house.client("diallo").done("list_documents", {"person": self.reference})

    def sent_a_word(self) -> None:
        """Read what was sent to her, as she does in her mailbox."""
        taken = self.house.background.run(self.house.house.link.ask(d.TakeNotices(0, 20, 1)))
        assert isinstance(taken, d.Done)
        found = msgspec.msgpack.decode(taken.payload, type=d.TakenNotices).messages
        SENT["word"] = next(one.word for one in found if one.word)

    def read_for_the_first_time(self) -> None:
        self.read_by_another()
        for _ in range(2):
            self.house.background.run(self.house.house.link.ask(d.Maintain(0, "watch")))

    def closed_and_kept(self) -> None:
        self.software.done("close_space", {"sure": "yes", "archive_years": 1})

    def opened(self) -> None:
        self.invited()
        self.software.done("open_space", {"deposits": "yes"})


@dataclass(frozen=True)
class Way:
    """How an act is done on the pages: the form that does it, or the link that does; `before` is what must have happened.

    `holds`: what the form holds already (patterns), which tells it from others that go to the same place.
    `by`: a form that leads to it, and its button.
    """

    act: ActId
    action: str = ""
    typed: Typed = field(default_factory=dict)
    holds: Typed = field(default_factory=dict)
    button: tuple[str, str] | None = None
    by: tuple[str, tuple[str, str]] | None = None
    link: str = ""
    file: bool = False
    before: Callable[[Life], None] | None = None


def choice(act: ActId, **holds: str) -> Way:
    """Return the way of an answer that is changed alone."""
    return Way(act, f"/moi/reglages/{act}", holds=holds)


# In the order of a life: each leaves her space in the state where the next can be done.
WAYS: tuple[Way, ...] = (
    Way(ActId.OPEN_SPACE, "/moi/invitation/reponses", by=("/moi/invitation", ("opening", "yes")), before=Life.invited),
    choice(ActId.ACCEPT_DEPOSITS),
    choice(ActId.REFUSE_DEPOSITS),
    choice(ActId.LET_AUTHORS_READ),
    choice(ActId.STOP_AUTHORS_READING),
    choice(ActId.HIDE_NEW_DOCUMENTS),
    choice(ActId.SHOW_NEW_DOCUMENTS),
    choice(ActId.SEAL_SPACE),
    choice(ActId.UNSEAL_SPACE),
    choice(ActId.REFUSE_AFTER_DEATH),
    choice(ActId.ALLOW_AFTER_DEATH),
    Way(ActId.CONTEST_DEATH, "/moi/en-vie", before=Life.declared_dead),
    choice(ActId.ALLOW_SECONDARY_USE, purpose="research"),
    choice(ActId.END_SECONDARY_USE, purpose="research"),
    Way(
        ActId.DEPOSIT_DOCUMENT,
        "/moi/documents/deposer",
        {"title": "Lettre", "category": "5", "created-day": "2", "created-month": "11", "created-year": "2026"},
        file=True,
    ),
    Way(ActId.LIST_DOCUMENTS, link="/moi/documents"),
    Way(ActId.READ_DOCUMENT, link="/moi/documents/[0-9a-f]{64}"),
    Way(ActId.READ_RESOURCE, link="/moi/donnees"),
    Way(ActId.KEEP_EPISODE, "/moi/episodes/garder", {"name": "mon genou"}),
    Way(ActId.END_EPISODE, "/moi/episodes/defaire"),
    Way(ActId.GIVE_ADDRESS, "/moi/courrier/adresse", {"street": "1 rue des Essais", "town": "63000 Clermont"}),
    Way(ActId.REMOVE_ADDRESS, "/moi/courrier/guichet"),
    Way(ActId.CHANGE_CONTACT, "/moi/avis/contact", {"mail": "jeanne@exemple.example"}),
    Way(ActId.CONFIRM_CONTACT, "/moi/avis/verifier", SENT, before=Life.sent_a_word),
    Way(ActId.REMOVE_CONTACT, "/moi/avis/sans-contact"),
    Way(
        ActId.CHOOSE_NOTICES,
        "/moi/avis/choix",
        {"by_mail": "yes", "by_sms": "no", "by_letter": "no", "pace": "daily"},
        {"notice": "document"},
    ),
    Way(ActId.ASK_REMINDERS, "/moi/courrier/rappel", {"months": "6"}),
    Way(ActId.STOP_REMINDERS, "/moi/courrier/sans-rappel"),
    Way(ActId.CHOOSE_LETTERS, "/moi/courrier/forme", {"size": "large"}),
    Way(
        ActId.GRANT_ACCESS,
        "/moi/autorisations/donner",
        {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": "30"},
    ),
    Way(ActId.LIMIT_GRANT, "/moi/autorisations/reduire", {"days": "7"}),
    Way(ActId.WITHDRAW_ACCESS, "/moi/autorisations/retirer"),
    Way(ActId.NAME_ADMINISTRATOR, "/moi/autorisations/administrateur", {"practitioner": DIALLO, "days": "30"}),
    Way(ActId.BLOCK, "/moi/bloquer", holds={"practitioner": DIALLO}),
    Way(ActId.UNBLOCK, "/moi/debloquer"),
    Way(ActId.MASK, "/moi/cacher", holds={"whom": "all"}),
    Way(ActId.UNMASK, "/moi/montrer"),
    Way(
        ActId.SET_EMERGENCY_WILL,
        "/moi/urgence/repondre",
        {"regulator": "yes", "bedside": "yes", "hidden": "no", "scope": "everything"},
    ),
    Way(ActId.REFUSE_EMERGENCY, "/moi/urgence/jamais"),
    Way(
        ActId.ISSUE_ACCESS_CARD,
        "/moi/cartes/faire",
        {"scope": "everything", "purpose": "care", "uses": "1", "days": "7"},
    ),
    Way(ActId.REVOKE_ACCESS_CARD, "/moi/cartes/arreter"),
    Way(ActId.ACCEPT_REQUEST, "/moi/demandes/oui", before=Life.asked_for),
    Way(ActId.DECLINE_REQUEST, "/moi/demandes/non", before=Life.asked_for),
    Way(ActId.ALLOW_SUPPORT, "/moi/aide", {"ticket": "AB20260001", "hours": "2", "journal": "no"}),
    Way(ActId.END_SUPPORT, "/moi/aide/finir"),
    Way(
        ActId.AUTHORISE_APP,
        "/moi/applications/permettre",
        {"app": "carnet-sante", "owner": "Carnet SAS", "what": "documents", "days": "30"},
    ),
    Way(ActId.END_APP, "/moi/applications/arreter"),
    Way(ActId.NAME_HELPER, "/moi/aidants", {"name": "Claire Bonnet", "reads": "no", "acts": "mask"}),
    Way(ActId.END_MANDATE, "/moi/aidants/arreter"),
    Way(ActId.NAME_TRUSTED_PERSON, "/moi/confiance", {"name": "Ana Roy", "signed": "no"}),
    Way(ActId.END_TRUSTED_PERSON, "/moi/confiance/reprendre"),
    Way(ActId.CONTEST_REPRESENTATION, "/moi/representants/contester", before=Life.represented),
    Way(ActId.READ_JOURNAL, link="/moi/journal"),
    Way(
        ActId.CONTEST_ACCESS,
        "/moi/contester",
        {"reason": "unknown", "block": "no"},
        {"entries": ".+"},
        before=Life.read_by_another,
    ),
    Way(ActId.EXPECT_ACCESS, "/moi/avis/attendu", before=Life.read_for_the_first_time),
    Way(ActId.REPORT_MISTAKE, "/moi/signaler", {"reason": "false", "hide": "no"}, {"document": ".+"}),
    Way(ActId.EXPORT_JOURNAL, link="/moi/fermer/dossier[.]zip"),
    Way(ActId.PROVE_JOURNAL, "/moi/journal/preuve"),
    Way(ActId.REOPEN_SPACE, "/moi/rouvrir", {"deposits": "no"}, before=Life.closed_and_kept),
    Way(ActId.ERASE_CONTENT, "/moi/effacer", {"sure": "yes"}, before=Life.closed_and_kept),
    Way(ActId.REFUSE_SPACE, "/moi/invitation", button=("opening", "no"), before=Life.invited),
    Way(ActId.REVERSE_REFUSAL, "/moi/refus"),
    Way(ActId.CLOSE_SPACE, "/moi/fermer", {"sure": "yes"}, before=Life.opened),
)


def counted(house: ServedHouse, name: str, heard: Messages) -> dict[ActId, Count]:
    """Do every act on the pages; return what each took. Raises AssertionError when one is not done, or needed less."""
    life, found = Life(house, name), {}
    for way in WAYS:
        if way.before is not None:
            way.before(life)
        found[way.act] = _followed(life.screen, way, heard) if way.link else _filled(life.screen, way, heard)
    return found


@dataclass(frozen=True)
class Place:
    """A page that links lead to from her home page; `links` followed to come there."""

    steps: int
    links: int
    seen: Seen


def places(screen: Surfer) -> Iterator[Place]:
    """Yield each page of hers, the nearest first."""
    home = screen.get(HOME)
    waiting, met = deque([Place(0 if home.path == HOME else 1, 0, home)]), {HOME, home.path}
    while waiting:
        place = waiting.popleft()
        yield place
        for link in place.seen.links if place.steps < FURTHEST else []:
            if link not in met and _is_a_page_of_hers(link):
                met.add(link)
                waiting.append(Place(place.steps + 1, place.links + 1, screen.get(link)))


def _is_a_page_of_hers(link: str) -> bool:
    return link.startswith("/moi") and "langue=" not in link and not link.endswith((".zip", ".pdf", "/contenu"))


def _followed(screen: Surfer, way: Way, heard: Messages) -> Count:
    for place in places(screen):
        link = next((link for link in place.seen.links if re.fullmatch(way.link, link)), None)
        if link is not None:
            heard.taken()
            assert screen.get(link).status == 200 and _asked(heard, way), way.act
            return Count(place.steps, place.links + 1, 0)
    raise AssertionError(f"no way to {way.act}")


def _filled(screen: Surfer, way: Way, heard: Messages) -> Count:
    place = next((one for one in places(screen) if _form(one.seen, way) is not None), None)
    assert place is not None, f"no way to {way.act}"
    fields = _fields(way)
    for left_out in sorted(fields):
        heard.taken()
        answer = _sent(screen, place, way, left_out)
        assert answer.status >= 400, (way.act, f"is done without {left_out}")
    heard.taken()
    done = _sent(screen, place, way)
    assert done.status == 200 and _asked(heard, way), (way.act, done.status, done.words)
    further = 1 if way.by else 0
    return Count(place.steps + further, place.links + 1 + further, len(fields))


def _form(seen: Seen, way: Way) -> Form | None:
    """Return the form of a page that does an act, or leads to the one that does."""
    action, button, holds = (way.by[0], way.by[1], {}) if way.by else (way.action, way.button, way.holds)
    for form in seen.forms:
        held = all(re.fullmatch(value, *form.values.get(name, [""])) for name, value in holds.items())
        if form.action == action and held and (button is None or button in form.buttons):
            return form
    return None


def _sent(screen: Surfer, place: Place, way: Way, left_out: str = "") -> Seen:
    """Fill in what the way says, but for one field, on the page as it is served now."""
    form = _form(screen.get(place.seen.path), way)
    assert form is not None, way.act
    if way.by:
        form = screen.submit(form, dict([way.by[1]])).form(way.action)
    unknown = _fields(way) - {name.partition("-")[0] for name in form.asked}
    assert not unknown, (way.act, unknown)
    typed: dict[str, str | list[str]] = {n: v for n, v in way.typed.items() if n.partition("-")[0] != left_out}
    typed |= dict([way.button]) if way.button else {}
    return screen.submit(form, typed, file=("file", LETTER) if way.file and left_out != "file" else None)


def _fields(way: Way) -> set[str]:
    return {name.partition("-")[0] for name in way.typed} | ({"file"} if way.file else set())


def _asked(heard: Messages, way: Way) -> bool:
    return any(act == way.act for _, act, _ in heard.taken())
