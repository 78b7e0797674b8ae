"""The register of the debate on its own PostgreSQL: one voice for one code, whatever the way it came."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from random import Random

import asyncpg
import pytest

from espace_sante.debate import events as e
from espace_sante.debate.coming import Came, Written
from espace_sante.debate.export import ExportRefused, read_export
from espace_sante.debate.words import Choice, Reason, Role, Sort
from espace_sante.kernel.database import connect
from espace_sante.kernel.errors import Problem
from espace_sante.operate import doctor
from espace_sante.operate.doctor import State, diagnose
from espace_sante.operate.roles import connection_arguments
from tests.catalogue import DEBATE, described, expected
from tests.debate_house import DebateHouse, debate_house, noon
from tests.final_tables import final_tables, not_refused

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def house() -> Iterator[DebateHouse]:
    with debate_house() as made:
        yield made


def dossier(house: DebateHouse, name: str):
    return house.run(house.opened[0].book()).dossiers[name]


def refused(code: str):
    return pytest.raises(Problem, match=f"^{code}$")


def test_what_is_written_one_day_is_shown_the_next(house):
    name = house.new_dossier()
    receipt = house.write(name, "  Publions\r\nchaque dépense.  ")
    assert dossier(house, name).voices == {} and receipt.shown_from == house.today + timedelta(days=1)
    assert house.publish() == 2  # the text, and how many came that day
    voice = dossier(house, name).voices[receipt.contribution]
    assert voice.is_shown and voice.said.published_on == receipt.shown_from
    text = house.run(house.opened[0].texts([voice.said.text]))[voice.said.text]
    assert text.body == "Publions\nchaque dépense."
    assert house.run(house.opened[0].publish(house.today)) == 0


def test_a_code_serves_once_even_when_eight_hands_send_it_at_the_same_moment(house):
    name = house.new_dossier()
    registers = [house.register() for _ in range(8)]
    code, _ = house.envelope(name)
    came = Came(house.today, house.today, 9)

    async def all_at_once() -> list[object]:
        texts = [Written(name, code, Sort.QUESTION, "", f"Question {number} ?") for number in range(8)]
        each = [register.write(text, came) for register, text in zip(registers, texts, strict=True)]
        return await asyncio.gather(*each, return_exceptions=True)

    answers = house.run(all_at_once())
    problems = [one for one in answers if isinstance(one, Problem)]
    assert len(problems) == 7 and {one.code for one in problems} == {"debate-code-spent"}
    house.publish()
    assert len(dossier(house, name).voices) == 1


def test_a_refused_text_does_not_spend_its_code(house):
    name = house.new_dossier()
    code, vote = house.envelope(name)
    for text, sort, about, problem in (
        ("ab", Sort.PROPOSAL, "", "debate-text-length"),
        ("Pour cette idée.", Sort.FOR, "inconnue", "debate-wrong-sort"),
    ):
        with refused(problem):
            house.write(name, text, code=code, sort=sort, about=about)
    with refused("debate-code-mistyped"):
        house.write(name, code=code[:-1] + ("0" if code[-1] != "0" else "1"))
    with refused("debate-code-unknown"):
        house.write(name, code=vote)  # the other code of the envelope is not for writing
    with refused("debate-code-unknown"):
        house.write(house.new_dossier(), code=code)
    with refused("debate-no-dossier"):
        house.write("inconnu", code=code)
    assert house.write(name, code=code)
    with refused("debate-code-spent"):
        house.write(name, code=code)


def test_a_letter_counts_from_its_postmark_as_much_as_a_page_and_is_shown_within_one_working_day(house):
    name = house.new_dossier(9)
    closes_on = dossier(house, name).opened.closes_on
    by_page = house.write(name, "Par la page.")
    arrived, postmark = house.today, house.today  # posted and delivered the same day
    by_letter = house.write(name, "Par lettre.", came=Came(postmark, arrived))
    house.publish()
    found = dossier(house, name).voices
    page, letter = (found[one.contribution].said for one in (by_page, by_letter))
    assert letter.published_on == page.published_on == arrived + timedelta(days=1)
    same = {field: getattr(letter, field) == getattr(page, field) for field in ("sort", "made_on", "held", "source")}
    assert all(same.values())
    last = closes_on + timedelta(days=20)
    house.write(name, "Postée le dernier jour.", came=Came(closes_on, last))
    with refused("debate-not-open"):
        house.write(name, "Postée trop tard.", came=Came(closes_on + timedelta(days=1), last))
    with refused("debate-not-open"):
        house.write(name, "Arrivée trop tard.", came=Came(closes_on, last + timedelta(days=1)))
    with refused("debate-day"):
        house.write(name, "Arrivée avant d’être postée.", came=Came(house.today, house.today - timedelta(days=1)))


def test_how_long_letters_wait_is_counted_by_month_and_nothing_else(house):
    first = house.opened[0]
    typed_on = house.today + timedelta(days=1)
    house.run(first.count_delay(Came(house.today, house.today), typed_on))
    assert (typed_on.replace(day=1), 1, 1) in house.run(first.delays())
    columns = house.rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'delay'")
    assert {row["column_name"] for row in columns} == {"month", "days", "number"}


def test_a_hidden_text_is_contested_with_the_used_code_and_answered_by_somebody_else(house):
    name = house.new_dossier()
    first = house.opened[0]
    code, _ = house.envelope(name)
    number = house.write(name, "Un texte qui dérange.", code=code).contribution
    with refused("debate-no-contribution"):
        house.run(first.find(name, code))  # not published yet
    house.publish()
    assert house.run(first.find(name, code)) == number
    with refused("debate-not-hidden"):
        house.run(first.contest(name, code, "Pourquoi ?", house.today))
    mine, other = first.moderator_mark(number, "Zoé Martin"), first.moderator_mark(number, "Paul Roy")
    hidden = e.Moderated(number, Reason.INSULT, "Un mot blessant.", Role.MODERATOR, house.today, mine)
    house.run(first.append([hidden]))
    assert b"d\xc3\xa9range" not in house.run(first.export())
    house.run(first.contest(name, code, "C’est une citation.", house.today))
    with refused("debate-twice"):
        house.run(first.contest(name, code, "Encore.", house.today))
    house.publish()
    role, why = Role.MODERATOR_OF_CONTESTS, "C’est une citation."
    with refused("debate-same-role"):
        house.run(first.append([e.ContestAnswered(number, True, why, role, house.today, mine)]))
    answer = e.ContestAnswered(number, True, why, role, house.today, other)
    house.run(first.append([answer]))
    assert dossier(house, name).voices[number].is_shown
    assert b"d\xc3\xa9range" in house.run(first.export())


def test_a_text_with_an_address_is_held_in_public_until_somebody_reads_it(house):
    name = house.new_dossier()
    first = house.opened[0]
    number = house.write(name, "Écrivez-moi à jeanne@exemple.fr").contribution
    house.publish()
    voice = dossier(house, name).voices[number]
    assert voice.waits and not voice.is_shown and voice.said.held is Reason.PERSONAL_DATA
    assert not voice.review_is_late(house.today + timedelta(days=3))
    assert voice.review_is_late(house.today + timedelta(days=4))
    house.run(first.append([e.Released(number, Role.MODERATOR, house.today)]))
    assert dossier(house, name).voices[number].is_shown


def held_and_contested(house: DebateHouse, name: str) -> str:
    code, _ = house.envelope(name)
    number: str = house.write(name, "Écrivez-moi à jeanne@exemple.fr", code=code).contribution
    house.publish()
    house.run(house.opened[0].contest(name, code, "Pourquoi est-il retenu ?", house.today))
    return number


def test_a_contest_of_a_text_shown_meanwhile_leaves_a_line_and_stops_nobody(house):
    name = house.new_dossier()
    first = house.opened[0]
    number = held_and_contested(house, name)
    house.run(first.append([e.Released(number, Role.MODERATOR, house.today)]))
    other = house.write(name, "Une autre voix, sans rapport.").contribution
    assert house.publish() == 3  # the text, how many came, and that a contest fits no more
    found = dossier(house, name).voices
    assert found[other].is_shown and found[number].is_shown and found[number].contested is None
    assert b'"kind":"contest-dropped"' in house.run(first.export())
    assert house.run(first.waits_since(house.today)) is None


def told_by_doctor(house: DebateHouse) -> tuple[State, str]:
    """Return what is said a few hours into today, and of which day."""
    (found,) = [one for one in diagnose(house.settings, noon(house.today)) if one.id == "débat"]
    return found.state, (re.findall(r"\d\d/\d\d/\d{4}", found.sentence) or [""])[0]


def test_a_row_that_cannot_be_written_waits_alone_and_is_told_without_its_words(house, caplog, monkeypatch):
    monkeypatch.setattr(doctor, "running_instance", lambda _: {"started_at": "", "url": ""})
    assert told_by_doctor(house) == (State.OK, "")
    name = house.new_dossier(9)
    first = house.opened[0]
    numbers = [house.write(name, f"Une voix parmi d’autres, {one}.").contribution for one in range(5)]
    broken = numbers[2]
    for change in ('body || \'{"about": "inconnue"}\'', 'body || \'{"salt": "zz"}\''):
        house.rows(f"UPDATE debate.arrival SET body = {change} WHERE body ->> 'contribution' = $1", broken)
        came = house.today
        house.publish()
        assert set(dossier(house, name).voices) == set(numbers) - {broken}
        since = came - timedelta(days=change.count("salt"))
        assert house.run(first.waits_since(house.today)) == since
        assert told_by_doctor(house) == (State.REFUSED, f"{since:%d/%m/%Y}")
    assert "NotFitting" in caplog.text and "ValueError" in caplog.text and "parmi" not in caplog.text
    mended = f"jsonb_set(jsonb_set(body, '{{about}}', '\"\"'), '{{salt}}', '\"{'00' * 16}\"')"
    house.rows(f"UPDATE debate.arrival SET body = {mended} WHERE body ->> 'contribution' = $1", broken)
    house.publish()
    assert set(dossier(house, name).voices) == set(numbers) and house.run(first.waits_since(house.today)) is None


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_order_of_hold_contest_release_text_and_ballot_what_fits_is_published(house, seed):
    chance = Random(seed)
    first = house.opened[0]
    voted = house.new_dossier(4)
    proposal = house.write(voted, "Publier chaque dépense.").contribution
    house.publish()
    house.today = dossier(house, voted).opened.closes_on + timedelta(days=1)
    ballots_end = house.today + timedelta(days=40)
    house.run(first.append([e.VoteOpened(voted, (proposal,), house.today, ballots_end)]))
    name = house.new_dossier(40)
    voices: dict[str, str] = {}
    wanted, ballots = 0, 0
    for _ in range(30):
        match chance.choice(
            ("hold", "text", "contest", "contest", "release", "moderate", "answer", "ballot", "publish")
        ):
            case "hold" | "text" as sort:
                code, _ = house.envelope(name)
                text = "Écrivez à jeanne@exemple.fr" if sort == "hold" else "Une phrase."
                voices[house.write(name, text, code=code).contribution] = code
                wanted += 1
            case "contest" if voices:
                with suppress(Problem):
                    house.run(first.contest(name, chance.choice(list(voices.values())), "Pourquoi ?", house.today))
            case "ballot" if ballots < 3:
                house.run(
                    first.vote(voted, house.envelope(voted)[1], {proposal: Choice.FOR}, Came(house.today, house.today))
                )
                ballots += 1
            case "publish":
                house.publish()
            case act if voices:
                with suppress(Problem):
                    house.run(first.append([moderated(act, chance.choice(list(voices)), house)]))
    house.publish()
    assert set(dossier(house, name).voices) == set(voices) and len(voices) == wanted
    assert house.rows("SELECT * FROM debate.arrival WHERE dossier = any($1)", [name, voted]) == []
    assert len(house.rows("SELECT * FROM debate.ballot WHERE dossier = $1", voted)) == ballots
    assert read_export(house.run(first.export()), first.public_key).book == house.run(first.book())


def moderated(act: str, number: str, house: DebateHouse) -> e.Event:
    if act == "release":
        return e.Released(number, Role.MODERATOR, house.today)
    if act == "moderate":
        return e.Moderated(number, Reason.INSULT, "Un mot blessant.", Role.MODERATOR, house.today)
    return e.ContestAnswered(number, True, "C’est une citation.", Role.MODERATOR_OF_CONTESTS, house.today)


def test_a_vote_counts_each_code_once_and_says_nothing_before_its_end(house):
    name = house.new_dossier(envelopes=4)
    first = house.opened[0]
    number = house.write(name, "Publier chaque dépense.").contribution
    house.publish()
    ends = dossier(house, name).opened.closes_on
    house.today = ends + timedelta(days=1)
    closes_on = house.today + timedelta(days=40)
    house.run(first.append([e.VoteOpened(name, (number,), house.today, closes_on)]))
    codes = [house.envelope(name)[1] for _ in range(3)]
    said = [Choice.FOR, Choice.FOR, Choice.AGAINST]
    came = Came(house.today, house.today)
    with refused("debate-choices"):
        house.run(first.vote(name, codes[0], {}, came))
    for code, choice in zip(codes, said, strict=True):
        house.run(first.vote(name, code, {number: choice}, came))
    with refused("debate-code-spent"):
        house.run(first.vote(name, codes[0], {number: Choice.AGAINST}, came))
    house.publish()
    assert dossier(house, name).counted is None
    with refused("debate-no-vote"):
        house.run(first.count(name, closes_on + timedelta(days=20)))
    result = house.run(first.count(name, closes_on + timedelta(days=21)))
    assert result == e.VoteCounted(name, 3, (e.Count(number, 2, 1, 0),), closes_on + timedelta(days=21))
    assert house.rows("SELECT * FROM debate.ballot WHERE dossier = $1", name) == []


def test_the_signed_file_gives_the_debate_back_and_refuses_one_changed_letter(house):
    first = house.opened[0]
    house.write(house.new_dossier(), "Une phrase à garder.")
    house.publish()
    data = house.run(first.export())
    read = read_export(data, first.public_key)
    assert read.book == house.run(first.book()) and data == house.run(first.export())
    assert "Une phrase à garder." in {text.body for text in read.texts.values()}
    for old, new in ((b"garder", b"perdre"), (b"Qui paie", b"Qui prend")):
        with pytest.raises(ExportRefused):
            read_export(data.replace(old, new, 1), first.public_key)
    lines = data.split(b"\n")
    with pytest.raises(ExportRefused):
        read_export(b"\n".join([*lines[:1], *lines[2:]]), first.public_key)


def test_the_log_only_grows_even_for_the_owner_of_the_database(house):
    house.new_dossier()
    for statement in ("UPDATE debate.leaf SET leaf = ''", "DELETE FROM debate.leaf", "TRUNCATE debate.leaf"):
        for role in ("es_debate", "es_debate_owner"):
            with pytest.raises((asyncpg.RaiseError, asyncpg.InsufficientPrivilegeError)):
                house.rows(statement, role=role)


def test_every_table_of_the_debate_that_only_grows_refuses_each_change_to_its_process(house):
    async def tried() -> tuple[set[str], list[str]]:
        looking = await connect(connection_arguments(house.settings, "postgres_debate"))
        writing = await connect(connection_arguments(house.settings, "es_debate"))
        try:
            tables = await final_tables(looking)
            return {one.name for one in tables}, await not_refused(writing, tables)
        finally:
            await looking.close()
            await writing.close()

    names, done = house.run(tried())
    assert names >= {"debate.leaf", "debate.text"}
    assert done == []


def test_two_registers_write_one_log(house):
    one, other = house.register(), house.register()

    async def both() -> None:
        opened = dossier_opened(house)
        await asyncio.gather(
            *(register.append([event]) for register, event in zip([one, other] * 4, opened, strict=True))
        )

    house.run(both())
    first = house.opened[0]
    assert read_export(house.run(first.export()), first.public_key).book == house.run(other.book())


def dossier_opened(house: DebateHouse) -> list[e.DossierOpened]:
    end = house.today + timedelta(days=40)
    names = [f"ensemble-{number}" for number in range(8)]
    return [e.DossierOpened(name, "cost", "Titre", "Question ?", house.today, end, False) for name in names]


def test_the_database_of_the_debate_is_what_its_snapshot_says(house):
    assert house.run(described(house.settings, DEBATE)) == expected(DEBATE)
