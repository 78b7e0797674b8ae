"""Languages: what is chosen, what is shown when a translation is lacking, how moments are written."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from espace_sante.kernel.i18n import (
    Language,
    choose_language,
    french_spaces,
    say_date,
    say_moment,
    say_number,
    say_size,
    translator,
)

ROOT = Path(__file__).parents[3]


def test_a_sentence_without_translation_is_shown_in_french() -> None:
    for language in Language:
        assert translator(language).gettext("Une phrase que personne n’a traduite") == (
            "Une phrase que personne n’a traduite"
        )


def test_zero_and_one_are_singular_in_french_and_only_one_in_english() -> None:
    for language in (Language.FR, Language.FR_SIMPLE):
        said = [translator(language).ngettext("document", "documents", n) for n in (0, 1, 2)]
        assert said == ["document", "document", "documents"]


def test_the_language_asked_wins_over_the_one_kept_and_over_the_browser() -> None:
    assert choose_language(asked="en", kept="fr-simple", accepted="fr") is Language.EN
    assert choose_language(asked="xx", kept="fr-simple", accepted="en") is Language.FR_SIMPLE
    assert choose_language(accepted="de-DE,en-GB;q=0.8,fr;q=0.5") is Language.EN
    assert choose_language(asked="", kept="", accepted="de") is Language.FR


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        say_moment(datetime(2026, 3, 3), Language.FR)  # what is refused


def test_a_moment_is_said_in_paris_time_in_winter_and_in_summer() -> None:
    winter, summer = datetime(2026, 1, 31, 23, 30, tzinfo=UTC), datetime(2026, 7, 31, 22, 30, tzinfo=UTC)
    assert say_moment(winter, Language.EN) == "1 February 2026 at 00:30 (Paris time)"
    assert say_moment(summer, Language.EN) == "1 August 2026 at 00:30 (Paris time)"
    assert say_date(winter, Language.FR) == "1er février 2026"
    assert say_date(date(2026, 3, 1), Language.FR) == "1er mars 2026"


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [
        (0, "0 o"),
        (999, "999 o"),
        (1500, "1,5 ko"),
        (999_999, "1 Mo"),
        (100_000_000, "100 Mo"),
        (7 * 10**12, "7 000 Go"),
    ],
)
def test_a_size_is_said_in_decimal_units(size_bytes: int, said: str) -> None:
    narrow = (
        say_size(size_bytes, Language.FR).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    )
    assert narrow == said


def test_numbers_use_the_separators_of_the_language() -> None:
    assert say_number(1234.5, Language.EN) == "1,234.5"


def test_french_signs_never_begin_a_line() -> None:
    assert french_spaces("Qui : « vous » ?") == "Qui\u00a0: «\u00a0vous\u00a0»\u00a0?"


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["base", "macros", "errors"])
def test_every_sentence_that_surrounds_pages_is_translated(folder: str) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "messages.py"), "missing", "--under", f"web/templates/{folder}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "en: 0 missing" in said.stdout and "fr@simple: 0 missing" in said.stdout, said.stdout
