"""The doors of the debate: what is badly formed is refused on a page, a file that cannot be written prints nothing."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.routing import Router

from espace_sante.cli import debate
from espace_sante.debate import events as e
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.web.debate.edge import FORM_BYTES, House
from espace_sante.web.debate.routes import routes
from tests.debate_house import DebateHouse, debate_house, noon
from tests.public.test_debate_door import ANSWER, through
from tests.served import Reply, asked

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def house() -> Iterator[DebateHouse]:
    with debate_house() as made:
        yield made


def ask(house: DebateHouse, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
    pages = House(house.opened[0], lambda: noon(house.today), frozenset({"127.0.0.1"}), True)
    named = {"host": "127.0.0.1", "content-type": "application/x-www-form-urlencoded", **headers}
    given = [(name.encode(), value.encode()) for name, value in named.items()]
    return house.run(asked(Router(routes=routes(pages)), method, path, given, body))


@pytest.mark.parametrize("host", ["[", "a]b", "[::1", "[a]", ""])
def test_a_host_that_is_no_name_is_refused_and_is_no_error_of_ours(house: DebateHouse, host: str) -> None:
    assert ask(house, "GET", "/debat", host=host).status == 400


@pytest.mark.parametrize("origin", ["http://[", "http://a]b", "["])
def test_an_origin_that_is_no_address_is_refused_and_is_no_error_of_ours(house: DebateHouse, origin: str) -> None:
    name = house.new_dossier()
    assert ask(house, "POST", f"/debat/dossiers/{name}/ecrire", b"code=1", origin=origin).status == 403


def test_a_page_that_is_asked_for_its_head_alone_is_there() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 4524\r\n\r\n"
    reply, _ = asyncio.run(through(head, "HEAD", "/debat"))
    assert (reply.status, reply.body, reply.headers["content-length"]) == (200, b"", "4524")


def test_whoever_writes_too_much_reads_why() -> None:
    reply, _ = asyncio.run(through(ANSWER, "POST", "/debat/dossiers/couts/ecrire", b"a" * (FORM_BYTES + 1)))
    assert reply.status == 413 and "4\xa0000 caractères" in reply.body.decode().replace(" 000", "\xa0000")


def test_a_vote_that_opens_can_be_voted_on(house: DebateHouse) -> None:
    name = house.new_dossier(201)
    said = [house.write(name, f"Proposition {number}.").contribution for number in range(200)]
    house.publish()
    code = house.codes[name][0][1]
    house.today += timedelta(days=61)
    opened = e.VoteOpened(name, tuple(said), house.today, house.today + timedelta(days=40))
    with pytest.raises(Problem, match="debate-too-many"):
        house.run(house.opened[0].append([opened]))
    house.run(house.opened[0].append([replace(opened, proposals=tuple(said[:100]))]))
    form = urlencode({"code": code, **{f"p-{number}": "for" for number in said[:100]}}).encode()
    reply = ask(house, "POST", f"/debat/dossiers/{name}/voter", form, origin="http://127.0.0.1")
    assert reply.status == 200


@pytest.fixture
def typed(house: DebateHouse, monkeypatch: pytest.MonkeyPatch) -> DebateHouse:
    """Type commands to the database that runs already."""

    @asynccontextmanager
    async def running(_: Any) -> AsyncIterator[None]:
        yield

    monkeypatch.setattr(debate, "open_debate", running)
    return house


def test_sheets_that_cannot_be_written_are_no_envelopes(typed: DebateHouse, tmp_path) -> None:
    name = typed.new_dossier(2)
    before = typed.rows("SELECT count(*) FROM debate.code")[0][0]
    chosen = Namespace(dossier=name, count=3, output=tmp_path / "nulle-part" / "feuilles.pdf", json=True)
    with pytest.raises(OperatorRefusal):
        debate.envelopes(typed.settings, chosen)
    assert typed.rows("SELECT count(*) FROM debate.code")[0][0] == before
    assert typed.run(typed.opened[0].book()).dossiers[name].envelopes == 2


def test_a_dossier_whose_list_of_envelopes_could_have_no_name_is_not_opened(typed: DebateHouse) -> None:
    with pytest.raises(Problem, match="debate-name"):
        typed.new_dossier(1, name="Coûts 2027")


@pytest.mark.parametrize("word", ["export", "ballot"])
def test_a_file_that_cannot_be_written_is_said_in_a_sentence(typed: DebateHouse, tmp_path, word: str) -> None:
    name = typed.new_dossier(1)
    if word == "ballot":
        number = typed.write(name).contribution
        typed.publish()
        typed.today += timedelta(days=61)
        typed.run(
            typed.opened[0].append([e.VoteOpened(name, (number,), typed.today, typed.today + timedelta(days=40))])
        )
    chosen = Namespace(dossier=name, output=tmp_path / "nulle-part" / "x", json=True)
    with pytest.raises(OperatorRefusal):
        getattr(debate, word)(typed.settings, chosen)
