"""Each act of a person, with each proof, by each channel: what takes back asks for little, what gives asks for much (PAR-06, PAR-07).

What is expected is said here from the nature the registry shows to people, and from nothing the decision reads.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from espace_sante.access.request import (
    ActId,
    ActorKind,
    Channel,
    Context,
    Effect,
    Permit,
    Proof,
    Refuse,
    Subject,
    Thing,
)
from espace_sante.access.rules import decide
from espace_sante.actions.act import Act, Nature
from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.consent.death import Death
from espace_sante.consent.rights import Rights, SpaceState

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
HERSELF = Subject(ActorKind.PERSON, "", holder=True)
AGENT = Subject(ActorKind.AGENT, "agent-1", on_behalf=True)
# By herself on a screen: a strong login. By an agent: an identity seen, a signed form, or, on the telephone, a known contact.
STRONG = {
    HERSELF: {(Channel.WEB, Proof.LOGIN), (Channel.API, Proof.LOGIN)},
    AGENT: {(Channel.COUNTER, Proof.IDENTITY_SEEN), (Channel.PAPER, Proof.SIGNED_FORM)},
}
LIGHT = (Channel.PHONE, Proof.CONTACT)
BEFORE_A_SPACE = {ActId.OPEN_SPACE, ActId.REFUSE_SPACE, ActId.REVERSE_REFUSAL}
OF_AN_ARCHIVE = {ActId.REOPEN_SPACE, ActId.ERASE_CONTENT}
IN_FORCE = {Effect.IMMEDIATE, Effect.PROVISIONAL}


def circumstances(act: ActId, channel: Channel, proof: Proof) -> Context:
    """Those in which nothing but the proof could refuse the act."""
    if act in BEFORE_A_SPACE:
        return Context(None, None, channel, proof)
    state = SpaceState.ARCHIVED if act in OF_AN_ARCHIVE else SpaceState.OPEN
    noted = Death(date(2026, 11, 1), "12", NOW - timedelta(days=1), "one", "another")
    rights = Rights(True, death=noted if act is ActId.CONTEST_DEATH else None)
    return Context(state, rights, channel, proof)


def expected(act: Act, who: Subject, channel: Channel, proof: Proof) -> Effect | None:
    """What the law of proofs says, None for a refusal."""
    if (channel, proof) in STRONG[who]:
        return Effect.IMMEDIATE
    if who is not AGENT or (channel, proof) != LIGHT:
        return None
    return Effect.PROVISIONAL if act.nature is Nature.RESTRICTIVE else Effect.STARTS


@pytest.mark.parametrize("act", PERSON_ACTS, ids=lambda act: act.id.value)
def test_what_takes_back_needs_a_light_proof_and_what_gives_a_strong_one(act: Act) -> None:
    for who, channel, proof in product((HERSELF, AGENT), Channel, Proof):
        decision = decide(who, act.id, Thing(), circumstances(act.id, channel, proof), NOW)
        found = decision.effect if isinstance(decision, Permit) else None
        assert found is expected(act, who, channel, proof), (who.kind, channel, proof, decision)
        if found is None:
            assert isinstance(decision, Refuse) and decision.rule in ("proof", "not-holder", "not-on-behalf")
        elif act.nature is not Nature.RESTRICTIVE and (channel, proof) == LIGHT:
            assert found not in IN_FORCE, "a voice gives nothing to anybody"


def test_there_are_acts_of_both_sorts_so_that_neither_rule_holds_for_want_of_one() -> None:
    natures = [act.nature for act in PERSON_ACTS]
    assert natures.count(Nature.RESTRICTIVE) > 20
    assert natures.count(Nature.PERMISSIVE) > 20
