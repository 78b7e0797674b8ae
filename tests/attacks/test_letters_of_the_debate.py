"""Letters typed in days after they came: published together and mixed, as everything else, never one by one as they are typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from starlette.routing import Router

from espace_sante.debate import events as e
from espace_sante.debate.words import Choice
from espace_sante.web.debate.edge import House
from espace_sante.web.debate.routes import routes
from tests.debate_house import DebateHouse, debate_house, noon
from tests.served import asked

pytestmark = pytest.mark.database
LETTERS = 8


@pytest.fixture(scope="module")
def house() -> Iterator[DebateHouse]:
    with debate_house() as made:
        yield made


def typed_in(house: DebateHouse, path: str, desk: str, form: dict[str, str]) -> None:
    """Type a letter in at the desk, that came yesterday; then let the process do what it does each minute."""
    pages = House(house.opened[0], lambda: noon(house.today), frozenset({"127.0.0.1"}), True)
    came = house.today - timedelta(days=1)
    said = {"desk": desk, "arrived-day": came.day, "arrived-month": came.month, "arrived-year": came.year, **form}
    headers = [
        (b"host", b"127.0.0.1"),
        (b"origin", b"http://127.0.0.1"),
        (b"content-type", b"application/x-www-form-urlencoded"),
    ]
    reply = house.run(asked(Router(routes=routes(pages)), "POST", path, headers, urlencode(said).encode()))
    assert reply.status == 200, reply.body.decode()
    house.run(house.opened[0].publish(house.today))


def desk_of(house: DebateHouse) -> str:
    desk = house.drawn()
    house.run(house.opened[0].add_desk(desk, "courrier", house.today + timedelta(days=300)))
    return desk


def test_the_log_does_not_say_in_which_order_letters_were_typed(house: DebateHouse) -> None:
    name, desk = house.new_dossier(LETTERS), desk_of(house)
    house.today += timedelta(days=5)
    size = house.run(house.opened[0].book()).size
    pile = [f"Lettre {number}." for number in range(LETTERS)]
    for text in pile:
        form = {"code": house.codes[name].pop()[0], "sort": "question", "about": "", "text": text}
        typed_in(house, f"/debat/dossiers/{name}/courrier", desk, form)
    assert house.run(house.opened[0].book()).size == size, (
        "published within the minute, one by one, in the order of the pile"
    )
    assert house.publish() > LETTERS
    order = [
        row["body"]
        for row in house.rows("SELECT t.body FROM debate.text t WHERE t.body LIKE 'Lettre %' ORDER BY t.ctid")
    ]
    assert sorted(order) == pile and order != pile


def test_the_table_of_ballots_does_not_say_in_which_order_they_were_typed(house: DebateHouse) -> None:
    name, desk = house.new_dossier(LETTERS + 1), desk_of(house)
    number = house.write(name).contribution
    house.publish()
    house.today += timedelta(days=61)
    house.run(house.opened[0].append([e.VoteOpened(name, (number,), house.today, house.today + timedelta(days=40))]))
    house.today += timedelta(days=2)
    for place in range(LETTERS):
        form = {"code": house.codes[name].pop()[1], f"p-{number}": list(Choice)[place % 3].value}
        typed_in(house, f"/debat/dossiers/{name}/bulletin", desk, form)
    kept = house.rows("SELECT count(DISTINCT xmin::text) FROM debate.ballot WHERE dossier = $1", name)[0][0]
    waiting = house.rows("SELECT count(*) FROM debate.arrival WHERE dossier = $1", name)[0][0]
    assert (kept, waiting) == (0, LETTERS), "each ballot is kept in a transaction of its own, in the order of the pile"
    house.publish()
    assert house.rows("SELECT count(DISTINCT xmin::text) FROM debate.ballot WHERE dossier = $1", name)[0][0] == 1
