"""The pages of the debate in a real browser, without JavaScript: read, write with a code, type a letter in, vote, contest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from espace_sante.debate import events as e
from espace_sante.debate.words import Reason, Role, Sort
from tests.debate_house import DebateHouse, debate_house, served_pages
from tests.pages.browser import axe, follow, overflows, press, visit

pytestmark = [pytest.mark.database, pytest.mark.browser]


@pytest.fixture(scope="module")
def house() -> Iterator[DebateHouse]:
    with debate_house() as made:
        yield made


@pytest.fixture(scope="module")
def address(house: DebateHouse) -> Iterator[str]:
    with served_pages(house) as served:
        yield served


def said(page: Page) -> str:
    """Return the words of a page, every space a plain one."""
    return " ".join(page.locator("main").inner_text().split())


def fill(page: Page, code: str, sort: str, text: str) -> None:
    page.get_by_label("Votre code pour écrire").fill(code)
    page.get_by_label(sort, exact=True).check()
    page.get_by_label("Votre texte").fill(text)


def test_somebody_reads_writes_with_her_code_and_finds_her_text_the_next_day(house, address, browser: Browser):
    name = house.new_dossier()
    code, _ = house.envelope(name)
    with visit(browser, address) as visited:
        page = visited.page
        page.goto("/debat")
        page.locator(f"a[href='/debat/dossiers/{name}']").click()
        page.get_by_role("link", name="Écrire avec mon code").click()
        fill(page, code.lower().replace("-", " "), "Une proposition", "Publier chaque facture.\n\nChaque mois.")
        press(page, "Envoyer mon texte")
        assert "C’est reçu" in said(page) and "mélangé" in said(page)
        page.goto(f"/debat/dossiers/{name}")
        assert "Publier chaque facture." not in said(page)
        house.publish()
        page.reload()
        assert "Publier chaque facture. Chaque mois." in said(page)
        page.get_by_role("link", name="Retrouver mon texte").click()
        page.get_by_label("Le code avec lequel vous avez écrit").fill(code)
        press(page, "Chercher")
        assert "Publier chaque facture." in said(page) and "Je conteste" not in said(page)
        assert page.context.cookies() == [] and visited.elsewhere == []


def test_a_mistake_is_said_beside_its_field_and_nothing_written_is_lost(house, address, browser: Browser):
    name = house.new_dossier()
    code, vote = house.envelope(name)
    with visit(browser, address) as visited:
        page = visited.page
        for typed, sort, text, words in (
            (code[:-1], "Une question", "Combien ?", "un caractère est faux"),
            (vote, "Une question", "Combien ?", "n’est pas pour ce dossier"),
            (code, "Un argument pour", "Oui.", "à quelle proposition"),
            (code, "Une question", "x", "entre 3 et 4 000"),
        ):
            page.goto(f"/debat/dossiers/{name}/ecrire")
            fill(page, typed, sort, text)
            press(page, "Envoyer mon texte")
            assert words in said(page) and page.title().startswith("Erreur")
            assert page.get_by_label("Votre texte").input_value() == text
            assert page.get_by_label("Votre code pour écrire").input_value() == typed
            assert axe(page) == []
        proposal = house.write(name, "Une lettre par an.").contribution
        house.publish()
        page.goto(f"/debat/dossiers/{name}/ecrire")
        page.get_by_label("À quelle proposition répondez-vous").select_option(f"Une lettre par an. – {proposal}")
        fill(page, code, "Une question", "Combien ?")
        press(page, "Envoyer mon texte")
        assert "choisissez « Aucune »" in said(page) and axe(page) == []


def test_every_mistake_of_a_form_is_said_at_once(house, address, browser: Browser):
    name = house.new_dossier()
    code, text, sort = "un caractère est faux", "entre 3 et 4 000", "Choisissez ce que vous écrivez"
    desk, day = "Ce code n’est pas complet", "Cette date n’est pas possible"
    with visit(browser, address) as visited:
        page = visited.page
        page.goto(f"/debat/dossiers/{name}/ecrire")
        press(page, "Envoyer mon texte")
        assert [one for one in (code, sort, text) if one in said(page)] == [code, sort, text]
        assert links(page) == ["#code", "#sort", "#text"] and axe(page) == []
        page.get_by_label("Un argument pour", exact=True).check()
        press(page, "Envoyer mon texte")
        assert links(page) == ["#code", "#about", "#text"]
        page.goto(f"/debat/dossiers/{name}/courrier")
        press(page, "Enregistrer cette lettre")
        assert [one for one in (desk, day, sort, text) if one in said(page)] == [desk, day, sort, text]
        assert links(page) == ["#desk", "#arrived", "#code", "#sort", "#text"] and axe(page) == []
        assert page.locator("#arrived, #desk, #code, #sort, #text").count() == 5


def links(page: Page) -> list[str]:
    """Return where the summary of the mistakes leads, in its order."""
    return [one.get_attribute("href") or "" for one in page.locator(".govuk-error-summary a").all()]


def test_a_letter_is_typed_in_by_a_desk_and_counts_from_its_postmark(house, address, browser: Browser):
    name = house.new_dossier()
    code, _ = house.envelope(name)
    desk = house.drawn()
    house.run(house.opened[0].add_desk(desk, "courrier", house.today + timedelta(days=30)))
    posted = house.today
    house.today += timedelta(days=4)
    arrived = house.today - timedelta(days=1)
    with visit(browser, address) as visited:
        page = visited.page
        for word in (house.drawn(), desk):
            page.goto(f"/debat/dossiers/{name}/courrier")
            page.get_by_label("Code du guichet").fill(word)
            for what, day in (("postmark", posted), ("arrived", arrived)):
                page.locator(f"[name='{what}-day']").fill(str(day.day))
                page.locator(f"[name='{what}-month']").fill(str(day.month))
                page.locator(f"[name='{what}-year']").fill(str(day.year))
            fill(page, code, "Une question", "Qui ouvre les lettres ?")
            press(page, "Enregistrer cette lettre")
            if word != desk:
                assert "n’est pas celui d’un guichet" in said(page)
        assert "C’est reçu" in said(page)
        # It had waited one day; it waits for all that comes the day it is typed, and is published with them.
        house.run(house.opened[0].publish(house.today))
        page.goto(f"/debat/dossiers/{name}")
        assert "Qui ouvre les lettres ?" not in said(page)
        typed = house.today
        house.publish()
        page.goto(f"/debat/dossiers/{name}")
        assert "Qui ouvre les lettres ?" in said(page)
    voice = next(iter(house.run(house.opened[0].book()).dossiers[name].voices.values()))
    assert voice.said.made_on == posted and voice.said.published_on == typed + timedelta(days=1)
    assert (typed.replace(day=1), 1, 1) in house.run(house.opened[0].delays())


def test_a_hidden_text_is_contested_by_whoever_wrote_it_and_answered_in_public(house, address, browser: Browser):
    name = house.new_dossier()
    code, _ = house.envelope(name)
    number = house.write(name, "Un texte qui fâche.", code=code).contribution
    house.publish()
    first = house.opened[0]
    house.run(
        first.append([e.Moderated(number, Reason.OTHER_SUBJECT, "Parle d’une route.", Role.MODERATOR, house.today)])
    )
    with visit(browser, address) as visited:
        page = visited.page
        page.goto("/debat/moderation")
        assert "Parle d’une route." in said(page) and "qui fâche" not in page.content()
        assert axe(page) == []
        page.goto(f"/debat/dossiers/{name}/mon-texte")
        page.get_by_label("Le code avec lequel vous avez écrit").fill(code)
        press(page, "Chercher")
        assert axe(page) == []
        page.get_by_label("Pourquoi ce texte doit être montré").fill("La route mène à la maternité.")
        press(page, "Contester")
        assert "Elle paraît demain" in said(page)
        house.publish()
        page.goto("/debat/moderation")
        assert "Contesté." in said(page)
        answer = e.ContestAnswered(number, True, "La route compte.", Role.MODERATOR_OF_CONTESTS, house.today)
        house.run(first.append([answer]))
        page.goto(f"/debat/dossiers/{name}")
        assert "Un texte qui fâche." in said(page) and "La route compte." in said(page)


def test_somebody_votes_on_each_proposal_and_reads_the_result_when_all_letters_have_come(
    house, address, browser: Browser
):
    name = house.new_dossier()
    first = house.opened[0]
    one = house.write(name, "Une lettre par an.").contribution
    other = house.write(name, "Deux lettres par an.").contribution
    house.publish()
    house.today = house.run(first.book()).dossiers[name].opened.closes_on + timedelta(days=1)
    ends = house.today + timedelta(days=30)
    house.run(first.append([e.VoteOpened(name, (one, other), house.today, ends)]))
    _, code = house.envelope(name)
    with visit(browser, address) as visited:
        page = visited.page
        page.goto(f"/debat/dossiers/{name}")
        follow(page.get_by_role("link", name="Voter avec mon code"))
        assert axe(page) == [] and page.locator("input:checked").count() == 0
        page.get_by_label("Votre code pour voter").fill(code)
        page.get_by_label("Votre code pour voter").fill("902E")
        press(page, "Mettre mon bulletin")
        assert links(page) == ["#code", f"#p-{one}", f"#p-{other}"]
        page.get_by_label("Votre code pour voter").fill(code)
        press(page, "Mettre mon bulletin")
        assert links(page) == [f"#p-{one}", f"#p-{other}"] and "Répondez pour chaque proposition" in said(page)
        page.get_by_role("group", name="Une lettre par an.").get_by_label("Pour", exact=True).check()
        page.get_by_role("group", name="Deux lettres par an.").get_by_label("Ni l’un ni l’autre").check()
        press(page, "Mettre mon bulletin")
        assert "Votre bulletin est reçu" in said(page)
        by_post, desk = house.envelope(name)[1], house.drawn()
        house.run(first.add_desk(desk, "courrier", ends))
        page.goto(f"/debat/dossiers/{name}/bulletin")
        page.get_by_label("Code du guichet").fill(desk)
        page.get_by_label("Code pour voter").fill(by_post)
        for what in ("postmark", "arrived"):
            for part, value in (("day", house.today.day), ("month", house.today.month), ("year", house.today.year)):
                page.locator(f"[name='{what}-{part}']").fill(str(value))
        for number in (one, other):
            page.locator(f"[name='p-{number}'][value='against']").check()
        assert axe(page) == []
        press(page, "Enregistrer ce bulletin")
        assert "Votre bulletin est reçu" in said(page)
        page.goto(f"/debat/dossiers/{name}")
        assert "Résultat" not in said(page)
        house.run(first.count(name, ends + timedelta(days=21)))
        page.reload()
        assert "2 bulletins." in said(page) and axe(page) == []


def test_what_is_late_is_shown_late(house, address, browser: Browser):
    name = house.new_dossier()
    house.write(name, "Quand répondrez-vous ?", sort=Sort.QUESTION)
    house.publish()
    here = house.today
    with visit(browser, address) as visited:
        for days, late in ((60, 0), (61, 1)):
            house.today = here + timedelta(days=days)
            visited.page.goto(f"/debat/dossiers/{name}")
            assert visited.page.get_by_text("Réponse en retard").count() == late
        house.today = here
        held = house.write(name, "Appelez-moi au 01 99 00 12 34.").contribution
        house.publish()
        published = house.today
        for days, late in ((3, 0), (4, 1)):
            house.today = published + timedelta(days=days)
            for path in ("/debat/moderation", f"/debat/dossiers/{name}"):
                visited.page.goto(path)
                card = visited.page.locator("section.es-card", has_text=held)
                assert card.get_by_text("En retard", exact=True).count() == late
    house.today = here


@pytest.mark.parametrize(
    "path",
    ["", "/comment", "/moderation", "/decisions", "/dossiers/{0}", "/dossiers/{0}/ecrire", "/dossiers/{0}/courrier"],
)
def test_each_page_is_accessible_light_and_fits_a_narrow_screen(house, address, browser: Browser, path: str):
    name = house.new_dossier()
    house.write(name, "Une idée.")
    house.publish()
    looks = (("fr", 320, "dark"), ("fr", 1280, "light"), ("fr-simple", 320, "light"), ("en", 320, "light"))
    for language, width, scheme in looks:
        with visit(browser, address, width=width, scheme=scheme) as visited:
            visited.page.goto(f"/debat{path.format(name)}?langue={language}")
            assert axe(visited.page) == [] and not overflows(visited.page)
            assert visited.transferred_bytes() <= 60 * 1024 and visited.elsewhere == []


def test_the_language_chosen_is_kept_from_page_to_page_without_a_cookie(house, address, browser: Browser):
    name = house.new_dossier()
    with visit(browser, address) as visited:
        visited.page.goto("/debat?langue=en")
        visited.page.locator(f"a[href='/debat/dossiers/{name}?langue=en']").click()
        follow(visited.page.get_by_role("link", name="Write with my code"))
        assert visited.page.get_by_role("button", name="Send my text").count() == 1
        assert visited.page.context.cookies() == []
