"""The example of docs/specs/proof.md: made again byte by byte, and held by both verifiers."""

from __future__ import annotations

import json
import os
import random
from datetime import UTC, datetime
from pathlib import Path

from tests.needs import ROOT
from tests.oracles.proof_bundles import Made, Public, Signers, live, noise, seal, some_instants
from tests.verifier.both import Question, ask

FOLDER = ROOT / "docs" / "specs" / "proof-example"
EXAMPLES = int(os.environ.get("PROOF_EXAMPLES", "40"))
AT = int(datetime(2026, 12, 2, 10, tzinfo=UTC).timestamp())


def example_world() -> Made:
    rng = random.Random("docs/specs/proof.md")
    person = live(rng, 2026, some_instants(rng, 2026, 1, 2))
    first, second = person.leaves
    public = Public([*noise(rng, 2), first, *noise(rng, 1), second], [rng.randbytes(73)])
    return Made(rng, Signers.make(rng), public, person, (2026, 2026), AT).build()


def example() -> dict[str, bytes]:
    made = example_world()
    return {
        "preuve": made.sealed(),
        "policy.json": json.dumps(made.policy, indent=1).encode() + b"\n",
        "recu": made.receipt(1, made.signers.light),
    }


def test_the_example_of_the_page_is_the_one_the_definitions_give() -> None:
    for name, data in example().items():
        assert (FOLDER / name).read_bytes() == data, name


def test_the_example_of_the_page_holds(tmp_path: Path) -> None:
    policy = (FOLDER / "policy.json").read_bytes()
    proof, receipt = ask(
        tmp_path, [Question((FOLDER / name).read_bytes(), policy, AT + 3600) for name in ("preuve", "recu")]
    )
    assert (proof.code, proof.report["entries"], receipt.code) == (0, 2, 0)


def test_any_byte_of_the_example_changed_is_refused(tmp_path: Path, randomness: random.Random) -> None:
    """The last line made again: neither its hash nor its signatures alone would see it."""
    policy = (FOLDER / "policy.json").read_bytes()
    proof, receipt = (FOLDER / "preuve").read_bytes()[:-65], (FOLDER / "recu").read_bytes()
    questions = []
    for number in range(EXAMPLES * 10):
        data = bytearray(receipt if number % 10 == 0 else proof)
        # Three times in four in what is not an empty place, which makes most of the file.
        end = (
            len(data)
            if number % 4 == 0 or number % 10 == 0
            else data.index(b'{"bucket":', data.index(b'"kind":"entry"'))
        )
        at = randomness.randrange(end)
        data[at] = (data[at] + randomness.randrange(1, 256)) % 256
        questions.append(Question(bytes(data) if number % 10 == 0 else seal(bytes(data)), policy, AT + 3600))
    answers = ask(tmp_path, questions)
    assert {answer.code for answer in answers} == {1}
    assert len({answer.reason for answer in answers}) >= 4
