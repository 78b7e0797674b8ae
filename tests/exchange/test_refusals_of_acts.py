"""The refusals that acts, limits and failures give, each with its code, its status and its sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.limits import UploadLimit
from espace_sante.actions.refusals import SENTENCES
from espace_sante.actions.sign_in import session_of
from espace_sante.adapters.keeper_link import KeeperLink
from espace_sante.adapters.object_folder import ObjectFolder
from espace_sante.exchange.routes import routes
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Problem
from tests.served import JSON, Client, Reply, ServedHouse, asked, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]
DIALLO = "99900000011"
GRANT = {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": 30}
URGENT = {"regulator": "no", "bedside": "yes", "hidden": "no", "scope": "everything"}
GLASS = {"kind": "bedside", "beside": "yes", "ground": "life-at-risk", "reason": "Malaise"}
CARD = {"scope": "everything", "purpose": "care", "uses": 1, "hours": 12, "days": 30, "pin": ""}


@pytest.fixture(scope="module")
def herself(served: ServedHouse) -> Client:
    return served.opened()[0]


def told(reply: Reply, status: int, code: str) -> None:
    assert (reply.status, reply.json["code"]) == (status, code), reply.body
    assert reply.json["sentence"].startswith(SENTENCES[code].partition("{")[0])
    assert "…" not in reply.json["sentence"]


@pytest.mark.parametrize(
    ("act", "values", "status", "code"),
    [
        ("open_space", {"deposits": "yes"}, 409, "space-exists"),
        ("grant_access", GRANT | {"practitioner": "123"}, 400, "practitioner-invalid"),
        ("grant_access", GRANT | {"days": 366}, 400, "grant-too-long"),
        ("grant_access", GRANT | {"days": 0}, 400, "grant-too-long"),
        ("grant_access", GRANT | {"scope": "categories"}, 400, "grant-empty"),
        ("grant_access", GRANT | {"scope": "categories", "categories": "99"}, 400, "category-unknown"),
        ("grant_access", GRANT | {"scope": "documents", "documents": "0" * 64}, 404, "document-unknown"),
        ("grant_access", GRANT | {"purpose": "voir"}, 400, "field-invalid"),
        ("grant_access", GRANT | {"practitioner": "structure:12"}, 400, "structure-invalid"),
        ("grant_access", GRANT | {"practitioner": "", "structure": "x"}, 400, "structure-invalid"),
        ("grant_access", GRANT | {"practitioner": "team:x:12"}, 400, "team-invalid"),
        ("grant_access", GRANT | {"practitioner": "", "team": "x"}, 400, "team-invalid"),
        ("grant_access", GRANT | {"structure": "999000001"}, 400, "whom-twice"),
        ("grant_access", GRANT | {"practitioner": ""}, 400, "field-missing"),
        ("grant_access", GRANT | {"starts": "2001-01-01"}, 400, "grant-start-invalid"),
        ("grant_access", GRANT | {"endless": "toujours", "days": ""}, 400, "endless-words"),
        ("grant_access", GRANT | {"endless": "sans date de fin"}, 400, "grant-two-ends"),
        ("limit_grant", {"grant": "0" * 32, "days": 3}, 404, "grant-unknown"),
        ("limit_grant", {"grant": "x", "days": 3}, 404, "grant-unknown"),
        ("limit_grant", {"grant": "0" * 32}, 400, "limit-invalid"),
        ("limit_grant", {"grant": "0" * 32, "days": 999}, 400, "grant-too-long"),
        ("name_administrator", {"practitioner": "structure:999000001", "days": 7}, 400, "practitioner-invalid"),
        ("name_administrator", {"practitioner": DIALLO, "days": 999}, 400, "grant-too-long"),
        ("list_documents", {"seen_by": "x"}, 400, "practitioner-invalid"),
        ("list_documents", {"seen_by": DIALLO, "seen_by_structure": "x"}, 400, "structure-invalid"),
        ("mask", {"category": 5, "structure": "x"}, 400, "structure-invalid"),
        ("mask", {}, 400, "mask-invalid"),
        ("mask", {"document": "0" * 64, "category": 5}, 400, "mask-invalid"),
        ("mask", {"document": "0" * 64}, 404, "document-unknown"),
        ("unmask", {"category": 5}, 404, "not-hidden"),
        ("unmask", {"document": "0" * 64}, 404, "not-hidden"),
        ("unmask", {"category": 5, "versions": "some"}, 400, "field-invalid"),
        ("unmask", {}, 400, "mask-invalid"),
        ("mask", {"category": 5, "episode": "123456"}, 400, "mask-invalid"),
        ("mask", {"episode": "123456"}, 404, "episode-unknown"),
        ("unmask", {"episode": "123456"}, 404, "episode-unknown"),
        ("grant_access", GRANT | {"scope": "episode", "episode": "123456"}, 404, "episode-unknown"),
        ("grant_access", GRANT | {"scope": "episode"}, 400, "field-missing"),
        ("keep_episode", {}, 400, "field-missing"),
        ("keep_episode", {"name": "x" * 81}, 400, "episode-name"),
        ("keep_episode", {"number": "123456"}, 404, "episode-unknown"),
        ("keep_episode", {"name": "x", "documents": "0" * 64}, 404, "document-unknown"),
        ("keep_episode", {"name": "x", "visit_of": "0" * 64}, 404, "document-unknown"),
        ("end_episode", {"number": "123456"}, 404, "episode-unknown"),
        ("end_episode", {}, 400, "field-missing"),
        ("block", {"practitioner": "x", "what": "everything"}, 400, "practitioner-invalid"),
        ("block", {"practitioner": DIALLO, "what": "sleeping"}, 400, "field-invalid"),
        ("block", {"practitioner": "team:x:" + DIALLO, "what": "reading"}, 400, "team-invalid"),
        ("block", {}, 400, "field-missing"),
        ("unblock", {"practitioner": DIALLO}, 404, "not-blocked"),
        ("unblock", {"practitioner": "x"}, 400, "practitioner-invalid"),
        ("set_emergency_will", {}, 400, "field-missing"),
        ("set_emergency_will", URGENT | {"scope": ""}, 400, "emergency-empty"),
        ("set_emergency_will", URGENT | {"scope": "categories"}, 400, "emergency-empty"),
        ("set_emergency_will", URGENT | {"scope": "categories", "categories": "99"}, 400, "category-unknown"),
        ("set_emergency_will", URGENT | {"scope": "documents", "documents": "0" * 64}, 404, "document-unknown"),
        ("allow_secondary_use", {"purpose": "adverts"}, 400, "purpose-unknown"),
        ("end_secondary_use", {"purpose": "adverts"}, 400, "purpose-unknown"),
        ("allow_secondary_use", {}, 400, "field-missing"),
        ("withdraw_access", {"practitioner": "x"}, 400, "practitioner-invalid"),
        ("issue_access_card", CARD | {"pin": "12"}, 400, "pin-invalid"),
        ("issue_access_card", CARD | {"uses": 21}, 400, "card-invalid"),
        ("issue_access_card", CARD | {"hours": 169}, 400, "card-invalid"),
        ("issue_access_card", CARD | {"days": 366}, 400, "card-too-long"),
        ("issue_access_card", CARD | {"days": 29, "post": "yes"}, 400, "card-post-too-short"),
        ("issue_access_card", CARD | {"replaces": "1"}, 404, "card-unknown"),
        ("issue_access_card", CARD | {"scope": "categories"}, 400, "grant-empty"),
        ("revoke_access_card", {"number": "123456"}, 404, "card-unknown"),
        ("accept_request", {"number": "123456"}, 404, "request-unknown"),
        ("decline_request", {"number": "123456"}, 404, "request-unknown"),
    ],
)
def test_what_a_person_fills_in_wrongly(
    herself: Client, act: str, values: dict[str, Any], status: int, code: str
) -> None:
    told(herself.act(act, values), status, code)


@pytest.mark.parametrize(
    ("act", "values", "code"),
    [
        ("break_glass", GLASS | {"kind": "x"}, "field-invalid"),
        ("break_glass", GLASS | {"beside": ""}, "field-missing"),
        ("break_glass", GLASS | {"ground": "curiosity"}, "field-invalid"),
        ("break_glass", GLASS | {"reason": ""}, "field-missing"),
        ("break_glass", GLASS | {"reason": "x" * 501}, "field-invalid"),
        ("confirm_emergency", {"practitioner": "x"}, "practitioner-invalid"),
        ("confirm_emergency", {"practitioner": DIALLO}, "second-is-first"),
    ],
)
def test_what_a_professional_gets_wrong_is_said_alike_for_anybody(
    served: ServedHouse, act: str, values: dict[str, Any], code: str
) -> None:
    doctor = served.client("diallo")
    _, person, _ = served.opened()
    for whom in (person, "0" * 32):
        told(doctor.act(act, values | {"person": f"id:{whom}"}), 400, code)


def test_nobody_opens_a_space_without_an_invitation(served: ServedHouse) -> None:
    stranger = served.client(served.new_person().id)
    told(stranger.act("open_space", {"deposits": "yes"}), 404, "invitation-unknown")
    told(stranger.act("refuse_space"), 404, "invitation-unknown")


def test_a_number_with_a_wrong_key_invites_nobody(served: ServedHouse) -> None:
    values = {"birth_name": "ESSAI", "first_given": "ZOE", "birth_date": "1999-01-02", "sex": "F"}
    told(served.client("accueil").act("invite", values | {"ins": "299019999900100"}), 400, "identity-invalid")


def test_what_no_channel_sends_is_refused_by_the_keeper_all_the_same(served: ServedHouse) -> None:
    herself, _, _ = served.opened()
    request = Request(session_of(herself.token), Channel.API, Proof.LOGIN)
    for act, params, code in (
        (ActId.DEPOSIT_DOCUMENT, d.DepositParams(b"", 5, b"", b"", b"", "", b""), "deposit-invalid"),
        (ActId.GRANT_ACCESS, d.GrantParams(DIALLO, "everything", [], [], "", 30), "grant-invalid"),
    ):
        with pytest.raises(Problem) as refusal:
            served.background.run(served.frame.ask(request, act, params, d.ReceiptAnswer))
        assert refusal.value.code == code


def test_a_header_that_decides_stands_only_once(served: ServedHouse, herself: Client) -> None:
    token = (b"authorization", f"Bearer {herself.token}".encode())
    reply = served.background.run(
        asked(Starlette(routes=routes(served.frame, None)), "GET", "/api/moi", [token, token])
    )
    told(reply, 400, "demand-invalid")


@pytest.fixture
def changed(served: ServedHouse, herself: Client) -> Iterator[Any]:
    """Return what asks the same house through a frame with something changed."""

    def ask(method: str, path: str, body: bytes = b"", provider: Any = None, **changes: Any) -> Reply:
        application = Starlette(routes=routes(replace(served.frame, **changes), provider))
        headers = [
            (b"authorization", f"Bearer {herself.token}".encode()),
            (b"content-type", JSON.encode()),
            (b"host", b"localhost"),
        ]
        return served.background.run(asked(application, method, path, headers, body))

    yield ask


def test_without_a_provider_no_token_is_given(changed: Any) -> None:
    told(changed("POST", "/api/jeton", b'{"as": "karim"}'), 403, "development-provider-off")


def test_an_assertion_that_does_not_hold_opens_no_session(changed: Any) -> None:
    class Forger:
        def find(self, word: str) -> str:
            return word

        def assertion(self, account: str) -> str:
            return f"{account}.forged.assertion"

    told(changed("POST", "/api/jeton", b'{"as": "karim"}', Forger()), 401, "assertion-refused")


def test_a_keeper_out_of_reach_is_said_to_be_busy_and_when_to_try_again(changed: Any) -> None:
    for path in ("/fhir/DocumentReference", "/api/moi"):
        reply = changed("GET", path, keeper=KeeperLink([Path("/nonexistent/keeper.sock")]))
        assert (reply.status, reply.headers["retry-after"]) == (503, "2")
        assert SENTENCES["keeper-busy"] in reply.body.decode()


class BusyKeeper:
    """Answers what a keeper answers when its database is away."""

    async def ask(self, demand: d.Demand) -> d.Answer:
        return d.Failed(demand.number, "busy")


def test_a_database_away_is_said_to_be_busy(changed: Any) -> None:
    told(changed("GET", "/api/moi", keeper=BusyKeeper()), 503, "busy")


def test_a_full_disk_keeps_nothing_and_says_so(
    served: ServedHouse, herself: Client, changed: Any, tmp_path: Path
) -> None:
    before = served.counted()
    (tmp_path / "file").write_bytes(b"")
    body = msgspec.json.encode(
        posted(b"Bonjour.\n", subject={"reference": f"Patient/{herself.ask('GET', '/api/moi').json['person']}"})
    )
    reply = changed("POST", "/fhir/DocumentReference", body, objects=ObjectFolder(tmp_path / "file"))
    assert (reply.status, reply.json["issue"][0]["code"]) == (503, "transient")
    assert SENTENCES["storage-full"] in reply.body.decode()
    assert served.counted() == before


def test_bytes_altered_on_disk_are_not_given_out(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    sent = herself.ask(
        "POST", "/fhir/DocumentReference", posted(b"Bonjour.\n", subject={"reference": f"Patient/{person}"})
    )
    identifier = sent.json["id"]
    path = served.house.settings.home / "objects" / identifier[32:34] / identifier[32:]
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    reply = herself.ask("GET", f"/fhir/Binary/{identifier}")
    assert (reply.status, reply.json["issue"][0]["code"]) == (500, "exception")
    assert SENTENCES["internal"].partition("{")[0] in reply.body.decode()
    assert b"Bonjour" not in reply.body


def test_too_many_uploads_in_a_minute_are_refused_and_when_to_try_again(served: ServedHouse, herself: Client) -> None:
    frame: Frame = replace(
        served.frame, settings=replace(served.frame.settings, uploads_per_minute=2), uploads=UploadLimit(0)
    )
    application = Starlette(routes=routes(frame, None))
    person = herself.ask("GET", "/api/moi").json["person"]
    headers = [(b"authorization", f"Bearer {herself.token}".encode()), (b"content-type", JSON.encode())]
    statuses = []
    for _ in range(3):
        body = msgspec.json.encode(posted(os.urandom(8).hex().encode(), subject={"reference": f"Patient/{person}"}))
        reply = served.background.run(asked(application, "POST", "/fhir/DocumentReference", headers, body))
        statuses.append(reply.status)
    assert statuses == [201, 201, 429]
    assert 0 < int(reply.headers["retry-after"]) <= 60
    assert reply.json["issue"][0]["code"] == "throttled"
    assert "Trop de demandes en peu de temps." in reply.body.decode()
