"""The debate written to a disk from its signed file: the same words as on the service, no hidden text, no server."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from espace_sante.debate import events as e
from espace_sante.debate.export import Exported, ExportRefused, export_of, read_export
from espace_sante.debate.shown import decisions_feed
from espace_sante.debate.signing import Signer
from espace_sante.debate.texts import commitment
from espace_sante.debate.words import Reason, Role, Sort, Theme
from espace_sante.journal.merkle import MemoryTree, leaf_hash
from espace_sante.kernel.i18n import Language
from espace_sante.public.debate import debate_pages
from espace_sante.public.site import ADDRESSES, Place
from espace_sante.web.rendering import render

FIRST, SALT = date(2026, 3, 2), bytes(16)
SIGNER = Signer.of("debat.exemple/debat", bytes(32))
SAID = {"c1": "Publier chaque dépense.", "c2": "Un mot d’injure.", "c3": "Pour : c’est notre argent."}


def com(number: str) -> str:
    return commitment(SAID[number], SALT)


def story(last: date) -> list[e.Event]:
    return [
        e.DossierOpened("couts", Theme.COST, "Qui paie ?", "Comment ?", FIRST, FIRST + timedelta(days=40), False),
        e.EnvelopesPrinted("couts", 3, FIRST),
        e.Contributed("c1", "couts", Sort.PROPOSAL, "", com("c1"), FIRST, FIRST),
        e.Contributed("c2", "couts", Sort.QUESTION, "", com("c2"), FIRST, FIRST),
        e.Contributed("c3", "couts", Sort.FOR, "c1", com("c3"), FIRST, FIRST),
        e.Moderated("c2", Reason.INSULT, "Un mot blessant.", Role.MODERATOR, FIRST),
        e.Summed("couts", "Des comptes publics.", "Montrer les dépenses.", "Public accounts.", last),
        e.Decided("decision-1", "couts", "Les dépenses sont publiées.", last),
        e.Changed("decision-1", "cost", "ligne 12", last),
    ]


def written(events: list[e.Event]) -> bytes:
    leaves, tree = [e.leaf_of(event) for event in events], MemoryTree()
    for leaf in leaves:
        tree.append(leaf_hash(leaf))
    shown = [(com(number), SALT, SAID[number]) for number in ("c1", "c3")]
    return export_of(leaves, shown, SIGNER.head_of(tree))


def pages(found: Exported | None, language: Language) -> dict[str, str]:
    made = {}
    for path, content in debate_pages(found, ADDRESSES, language):
        place = Place("../../", {one: f"../../{one.value}/{path}" for one in Language})
        made[path] = render(content.template, language, frame="public/site.html", place=place, **content.values)
    return made


@pytest.mark.parametrize("language", Language)
def test_the_pages_say_what_the_file_says_in_each_language_and_nothing_that_is_hidden(language):
    found = read_export(written(story(FIRST)), SIGNER.key)
    made = pages(found, language)
    assert set(made) == {"debat/index.html", "debat/moderation.html", "debat/decisions.html", "debat/couts.html"}
    dossier = made["debat/couts.html"]
    summary = {Language.FR: "Des comptes publics.", Language.FR_SIMPLE: "Montrer les dépenses."}
    for words in (SAID["c1"], SAID["c3"], summary.get(language, "Public accounts."), "decision-1", "ligne 12"):
        assert words in dossier
    assert "ligne 12" in made["debat/decisions.html"] and "couts.html#d-decision-1" in made["debat/decisions.html"]
    assert com("c2") in dossier and "Un mot blessant." in made["debat/moderation.html"]
    assert not any(SAID["c2"] in page for page in made.values())
    for page in made.values():
        links = re.findall(r'href="([^"]+)"', page)
        assert not [link for link in links if link.startswith(("/", "http"))], "a link that needs a server"
        assert "<form" not in page


def test_the_same_file_gives_the_same_pages_and_what_is_late_is_late_on_its_last_day():
    late = FIRST + timedelta(days=61)
    on_time, overdue = (read_export(written(story(day)), SIGNER.key) for day in (FIRST + timedelta(days=60), late))
    assert pages(overdue, Language.FR) == pages(read_export(written(story(late)), SIGNER.key), Language.FR)
    assert "Réponse en retard" not in pages(on_time, Language.FR)["debat/couts.html"]
    assert "Réponse en retard" in pages(overdue, Language.FR)["debat/couts.html"]


def test_without_a_file_the_site_says_that_the_debate_is_read_elsewhere():
    assert list(pages(None, Language.FR)) == ["debat/index.html"]
    assert "n’est pas joint" in pages(None, Language.FR)["debat/index.html"]


def test_a_file_signed_by_another_key_makes_no_page():
    with pytest.raises(ExportRefused):
        read_export(written(story(FIRST)), Signer.of("debat.exemple/debat", bytes([1]) * 32).key)


def test_a_text_shown_after_it_was_held_is_not_called_hidden_and_a_contest_that_came_too_late_is_told() -> None:
    later = FIRST + timedelta(days=2)
    events = story(later)
    events[3] = e.Contributed("c2", "couts", Sort.QUESTION, "", com("c2"), FIRST, FIRST, Reason.INSULT)
    events[5] = e.Released("c2", Role.MODERATOR, later)
    events.insert(6, e.ContestDropped("c2", later))
    html = pages(read_export(written(events), SIGNER.key), Language.FR)["debat/moderation.html"].replace("\xa0", " ")
    assert "Ce texte avait été retenu. Une personne l’a lu : il est montré." in html and "Texte caché" not in html
    assert "Une contestation est venue, lue le 4 mars 2026. Le texte était déjà montré" in html


@pytest.mark.parametrize(("days", "late"), [(3, False), (4, True)])
def test_a_held_text_that_nobody_looked_at_in_time_is_said_late_in_the_log_of_moderation(days: int, late: bool) -> None:
    events = story(FIRST + timedelta(days=days))
    events[3] = e.Contributed("c2", "couts", Sort.QUESTION, "", com("c2"), FIRST, FIRST, Reason.INSULT)
    del events[5]
    made = pages(read_export(written(events), SIGNER.key), Language.FR)
    for page in ("debat/moderation.html", "debat/couts.html"):
        assert "Retenu avant d’être montré" in made[page] and ("En retard" in made[page]) is late


def test_the_decisions_of_the_debate_are_a_feed_that_leads_to_their_dossier() -> None:
    book = read_export(written(story(FIRST)), SIGNER.key).book
    feed = ElementTree.fromstring(decisions_feed(book, "../fr/debat/", ".html"))
    atom = "{http://www.w3.org/2005/Atom}"
    titles = [one.findtext(f"{atom}title") for one in feed.iter(f"{atom}entry")]
    assert titles == ["Décision decision-1", "Une ligne de coût : ligne 12"]
    assert {one.attrib["href"] for one in feed.iter(f"{atom}link")} == {"../fr/debat/couts.html"}
