"""What an operator published about openings, on the pages everybody may read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from espace_sante.assembly import main
from espace_sante.kernel.i18n import Language
from espace_sante.kernel.settings import Settings
from espace_sante.public.guarantee import State, guarantees
from espace_sante.public.incident import Incident
from espace_sante.public.published import Published, as_published, published_of

HERE_TODAY = Published(silence_opens=False, months=24, persons_per_hour=60, persons_per_day=300)
HERE = "Cette instance ouvre sans votre oui"


def words(path: Path) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))


def test_the_first_promise_is_not_held_where_silence_opens_and_its_page_says_so_first() -> None:
    first, *others = as_published(guarantees(), replace(HERE_TODAY, silence_opens=True))
    assert (first.number, first.state) == (1, State.NOT_HERE)
    assert first.text.startswith(f"**Non tenue ici.** {HERE}")
    assert "**État" not in first.text
    assert first.tests == guarantees()[0].tests
    assert others[:1] == list(guarantees()[1:2]) and tuple(others[2:]) == guarantees()[3:]


def test_where_only_a_yes_opens_the_promise_stands_and_says_how_often_one_is_asked() -> None:
    first, *others = as_published(guarantees(), replace(HERE_TODAY, months=30))
    assert first.state is guarantees()[0].state
    assert "Ici, un espace ne s'ouvre que par un oui." in first.text and "avant 30 mois" in first.text
    assert others[:1] == list(guarantees()[1:2]) and tuple(others[2:]) == guarantees()[3:]


def test_the_third_promise_says_how_many_persons_a_professional_may_begin_to_read() -> None:
    third = as_published(guarantees(), published_of(Settings(new_persons_per_hour=7, new_persons_per_day=11)))[2]
    assert (third.number, third.state, third.tests) == (3, guarantees()[2].state, guarantees()[2].tests)
    assert "chez 7 personnes nouvelles en une heure, et chez 11 en un jour" in third.text
    assert third.text.replace("Ici, un professionnel", "", 1) != third.text


def test_what_holds_here_is_said_in_every_language() -> None:
    first, _, third, *_ = as_published(guarantees(), replace(HERE_TODAY, silence_opens=True))
    english, simple = (first.translations[one].text for one in (Language.EN, Language.FR_SIMPLE))
    assert english.startswith("**Not kept here.** This instance opens without your yes") and "State:" not in english
    assert simple.startswith("**Non tenue ici.** ") and "24 mois" in simple and "24 months" in english
    assert "60 new people" in third.translations[Language.EN].text
    stopped = replace(HERE_TODAY, incident=Incident(None, "quelque chose ne s'accorde pas"))
    sixth = as_published(guarantees(), stopped)[5].translations[Language.EN].text
    assert sixth.startswith("**Not kept here.** ") and "something does not agree" in sixth


@pytest.mark.parametrize(("policy", "said"), [("consent", False), ("six-week-presumption", True)])
def test_the_site_written_to_a_folder_says_the_policy_of_the_instance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], policy: str, said: bool
) -> None:
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("ESPACE_SANTE_OPENING_POLICY", policy)
    assert main(["site", "--output", str(tmp_path / "site"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] > 40
    page = next((tmp_path / "site" / "fr" / "garanties").glob("g01-*.html"))
    for one in (page, tmp_path / "site" / "index.html"):
        assert (HERE in words(one)) is said, one.name
    assert ("non tenue ici" in words(page)) is said
    assert "avant 24 mois" in words(page)
    assert "chez 60 personnes nouvelles" in words(next(page.parent.glob("g03-*.html")))
