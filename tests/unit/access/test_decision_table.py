"""The decision and its public table, compared over the full product of facts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from espace_sante.access import rules
from espace_sante.access.request import (
    ActId,
    ActorKind,
    Channel,
    Context,
    Decision,
    Effect,
    Permit,
    Proof,
    Refuse,
    Subject,
    Thing,
)
from espace_sante.consent.rights import Block, BlockKind, Grant, Mask, Rights, Scope, ScopeKind, SpaceState
from espace_sante.kernel.ids import DocumentId, GrantId, MaskId, Rpps
from tests.oracles.decision_table import WHO, WILL, Answer, Line, answers_by_will, product, read_table

TABLE = Path(rules.__file__).with_name("table.csv")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HIM, ANOTHER = Rpps("10000000017"), Rpps("10000000025")
THIS, OTHER = DocumentId(UUID(int=1)), DocumentId(UUID(int=2))
CATEGORY, OTHER_CATEGORY = 4, 7
GRANT = GrantId(UUID(int=77))

KINDS = {
    "personne": ActorKind.PERSON,
    "professionnel": ActorKind.PRACTITIONER,
    "agent": ActorKind.AGENT,
    "exploitant": ActorKind.OPERATOR,
}
ACTS = {
    "ouvrir": ActId.OPEN_SPACE,
    "refuser": ActId.REFUSE_SPACE,
    "déposer": ActId.DEPOSIT_DOCUMENT,
    "lister": ActId.LIST_DOCUMENTS,
    "lire": ActId.READ_DOCUMENT,
    "autoriser": ActId.GRANT_ACCESS,
    "retirer": ActId.WITHDRAW_ACCESS,
    "masquer": ActId.MASK,
    "montrer de nouveau": ActId.UNMASK,
    "bloquer": ActId.BLOCK,
    "débloquer": ActId.UNBLOCK,
    "lire le journal": ActId.READ_JOURNAL,
    "fermer": ActId.CLOSE_SPACE,
    "inviter": ActId.INVITE,
}
STATES = {
    "aucun": None,
    "ouvert": SpaceState.OPEN,
    "en fermeture": SpaceState.CLOSING,
    "fermé": SpaceState.CLOSED,
    "chaîne de l'institution": SpaceState.INSTITUTION,
}
CHANNELS = {
    "web": Channel.WEB,
    "logiciel": Channel.API,
    "guichet": Channel.COUNTER,
    "papier": Channel.PAPER,
    "téléphone": Channel.PHONE,
}
PROOFS = {
    "aucune": Proof.NONE,
    "contact connu": Proof.CONTACT,
    "formulaire signé": Proof.SIGNED_FORM,
    "identité vue": Proof.IDENTITY_SEEN,
    "connexion": Proof.LOGIN,
    "connexion professionnelle": Proof.PROFESSIONAL,
}
THINGS = {
    "rien": Thing(),
    "une catégorie": Thing(category=CATEGORY),
    "un document": Thing(category=CATEGORY, document=THIS),
    "un document sans catégorie": Thing(document=THIS),
}
EFFECTS = {"immédiat": Effect.IMMEDIATE, "provisoire": Effect.PROVISIONAL, "commence": Effect.STARTS}


def _grant(scope: Scope, who: Rpps = HIM, starts: datetime = NOW - DAY, ends: datetime = NOW + DAY) -> tuple[Grant]:
    return (Grant(GRANT, who, scope, "soins", starts, ends),)


EVERYTHING = Scope(ScopeKind.EVERYTHING)
GRANTS: Mapping[str, tuple[Grant, ...]] = {
    "aucune": (),
    "à un autre": _grant(EVERYTHING, who=ANOTHER),
    "pas commencée": _grant(EVERYTHING, starts=NOW + timedelta(microseconds=1)),
    "terminée à cet instant": _grant(EVERYTHING, ends=NOW),
    # The other list is filled, so that reading the wrong one would be seen.
    "sans catégorie aucune": _grant(Scope(ScopeKind.CATEGORIES, documents=frozenset({THIS}))),
    "sans document aucun": _grant(Scope(ScopeKind.DOCUMENTS, categories=frozenset({CATEGORY}))),
    "tout depuis cet instant": _grant(EVERYTHING, starts=NOW),
    "une autre catégorie": _grant(Scope(ScopeKind.CATEGORIES, categories=frozenset({OTHER_CATEGORY}))),
    "cette catégorie": _grant(Scope(ScopeKind.CATEGORIES, categories=frozenset({CATEGORY}))),
    "un autre document": _grant(Scope(ScopeKind.DOCUMENTS, documents=frozenset({OTHER}))),
    "ce document": _grant(Scope(ScopeKind.DOCUMENTS, documents=frozenset({THIS}))),
    "tout": _grant(EVERYTHING),
}
MASK = MaskId(UUID(int=88))
MASKS: Mapping[str, tuple[Mask, ...]] = {
    "aucun": (),
    "ce document à tous": (Mask(MASK, THIS, None, None),),
    "ce document à lui": (Mask(MASK, THIS, None, HIM),),
    "ce document à un autre": (Mask(MASK, THIS, None, ANOTHER),),
    "cette catégorie à tous": (Mask(MASK, None, CATEGORY, None),),
    "ne nomme rien": (Mask(MASK, None, None, None),),
}
BLOCKS: Mapping[str, tuple[Block, ...]] = {
    "aucun": (),
    "lui pour tout": (Block(HIM, BlockKind.EVERYTHING),),
    "lui pour ses dépôts": (Block(HIM, BlockKind.DEPOSITS),),
    "un autre pour tout": (Block(ANOTHER, BlockKind.EVERYTHING),),
}


def _rights(will: Mapping[str, str]) -> Rights | None:
    if will["autorisation"] == "volontés inconnues":
        return None
    accepts = will["dépôts"] == "acceptés"
    return Rights(accepts, GRANTS[will["autorisation"]], MASKS[will["masque"]], BLOCKS[will["blocage"]])


def _says(decision: Decision, answer: Answer) -> bool:
    """Compare a decision with a line's answer, down to the grant named."""
    if answer.decision == "refusé":
        return decision == Refuse(answer.rule)
    used = GRANT if answer.rule == "grant" else None
    return decision == Permit(answer.rule, EFFECTS[answer.effect], used, answer.notify == "oui")


def _compare(whos: list[dict[str, str]], lines: list[Line]) -> tuple[int, list[str]]:
    """Ask both for each combination; return how many were compared and the differences."""
    wills = list(product(WILL))
    concrete = [(THINGS[will["objet"]], _rights(will)) for will in wills]
    asked = {
        (state, channel, proof): [(thing, Context(state, rights, channel, proof)) for thing, rights in concrete]
        for state in STATES.values()
        for channel in CHANNELS.values()
        for proof in PROOFS.values()
    }
    decide = rules.decide
    differences: list[str] = []
    for who in whos:
        if len(differences) > 20:
            break  # enough to see what is wrong
        subject = Subject(KINDS[who["qui"]], HIM, who["titulaire"] == "oui", who["pour elle"] == "oui")
        act = ACTS[who["démarche"]]
        pairs = asked[STATES[who["espace"]], CHANNELS[who["canal"]], PROOFS[who["preuve"]]]
        decisions = [decide(subject, act, thing, context, NOW) for thing, context in pairs]
        answers = answers_by_will(lines, who, wills)
        if isinstance(answers, Answer):
            distinct = {id(decision): decision for decision in decisions}.values()
            differences += [f"{who}: {d} against {answers}" for d in distinct if not _says(d, answers)]
        else:
            for will, decision, answer in zip(wills, decisions, answers, strict=True):
                if not _says(decision, answer):
                    differences.append(f"{who} {will}: {decision} against {answer}")
    return len(whos) * len(wills), differences


def test_the_table_and_the_decision_agree_on_a_sample_of_all_facts() -> None:
    whos = random.Random(20261).sample(list(product(WHO)), 1_000)
    _, differences = _compare(whos, read_table(TABLE))
    assert differences == []


@pytest.mark.slow
def test_the_table_and_the_decision_agree_on_every_combination_of_facts() -> None:
    lines = read_table(TABLE)
    count, differences = _compare(list(product(WHO)), lines)
    assert count == 83_865_600, "docs/specs/decision.md tells this number"
    print(f"{count} combinations, {len(differences)} differences, {len(lines)} lines")
    assert differences[:20] == []
    unused = [line.number for line in lines if not line.used]
    assert unused == [], "lines of the table that decide nothing"


def test_the_last_line_of_the_table_refuses_everything() -> None:
    last = read_table(TABLE)[-1]
    assert set(last.asks.values()) == {None}
    assert last.answer.decision == "refusé"


def test_every_rule_of_the_table_is_a_rule_of_the_decision_and_the_reverse() -> None:
    assert {line.answer.rule for line in read_table(TABLE)} == set(rules.RULES)


def test_every_act_kind_channel_proof_and_state_stands_in_the_table() -> None:
    assert set(ACTS.values()) == set(ActId)
    assert set(KINDS.values()) == set(ActorKind)
    assert set(CHANNELS.values()) == set(Channel)
    assert set(PROOFS.values()) == set(Proof)
    assert set(STATES.values()) == {None, *SpaceState}
