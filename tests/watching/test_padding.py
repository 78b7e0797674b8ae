"""The keys of past days' padding, before a mirror: it counts what is true, and finds out each way of telling them falsely or not at all.

The mirror is the product's, over HTTP; its clock is moved, so that weeks go by, and it looks when it is told to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from espace_sante.journal.padding import Padding, day_key, dummy, may_be_told
from espace_sante.journal.tiles import make_leaf
from espace_sante.witness.alarm import lift_alarm, standing_alarm
from espace_sante.witness.audit import audit
from espace_sante.witness.folder import Role, WitnessFolder
from espace_sante.witness.mirror import LOOKS, Mirror, Pace
from espace_sante.witness.page import sentences, state_of
from tests.watching.invented_log import InventedJournal, leaves, served
from tests.watching.watchers import made, running, status, until

pytestmark = pytest.mark.slow
FIRST = date(2026, 3, 1)
SEED = bytes(range(32))
ENTRIES, DUMMIES = 5, 11  # a publication of 16
PUBLICATIONS = 2
OF_A_DAY = PUBLICATIONS * DUMMIES


def key_of(day: date) -> bytes:
    return day_key(SEED, day)


@dataclass
class Played:
    """A log that publishes and tells its keys as the sequencer does, and a mirror that looks after each publication."""

    journal: InventedJournal
    mirror: Mirror
    clock: list[int]
    days: dict[date, int] = field(default_factory=dict)  # dummies so far
    entries: int = 0
    lies: dict[date, Padding | bytes | None] = field(default_factory=dict)

    def publish(
        self, day: date, *, entries: int = ENTRIES, dummies: int = DUMMIES, more: tuple[bytes, ...] = ()
    ) -> None:
        """Publish one batch, then what may be told."""
        before = self.days.get(day, 0)
        batch = leaves(entries, begin=self.entries) + list(more)
        batch += [make_leaf(*dummy(key_of(day), number)) for number in range(before, before + dummies)]
        self.entries, self.days[day] = self.entries + entries, before + dummies
        self.journal.publish(sorted(batch))
        for one, count in sorted(self.days.items()):
            if may_be_told(one, today=day, last_day=day):
                told = self.lies.get(one, Padding(one, count, key_of(one)))
                if told is not None:
                    self.journal.write({f"padding/{one.isoformat()}": bytes(told)})

    def look(self, day: date, hour: int = 12, times: int = 1) -> None:
        self.clock[0] = int(datetime.combine(day, time(hour), UTC).timestamp())
        for _ in range(times):
            self.mirror._look()
            self.mirror._turn()

    def live(self, day: date, publications: int = PUBLICATIONS) -> None:
        """A day of the log, looked at all along."""
        self.look(day, 2)
        for number in range(publications):
            self.publish(day)
            self.look(day, 3 + number)

    def weeks(self, days: int, begin: date = FIRST) -> date:
        """So many days of the log, one after the other; return the day after them."""
        for number in range(days):
            self.live(begin + timedelta(number))
        return begin + timedelta(days)

    def settle(self, day: date) -> None:
        self.look(day, 12, LOOKS + 1)

    @property
    def log(self):
        (log,) = [log for log in self.mirror.folder.logs() if not log.key.name.endswith("/index")]
        return log

    @property
    def fault(self) -> str:
        alarm = standing_alarm(self.log.folder)
        return alarm["fault"] if alarm else ""

    @property
    def counted(self) -> dict:
        return state_of(self.mirror.folder, self.log).said()["counted"]


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    journal, clock = InventedJournal(tmp_path / "public"), [0]
    with served(journal.folder) as url:
        folder = WitnessFolder.make(tmp_path / "miroir", "miroir.example", Role.MIRROR, seed=bytes(32), source=url)
        folder.follow(journal.log.key)
        folder.follow(journal.index.key)
        mirror = Mirror(folder, lambda: clock[0], Pace(look=0.0))
        yield Played(journal, mirror, clock)
        mirror._source.close()


def test_it_counts_the_true_entries_of_a_log_that_tells_its_keys(play: Played) -> None:
    end = play.weeks(12)
    play.settle(end)
    assert not play.fault
    last = FIRST + timedelta(3)  # its key was told by the first publication of the twelfth day
    assert play.counted == {"until": last.isoformat(), "entries": 4 * PUBLICATIONS * ENTRIES, "dummies": 4 * OF_A_DAY}
    assert any("vraies 40, fausses 88" in one for one in sentences(state_of(play.mirror.folder, play.log)))
    told = play.mirror.file(f"padding/{last.isoformat()}")
    assert told == (play.journal.folder / "padding" / last.isoformat()).read_bytes()
    assert play.mirror.file("padding/../key") is play.mirror.file(f"padding/{end.isoformat()}") is None
    assert audit(play.mirror.folder, lambda _: None).faults == ()


def test_a_mirror_that_comes_late_counts_from_the_first_day(play: Played) -> None:
    for number in range(12):
        if number not in (4, 5):  # days on which nothing was published
            play.publish(FIRST + timedelta(number), dummies=0 if number == 2 else DUMMIES)
    play.settle(FIRST + timedelta(11))
    assert not play.fault
    assert play.counted == {"until": (FIRST + timedelta(3)).isoformat(), "entries": 4 * ENTRIES, "dummies": 3 * DUMMIES}


def another_key(play: Played, day: date) -> Padding:
    return Padding(day, OF_A_DAY, bytes(32))


def key_of_the_next_day(play: Played, day: date) -> Padding:
    return Padding(day, OF_A_DAY, key_of(day + timedelta(1)))


def too_many(play: Played, day: date) -> Padding:
    return Padding(day, OF_A_DAY + 1, key_of(day))


def too_few(play: Played, day: date) -> Padding:
    return Padding(day, OF_A_DAY - 1, key_of(day))


def none_at_all(play: Played, day: date) -> Padding:
    return Padding(day, 0, key_of(day))


def file_of_another_day(play: Played, day: date) -> Padding:
    return replace(Padding(day, OF_A_DAY, key_of(day)), day=day - timedelta(1))


def file_cut_short(play: Played, day: date) -> bytes:
    return bytes(Padding(day, OF_A_DAY, key_of(day)))[:-2]


def more_than_there_are(play: Played, day: date) -> Padding:
    return Padding(day, 9_999_999, key_of(day))


@pytest.mark.parametrize(
    "lie",
    [
        another_key,
        key_of_the_next_day,
        too_many,
        too_few,
        none_at_all,
        file_of_another_day,
        file_cut_short,
        more_than_there_are,
    ],
    ids=lambda lie: lie.__name__,
)
def test_a_key_that_does_not_tell_the_padding_of_its_day_is_found_out(
    play: Played, lie: Callable[[Played, date], Padding | bytes]
) -> None:
    day = FIRST + timedelta(1)
    play.lies[day] = lie(play, day)
    play.settle(play.weeks(11))
    assert play.fault == "wrong-padding"
    # The days before are counted; a key that finds its leaves one day too far is contradicted by the day it took them from.
    assert play.counted["until"] == (day + timedelta(lie is key_of_the_next_day)).isoformat()


def test_a_true_entry_is_not_made_padding_afterwards(play: Played) -> None:
    """An entry of the next day, made so that the key of the day before would explain it away."""
    day, after = FIRST + timedelta(1), FIRST + timedelta(2)
    play.live(FIRST)
    play.live(day)
    denied = make_leaf(*dummy(key_of(day), OF_A_DAY))
    play.publish(after, entries=4, more=(denied,))
    play.look(after, 3)
    play.lies[day] = Padding(day, OF_A_DAY + 1, key_of(day))
    play.weeks(12, after)
    assert play.fault == "wrong-padding"


def test_a_key_that_is_not_told_in_time_is_found_out_and_not_before(play: Played) -> None:
    day = FIRST + timedelta(1)
    play.lies[day] = None
    # Due since the first publication of the tenth day; the log has until the end of that day.
    play.weeks(10)
    play.look(FIRST + timedelta(9), 22, 2 * LOOKS)
    assert not play.fault
    play.settle(FIRST + timedelta(10))
    assert play.fault == "padding-untold"
    alarm = standing_alarm(play.log.folder)
    assert alarm is not None and alarm["detail"] == f"padding/{day.isoformat()}" and alarm["theirs"]


def test_once_the_alarm_is_lifted_the_days_after_it_are_looked_at(play: Played) -> None:
    untold, false = FIRST + timedelta(1), FIRST + timedelta(3)
    play.lies = {untold: None, false: Padding(false, OF_A_DAY, bytes(32))}
    end = play.weeks(13)
    play.settle(end)
    found = [play.fault]
    while play.fault:
        assert len(found) < 5
        lift_alarm(play.log.folder)
        play.settle(end)
        found.append(play.fault)
    assert found == ["padding-untold", "wrong-padding", ""]
    # What was not counted lies between days that were: it is not taken for entries of any of them.
    assert play.counted["until"] == (FIRST + timedelta(4)).isoformat()


def test_a_log_that_it_did_not_see_publish_owes_it_no_key(play: Played) -> None:
    """One publication seen may be one held up since the day before; and what fails on the way is no lie."""
    for number in range(11):
        day = FIRST + timedelta(number)
        play.lies[day] = None
        play.look(day, 2)
        play.publish(day)
        play.look(day, 3)
    play.settle(FIRST + timedelta(12))
    assert not play.fault and play.counted is None


def test_a_key_that_is_missing_for_a_moment_is_no_lie(play: Played) -> None:
    day = FIRST + timedelta(1)
    play.lies[day] = None
    end = play.weeks(10)
    play.look(end, 12, LOOKS - 1)
    play.journal.write({f"padding/{day.isoformat()}": bytes(Padding(day, OF_A_DAY, key_of(day)))})
    play.look(end, 12, 2 * LOOKS)
    assert not play.fault and play.counted["until"] == day.isoformat()


def test_a_running_mirror_says_it_in_public_and_cosigns_no_more(tmp_path: Path) -> None:
    journal, place = InventedJournal(tmp_path / "public"), tmp_path / "miroir"
    day = datetime.now(UTC).date() - timedelta(9)
    journal.write({f"padding/{day.isoformat()}": bytes(Padding(day, 1, bytes(32)))})
    journal.publish(leaves(3))
    with served(journal.folder) as url:
        key = made("mirror", place, "miroir.universite.example", "--from", url)
        keys = str(journal.log.key), str(journal.index.key)
        with running("mirror", place, key, "--log", *keys, "--every", "0.2") as it:
            until(lambda: status("mirror", place)[0] == 1)
            (alarm,) = json.loads(it.get("/alarme.json").body)["alarms"]
            assert alarm["fault"] == "wrong-padding" and day.isoformat() in alarm["detail"]
            assert it.post(journal.log.asks(0)).status == it.post(journal.index.asks(0)).status == 403
