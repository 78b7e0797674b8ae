"""What the tests of this version said about each promise; without their results, nothing is called verified."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum

from espace_sante.kernel.i18n import mark
from espace_sante.kernel.refusal import OperatorRefusal


class Outcome(StrEnum):
    """What became of one test, or of all those of a promise, in the words shown to everybody."""

    UNKNOWN = mark("pas encore vérifié pour cette version")
    PASSED = mark("vérifié pour cette version")
    PARTLY = mark("vérifié en partie pour cette version")
    FAILED = mark("un test échoue dans cette version")


# Path of a test, of its file or of its folder → whether it passed.
Results = Mapping[str, bool]
NO_RESULTS: Results = {}
_WORDS = {"passed": True, "failed": False}


def read_results(text: str, commit: str = "") -> Results:
    """Read `{"tests/…": "passed" | "failed"}`, or the same under `results` beside a `commit`. Raises OperatorRefusal.

    Results of another commit than the one shown are none: nothing is called verified by them.
    """
    try:
        given = json.loads(text)
    except ValueError:
        raise OperatorRefusal("Le fichier de résultats n'est pas du JSON.") from None
    if not isinstance(given, dict):
        raise OperatorRefusal("Le fichier de résultats doit être un objet : chemin du test, puis passed ou failed.")
    if "commit" in given:
        if not isinstance(given["commit"], str) or not isinstance(given.get("results"), dict):
            raise OperatorRefusal("Le fichier de résultats doit dire son commit et ses résultats.")
        if not commit or given["commit"] != commit:
            return NO_RESULTS
        given = given["results"]
    for path, word in given.items():
        if not isinstance(word, str) or word not in _WORDS:
            raise OperatorRefusal(f"Le résultat de « {path} » n'est ni passed ni failed.")
    return {path: _WORDS[word] for path, word in given.items()}


def outcome_of(test: str, results: Results) -> Outcome:
    """Say what became of a test named by a promise: a file, a test in it, or a folder.

    One failure below what is named makes it fail; results that say nothing of it leave it unknown.
    """
    inside = (test.rstrip("/") + "/", test + "::", test + "[")
    said = [passed for path, passed in results.items() if path == test or path.startswith(inside)]
    if not said:
        return Outcome.UNKNOWN
    return Outcome.PASSED if all(said) else Outcome.FAILED


def outcome_of_all(tests: tuple[str, ...], results: Results) -> Outcome:
    """Say what became of a promise: verified only when every test it names passed."""
    found = {outcome_of(test, results) for test in tests}
    if Outcome.FAILED in found:
        return Outcome.FAILED
    if Outcome.PASSED not in found:
        return Outcome.UNKNOWN
    return Outcome.PASSED if found == {Outcome.PASSED} else Outcome.PARTLY
