"""Episodes, as plans: what is written, what is refused, and what a voice on the telephone never learns."""

from __future__ import annotations

from uuid import UUID

from espace_sante.access.request import ActId, Refuse
from espace_sante.consent.rights import Episode
from espace_sante.keeper.acts.episodes import EPISODES_MOST, episode_numbered, keep_episode
from espace_sante.keeper.demand import KeepEpisodeParams
from espace_sante.kernel.ids import EpisodeId
from tests.unit.keeper.situations import does_nothing, situation, will


def test_there_are_two_hundred_episodes_at_most() -> None:
    episodes = tuple(Episode(EpisodeId(UUID(int=number)), "x") for number in range(EPISODES_MOST))
    asked = KeepEpisodeParams("", "one more", [])
    full = keep_episode(situation(ActId.KEEP_EPISODE, asked, will=will(episodes=episodes)))
    assert (full.decision, full.code) == (Refuse("invalid"), "episodes-full")
    assert does_nothing(full)
    change = KeepEpisodeParams("000007", "renamed", [])
    assert keep_episode(situation(ActId.KEEP_EPISODE, change, will=will(episodes=episodes))).code == ""
    almost = keep_episode(situation(ActId.KEEP_EPISODE, asked, will=will(episodes=episodes[1:])))
    assert almost.code == "" and almost.write is not None


def test_a_new_episode_never_takes_the_number_of_another() -> None:
    first, second = (UUID(bytes=bytes(15) + bytes((last,)), version=4) for last in (0, 1))
    drawn = iter([first.bytes, first.bytes, second.bytes, bytes(64)])
    present = will(episodes=(Episode(EpisodeId(first), "x"),))
    asked = KeepEpisodeParams("", "y", [])
    plan = keep_episode(situation(ActId.KEEP_EPISODE, asked, will=present, random=lambda length: next(drawn)[:length]))
    assert plan.objects == (f"episode:{second.int % 1_000_000:06d}",)


def test_it_is_named_by_its_number_spaces_or_not() -> None:
    one = Episode(EpisodeId(UUID(int=123456)), "x")
    rights = will(episodes=(one,)).rights
    assert episode_numbered(rights, "123456") is episode_numbered(rights, " 123 456") is one
    assert episode_numbered(rights, "12345") is episode_numbered(rights, "") is None
