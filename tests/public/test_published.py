"""What an operator published about openings, on the pages everybody may read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from espace_sante.assembly import main
from espace_sante.public.guarantee import State, guarantees
from espace_sante.public.published import Published, as_published

HERE = "Cette instance ouvre sans votre oui"


def words(path: Path) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))


def test_the_first_promise_is_not_held_where_silence_opens_and_its_page_says_so_first() -> None:
    first, *others = as_published(guarantees(), Published(silence_opens=True, months=24))
    assert (first.number, first.state) == (1, State.NOT_HERE)
    assert first.text.startswith(f"**Non tenue ici.** {HERE}")
    assert "**État" not in first.text
    assert first.tests == guarantees()[0].tests
    assert tuple(others) == guarantees()[1:]


def test_where_only_a_yes_opens_the_promise_stands_and_says_how_often_one_is_asked() -> None:
    first, *others = as_published(guarantees(), Published(silence_opens=False, months=30))
    assert first.state is guarantees()[0].state
    assert "Ici, un espace ne s'ouvre que par un oui." in first.text and "avant 30 mois" in first.text
    assert tuple(others) == guarantees()[1:]


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
