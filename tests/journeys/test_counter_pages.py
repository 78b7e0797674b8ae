"""The counter as an agent has it: look for the act, read it back to the person, then do it; nothing is skipped or ticked for her."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from espace_sante.access.request import ActId, Channel
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from espace_sante.actions.shown_text import shown_text
from espace_sante.actions.spoken import said_aloud, spoken_code
from espace_sante.consent.sheets import numbered, said_sheet
from espace_sante.kernel.i18n import Language, translator
from espace_sante.web.portal import DOORS
from tests.inside import chains
from tests.journeys.counter import path_of, read_back, with_her
from tests.journeys.surfer import Surfer
from tests.journeys.test_story import surfer
from tests.served import ServedHouse

pytestmark = [pytest.mark.database]
WAYS = ("guichet", "courrier", "telephone")
ADDRESS = {"street": "1 rue des Essais", "town": "63000 Clermont"}


def last_of(house: ServedHouse, act: str) -> list[str]:
    """Return what each entry of an act keeps of the program that asked."""
    found = house.background.run(chains(house.house.settings))
    return [record["client"] for records in found.values() for record in records if record["act"] == act]


def test_the_page_that_is_read_back_cannot_be_skipped_in_any_way(whole: ServedHouse) -> None:
    _, _, account = whole.opened()
    agent = surfer(whole, "petit")
    before = len(last_of(whole, "ask_reminders"))
    for word in WAYS:
        typed = {"months": "6", "coupon": f"SAUT-{word}"}
        second = read_back(agent, word, "ask_reminders", account.ins, typed)
        assert second.status == 200 and "Rien n’est encore fait" in second.words
        form = second.form(path_of(word, "ask_reminders"))
        assert "aloud" in form.asked and "aloud" not in form.values, "the agent ticks it, nobody else"
        skipped = agent.submit(form, {})
        assert skipped.status == 400 and 'id="aloud"' in skipped.html
        straight = agent.submit(form, {"relu": ""})
        assert straight.status == 200 and "Rien n’est encore fait" in straight.words
    assert len(last_of(whole, "ask_reminders")) == before, "nothing was asked of the keeper"


def test_a_numbered_sheet_is_not_entered_as_a_form_of_the_post(whole: ServedHouse) -> None:
    """By the post one agent gives alone, from today: the second agent and the day written would be left out by mistake."""
    _, _, account = whole.opened()
    (sheet,) = numbered(7, 1)
    typed = {"months": "6", "coupon": said_sheet(sheet)}
    wrong = read_back(surfer(whole, "petit"), "courrier", "ask_reminders", account.ins, typed)
    assert wrong.status == 400 and "« Une feuille numérotée est à entrer »" in wrong.words


def test_the_agent_says_first_whether_he_knows_her_and_then_does_nothing_for_her(whole: ServedHouse) -> None:
    _, _, account = whole.opened()
    agent = surfer(whole, "petit")
    unsaid = read_back(agent, "guichet", "seal_space", account.ins, {"tie": ""})
    assert unsaid.status == 400 and "Dites si vous connaissez cette personne" in unsaid.words
    tied = read_back(agent, "guichet", "seal_space", account.ins, {"tie": "family"})
    assert tied.status == 422 and "Un autre agent fait la démarche avec elle" in tied.words
    later = with_her(agent, "telephone", "seal_space", account.ins)
    assert later.status == 422 and "Un autre agent fait la démarche avec elle" in later.words, "said once, it holds"
    assert with_her(surfer(whole, "vasseur"), "guichet", "seal_space", account.ins).status == 200


def test_a_card_by_letter_is_told_by_its_number_alone_and_no_station_waits_for_it(whole: ServedHouse) -> None:
    herself, _, account = whole.opened()
    card = {"scope": "everything", "purpose": "care", "uses": "2", "days": "30", "post": "yes"}
    made = herself.done("issue_access_card", card)
    assert made["result"].keys() == {"number", "ends"} and made["receipt"]["payload"]["post"] is True
    agent, replaced = surfer(whole, "petit"), {"replaces": made["result"]["number"]}
    early = with_her(agent, "guichet", "issue_access_card", account.ins, card | {"days": "7"})
    assert early.status == 400 and "30 jours au moins" in early.words
    page = with_her(agent, "guichet", "issue_access_card", account.ins, card | replaced)
    assert page.status == 200 and "une fois la lettre postée" in page.words, page.words
    (found,) = herself.done("read_journal")["result"]["cards"]
    assert (found["mailed"], found["posted"]) == (True, "") and found["number"] != made["result"]["number"]


def test_what_was_shown_is_kept_with_the_act_and_made_again(whole: ServedHouse) -> None:
    _, _, account = whole.opened()
    agent = surfer(whole, "petit")
    done = with_her(agent, "guichet", "give_address", account.ins, ADDRESS | {"aid": "interprete"})
    assert done.status == 200, done.words
    kept = last_of(whole, "give_address")[-1]
    text = shown_text(REGISTRY[ActId.GIVE_ADDRESS], Channel.COUNTER, "fr", translator(Language.FR).gettext)
    assert kept == f"guichet fr {text.fingerprint} interprete"
    screen = agent.get("/guichet/ecran/guichet/give_address")
    assert text.fingerprint[:8] in screen.words
    for line in (text.title, *text.lines):
        assert line.replace("\u00a0", " ").replace("\u202f", " ") in screen.words.replace("\u202f", " ")


def test_a_relay_service_does_the_same_act_and_is_noted(whole: ServedHouse) -> None:
    _, _, account = whole.opened()
    agent = surfer(whole, "petit")
    done = with_her(agent, "telephone", "refuse_deposits", account.ins, {"aid": "relais"})
    assert done.status == 200 and "provisoire" in done.words, done.words
    assert last_of(whole, "refuse_deposits")[-1].endswith(" relais")
    assert read_back(agent, "telephone", "refuse_deposits", account.ins, {"aid": "voisin"}).status == 400


def test_a_code_said_a_form_or_a_word_leads_to_the_act_by_each_way(whole: ServedHouse) -> None:
    agent = surfer(whole, "petit")
    act = REGISTRY[ActId.BLOCK]
    for word, home in (("guichet", "/guichet"), ("courrier", "/guichet/courrier"), ("telephone", "/guichet/telephone")):
        for asked in (spoken_code(act), said_aloud(spoken_code(act)), act.form):
            found = agent.get(f"{home}?q={asked.replace(' ', '+').replace('é', '%C3%A9')}")
            assert [link for link in found.links if "/demarche/" in link] == [path_of(word, "block")], asked
        assert "Aucune démarche" in agent.get(f"{home}?q=zzz").words


def test_nothing_is_ticked_for_her_on_any_page_of_any_act(whole: ServedHouse) -> None:
    agent = surfer(whole, "petit")
    for act in PERSON_ACTS:
        for word in WAYS:
            page = agent.get(path_of(word, act.id))
            assert not re.search(
                r"<input[^>]*\bchecked\b(?!=?\")", re.sub(r'name="checked"|id="checked[^"]*"', "", page.html)
            )
            assert '<option value="" selected' in page.html or " selected" not in page.html, act.id


def test_yes_and_no_weigh_the_same_and_stand_in_no_fixed_order(whole: ServedHouse) -> None:
    agent = surfer(whole, "petit")
    seen = set()
    for _ in range(40):
        part = agent.get("/guichet").html.partition('class="es-either"')[2].partition("</div>")[0]
        links = re.findall(r'<a class="([^"]*)" href="/guichet/demarche/guichet/(open_space|refuse_space)"', part)
        assert len(links) == 2 and len({classes for classes, _ in links}) == 1, "one class for both"
        seen.add(tuple(act for _, act in links))
        if len(seen) == 2:
            break
    assert len(seen) == 2, "each answer stands first at times"


def test_saying_no_at_the_end_does_nothing_and_takes_one_press_as_yes_does(whole: ServedHouse) -> None:
    _, _, account = whole.opened()
    agent = surfer(whole, "petit")
    before = len(last_of(whole, "seal_space"))
    second = read_back(agent, "guichet", "seal_space", account.ins)
    either = second.html.partition('class="es-either"')[2].partition("</div>")[0]
    assert either.count("govuk-button--secondary") == 2, "neither weighs more"
    assert 'href="/guichet"' in either
    agent.get("/guichet")
    assert len(last_of(whole, "seal_space")) == before


def test_the_screen_shown_to_her_says_nothing_of_whose_it_is_and_is_for_agents(whole: ServedHouse) -> None:
    agent = surfer(whole, "petit")
    shown = agent.get("/guichet/ecran/guichet/open_space")
    assert shown.status == 200 and "Ouvrir mon espace de santé" in shown.words
    assert surfer(whole, "diallo").get("/guichet/ecran/guichet/open_space").status == 403
    assert agent.get("/guichet/ecran/guichet/list_cases").status == 404
    assert agent.get("/guichet/ecran/ailleurs/open_space").status == 404


def test_by_telephone_what_is_done_is_said_once_it_is_done_and_not_before(whole: ServedHouse) -> None:
    _, _, account = whole.opened()
    agent = surfer(whole, "petit")
    said = REGISTRY[ActId.REFUSE_DEPOSITS].phone
    first = agent.get(path_of("telephone", "refuse_deposits"))
    assert said not in first.words and "Je vous rappelle au numéro" in first.words
    assert said not in read_back(agent, "telephone", "refuse_deposits", account.ins).words
    done = with_her(agent, "telephone", "refuse_deposits", account.ins).words
    assert said in done and "Une lettre porte ce reçu à la personne" in done
    beside = with_her(agent, "guichet", "accept_deposits", account.ins).words
    assert "remettez-le à la personne" in beside


@pytest.mark.parametrize("who", ["", "jeanne", "diallo", "petit", "accueil"])
def test_help_stands_in_the_same_place_on_every_page(whole: ServedHouse, who: str) -> None:
    screen = surfer(whole, who) if who else Surfer(whole.port)
    seen = 0
    for door in DOORS:
        if door.method == "GET" and "{" not in door.path and not door.path.endswith((".zip", ".json", ".pdf")):
            page = screen.get(door.path)
            if page.header("content-type").startswith("text/html"):
                tools = page.html.partition('class="es-top__tools"')[2]
                first = re.findall(r'<a [^>]*href="([^"]*)"', tools)[0]
                assert first == "/aide", door.path
                assert page.links[-6:-3].count("/aide") or "/aide" in page.links[-8:], door.path
                seen += 1
    assert seen > 20


def test_a_yes_by_telephone_only_starts_and_says_so(whole: ServedHouse) -> None:
    account = whole.new_person()
    traits = {"birth_name": account.birth_name, "first_given": account.first_given, "birth_date": account.birth_date}
    whole.client("accueil").done("invite", {"ins": account.ins, "local": "", "sex": account.sex, **traits})
    said = with_her(surfer(whole, "petit"), "telephone", "open_space", account.ins, {"deposits": "yes"})
    assert said.status == 200 and "il manque la signature" in said.words, said.words


def test_a_form_that_came_by_post_keeps_the_day_of_its_postmark(whole: ServedHouse) -> None:
    _, _, account = whole.opened()
    agent = surfer(whole, "petit")
    today = whole.house.now().date()
    posted, tomorrow = today - timedelta(days=3), today + timedelta(days=1)
    typed = {"months": "6", "coupon": "CACHET-1"}
    first = agent.get(path_of("courrier", "ask_reminders"))
    assert first.form(path_of("courrier", "ask_reminders")).values["arrived-day"] == [f"{today:%d}"], (
        "it came today, mostly"
    )
    refused = with_her(agent, "courrier", "ask_reminders", account.ins, typed | of_day("postmark", tomorrow))
    assert refused.status == 400 and "Vérifiez les dates" in refused.words and 'id="arrived' in refused.html
    assert read_back(agent, "courrier", "ask_reminders", account.ins, typed | {"arrived-day": "32"}).status == 400
    second = read_back(agent, "courrier", "ask_reminders", account.ins, typed | of_day("postmark", posted))
    assert f"{posted:%d/%m/%Y}" in second.words, "it is read back"
    done = with_her(agent, "courrier", "ask_reminders", account.ins, typed | of_day("postmark", posted))
    assert done.status == 200, done.words
    lines = [one for records in whole.background.run(chains(whole.house.settings)).values() for one in records]
    assert any({f"since:{posted}", f"arrived:{today}"} <= set(one["objects"]) for one in lines)


def of_day(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": f"{day:%d}", f"{name}-month": f"{day:%m}", f"{name}-year": f"{day:%Y}"}
