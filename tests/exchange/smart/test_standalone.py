"""A whole launch from an application: her yes, a code, tokens, what it reads, how it ends; and every way to cheat with a code."""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from espace_sante.identity.application import AppKind
from espace_sante.identity.application_files import keep
from tests.exchange.resources import resource
from tests.exchange.smart.apps import RETURN, Apps, Pkce, application, sent_back
from tests.journeys.surfer import Surfer
from tests.served import Client, Reply

pytestmark = [pytest.mark.slow, pytest.mark.database]
LASTING = "launch/patient offline_access patient/Observation.rs patient/AllergyIntolerance.rs"
LABORATORY = "Observation.laboratory.lire"


def written(apps: Apps, person: str, name: str, **changes: Any) -> str:
    """Have care software write a resource; return its id."""
    reply = apps.served.client("guerin").ask("POST", f"/fhir/{name}", resource(name, person, **changes))
    assert reply.status == 201, reply.body
    return str(reply.json["id"])


def vital(code: str) -> dict[str, Any]:
    return {"category": [{"coding": [{"code": code}]}]}


def whole(apps: Apps, **changes: Any) -> tuple[dict[str, Any], str, Client]:
    """Go through a whole launch; return the tokens, her public id and her own software."""
    surfer, hers, person = apps.person()
    pkce = Pkce()
    back = apps.say_yes(surfer, pkce, **{"scope": LASTING} | changes)
    assert back["state"] == "etat-1" and back["iss"] == apps.served.address
    reply = apps.redeemed(back["code"], pkce)
    assert reply.status == 200, reply.body
    return reply.json, person, hers


def refused(reply: Reply, error: str) -> bool:
    return (reply.status, reply.json["error"]) == (400, error)


def test_a_whole_launch_reads_what_she_gave_and_nothing_else(apps: Apps) -> None:
    surfer, _, person = apps.person()
    allergy = written(apps, person, "AllergyIntolerance")
    result, measure = (written(apps, person, "Observation", **vital(code)) for code in ("laboratory", "vital-signs"))
    vaccine = written(apps, person, "Immunization")
    pkce = Pkce()
    back = apps.say_yes(
        surfer, pkce, scope="launch/patient patient/Observation.rs patient/AllergyIntolerance.rs", items=[LABORATORY]
    )
    reply = apps.redeemed(back["code"], pkce)
    assert reply.status == 200, reply.body
    given = reply.json
    assert given["token_type"] == "Bearer" and 0 < given["expires_in"] <= 300
    assert given["patient"] == person
    assert "refresh_token" not in given, "nothing lasting was asked"
    assert "laboratory" in given["scope"] and "Allergy" not in given["scope"] and "offline_access" not in given["scope"]
    assert "id_token" not in given
    assert (reply.headers["cache-control"], reply.headers["pragma"]) == ("no-store", "no-cache")
    reader = apps.bearer(given["access_token"])
    assert reader.ask("GET", f"/fhir/Observation/{result}").status == 200
    for path in (f"Observation/{measure}", f"AllergyIntolerance/{allergy}", f"Immunization/{vaccine}"):
        assert reader.ask("GET", f"/fhir/{path}").status in (403, 404), path


def test_it_is_read_from_her_space_alone(apps: Apps) -> None:
    given, _, _ = whole(apps)
    _, _, other = apps.person()
    hidden = written(apps, other, "AllergyIntolerance")
    reader = apps.bearer(given["access_token"])
    assert reader.ask("GET", f"/fhir/AllergyIntolerance/{hidden}").status in (403, 404)


def test_each_reading_of_an_application_is_in_her_journal(apps: Apps) -> None:
    given, person, hers = whole(apps)
    allergy = written(apps, person, "AllergyIntolerance")
    reply = apps.bearer(given["access_token"]).ask("GET", f"/fhir/AllergyIntolerance/{allergy}")
    assert reply.status == 200 and reply.entry
    lines = hers.done("read_journal", {"count": "50"})
    assert "Carnet carnet" in str(lines)


def test_a_token_of_an_application_opens_nothing_but_fhir(apps: Apps) -> None:
    given, _, _ = whole(apps)
    holder = apps.bearer(given["access_token"])
    grant = {"practitioner": "99900000011", "scope": "everything", "purpose": "care", "days": "30"}
    for act, values in (("grant_access", grant), ("list_documents", {}), ("read_journal", {}), ("end_app", {})):
        assert holder.act(act, values).status in (401, 403, 404), act
    assert apps.bearer(given["refresh_token"]).ask("GET", "/fhir/AllergyIntolerance/x").status in (401, 404)


def test_a_token_of_an_application_gives_no_other_application_anything(apps: Apps) -> None:
    """Put where a browser puts a session, it answers no page of consent in her place."""
    given, _, _ = whole(apps)
    thief = Surfer(apps.served.port, {"es_session": given["access_token"]})
    seen = apps.authorize(thief, apps.request(Pkce(), client_id="voisin", redirect_uri="https://voisin.exemple/retour"))
    if seen.status == 200:
        form = seen.form("/autorisation/reponse")
        seen = thief.post(form.action, {**form.values, "answer": "yes", "items": LABORATORY}, follow=False)
    assert "code=" not in seen.header("location")
    assert seen.status in (303, 401, 403, 404)


def test_a_code_serves_once_and_its_second_use_ends_what_it_gave(apps: Apps) -> None:
    surfer, _, person = apps.person()
    allergy = written(apps, person, "AllergyIntolerance")
    pkce = Pkce()
    back = apps.say_yes(surfer, pkce, scope=LASTING)
    given = apps.redeemed(back["code"], pkce).json
    reader = apps.bearer(given["access_token"])
    assert reader.ask("GET", f"/fhir/AllergyIntolerance/{allergy}").status == 200
    assert refused(apps.redeemed(back["code"], pkce), "invalid_grant")
    assert refused(
        apps.token(grant_type="refresh_token", refresh_token=given["refresh_token"], client_id="carnet"),
        "invalid_grant",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "x" * 43},
        {"code_verifier": "challenge"},
        {"redirect_uri": "https://carnet.exemple/autre"},
        {"redirect_uri": RETURN + "/"},
        {"redirect_uri": RETURN + "?x=1"},
        {"redirect_uri": "https://carnet.exemple/%72etour"},
        {"redirect_uri": "https://voisin.exemple/retour"},
        {"client_id": "voisin"},
        {"client_id": "etroit"},
        {"code": "A" * 43},
        {"code": "x" * 3000},
    ],
    ids=str,
)
def test_a_code_is_for_its_application_its_address_and_its_verifier(apps: Apps, changes: dict[str, str]) -> None:
    surfer, _, _ = apps.person()
    pkce = Pkce()
    back = apps.say_yes(surfer, pkce)
    if changes.get("code_verifier") == "challenge":
        changes = {"code_verifier": pkce.challenge}
    assert refused(apps.redeemed(back["code"], pkce, **changes), "invalid_grant")


@pytest.mark.parametrize("name", ["code", "redirect_uri", "code_verifier"])
def test_what_is_due_for_a_code_is_due(apps: Apps, name: str) -> None:
    surfer, _, _ = apps.person()
    pkce = Pkce()
    back = apps.say_yes(surfer, pkce)
    assert refused(apps.redeemed(back["code"], pkce, **{name: ""}), "invalid_request")


def test_a_code_for_one_application_is_nothing_to_another_one_that_proves_who_it_is(apps: Apps) -> None:
    """Mix-up: a code for `carnet` brought to its own server by `cabinet`, which has the same address."""
    surfer, _, _ = apps.person()
    pkce = Pkce()
    back = apps.say_yes(surfer, pkce)
    reply = apps.redeemed(back["code"], pkce, client_id="", **apps.proof("cabinet"))
    assert refused(reply, "invalid_grant")


def test_an_application_with_a_key_must_prove_who_it_is_for_its_own_code(apps: Apps) -> None:
    surfer, _, _ = apps.person()
    pkce = Pkce()
    back = apps.say_yes(surfer, pkce, client_id="cabinet", scope=LASTING)
    assert apps.redeemed(back["code"], pkce, client_id="cabinet").status == 401
    reply = apps.redeemed(back["code"], pkce, client_id="", **apps.proof("cabinet"))
    assert reply.status == 200, reply.body
    again = apps.token(grant_type="refresh_token", refresh_token=reply.json["refresh_token"], client_id="cabinet")
    assert again.status == 401
    again = apps.token(grant_type="refresh_token", refresh_token=reply.json["refresh_token"], **apps.proof("cabinet"))
    assert again.status == 200, again.body


def renewed(apps: Apps, token: str, **more: str) -> Reply:
    return apps.token(**{"grant_type": "refresh_token", "refresh_token": token, "client_id": "carnet"} | more)


def test_a_refresh_token_serves_once_and_its_second_use_ends_them_all(apps: Apps) -> None:
    given, person, _ = whole(apps)
    allergy = written(apps, person, "AllergyIntolerance")
    second = renewed(apps, given["refresh_token"])
    assert second.status == 200 and second.json["refresh_token"] != given["refresh_token"]
    assert second.json["patient"] == person
    assert apps.bearer(second.json["access_token"]).ask("GET", f"/fhir/AllergyIntolerance/{allergy}").status == 200
    assert refused(renewed(apps, given["refresh_token"]), "invalid_grant"), "it served already"
    assert refused(renewed(apps, second.json["refresh_token"]), "invalid_grant"), "whoever has it may have stolen it"


def test_a_refresh_gives_less_when_asked_and_never_more(apps: Apps) -> None:
    given, person, _ = whole(apps)
    allergy = written(apps, person, "AllergyIntolerance")
    less = renewed(apps, given["refresh_token"], scope="patient/Observation.rs").json
    assert "Allergy" not in less["scope"]
    assert apps.bearer(less["access_token"]).ask("GET", f"/fhir/AllergyIntolerance/{allergy}").status in (403, 404)
    more = renewed(
        apps, less["refresh_token"], scope="patient/*.cruds system/*.cruds user/*.rs patient/AllergyIntolerance.rs"
    )
    assert "*" not in more.json["scope"] and "system" not in more.json["scope"] and ".cruds" not in more.json["scope"]
    assert "Immunization" not in more.json["scope"]
    assert refused(renewed(apps, more.json["refresh_token"], scope="patient/Practitioner.rs"), "invalid_scope")


@pytest.mark.parametrize("client", ["voisin", "etroit"])
def test_a_refresh_token_is_its_applications_alone(apps: Apps, client: str) -> None:
    given, _, _ = whole(apps)
    assert refused(renewed(apps, given["refresh_token"], client_id=client), "invalid_grant")


def test_an_access_token_renews_nothing_and_no_token_is_a_code(apps: Apps) -> None:
    given, _, _ = whole(apps)
    assert refused(renewed(apps, given["access_token"]), "invalid_grant")
    assert refused(apps.redeemed(given["refresh_token"], Pkce()), "invalid_grant")


def test_what_an_application_gives_up_it_has_no_more(apps: Apps) -> None:
    given, person, _ = whole(apps)
    allergy = written(apps, person, "AllergyIntolerance")
    assert apps.post("/revocation", {"token": given["refresh_token"], "client_id": "voisin"}).status == 200
    second = renewed(apps, given["refresh_token"]).json
    for token in ("rien", second["refresh_token"], second["refresh_token"]):
        reply = apps.post("/revocation", {"token": token, "client_id": "carnet"})
        assert (reply.status, reply.json) == (200, {}), "the same answer whatever the token was"
    assert refused(renewed(apps, second["refresh_token"]), "invalid_grant")
    reader = apps.bearer(second["access_token"])
    assert reader.ask("GET", f"/fhir/AllergyIntolerance/{allergy}").status in (200, 401), "within five seconds"


def test_an_application_with_a_key_asks_what_its_own_tokens_are(apps: Apps) -> None:
    surfer, _, person = apps.person()
    pkce = Pkce()
    back = apps.say_yes(surfer, pkce, client_id="cabinet", scope=LASTING)
    given = apps.redeemed(back["code"], pkce, client_id="", **apps.proof("cabinet")).json
    told = apps.post("/introspection", {"token": given["access_token"]} | apps.proof("cabinet")).json
    assert told["active"] and told["client_id"] == "cabinet" and told["patient"] == person
    assert told["scope"] == given["scope"] and told["exp"] > 0
    for token, client in (
        (given["access_token"], "laboratoire"),
        ("rien", "cabinet"),
        (given["access_token"] + "x", "cabinet"),
    ):
        assert apps.post("/introspection", {"token": token} | apps.proof(client)).json == {"active": False}
    stranger, _, _ = whole(apps)
    assert apps.post("/introspection", {"token": stranger["access_token"]} | apps.proof("cabinet")).json == {
        "active": False
    }


def test_the_register_is_read_at_each_step(apps: Apps) -> None:
    """An application that ended meanwhile gets nothing for its code, and renews nothing."""
    home = apps.served.frame.settings.home
    passing = application("passant", AppKind.PUBLIC)
    keep(home, passing)
    surfer, _, _ = apps.person()
    first, second = Pkce(), Pkce()
    kept = apps.redeemed(
        apps.say_yes(surfer, first, client_id="passant", scope=LASTING)["code"], first, client_id="passant"
    )
    back = apps.say_yes(surfer, second, client_id="passant")
    keep(home, application("passant", AppKind.PUBLIC, ended=date(2026, 1, 2)), replace=True)
    assert apps.redeemed(back["code"], second, client_id="passant").status == 401
    assert renewed(apps, kept.json["refresh_token"], client_id="passant").status == 401


def test_the_same_answer_sent_twice_gives_one_code(apps: Apps) -> None:
    surfer, _, _ = apps.person()
    pkce = Pkce()
    form = apps.authorize(surfer, apps.request(pkce)).form("/autorisation/reponse")
    values = {**form.values, "answer": "yes", "items": LABORATORY}
    first = sent_back(surfer.post(form.action, values, follow=False))
    second = surfer.post(form.action, values, follow=False)
    codes = {first["code"]} | ({sent_back(second)["code"]} if second.status == 303 else set())
    assert sum(apps.redeemed(code, pkce).status == 200 for code in codes) == 1


def test_a_code_brought_by_many_at_once_gives_at_most_one_answer(apps: Apps) -> None:
    surfer, _, _ = apps.person()
    pkce = Pkce()
    back = apps.say_yes(surfer, pkce, scope=LASTING)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: apps.redeemed(back["code"], pkce), range(8)))
    given = [reply.json for reply in replies if reply.status == 200]
    assert len(given) <= 1
    assert all(refused(reply, "invalid_grant") for reply in replies if reply.status != 200)
    if given:  # a second use was seen: what the first one gave is over
        assert refused(renewed(apps, given[0]["refresh_token"]), "invalid_grant")


def test_a_challenge_is_of_the_verifier_and_not_the_verifier_itself() -> None:
    pkce = Pkce("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")  # RFC 7636, appendix B
    assert pkce.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert base64.urlsafe_b64encode(hashlib.sha256(b"x").digest())[:43].decode() == Pkce("x").challenge
