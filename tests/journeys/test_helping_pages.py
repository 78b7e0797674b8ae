"""Acting for somebody by the pages: named, accepted, done, from the right tab only; nothing of her shows before."""

from __future__ import annotations

import re

import pytest

from tests.journeys.counter import with_her
from tests.journeys.surfer import Seen, Surfer
from tests.served import ServedHouse, posted

pytestmark = [pytest.mark.database, pytest.mark.slow]
NAME = "Claire Bonnet"


def named(her: Surfer, acts: list[str], **more: str) -> str:
    """Name the helper by her page; return the code, shown once."""
    form = her.get("/moi/aidants").form("/moi/aidants")
    assert "acts" not in form.values
    page = her.submit(form, {"name": NAME, "acts": acts, "reads": "no", "days": "31", **more})
    assert page.status == 200, page.words
    (code,) = re.findall(r"<strong>([0-9A-Z-]{21})</strong>", page.html)
    assert code not in her.get("/moi/aidants").html
    return str(code)


def accepted(helper: Surfer, code: str, label: str) -> Seen:
    """Accept by the helper's page; return the page of the person helped."""
    page = helper.submit(helper.get("/pour").form("/pour"), {"code": code, "label": label})
    assert page.status == 200, page.words
    assert page.path.startswith("/pour/")
    return page


def somebody(house: ServedHouse) -> tuple[Surfer, str]:
    """Return a person with a space at her browser, and her public id."""
    _, person, account = house.opened()
    her = Surfer(house.port)
    her.sign_in(account.id)
    return her, person


def signed_in(house: ServedHouse, account: str) -> Surfer:
    surfer = Surfer(house.port)
    surfer.sign_in(account)
    return surfer


def test_a_helper_by_trade_does_what_was_ticked_under_a_banner_and_her_journal_says_who(whole: ServedHouse) -> None:
    her, _ = somebody(whole)
    helper = signed_in(whole, "bonnet")
    page = accepted(helper, named(her, ["mask", "block"]), "Madame Z.")
    assert "Vous agissez pour Madame Z." in page.words
    assert "Rien d’autre ne vous est permis" in page.words
    links = [link for link in page.links if "/demarche/" in link]
    assert sorted(link.rpartition("/")[2] for link in links) == ["block", "mask"]
    assert not [link for link in page.links if link.endswith("/documents")]
    form = helper.get(links[0]).form(links[0])
    assert form.values["pour"] == [page.path.removeprefix("/pour/")]
    done = helper.submit(form, {"practitioner": "99900000011"} if links[0].endswith("block") else {"category": "5"})
    assert done.status == 200, done.words
    assert "Vous agissez pour Madame Z." in done.words
    journal = her.get("/moi/journal").words
    assert f"Votre aidant {NAME} (Maison France Services de Saint-Aubin)" in journal
    assert f"{NAME} (Maison France Services de Saint-Aubin) a accepté son mandat" in journal
    assert "Vous lui avez donné un mandat d’aidant" in journal
    again = her.get("/moi/aidants")
    assert "Peut agir" in again.words
    her.submit(again.form("/moi/aidants/arreter"))
    assert helper.get(page.path).status == 404
    assert "Vous n’agissez pour personne" in helper.get("/pour").words or "Madame Z." not in helper.get("/pour").words


def test_a_form_of_one_tab_sent_from_the_page_of_another_person_does_nothing(whole: ServedHouse) -> None:
    one, _ = somebody(whole)
    other, _ = somebody(whole)
    helper = signed_in(whole, "bonnet")
    first = accepted(helper, named(one, ["mask"]), "Première")
    second = accepted(helper, named(other, ["mask"]), "Seconde")
    left, right = (f"{page.path}/demarche/mask" for page in (first, second))
    tab = helper.get(left).form(left)
    helper.get(right)  # another tab, another person
    crossed = helper.post(right, {**tab.values, "category": "5"}, files=True)
    assert crossed.status == 409
    assert "ouverte pour une autre personne" in crossed.words
    without = {name: value for name, value in tab.values.items() if name != "pour"}
    assert helper.post(left, {**without, "category": "5"}, files=True).status == 409
    for her in (one, other):
        assert "a caché" not in her.get("/moi/journal").words
    assert helper.submit(tab, {"category": "5"}).status == 200, "from its own page it is done"
    assert "a caché" in one.get("/moi/journal").words
    assert "a caché" not in other.get("/moi/journal").words


def test_nothing_of_her_shows_to_a_helper_who_may_not_read(whole: ServedHouse) -> None:
    her, person = somebody(whole)
    title = "Titre-Zanzibar"
    sent = posted(b"Bonjour.", subject={"reference": f"Patient/{person}"}, title=title)
    assert whole.client("guerin").ask("POST", "/fhir/DocumentReference", sent).status == 201
    helper = signed_in(whole, "bonnet")
    page = accepted(helper, named(her, ["mask"]), "Madame Y.")
    refused = helper.get(f"{page.path}/documents")
    assert refused.status == 403
    for seen in (page, refused, helper.get("/pour"), helper.get(f"{page.path}/demarche/mask")):
        assert title not in seen.html
        assert person not in seen.html


def test_a_person_acts_for_another_and_reads_what_she_ticked_and_not_what_she_hides(whole: ServedHouse) -> None:
    her, person = somebody(whole)
    for title, category in (("Ordonnance de mai", "11"), ("Secret de juin", "5")):
        sent = posted(b"Bonjour.", subject={"reference": f"Patient/{person}"}, title=title)
        assert whole.client("guerin").ask("POST", "/fhir/DocumentReference", sent).status == 201
        del category
    hidden = [form for form in her.get("/moi/documents").forms if form.values.get("title") == ["Secret de juin"]]
    assert her.submit(hidden[0]).status == 200
    _, _, account = whole.opened(birth_name="DURAND", first_given="PAUL")
    helper = signed_in(whole, account.id)
    form = her.get("/moi/aidants").form("/moi/aidants")
    page = her.submit(form, {"name": "Paul Durand", "reads": "yes", "days": "1"})
    (code,) = re.findall(r"<strong>([0-9A-Z-]{21})</strong>", page.html)
    mine = accepted(helper, str(code), "Maman")
    listed = helper.get(f"{mine.path}/documents")
    assert "Ordonnance de mai" in listed.words
    assert "Secret de juin" not in listed.html
    (document,) = {link for link in listed.links if re.fullmatch(mine.path + "/documents/[0-9a-f]{64}", link)}
    assert "Ordonnance de mai" in helper.get(document).words
    assert helper.get(f"{document}/contenu").body == b"Bonjour."
    stranger = signed_in(whole, "caron")
    assert stranger.get(document).status == stranger.get(mine.path).status == 404
    assert "Votre aidant" in her.get("/moi/journal").words


def test_two_agents_record_and_check_a_mandate_that_is_printed_to_be_signed(whole: ServedHouse) -> None:
    _, _, account = whole.opened()
    agent, other = signed_in(whole, "petit"), signed_in(whole, "vasseur")
    values = {"name": NAME, "acts": ["mask"], "reads": "no", "days": "31"}
    sheets = with_her(agent, "guichet", "name_helper", account.ins, values)
    assert sheets.status == 200
    assert sheets.header("Content-Type") == "application/pdf"
    assert sheets.body.startswith(b"%PDF-")
    page = signed_in(whole, account.id).get("/moi/aidants").words
    assert "Un agent doit encore vérifier la feuille" in page
    (number,) = re.findall(r"Mandat ([0-9]{6})", page)
    assert "Vérifier un mandat" in agent.get("/guichet").words
    check = {"number": str(number)}
    assert with_her(agent, "guichet", "check_mandate", account.ins, check).status == 403
    assert with_her(other, "guichet", "check_mandate", account.ins, check).status == 200
    assert "N’a pas encore accepté" in signed_in(whole, account.id).get("/moi/aidants").words
