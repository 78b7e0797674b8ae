"""Every address of the portal, for every kind of session, on her document: content comes out by a decision or not at all."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Iterator

import pytest

from espace_sante.access.request import ActId
from espace_sante.web.edge import Door
from espace_sante.web.portal import DOORS
from tests.journeys.surfer import Seen, Surfer
from tests.journeys.test_story import LETTER, give, hand_in, opened, surfer
from tests.pdf_text import text
from tests.served import ServedHouse

pytestmark = [pytest.mark.database, pytest.mark.slow]
TITLE = "TITRE-9d41"
SESSIONS = ("", "karim", "lucie", "diallo", "guerin", "petit", "accueil")
# Who may be shown her title or her bytes, and where: the person herself, the one she allowed, and paper for the agent.
ALLOWED = {
    "karim": (
        "/moi/documents",
        "/moi/autorisations/donner",
        "/moi/urgence/repondre",
        "/moi/cartes/faire",
        "/moi/episodes/garder",
    ),
    "diallo": ("/pro/personne", "/pro/document", "/pro/contenu"),
}
MAIL = "/exploitant/courrier/"
# What ends the session that the walk needs; what truly gives the author of her document the right to read it.
LEFT_OUT = {"/deconnexion", f"/moi/reglages/{ActId.LET_AUTHORS_READ}"}


def addresses(door: Door, document: str) -> Iterator[str]:
    path = door.path.replace("{document}", document)
    if "{act}" not in path:
        yield path
        return
    for way in ("guichet", "courrier", "telephone") if "{way}" in path else ("",):
        for act in ActId:
            yield path.replace("{way}", way).replace("{act}", act.value)


@functools.cache
def token_of(port: int, cookies: frozenset[tuple[str, str]]) -> str:
    """Return the token of a session's forms; it is the same on each of its pages."""
    page = Surfer(port, dict(cookies)).get("/aide")
    tokens = [form.values["anti_forgery"][0] for form in page.forms if "anti_forgery" in form.values]
    return tokens[0] if tokens else ""


def knock(who: Surfer, door: Door, path: str, ins: str, document: str, checked: str) -> Seen:
    if door.method == "GET":
        return who.get(path, follow=False)
    values: dict[str, str | list[str]] = {
        "anti_forgery": token_of(who.port, frozenset(who.cookies.items())),
        "person": ins,
        "document": document,
        "kind": "ins",
        "person_number": ins,
        "checked": checked,
        "tie": "no",
        "coupon": "",
        "scope": "everything",
    }
    return who.post(path, values, files=door.files, follow=False)


def shows(seen: Seen) -> bool:
    return TITLE.encode() in seen.body or LETTER in seen.body


def is_a_letter(seen: Seen) -> bool:
    """Letters to be posted: what was done and by whom, never a title nor a word of a document."""
    said = text(seen.body)
    return "Bordereau" in said and TITLE not in said and "MARQUEUR-7f3a" not in said


def those_who_ask(door: Door, randomness: random.Random) -> tuple[str, ...]:
    """Everybody, at each address; where one page serves every act, its agent and one other drawn for each."""
    others = tuple(word for word in SESSIONS if word != "petit")
    return SESSIONS if "{way}" not in door.path else ("petit", randomness.choice(others))


def walk(
    whole: ServedHouse,
    sessions: dict[str, Surfer],
    ins: str,
    document: str,
    allowed: dict[str, tuple[str, ...]],
    randomness: random.Random,
) -> int:
    asked = 0
    for door in DOORS:
        for path in addresses(door, document):
            if path in LEFT_OUT:
                continue
            for word in those_who_ask(door, randomness):
                who = sessions[word]
                for checked in ("", "yes") if word == "petit" and door.method == "POST" else ("",):
                    seen = knock(who, door, path, ins, document, checked)
                    asked += 1
                    assert seen.status < 500, (word, path, seen.status)
                    released = shows(seen) or seen.body.startswith(b"%PDF-")
                    if released:
                        assert seen.header("journal-entry"), (word, path)
                        assert seen.header("cache-control") == "no-store"
                        printed = word == "petit" and checked == "yes" and seen.body.startswith(b"%PDF-")
                        mailed = word == "accueil" and path.startswith(MAIL) and is_a_letter(seen)
                        assert printed or mailed or path.startswith(allowed.get(word, ("!",))), (word, path)
    return asked


def test_content_comes_out_by_a_decision_or_not_at_all(whole: ServedHouse, randomness: random.Random) -> None:
    ins = whole.house.provider.accounts["karim"].ins
    her = opened(whole, "karim")
    opened(whole, "lucie")
    sessions = {word: surfer(whole, word) for word in SESSIONS}
    hand_in(sessions["guerin"], ins, title=TITLE)
    document = re.findall(r"/moi/documents/([0-9a-f]{64})", her.get("/moi/documents").html)[0]
    give(her)
    for word in ("diallo", "karim"):  # the walk does see what it looks for
        path = "/pro/contenu" if word == "diallo" else f"/moi/documents/{document}/contenu"
        door = next(
            door
            for door in DOORS
            if door.path == path or (door.path.endswith("{document}/contenu") and word == "karim")
        )
        assert knock(sessions[word], door, path, ins, document, "").body == LETTER
    assert walk(whole, sessions, ins, document, ALLOWED, randomness) > 500

    her.submit(her.get("/moi/fermer").form("/moi/fermer"), {"sure": "yes"})
    walk(whole, sessions, ins, document, {}, randomness)


def test_every_page_says_how_it_may_be_used(whole: ServedHouse) -> None:
    signed_in = surfer(whole, "accueil")
    for who in (Surfer(whole.port), signed_in):
        for path in ("/", "/aide", "/connexion", "/moi", "/rien", "/exploitant"):
            seen = who.get(path, follow=False)
            policy = seen.header("content-security-policy")
            assert "default-src 'none'" in policy and "'unsafe-inline'" not in policy and "script-src" not in policy
            assert seen.header("x-content-type-options") == "nosniff"
            assert seen.header("referrer-policy") == "same-origin"
            if who is signed_in:
                assert seen.header("cache-control") == "no-store"


def test_a_form_sent_by_another_site_or_made_for_another_session_does_nothing(whole: ServedHouse) -> None:
    person, other = surfer(whole, "osman"), surfer(whole, "lucie")
    form = person.get("/aide").form("/deconnexion")
    theirs = {name: list(value) for name, value in other.get("/aide").form("/deconnexion").values.items()}
    for headers in ({"Origin": "https://ailleurs.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        seen = person.post(form.action, {**form.values}, headers=headers)
        assert seen.status == 403, headers
    assert person.post(form.action, {**theirs}).status == 403
    assert person.post(form.action, {}).status == 403
    assert person.get("/moi").status == 200
    foreign = Surfer(whole.port).get("/", headers={"Host": "ailleurs.example"})
    assert foreign.status == 400
    out = person.submit(form)
    assert out.status == 200 and not person.cookies.get("es_session")
    assert person.get("/moi", follow=False).status == 303


def test_the_session_is_a_cookie_no_script_reads_and_no_address_carries(whole: ServedHouse) -> None:
    for word, site in (("osman", "lax"), ("diallo", "strict"), ("petit", "strict")):
        who = Surfer(whole.port)
        page = who.get("/connexion")
        sent = who.post("/connexion", {**page.form("/connexion").values, "account": word}, follow=False)
        cookie = next(value for name, value in sent.headers if name.lower() == "set-cookie")
        assert "HttpOnly" in cookie and f"SameSite={site}" in cookie and "Path=/" in cookie
        assert who.cookies["es_session"] not in sent.header("location")
    aside = Surfer(whole.port)
    page = aside.get("/connexion?vers=//ailleurs.example/moi")
    sent = aside.post(
        "/connexion", {**page.form("/connexion").values, "vers": "//x/moi", "account": "osman"}, follow=False
    )
    assert sent.header("location") == "/moi"
