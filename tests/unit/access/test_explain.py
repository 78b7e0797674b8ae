from __future__ import annotations

from espace_sante.access.explain import EFFECT_SENTENCES, SENTENCES, explain
from espace_sante.access.outcomes import AGENT_PHONE_PROVISIONAL, AGENT_PHONE_STARTS, HOLDER, RULES
from espace_sante.access.request import Effect, Permit, Refuse


def test_every_rule_has_its_sentence_and_no_sentence_is_without_rule() -> None:
    assert set(SENTENCES) == set(RULES)
    assert set(EFFECT_SENTENCES) == set(Effect)


def test_a_sentence_is_one_that_can_be_read_aloud() -> None:
    for sentence in (*SENTENCES.values(), *EFFECT_SENTENCES.values()):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert len(sentence) <= 160


def test_an_immediate_decision_is_explained_by_its_rule_alone() -> None:
    assert explain(HOLDER) == "C’est vous : cet espace est le vôtre."
    assert explain(Refuse("masked")) == "Vous avez caché ce document ou sa catégorie."


def test_a_decision_by_telephone_says_how_far_it_went() -> None:
    assert "provisoire" in explain(AGENT_PHONE_PROVISIONAL)
    assert "Rien n’a changé" in explain(AGENT_PHONE_STARTS)


def test_a_rule_without_sentence_is_said_so() -> None:
    assert explain(Permit("of-tomorrow")) == "Cette règle n’a pas d’explication."
