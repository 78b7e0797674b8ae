"""The door of applications: nobody is sent to an address that is not registered, and a request that is not whole is refused."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from espace_sante.identity.scopes import parse_scopes
from espace_sante.records.asked import items_of
from tests.exchange.smart.apps import RETURN, Apps, Pkce, sent_back
from tests.journeys.surfer import Surfer

pytestmark = [pytest.mark.slow, pytest.mark.database]


@pytest.fixture(scope="module")
def karim(apps: Apps) -> Surfer:
    _, _, account = apps.served.opened()
    surfer = Surfer(apps.served.port)
    surfer.sign_in(account.id)
    return surfer


@pytest.mark.parametrize(
    "client",
    ["inconnu", "fini", "laboratoire", "", "../carnet", "CARNET", "carnet.json"],
)
def test_an_application_that_is_not_registered_gets_nobody_back(apps: Apps, karim: Surfer, client: str) -> None:
    seen = apps.authorize(karim, apps.request(Pkce(), client_id=client))
    assert seen.status == 400 and not seen.header("location")
    assert "n’est pas inscrite" in seen.words or "n'est pas inscrite" in seen.words


@pytest.mark.parametrize(
    "address",
    [
        "",
        RETURN + "/",
        RETURN + "/suite",
        RETURN[:-1],
        RETURN + "?x=1",
        RETURN + "#",
        RETURN + "#x",
        "https://carnet.exemple/%72etour",
        "https://carnet.exemple/retour%2F..%2Fautre",
        "https://carnet.exemple/x/../retour",
        "https://carnet.exemple@autre.exemple/retour",
        "https://x@carnet.exemple/retour",
        "https://carnet.exemple.autre.exemple/retour",
        "https://autre.exemple/https://carnet.exemple/retour",
        "https://CARNET.exemple/retour",
        "https://carnet.exemple:443/retour",
        "http://carnet.exemple/retour",
        "//carnet.exemple/retour",
        "/retour",
        "javascript:alert(1)",
        " " + RETURN,
        RETURN + "\r\nSet-Cookie: a=b",
        "https://voisin.exemple/retour",
        "https://carnet.exemple/ouvrir?sorte=1",
    ],
)
def test_an_address_that_is_not_its_own_is_never_followed(apps: Apps, karim: Surfer, address: str) -> None:
    for values in ({}, {"scope": ""}, {"state": ""}):
        seen = apps.authorize(karim, apps.request(Pkce(), redirect_uri=address, **values))
        assert seen.status == 400 and not seen.header("location"), values


def test_two_addresses_or_two_applications_are_none(apps: Apps, karim: Surfer) -> None:
    whole = list(apps.request(Pkce()).items())
    for name, value in (("redirect_uri", "https://autre.exemple/"), ("client_id", "voisin"), ("redirect_uri", RETURN)):
        for pairs in ([*whole, (name, value)], [(name, value), *whole]):
            seen = apps.authorize(karim, pairs)
            assert seen.status == 400 and not seen.header("location")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"aud": ""}, "invalid_request"),
        ({"aud": "https://autre.exemple/fhir"}, "invalid_request"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "openid fhirUser"}, "invalid_scope"),
        ({"scope": "launch/patient"}, "invalid_scope"),
        ({"scope": "patient/Appointment.rs"}, "invalid_scope"),
        ({"scope": "patient/Observation.rs?code=1"}, "invalid_scope"),
        ({"scope": "system/Observation.rs"}, "invalid_scope"),
        ({"scope": "user/Observation.rs"}, "invalid_scope"),
        ({"scope": "patient/Observation.cud"}, "invalid_scope"),
        ({"client_id": "etroit", "scope": "patient/Observation.rs"}, "invalid_scope"),
        ({"scope": "launch patient/Observation.rs"}, "invalid_request"),
        ({"launch": "xyz"}, "invalid_request"),
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"request_uri": "https://autre.exemple"}, "request_not_supported"),
        ({"response_mode": "fragment"}, "invalid_request"),
    ],
)
def test_a_request_that_is_not_whole_goes_back_with_its_word(
    apps: Apps, karim: Surfer, changes: dict[str, str], error: str
) -> None:
    for surfer in (karim, Surfer(apps.served.port)):
        back = sent_back(apps.authorize(surfer, apps.request(Pkce(), **changes)))
        assert back["error"] == error
        assert (back["state"], back["iss"]) == ("etat-1", apps.served.address)
        assert "code" not in back and back["error_description"].isascii()


def test_without_a_state_it_goes_back_with_none(apps: Apps, karim: Surfer) -> None:
    back = sent_back(apps.authorize(karim, apps.request(Pkce(), state="")))
    assert back["error"] == "invalid_request" and "state" not in back


def test_whoever_is_not_signed_in_signs_in_and_finds_the_same_request(apps: Apps) -> None:
    surfer = Surfer(apps.served.port)
    asked = apps.request(Pkce(), state="a&b=c d/é".replace("é", "e"))
    seen = apps.authorize(surfer, asked)
    assert seen.status == 303 and seen.header("location").startswith("/connexion?vers=")
    _, _, account = apps.served.opened()
    page = surfer.get(seen.header("location"))
    seen = surfer.submit(page.form("/connexion"), {"account": account.id})
    form = seen.form("/autorisation/reponse")
    assert {name: form.values[name][0] for name in asked} == asked


@pytest.mark.parametrize(
    "wanted",
    ["/autorisation", "/autorisationx?a=1", "//autre.exemple/autorisation?a", "/autorisation?u=//autre.exemple"],
)
def test_a_sign_in_leads_to_no_other_place(apps: Apps, wanted: str) -> None:
    surfer = Surfer(apps.served.port)
    page = surfer.get("/connexion")
    seen = surfer.post(
        "/connexion", {**page.form("/connexion").values, "account": "karim", "vers": wanted}, follow=False
    )
    assert (seen.status, seen.header("location")) == (303, "/moi")


def test_a_request_may_come_as_a_form_and_does_nothing_by_itself(apps: Apps) -> None:
    asked = apps.request(Pkce())
    reply = apps.post("/autorisation", asked, Origin="https://carnet.exemple", Sec_Fetch_Site="cross-site")
    assert reply.status == 303
    where = urlsplit(reply.headers["location"])
    assert (where.scheme, where.netloc, where.path) == ("", "", "/autorisation")
    seen = Surfer(apps.served.port).get(reply.headers["location"], follow=False)
    assert seen.header("location").startswith("/connexion?vers=")


def test_the_page_says_who_asks_what_and_ticks_nothing(apps: Apps, karim: Surfer) -> None:
    seen = apps.authorize(karim, apps.request(Pkce(), scope="launch/patient offline_access patient/*.rs"))
    form = seen.form("/autorisation/reponse")
    for words in ("Carnet carnet", "Coopérative inventée", "1 rue des Essais", "https://carnet.exemple", "Vaccin"):
        assert words in seen.words, words
    assert "items" not in form.values and "days" not in form.values
    assert {"items", "days"} <= set(form.asked)
    assert form.buttons == [("answer", "yes"), ("answer", "no")]
    every = karim.get(next(link for link in seen.links if "tout=oui" in link).replace("&amp;", "&"))
    assert len(every.form("/autorisation/reponse").values["items"]) == len(items_of(parse_scopes("patient/*.rs")))


def test_browsers_may_follow_the_answer_to_this_application_and_no_other(apps: Apps, karim: Surfer) -> None:
    seen = apps.authorize(karim, apps.request(Pkce()))
    policy = seen.header("content-security-policy")
    assert "form-action 'self' https://carnet.exemple;" in policy
    assert seen.header("x-frame-options") == "DENY" and "frame-ancestors 'none'" in policy
    assert seen.header("cache-control") == "no-store"
    assert "form-action 'self';" in karim.get("/moi").header("content-security-policy")


def test_what_the_register_does_not_allow_is_not_even_shown(apps: Apps, karim: Surfer) -> None:
    seen = apps.authorize(
        karim, apps.request(Pkce(), client_id="etroit", scope="launch/patient offline_access patient/*.cruds")
    )
    assert "Vaccin" in seen.words and "Allergie" not in seen.words and "en ajouter" not in seen.words
    assert "days" not in seen.form("/autorisation/reponse").asked


def test_a_no_needs_nothing_else_and_gives_nothing(apps: Apps, karim: Surfer) -> None:
    form = apps.authorize(karim, apps.request(Pkce())).form("/autorisation/reponse")
    back = sent_back(karim.post(form.action, {**form.values, "answer": "no"}, follow=False))
    assert back["error"] == "access_denied" and back["state"] == "etat-1" and "code" not in back


@pytest.mark.parametrize(
    "given",
    [
        {"answer": "yes"},
        {"answer": "yes", "items": "Observation.laboratory.lire"},
        {"answer": "yes", "days": "30"},
        {"answer": "", "items": "Observation.laboratory.lire", "days": "30"},
        {"answer": "yes", "items": "Condition..lire", "days": "30"},
        {"answer": "yes", "items": "Observation.laboratory.ecrire", "days": "30"},
        {"answer": "yes", "items": "Observation.laboratory.lire", "days": "3000"},
        {"answer": "yes", "items": "Observation.laboratory.lire", "days": "0"},
        {"answer": "yes", "items": "Observation.laboratory.lire", "days": "-1"},
    ],
    ids=str,
)
def test_a_yes_that_is_not_whole_is_asked_again(apps: Apps, karim: Surfer, given: dict[str, str]) -> None:
    asked = apps.request(Pkce(), scope="launch/patient offline_access patient/Observation.rs")
    form = apps.authorize(karim, asked).form("/autorisation/reponse")
    seen = karim.post(form.action, {**form.values, **given}, follow=False)
    assert seen.status == 400 and not seen.header("location")
    assert seen.form("/autorisation/reponse").buttons == [("answer", "yes"), ("answer", "no")]


def test_another_site_cannot_answer_in_her_place(apps: Apps, karim: Surfer) -> None:
    form = apps.authorize(karim, apps.request(Pkce())).form("/autorisation/reponse")
    values = {**form.values, "answer": "yes", "items": "Observation.laboratory.lire"}
    for changed, headers in (
        (values, {"Origin": "https://carnet.exemple", "Sec-Fetch-Site": "cross-site"}),
        (values | {"anti_forgery": "0.0"}, {}),
        ({name: value for name, value in values.items() if name != "anti_forgery"}, {}),
    ):
        seen = karim.post(form.action, changed, follow=False, headers=headers)
        assert seen.status == 403 and not seen.header("location")


def test_what_comes_back_with_the_answer_is_read_again_whole(apps: Apps, karim: Surfer) -> None:
    form = apps.authorize(karim, apps.request(Pkce())).form("/autorisation/reponse")
    whole = {**form.values, "answer": "yes", "items": "Observation.laboratory.lire"}
    for changes in ({"redirect_uri": "https://autre.exemple/"}, {"client_id": "voisin"}, {"client_id": "inconnu"}):
        seen = karim.post(form.action, whole | changes, follow=False)
        assert seen.status == 400 and not seen.header("location")
    for changes in (
        {"aud": "https://autre.exemple"},
        {"code_challenge": ""},
        {"scope": "patient/*.cruds system/*.rs x"},
    ):
        seen = karim.post(form.action, whole | changes, follow=False)
        if changes.get("scope"):  # cut again by the register: no more than reading
            assert seen.status == 303
            continue
        assert "error=invalid_request" in seen.header("location")


def test_an_application_is_not_for_agents_nor_for_whoever_has_no_space(apps: Apps) -> None:
    for word, status in (("petit", 403), ("accueil", 403), ("nadia", 409), ("diallo", 409)):
        surfer = Surfer(apps.served.port)
        surfer.sign_in(word)
        seen = apps.authorize(surfer, apps.request(Pkce()))
        assert seen.status == status and not seen.header("location"), word


def test_a_launch_is_not_for_a_person(apps: Apps, karim: Surfer) -> None:
    asked = apps.request(Pkce(), scope="launch patient/Observation.rs", launch="xyz")
    assert apps.authorize(karim, asked).status == 409
