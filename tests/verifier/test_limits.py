"""What a proof cannot show, tried: who must lie together for a hidden line to pass, and from how many on it does not."""

from __future__ import annotations

import json
import random
from pathlib import Path

from tests.oracles.proof_bundles import Made, Public, noise, world, years_of
from tests.verifier.both import Question, ask


def question(made: Made, **needs: int) -> Question:
    policy = made.policy
    for role, need in needs.items():
        policy[role]["need"] = need
    return Question(made.sealed(), json.dumps(policy).encode(), made.now)


def test_a_false_index_passes_only_with_as_many_lying_mirrors_as_the_policy_asks(tmp_path: Path) -> None:
    """Light witnesses cosign it in good faith: they see that the index log grows, not that it is right."""
    made = world(random.Random(1), least=2)
    made.public.forget(made.person.leaves[-1][1:33])
    made.build(shown=len(made.person.records) - 1, mirrors=made.signers.mirrors[:1])
    deceived, safe = ask(tmp_path, [question(made, mirror=1), question(made, mirror=2)])
    assert deceived.code == 0 and deceived.report["entries"] == len(made.person.records) - 1
    assert (safe.code, safe.reason) == (1, "quorum")


def test_another_journal_passes_only_with_the_whole_quorum_in_the_plot(tmp_path: Path) -> None:
    made = world(random.Random(2), least=2)
    hidden = made.person.leaves[-1]
    leaves = [noise(random.Random(3), 1)[0] if leaf == hidden else leaf for leaf in made.public.leaves]
    made.public = Public(leaves, made.public.before)
    made.build(shown=len(made.person.records) - 1)
    deceived, safe = ask(tmp_path, [question(made, light=2), question(made, light=3)])
    assert (deceived.code, safe.reason) == (0, "quorum")


def test_a_line_hidden_beyond_the_window_is_found_when_the_journal_reaches_it(tmp_path: Path) -> None:
    """A key service that lies can skip numbers; the tag then comes twice in the public journal, which no mirror signs."""
    made = world(random.Random(4), least=2)
    year = years_of(made.person)[-1]
    shown = years_of(made.person).count(year)
    beyond, within = made.person.tag(year, shown + 64), made.person.tag(year, shown + 63)
    asked = []
    for tag in (beyond, within):
        one = world(random.Random(4), least=2)
        one.public = Public([*one.public.leaves, b"\1" + tag + bytes(32)], one.public.before)
        asked.append(question(one.build()))
    far, near = ask(tmp_path, asked)
    assert (far.code, near.reason) == (0, "absence")
    reached = world(random.Random(4), least=2)
    twice = reached.person.leaves[-1][:33] + bytes(32)
    reached.public = Public([*reached.public.leaves, twice], reached.public.before)
    assert ask(tmp_path, [question(reached.build())])[0].reason == "bucket"
