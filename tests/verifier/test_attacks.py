"""Every lie of the catalogue is refused, for a reason, by both verifiers; the same proof without the lie holds."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.verifier.attacks import ATTACKS
from tests.verifier.both import NODE, ask

# About forty in all by default; `make proofs EXAMPLES=1000` for a campaign.
EXAMPLES = int(os.environ.get("PROOF_EXAMPLES", "40"))
EACH = max(2, -(-EXAMPLES // len(ATTACKS)))


def test_both_verifiers_were_asked() -> None:
    if NODE is None:
        pytest.skip("sans node (apt install nodejs) : un seul des deux vérificateurs a répondu")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_forged_proof_is_refused(attack, tmp_path: Path, randomness: random.Random) -> None:
    trials = [attack(random.Random(f"{attack.__name__} {n} {randomness.random()}")) for n in range(EACH)]
    answers = ask(tmp_path, [one.question for one in trials])
    for one, answer in zip(trials, answers, strict=True):
        assert answer.code == 1 and answer.reason in one.reasons, (answer, one.reasons)
        assert answer.text.startswith("REFUSÉ. ")
    print(attack.__name__, dict(Counter(answer.reason for answer in answers)))
    honest = [one.honest for one in trials if one.honest]
    if honest:
        assert {answer.code for answer in ask(tmp_path, honest)} == {0}
