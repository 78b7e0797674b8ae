"""What the results of the tests make a promise say, and what is refused."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.decision import FOLDER, SAID_AS, Since, decisions, linked
from espace_sante.public.guarantee import State, guarantee, read_guarantees
from espace_sante.public.results import Outcome, outcome_of, outcome_of_all, read_results
from espace_sante.public.version import TREE, commit_of

A, B = "tests/a.py", "tests/b.py"


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ({}, Outcome.UNKNOWN),
        ({"tests/c.py": True}, Outcome.UNKNOWN),
        ({A: True}, Outcome.PARTLY),
        ({A: True, B: True}, Outcome.PASSED),
        ({A: True, B: False}, Outcome.FAILED),
        ({A: False}, Outcome.FAILED),
    ],
)
def test_a_promise_is_verified_only_when_every_test_it_names_passed(results: dict[str, bool], said: Outcome) -> None:
    assert outcome_of_all((A, B), results) is said


def test_a_promise_without_a_test_is_never_verified() -> None:
    assert outcome_of_all((), {A: True}) is Outcome.UNKNOWN


def test_one_failure_inside_a_file_or_a_folder_makes_it_fail() -> None:
    inside = {f"{A}::test_one": True, f"{A}::test_two[x]": False}
    assert outcome_of(A, inside) is Outcome.FAILED
    assert outcome_of("tests/operate/", {"tests/operate/test_x.py": True}) is Outcome.PASSED
    assert outcome_of("tests/a", {"tests/abc.py": True}) is Outcome.UNKNOWN


@pytest.mark.parametrize("text", ["", "[]", "null", '{"tests/a.py": true}', '{"tests/a.py": "skipped"}', "{"])
def test_any_other_file_of_results_is_refused(text: str) -> None:
    with pytest.raises(OperatorRefusal):
        read_results(text)


def test_results_are_read() -> None:
    assert read_results(f'{{"{A}": "passed", "{B}": "failed"}}') == {A: True, B: False}


def page(first: str) -> str:
    return f"# G1. Un titre\n\n{first}\n\n## Les tests\n\n- `{A}`, `{A}`\n- `{B}`\n"


@pytest.mark.parametrize(
    ("first", "state"),
    [
        ("**État : tenue.**", State.HELD),
        ("**État : tenue en partie.** Voici.", State.PARTLY),
        ("**Non tenue ici** : rien.", State.NOT_HERE),
        ("**Pas encore construit.**", State.NOT_BUILT),
        ("**Pas encore construit** en entier.", State.NOT_BUILT),
    ],
)
def test_a_page_tells_its_state_and_its_tests(first: str, state: State) -> None:
    read = guarantee("g01-x", page(first))
    assert (read.number, read.title, read.state, read.tests) == (1, "G1. Un titre", state, (A, B))


@pytest.mark.parametrize("text", ["", "# Sans numéro\n\n**État : tenue.**", page("Tout va bien.")])
def test_a_page_without_a_title_or_a_known_state_is_refused(text: str) -> None:
    with pytest.raises(OperatorRefusal):
        guarantee("g01-x", text)


def test_a_promise_said_to_hold_without_a_test_or_by_a_test_that_is_gone_stops_the_site(tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "guarantees"
    folder.mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    held = folder / "g01-x.md"
    held.write_text("# G1. Un titre\n\n**État : tenue.**\n\n## Les tests\n\nRien.\n", encoding="utf-8")
    with pytest.raises(OperatorRefusal, match="sans nommer un test"):
        read_guarantees(folder)
    held.write_text(page("**État : tenue en partie.**"), encoding="utf-8")
    with pytest.raises(OperatorRefusal, match=A):
        read_guarantees(folder)
    for name in (A, B):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert [one.number for one in read_guarantees(folder)] == [1]


def test_every_decision_has_words_for_everybody_and_the_promises_it_touches() -> None:
    every = decisions()
    assert len(every) > 60 and all(one.said for one in every)
    assert [one.number for one in linked(14, every)][-2:] >= [68, 69] and all(
        linked(number, every) for number in range(1, 16)
    )


def test_a_decision_says_which_later_ones_replaced_changed_or_completed_it() -> None:
    later = {one.number: one.later for one in decisions()}
    assert later[11] == ((Since.REPLACED_IN_PART, 23),) and later[14] == ((Since.REPLACED_IN_PART, 35),)
    assert later[20] == ((Since.CHANGED, 47),) and later[79] == ((Since.COMPLETED, 80), (Since.COMPLETED, 83))
    assert later[23] == ()


def test_every_status_line_is_understood() -> None:
    """What an earlier decision says of a later one, the later one says too; the words of neither are unknown."""
    said = {one.number: one.done for one in decisions()}
    for path in FOLDER.glob("[0-9]*.md"):
        number = int(path.name[:4])
        status = path.read_text(encoding="utf-8").partition("Status: ")[2].partition("\n")[0]
        by, _, does = status.removeprefix("accepted").partition(".")
        assert not does.strip() or does.strip().startswith(tuple(SAID_AS)), path.name
        assert all(any(earlier == number for _, earlier in said[int(one)]) for one in re.findall(r"\d{4}", by)), (
            path.name
        )


def test_results_of_another_commit_verify_nothing() -> None:
    said = json.dumps({"commit": "a" * 40, "results": {A: "passed", B: "failed"}})
    assert read_results(said, "a" * 40) == {A: True, B: False}
    assert read_results(said, "b" * 40) == read_results(said, "") == read_results(said) == {}
    for wrong in ({"commit": 1, "results": {}}, {"commit": "a"}, {"commit": "a" * 40, "results": {A: "skipped"}}):
        with pytest.raises(OperatorRefusal):
            read_results(json.dumps(wrong), "a" * 40)


def test_the_commit_is_that_of_the_release_or_of_the_clone_and_none_when_files_changed(tmp_path: Path) -> None:
    assert commit_of(tmp_path) == ""
    (tmp_path / "COMMIT").write_text("c" * 40 + "\n", encoding="ascii")
    assert commit_of(tmp_path) == "c" * 40
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / "x").write_text("1", encoding="utf-8")
    git = ["git", "-C", str(clone), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q"], ["add", "x"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    assert len(commit_of(clone)) == 40
    (clone / "x").write_text("2", encoding="utf-8")
    assert commit_of(clone) == ""


def test_the_commit_is_known_to_a_process_that_does_not_own_the_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q"], ["commit", "-qm", "x", "--allow-empty"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    monkeypatch.delenv("GIT_CONFIG_COUNT", raising=False)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert subprocess.run([*git, "status"], check=False, capture_output=True).returncode == 128
    assert len(commit_of(tmp_path)) == 40


def test_a_run_of_the_tests_writes_what_became_of_each(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    one = "tests/public/test_results.py::test_a_promise_without_a_test_is_never_verified"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", one]
    subprocess.run(
        command, cwd=TREE, env=os.environ | {"ESPACE_SANTE_RESULTS": str(path)}, check=True, capture_output=True
    )
    said = json.loads(path.read_text(encoding="utf-8"))
    assert said["results"] == {one: "passed"} and said["commit"]
