"""One person, one mark, in one dossier."""

from __future__ import annotations

import hashlib
import hmac
import tempfile
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.envelopes.mark_list import Answer, MarkList
from espace_sante.envelopes.marks import NotWritten, Shown, mark_of

KEY, OTHER = bytes(32), bytes([1]) * 32
names = st.text(st.sampled_from("abcéèçÉ -'’"), min_size=1, max_size=12).filter(
    lambda text: any(c.isalpha() for c in text)
)
people = st.builds(Shown, names, names, st.dates(date(1920, 1, 1), date(2010, 1, 1)), names)


@given(people)
def test_capitals_accents_dashes_and_spaces_do_not_make_another_person(shown):
    def other(text: str) -> str:
        return "  " + unicodedata.normalize("NFD", text.upper()).replace("-", " ").replace("’", "'")

    again = Shown(other(shown.birth_name), other(shown.given_name), shown.born_on, other(shown.birth_place))
    assert mark_of(KEY, again) == mark_of(KEY, shown)


@given(people)
def test_two_dossiers_have_marks_that_cannot_be_compared(shown):
    assert mark_of(KEY, shown) != mark_of(OTHER, shown)


@given(people, people)
def test_two_people_have_two_marks(one, other):
    def letters(shown: Shown) -> list[str]:
        words = (shown.birth_name, shown.given_name, shown.birth_place)
        return [
            str(shown.born_on),
            *("".join(filter(str.isalnum, unicodedata.normalize("NFKD", w.casefold()))) for w in words),
        ]

    assert (mark_of(KEY, one) == mark_of(KEY, other)) == (letters(one) == letters(other))


@given(st.lists(people, max_size=20))
def test_each_takes_one_envelope_and_the_files_are_in_order_without_an_instant(who):
    with tempfile.TemporaryDirectory() as folder:
        marks = MarkList(Path(folder))
        assert marks.take("couts", who[0] if who else Shown("a", "b", date(2000, 1, 1), "c")) is Answer.NO_LIST
        marks.open("couts")
        answers = [marks.take("couts", one) for one in who]
        different = len({mark_of(KEY, one) for one in who})
        assert answers.count(Answer.MAY_TAKE) == marks.number("couts") == different
        for file in Path(folder, "couts").glob("marks"):
            data = file.read_bytes()
            found = [data[start : start + 32] for start in range(0, len(data), 32)]
            assert found == sorted(found) and file.stat().st_mtime == 0


def test_a_name_that_is_not_written_is_refused():
    with pytest.raises(NotWritten, match=r"^a name or a place is missing$"):
        mark_of(KEY, Shown("  - ", "Jeanne", date(1942, 3, 27), "Lyon"))


def test_one_person_at_two_counters_at_the_same_moment_takes_one_envelope():
    shown = Shown("Petit", "Jeanne", date(1942, 3, 27), "Lyon")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(8) as pool:
        MarkList(Path(folder)).open("couts")
        answers = list(pool.map(lambda _: MarkList(Path(folder)).take("couts", shown), range(32)))
    assert answers.count(Answer.MAY_TAKE) == 1 and answers.count(Answer.HAS_TAKEN) == 31


def test_a_destroyed_list_keeps_only_how_many_there_were():
    with tempfile.TemporaryDirectory() as folder:
        marks = MarkList(Path(folder))
        marks.open("couts")
        for year in range(1950, 1970):
            marks.take("couts", Shown("Petit", "Jeanne", date(year, 1, 1), "Lyon"))
        assert marks.destroy("couts") == 20 == marks.number("couts")
        assert [file.name for file in Path(folder, "couts").iterdir()] == ["number"]
        assert marks.names() == [] and not marks.open("couts")
        assert marks.take("couts", Shown("A", "B", date(2000, 1, 1), "C")) is Answer.NO_LIST


def test_a_dossier_is_never_a_path():
    with tempfile.TemporaryDirectory() as folder:
        for name in ("..", "a/b", "", "A", "a" * 61):
            with pytest.raises(ValueError):
                MarkList(Path(folder)).open(name)


def test_a_mark_is_what_the_published_formula_gives_whatever_the_version():
    """A list outlives a version: the same document must give the same mark, or its person could take a second envelope."""
    shown = Shown("LEFÈVRE", "Anne-Lise", date(1942, 3, 27), "Clermont-Ferrand")
    said = b"debate-envelope-v1\0lefevre\0annelise\x001942-03-27\0clermontferrand"
    assert mark_of(KEY, shown) == hmac.new(KEY, said, hashlib.sha256).digest()


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_size_marks_nobody(size):
    with pytest.raises(ValueError, match=r"^the key of a list has 32 bytes$"):
        mark_of(bytes(size), Shown("a", "b", date(2000, 1, 1), "c"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lecœur", "LECOEUR"),
        ("Lætitia", "Laetitia"),
        ("Bjørn", "BJORN"),
        ("Łukasz", "Lukasz"),
        ("Đặng", "Dang"),
        ("Işık", "ISIK"),
    ],
)
def test_joined_and_barred_letters_are_typed_apart_by_whoever_has_no_such_key(one, other):
    marks = {mark_of(KEY, Shown(name, name, date(1942, 3, 27), name)) for name in (one, one.upper(), other)}
    assert len(marks) == 1
