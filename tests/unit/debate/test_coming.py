"""What is wrong in a text as it was typed: all of it at once, in the order of the form."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from espace_sante.debate.coming import mistakes
from espace_sante.debate.dossier import Dossier, Voice
from espace_sante.debate.events import Contributed, DossierOpened
from espace_sante.debate.token import RANDOM_BYTES, draw
from espace_sante.debate.words import Sort, Theme

FIRST = date(2026, 3, 2)
CODE = draw(Random(20261128).randbytes(RANDOM_BYTES))


def dossier() -> Dossier:
    made = Dossier(
        DossierOpened("couts", Theme.COST, "Qui paie ?", "Comment ?", FIRST, FIRST + timedelta(days=40), False)
    )
    for number, sort in (("c1", Sort.PROPOSAL), ("c2", Sort.AMENDMENT), ("c3", Sort.QUESTION)):
        said = Contributed(number, "couts", sort, "c1" if sort is Sort.AMENDMENT else "", "", FIRST, FIRST)
        made.voices[number] = Voice(said)
    return made


@pytest.mark.parametrize(
    ("code", "sort", "about", "text", "found"),
    [
        (CODE, "question", "", "Combien ?", []),
        (CODE.lower(), "for", "c1", " Oui. ", []),
        (CODE, "against", "c2", "Non.", []),
        (CODE, "amendment", "c1", "Plutôt deux.", []),
        ("", "", "", "", ["debate-code-mistyped", "debate-no-sort", "debate-text-length"]),
        (CODE[:-1], "for", "", "x", ["debate-code-mistyped", "debate-wrong-sort", "debate-text-length"]),
        (CODE, "FOR", "c1", "Oui.", ["debate-no-sort"]),
        (CODE, "for", "c3", "Oui.", ["debate-wrong-sort"]),
        (CODE, "amendment", "c2", "Plutôt deux.", ["debate-wrong-sort"]),
        (CODE, "amendment", "c9", "Plutôt deux.", ["debate-wrong-sort"]),
        (CODE, "question", "c1", "Combien ?", ["debate-answers-none"]),
        (CODE, "proposal", "c1", "é" * 4001, ["debate-answers-none", "debate-text-length"]),
    ],
)
def test_every_mistake_is_told_at_once(code: str, sort: str, about: str, text: str, found: list[str]) -> None:
    assert mistakes(dossier(), code, sort=sort, about=about, text=text) == found
