"""From the page of a person to an application: what leaves tells nothing, serves once, and is his who pressed."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.exchange.resources import resource
from tests.exchange.smart.apps import Apps, Pkce, sent_back
from tests.journeys.surfer import Seen, Surfer

pytestmark = [pytest.mark.slow, pytest.mark.database]
DIALLO = "99900000011"
SCOPE = "launch patient/Observation.rs"


def surfer(apps: Apps, word: str) -> Surfer:
    found = Surfer(apps.served.port)
    found.sign_in(word)
    return found


def shown_person(apps: Apps) -> tuple[str, str]:
    """Open a space that Dr Diallo may read; return its public id and her number."""
    client, person, account = apps.served.opened()
    client.done("grant_access", {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": "30"})
    return person, account.ins


def page_of(his: Surfer, person: str) -> Seen:
    return his.submit(his.get("/pro").form("/pro/personne"), {"person": person})


def press(his: Surfer, page: Seen, client: str = "carnet") -> str:
    """Press « Ouvrir dans… »; return the launch the application gets."""
    forms = [form for form in page.forms if form.action == "/pro/ouvrir" and form.values["application"] == [client]]
    back = his.post("/pro/ouvrir", {n: v for n, v in forms[0].values.items()}, follow=False)
    assert back.status == 303 and back.header("location").startswith("https://carnet.exemple/ouvrir?sorte=1&")
    found = parse_qs(urlsplit(back.header("location")).query)
    assert found["iss"] == [f"http://127.0.0.1:{his.port}/fhir"]
    return found["launch"][0]


def test_an_application_is_opened_about_the_person_of_the_page(apps: Apps) -> None:
    person, ins = shown_person(apps)
    his = surfer(apps, "diallo")
    page = page_of(his, ins)
    assert "form-action 'self' https://carnet.exemple;" in page.header("content-security-policy")
    launch = press(his, page)
    assert ins not in launch and person not in launch
    seen = apps.authorize(his, apps.request(Pkce(), scope=SCOPE, launch=launch))
    assert seen.status == 200 and "Elle demande à lire ce qui suit, pour cette personne" in seen.words
    assert "days" not in seen.form("/autorisation/reponse").asked, "nothing of a professional lasts"


def test_a_launch_is_his_for_that_application_only(apps: Apps) -> None:
    _, ins = shown_person(apps)
    his, other = surfer(apps, "diallo"), surfer(apps, "guerin")
    launch = press(his, page_of(his, ins))
    for who, changes in (
        (other, {}),
        (his, {"client_id": "cabinet"}),
        (his, {"launch": launch + "A"}),
        (his, {"launch": launch.swapcase()}),
    ):
        seen = apps.authorize(who, apps.request(Pkce(), **{"scope": SCOPE, "launch": launch} | changes))
        assert seen.status == 409 and not seen.header("location"), changes
    assert apps.authorize(his, apps.request(Pkce(), scope=SCOPE, launch=launch)).status == 200


def test_whoever_may_not_see_her_is_offered_nothing_to_open(apps: Apps) -> None:
    _, _, account = apps.served.opened()
    page = page_of(surfer(apps, "guerin"), account.ins)
    assert page.status == 404 and "/pro/ouvrir" not in [form.action for form in page.forms]
    assert "carnet.exemple" not in page.header("content-security-policy")


def test_only_registered_applications_that_can_be_opened_are_offered(apps: Apps) -> None:
    _, ins = shown_person(apps)
    his = surfer(apps, "diallo")
    page = page_of(his, ins)
    offered = {form.values["application"][0] for form in page.forms if form.action == "/pro/ouvrir"}
    assert offered == {"carnet", "cabinet", "etroit"}
    form = page.form("/pro/ouvrir")
    for client in ("voisin", "fini", "laboratoire", "inconnu", ""):
        seen = his.post("/pro/ouvrir", {**form.values, "application": client}, follow=False)
        assert seen.status in (400, 404) and not seen.header("location")


def test_a_professional_who_comes_from_another_site_goes_on_by_himself(apps: Apps) -> None:
    """His cookie does not follow another site's link: without this page he would sign in again each time."""
    asked = apps.request(Pkce(), scope=SCOPE, launch="x" * 40)
    nobody = Surfer(apps.served.port)
    seen = apps.authorize(nobody, asked, headers={"Sec-Fetch-Site": "cross-site"})
    form = seen.form("/autorisation")
    assert seen.status == 200 and form.method == "GET"
    assert {name: value[0] for name, value in form.values.items()} == asked
    again = apps.authorize(nobody, asked, headers={"Sec-Fetch-Site": "same-origin"})
    assert again.header("location").startswith("/connexion?vers=")


def test_a_whole_launch_reads_about_that_person_what_he_may_read(apps: Apps) -> None:
    person, ins = shown_person(apps)
    other, _ = shown_person(apps)
    client = apps.served.client("guerin")
    hers, others = (
        client.ask("POST", "/fhir/Observation", resource("Observation", one)).json["id"] for one in (person, other)
    )
    his, pkce = surfer(apps, "diallo"), Pkce()
    launch = press(his, page_of(his, ins))
    asked = apps.request(pkce, scope="launch offline_access patient/Observation.rs", launch=launch)
    seen = apps.authorize(his, asked | {"tout": "oui"})
    form = seen.form("/autorisation/reponse")
    back = sent_back(his.post(form.action, {**form.values, "answer": "yes"}, follow=False))
    given = apps.redeemed(back["code"], pkce).json
    assert given["patient"] == person
    assert "refresh_token" not in given and "offline_access" not in given["scope"], "nothing of his lasts"
    reader = apps.bearer(given["access_token"])
    assert reader.ask("GET", f"/fhir/Observation/{hers}").status == 200
    assert reader.ask("GET", f"/fhir/Observation/{others}").status in (403, 404), "another person he may read himself"
    again = his.post(form.action, {**form.values, "answer": "yes"}, follow=False)
    assert again.status in (303, 409)
    assert apps.authorize(his, asked).status == 409, "a launch serves once"


def test_what_he_may_read_no_more_his_application_reads_no_more(apps: Apps) -> None:
    client, person, account = apps.served.opened()
    client.done("grant_access", {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": "30"})
    hers = apps.served.client("guerin").ask("POST", "/fhir/Observation", resource("Observation", person)).json["id"]
    his, pkce = surfer(apps, "diallo"), Pkce()
    launch = press(his, page_of(his, account.ins))
    seen = apps.authorize(his, apps.request(pkce, scope=SCOPE, launch=launch) | {"tout": "oui"})
    form = seen.form("/autorisation/reponse")
    back = sent_back(his.post(form.action, {**form.values, "answer": "yes"}, follow=False))
    reader = apps.bearer(apps.redeemed(back["code"], pkce).json["access_token"])
    assert reader.ask("GET", f"/fhir/Observation/{hers}").status == 200
    client.done("withdraw_access", {"practitioner": DIALLO})
    assert reader.ask("GET", f"/fhir/Observation/{hers}").status == 404


def test_a_no_of_his_goes_back_too(apps: Apps) -> None:
    _, ins = shown_person(apps)
    his = surfer(apps, "diallo")
    launch = press(his, page_of(his, ins))
    form = apps.authorize(his, apps.request(Pkce(), scope=SCOPE, launch=launch)).form("/autorisation/reponse")
    assert sent_back(his.post(form.action, {**form.values, "answer": "no"}, follow=False))["error"] == "access_denied"
