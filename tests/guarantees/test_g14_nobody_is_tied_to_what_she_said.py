"""Whoever holds the whole register, and knows who came when, ties a text to a person no better than by chance.

The attacker is given more than any theft would: for each day the exact order in which people came, as if each had written at
the very moment she used her health space, and every row of the register with the number of its transaction and its place on
the disk. He orders the rows in every way he can and says that the first came first. Guarantee: G14. Source: decision 0071.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from espace_sante.debate.coming import Came
from espace_sante.debate.events import Contributed, event_of
from espace_sante.debate.register import Register
from espace_sante.debate.signing import Signer
from espace_sante.debate.token import Use, contest_tag_of, tag_of
from espace_sante.envelopes.mark_list import Answer, MarkList
from espace_sante.envelopes.marks import Shown, mark_of
from espace_sante.kernel.database import connect
from espace_sante.operate.roles import connection_arguments
from tests.debate_house import DebateHouse, debate_house

pytestmark = pytest.mark.database
DAYS, PEOPLE, KEY = 5, 40, bytes(range(32))
# Chance alone passes this in one run of three thousand; the draws are seeded, so that a run is the same each time.
BOUND = 3.5


class Attacked:
    """A register in which many people wrote, day after day, and the truth about it, by every name a row could be known by."""

    def __init__(self, house: DebateHouse, seed: int) -> None:
        self.house, self.random = house, Random(seed)
        register = self._register()
        house.opened.insert(0, register)
        self.name = house.new_dossier(DAYS * PEOPLE, name=f"peuple-{seed}")
        self.lists = MarkList(house.settings.home / "envelopes")
        self.lists.open(self.name)
        # By day, what names a person's rows, in the order she came; and what she is known by before the publication.
        self.days: list[list[set[str]]] = []
        self.unpublished: list[list[str]] = []

    def _register(self) -> Register:
        async def opened():
            return await connect(connection_arguments(self.house.settings, "es_debate"))

        return Register(opened, Signer.of("debat.exemple", KEY), KEY, self.random.randbytes)

    def live(self) -> None:
        """Let every day pass: each person writes at once after she was seen, in the same hour."""
        for _ in range(DAYS):
            names = []
            for number in range(PEOPLE):
                code, _vote = self.house.envelope(self.name)
                came = Came(self.house.today, self.house.today, 8 + number // 11)
                receipt = self.house.write(self.name, f"Texte {self.random.random()}.", code=code, came=came)
                tags = {tag_of(KEY, self.name, Use.WRITE, code).hex(), contest_tag_of(KEY, self.name, code).hex()}
                names.append({receipt.contribution, self._takes_an_envelope(), *tags})
            self.unpublished.append(self._rows("SELECT body ->> 'contribution' FROM debate.arrival ORDER BY ctid"))
            self.days.append(names)
            self.house.publish()

    def _takes_an_envelope(self) -> str:
        """Note at the counter, at this very moment, that somebody takes an envelope; return her mark."""
        shown = Shown(f"Nom{self.random.random()}", "Jeanne", date(1942, 3, 27), "Lyon")
        assert self.lists.take(self.name, shown) is Answer.MAY_TAKE
        return mark_of((self.house.settings.home / "envelopes" / self.name / "key").read_bytes(), shown).hex()

    def _rows(self, statement: str) -> list[str]:
        return [row[0] for row in self.house.rows(statement)]

    def orders(self) -> dict[str, list[str]]:
        """Return every way of ordering the rows that the register offers, each row under a name of its own."""
        places = ("ctid", "xmin::text::bigint, ctid")
        found = {}
        for place in places:
            found[f"codes by {place}"] = self._rows(
                f"SELECT encode(tag, 'hex') FROM debate.code WHERE spent ORDER BY {place}"
            )
            found[f"bearers by {place}"] = self._rows(f"SELECT encode(tag, 'hex') FROM debate.bearer ORDER BY {place}")
            found[f"bearers' texts by {place}"] = self._rows(f"SELECT contribution FROM debate.bearer ORDER BY {place}")
        voices = {e.text: e.contribution for e in self._events() if isinstance(e, Contributed)}
        found["texts by place"] = [
            voices[com] for com in self._rows("SELECT com FROM debate.text ORDER BY ctid") if com in voices
        ]
        marks = (self.house.settings.home / "envelopes" / self.name / "marks").read_bytes()
        found["list of envelopes"] = [marks[start : start + 32].hex() for start in range(0, len(marks), 32)]
        found["lines of the log"] = [e.contribution for e in self._events() if isinstance(e, Contributed)]
        return found

    def _events(self):
        return [event_of(bytes(row[0])) for row in self.house.rows("SELECT leaf FROM debate.leaf ORDER BY n")]


@pytest.fixture(scope="module")
def attacked() -> Iterator[Attacked]:
    with debate_house() as house:
        made = Attacked(house, 14)
        made.live()
        yield made


def ranks(order: list[str], day: list[set[str]]) -> list[int]:
    """Return, in the order people came on a day, the place at which this ordering puts each."""
    place = {row: number for number, row in enumerate(order)}
    mine = [next(place[name] for name in names if name in place) for names in day]
    return [sorted(mine).index(one) for one in mine]


def score(order: list[str], days: list[list[set[str]]]) -> tuple[float, int]:
    """Return how far an ordering follows the order of coming (in standard deviations), and how many people it names."""
    total, named = 0.0, 0
    for day in days:
        found, count = ranks(order, day), len(day)
        off = sum((place - number) ** 2 for number, place in enumerate(found))
        total += (1 - 6 * off / (count * (count**2 - 1))) * (count - 1) ** 0.5  # Spearman's, of variance one
        named += sum(place == number for number, place in enumerate(found))
    return total / len(days) ** 0.5, named


def test_no_order_of_the_rows_follows_the_order_in_which_people_came(attacked):
    for name, order in attacked.orders().items():
        follows, named = score(order, attacked.days)
        assert abs(follows) < BOUND, name
        # Each day's order names one person on average, whatever it is worth: a Poisson law of mean DAYS.
        assert named <= DAYS + BOUND * DAYS**0.5, name


def test_the_attacker_does_see_an_order_where_there_is_one(attacked):
    """Before its publication a day's rows lie in the order they came: what this test would find, were it left so."""
    order = [number for day in attacked.unpublished for number in day]
    follows, named = score(order, attacked.days)
    assert follows > 10 and named == DAYS * PEOPLE


def test_the_list_of_envelopes_holds_marks_in_order_and_no_instant_of_any(attacked):
    folder = attacked.house.settings.home / "envelopes" / attacked.name
    assert {file.name for file in folder.iterdir()} == {"key", "marks"}
    assert (folder / "marks").stat().st_size == 32 * DAYS * PEOPLE and (folder / "marks").stat().st_mtime == 0


def test_a_published_day_leaves_no_row_of_its_own_and_no_small_hour(attacked):
    assert attacked.house.rows("SELECT * FROM debate.arrival") == []
    assert attacked.house.rows("SELECT * FROM debate.hour") == []
    flow = attacked.house.run(attacked.house.opened[0].book()).dossiers[attacked.name].flow
    assert [one.contributions for one in flow] == [PEOPLE] * DAYS
    assert {number for one in flow for _, number in one.hours} == {11}  # the last hour had seven: not told


def test_every_name_of_a_row_is_drawn_or_keyed_and_no_column_holds_an_instant(attacked):
    columns = attacked.house.rows(
        "SELECT table_name, column_name, data_type, column_default FROM information_schema.columns"
        " WHERE table_schema = 'debate'"
    )
    assert {row["data_type"] for row in columns} & {"timestamp with time zone", "timestamp without time zone"} == set()
    assert not [row["column_name"] for row in columns if "nextval" in (row["column_default"] or "")]
    assert attacked.house.rows("SHOW track_commit_timestamp")[0][0] == "off"


def test_no_log_of_the_database_holds_a_text_a_code_or_a_number(attacked):
    said = (attacked.house.settings.home / "logs" / "pg-debate.log").read_text()
    for day in attacked.days:
        assert not any(name in said for names in day for name in names)
    assert "Texte 0." not in said


def test_whoever_asks_for_yesterday_learns_the_day_and_nothing_finer(attacked):
    voices = attacked.house.run(attacked.house.opened[0].book()).dossiers[attacked.name].voices.values()
    by_day: dict[object, int] = {}
    for voice in voices:
        assert voice.said.published_on - voice.said.made_on == timedelta(days=1)
        by_day[voice.said.made_on] = by_day.get(voice.said.made_on, 0) + 1
    assert list(by_day.values()) == [PEOPLE] * DAYS
