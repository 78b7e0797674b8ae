"""What one line of the debate's log may break for ever: a name, a day, an answer to a contest, too many proposals."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from espace_sante.debate import events as e
from espace_sante.debate.book import Book, book_of
from espace_sante.debate.export import ExportRefused, export_of, read_export
from espace_sante.debate.shown import decisions_feed
from espace_sante.debate.words import Change, Reason, Role, Sort, Theme
from espace_sante.journal.merkle import MemoryTree, leaf_hash
from espace_sante.kernel.i18n import Language
from tests.public.test_debate_site import FIRST, SAID, SALT, SIGNER, com, pages, story, written

FAR = FIRST + timedelta(days=40)


def opened(name: str, until: date = FAR) -> e.DossierOpened:
    return e.DossierOpened(name, Theme.COST, "Qui paie ?", "Comment ?", FIRST, until, True)


@pytest.mark.parametrize(
    "name", ["../../../dehors", "a/b", "", "Coûts", "moderation", "decisions", "index", "a" * 61, "a\nb"]
)
def test_a_dossier_whose_name_is_a_path_or_a_page_of_the_debate_is_never_opened(name: str) -> None:
    assert Book().refusal(opened(name)) is not None


def test_a_signed_file_writes_nothing_outside_the_folder_of_the_site() -> None:
    with pytest.raises(ExportRefused):
        read_export(written([opened("../../../../dehors"), *story(FIRST)]), SIGNER.key)


def test_a_dossier_does_not_take_the_place_of_the_page_of_moderation() -> None:
    with pytest.raises(ExportRefused):
        read_export(written([opened("moderation"), *story(FIRST)]), SIGNER.key)


@pytest.mark.parametrize("until", [date.max, date.max - timedelta(days=59), date(9000, 1, 1)])
def test_no_last_day_makes_the_debate_unreadable_for_ever(until: date) -> None:
    assert Book().refusal(opened("couts", until)) is not None, "it never owes an answer; nor do pages reckon such a day"


def test_a_vote_open_for_thousands_of_years_is_refused() -> None:
    book = book_of(
        [
            opened("couts"),
            e.Contributed("c1", "couts", Sort.PROPOSAL, "", com("c1"), FIRST, FIRST, source="https://a.fr/1"),
        ]
    )
    assert book.refusal(e.VoteOpened("couts", ("c1",), FAR + timedelta(days=1), date.max)) is not None


def held_contested() -> Book:
    events = story(FIRST)[:3]
    events += [
        e.Contributed("c2", "couts", Sort.QUESTION, "", com("c2"), FIRST, FIRST, Reason.PERSONAL_DATA),
        e.Contested("c2", com("c1"), FIRST),
    ]
    return book_of(events)


def test_the_answer_to_a_contest_does_not_hide_a_text_that_is_shown() -> None:
    book = held_contested()
    book.add(e.Released("c2", Role.MODERATOR, FIRST))
    voice = book.voice("c2")
    assert voice is not None and voice.is_shown
    answer = e.ContestAnswered("c2", False, "Il est déjà montré.", Role.MODERATOR_OF_CONTESTS, FIRST, "1" * 16)
    assert book.refusal(answer) is not None, (
        "hidden without any of the four reasons, and nobody may contest it any more"
    )


def test_the_answer_to_the_contest_of_a_held_text_is_read_by_everybody() -> None:
    events = story(FIRST)
    events[3] = e.Contributed("c2", "couts", Sort.QUESTION, "", com("c2"), FIRST, FIRST, Reason.PERSONAL_DATA)
    why = "Ce numéro est celui d’une personne."
    events[5:6] = [
        e.Contested("c2", com("c1"), FIRST),
        e.ContestAnswered("c2", False, why, Role.MODERATOR_OF_CONTESTS, FIRST, "1" * 16),
    ]
    made = pages(read_export(written(events), SIGNER.key), Language.FR)
    assert why in made["debat/moderation.html"] and why in made["debat/couts.html"]


def test_a_hidden_text_put_back_in_a_file_by_somebody_who_kept_it_is_refused() -> None:
    leaves, tree = [e.leaf_of(event) for event in story(FIRST)], MemoryTree()
    for leaf in leaves:
        tree.append(leaf_hash(leaf))
    every = [(com(number), SALT, SAID[number]) for number in SAID]
    data = export_of(leaves, every, SIGNER.head_of(tree))  # the signature is that of the lines: texts are not in it
    with pytest.raises(ExportRefused):
        read_export(data, SIGNER.key)


def test_a_line_of_the_feed_keeps_its_name_when_another_comes_the_same_day() -> None:
    from xml.etree import ElementTree

    atom = "{http://www.w3.org/2005/Atom}"

    def names(events: list[e.Event]) -> dict[str, str]:
        feed = ElementTree.fromstring(decisions_feed(book_of(events), "", ""))
        return {str(one.findtext(f"{atom}title")): str(one.findtext(f"{atom}id")) for one in feed.iter(f"{atom}entry")}

    before = names(story(FIRST))
    after = names([*story(FIRST), e.Changed("decision-1", Change.GUARANTEE, "G3", FIRST)])
    assert {title: after[title] for title in before} == before
    assert len(set(after.values())) == 3
