"""The whole story by pages, without JavaScript: what each person clicks, and what each page then says."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from espace_sante.access.request import ActId
from espace_sante.channels.paper import UNDO
from espace_sante.consent.evidence import every_notice
from espace_sante.web.forms import said_reference
from tests.journeys.counter import printed_for_her, with_her
from tests.journeys.surfer import Seen, Surfer
from tests.pdf_text import text
from tests.served import ServedHouse

pytestmark = [pytest.mark.database, pytest.mark.slow]
DIALLO, GUERIN = "99900000011", "99900000029"
LETTER = "Compte rendu : tension stable, MARQUEUR-7f3a.\n\nÀ revoir dans trois mois.\n".encode()
NOTHING = "Nous n'avons rien à vous montrer pour cette personne."


def surfer(whole: ServedHouse, account: str = "") -> Surfer:
    made = Surfer(whole.port)
    if account:
        assert made.sign_in(account).status == 200
    return made


def invite(whole: ServedHouse, name: str) -> str:
    """Invite an invented person by the operator's page; return her code."""
    account = whole.house.provider.accounts[name]
    year, month, day = account.birth_date.split("-")
    operator = surfer(whole, "accueil")
    page = operator.get("/exploitant")
    number: dict[str, str | list[str]] = {"ins": account.ins} if account.ins else {"local": account.local}
    done = operator.submit(
        page.form("/exploitant"),
        {
            **number,
            "birth_name": account.birth_name,
            "first_given": account.first_given,
            "birth_date-day": day,
            "birth_date-month": month,
            "birth_date-year": year,
            "sex": account.sex,
        },
    )
    assert "L’invitation est prise en compte" in done.words, done.words
    letter = operator.submit(done.form("/exploitant/lettre.pdf"))
    assert letter.body.startswith(b"%PDF-") and letter.header("content-type") == "application/pdf"
    return done.form("/exploitant/lettre.pdf").values["code"][0]


def opened(whole: ServedHouse, name: str, deposits: str = "yes") -> Surfer:
    invite(whole, name)
    person = surfer(whole, name)
    second = person.submit(person.get("/moi/invitation").form("/moi/invitation"), {"opening": "yes"})
    done = person.submit(second.form("/moi/invitation/reponses"), {"deposits": deposits})
    assert "Votre espace est ouvert" in done.words, done.words
    return person


def test_the_words_of_every_notice_ever_shown_are_given_by_their_hash(whole: ServedHouse) -> None:
    anybody = surfer(whole)
    for sha256 in every_notice():
        seen = anybody.get(f"/notices/{sha256}")
        assert (seen.status, hashlib.sha256(seen.body).hexdigest()) == (200, sha256)
    assert anybody.get("/notices/" + "0" * 64).status == 404


def test_an_opening_says_each_answer_and_each_question_left(whole: ServedHouse) -> None:
    invite(whole, "osman")
    person = surfer(whole, "osman")
    first = person.get("/moi/invitation")
    assert "selected>Je ne le dis pas<" in first.html, "nobody has to say her department"
    second = person.submit(first.form("/moi/invitation"), {"opening": "yes", "department": "63"})
    assert 'value="63" selected>63 Puy-de-Dôme<' in second.html, "what she said is not asked again"
    wrong = person.submit(second.form("/moi/invitation/reponses"), {"deposits": "peut-être"})
    assert wrong.status == 400 and "Choisissez une réponse de la liste" in wrong.words
    done = person.submit(
        wrong.form("/moi/invitation/reponses"), {"deposits": "no", "emergency": "no", "department": "63"}
    )
    assert "Votre espace est ouvert" in done.words and "Puy-de-Dôme" not in done.words
    assert done.words.count("Vous n’avez pas répondu : c’est non.") == 7
    settings = person.get("/moi/reglages")
    assert "Les professionnels ne peuvent pas déposer" in settings.words
    changed = person.submit(settings.form("/moi/reglages/accept_deposits"))
    assert "Votre choix est enregistré" in changed.words
    assert "Les professionnels peuvent déposer des documents" in person.get("/moi/reglages").words
    assert "Vous avez accepté que les professionnels déposent" in person.get("/moi/journal").words


def test_her_choices_say_what_she_answered_for_an_emergency(whole: ServedHouse) -> None:
    herself, _, account = whole.opened()
    person = surfer(whole, account.id)

    def said() -> str:
        page = person.get("/moi/reglages")
        assert "/moi/urgence" in page.links
        return re.findall(r"En urgence : (.*?[.])", page.words)[0]

    both = {"hidden": "no", "scope": "everything", "bedside": "yes"}
    assert said() == "personne ne lit."
    herself.done("set_emergency_will", {"regulator": "yes", **both})
    assert said() == "le médecin qui répond à l’appel, et un professionnel auprès de vous."
    herself.done("set_emergency_will", {"regulator": "no", **both})
    assert said() == "un professionnel auprès de vous."
    herself.done("seal_space")
    assert said() == "personne ne lit tant que votre espace est au coffre."
    herself.done("unseal_space")
    herself.done("refuse_emergency")
    assert said() == "personne ne lit." and "Vous avez dit jamais." in person.get("/moi/reglages").words


def look_up(doctor: Surfer, reference: str) -> Seen:
    return doctor.submit(doctor.get("/pro").form("/pro/personne"), {"person": reference})


def hand_in(doctor: Surfer, reference: str, title: str = "Consultation du 2 novembre", **typed: str) -> Seen:
    page = doctor.submit(look_up(doctor, reference).form("/pro/deposer"))
    values = {"title": title, "category": "5", "created-day": "2", "created-month": "11", "created-year": "2026"}
    file = ("file", ("lettre.txt", "text/plain", LETTER))
    return doctor.submit(page.form("/pro/deposer/envoyer"), {**values, **typed}, file=file)


def give(person: Surfer, **typed: str | list[str]) -> Seen:
    page = person.get("/moi/autorisations/donner")
    values = {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": "30"}
    return person.submit(page.form("/moi/autorisations/donner"), {**values, **typed})


def test_a_person_says_yes_and_everything_follows_until_she_closes(whole: ServedHouse) -> None:
    ins = whole.house.provider.accounts["karim"].ins
    person = opened(whole, "karim")
    assert "Mes documents" in person.get("/moi").words
    guerin, diallo = surfer(whole, "guerin"), surfer(whole, "diallo")

    handed = hand_in(guerin, ins)
    assert "Le document est déposé" in handed.words, handed.words
    assert guerin.submit(handed.form("/recu.pdf")).body.startswith(b"%PDF-")
    for doctor in (guerin, diallo):
        assert NOTHING in look_up(doctor, ins).words

    mine = person.get("/moi/documents")
    assert "Consultation du 2 novembre" in mine.words
    link = next(link for link in mine.links if link.startswith("/moi/documents/") and len(link) > 70)
    assert "Comptes rendus" in person.get(link).words
    content = person.get(f"{link}/contenu")
    assert content.body == LETTER and "attachment" in content.header("content-disposition")
    assert "sandbox" in content.header("content-security-policy")

    given = give(person)
    assert "Dr Awa Diallo" in given.words and "autorisation est donnée" in given.words
    assert "Dr Awa Diallo" in person.get("/moi/autorisations").words
    shown = look_up(diallo, ins)
    assert "Consultation du 2 novembre" in shown.words and "1 79 09 99 999 102 47" in shown.words
    read = diallo.submit(shown.form("/pro/document"))
    assert "Hôpital public du Val" in read.words
    assert diallo.submit(shown.form("/pro/contenu")).body == LETTER
    assert NOTHING in look_up(guerin, ins).words

    journal = person.get("/moi/journal").words
    assert re.search(r"Le document de la ligne \d+ · Je ne m’attendais pas", journal), "two links never touch"
    for words in (
        "Dr Awa Diallo (Maison de santé des Tilleuls) a lu un document.",
        "Dr Paul Guérin (Hôpital public du Val) a déposé un document.",
        "Dr Paul Guérin (Hôpital public du Val) a demandé la liste de vos documents. Refusé",
        "Aucune autorisation de votre part",
        "Vous avez autorisé Dr Awa Diallo à lire.",
        "Vous avez ouvert votre espace.",
    ):
        assert words in journal, (words, journal)

    hiding = person.get(link).form("/moi/cacher")
    assert "C’est caché" in person.submit(hiding, {"whom": "all"}).words
    assert "Caché" in person.get("/moi/documents").words
    assert "Consultation du 2 novembre" not in look_up(diallo, ins).words
    stale = diallo.submit(shown.form("/pro/contenu"))
    assert stale.status == 404 and LETTER not in stale.body

    hidden = person.get("/moi/caches")
    assert "Consultation du 2 novembre" in hidden.words and "Tous les professionnels" in hidden.words
    assert "Depuis le" in hidden.words
    again = hidden.form("/moi/montrer")
    assert "Votre choix est repris" in person.submit(again).words
    assert "Consultation du 2 novembre" in look_up(diallo, ins).words
    assert "Vous ne cachez rien" in person.get("/moi/caches").words

    wrong = person.submit(person.get("/moi/bloquer").form("/moi/bloquer"), {"practitioner": "12", "what": "everything"})
    assert wrong.status == 400 and wrong.form("/moi/bloquer").values["practitioner"] == ["12"]
    blocked = person.submit(wrong.form("/moi/bloquer"), {"practitioner": DIALLO, "what": "everything"})
    assert "C’est bloqué" in blocked.words and "Dr Awa Diallo" in blocked.words
    assert NOTHING in look_up(diallo, ins).words
    assert "Non remis" in hand_in(diallo, ins).words
    told = give(person).words
    assert "mais vous bloquez encore ces lectures" in told, told
    mine = person.get("/moi/autorisations")
    assert "Rien n’est lu, malgré cette autorisation." in mine.words and "Ce que vous bloquez" in mine.words
    free = mine.form("/moi/debloquer")
    assert "C’est débloqué" in person.submit(free).words
    assert "Ce que vous bloquez" not in person.get("/moi/autorisations").words
    assert "Consultation du 2 novembre" in look_up(diallo, ins).words
    for words in ("Vous avez montré de nouveau un document.", "Vous avez bloqué Dr Awa Diallo.", "Vous avez débloqué"):
        assert words in person.get("/moi/journal").words

    withdrawn = person.submit(person.get("/moi/autorisations").form("/moi/autorisations/retirer"))
    assert "autorisation est retirée" in withdrawn.words
    assert "Personne d’autre que vous" in person.get("/moi/autorisations").words
    assert NOTHING in look_up(diallo, ins).words

    closing = person.get("/moi/fermer").form("/moi/fermer")
    assert person.submit(closing).status == 400
    wrong = person.submit(closing, {"sure": "yes", "department": "63000"})
    assert wrong.status == 400 and "Ce département n'existe pas" in wrong.words.replace("’", "'"), wrong.words
    closed = person.submit(closing, {"sure": "yes", "department": "63"})
    assert "Votre espace est fermé" in closed.words, closed.words
    receipt = person.submit(closed.form("/recu.json"))
    assert json.loads(receipt.body)["payload"]["act"] == "close_space"
    assert "Vous n’avez pas d’espace" in person.get("/moi").words
    assert person.get(f"{link}/contenu").status == 404
    assert "Non remis" in hand_in(guerin, ins).words


def test_a_no_is_one_step_and_gives_the_only_receipt(whole: ServedHouse) -> None:
    invite(whole, "marcel")
    person = surfer(whole, "marcel")
    form = person.get("/moi").form("/moi/invitation")
    assert [value for _, value in form.buttons] == ["yes", "no", "later"]
    assert "Rien n’a changé" in person.submit(form, {"opening": "later"}).words
    done = person.submit(form, {"opening": "no"})
    assert "Votre refus est enregistré" in done.words and "seul exemplaire" in done.words
    again = person.submit(form, {"opening": "no"})
    assert again.form("/recu.json").values["receipt"] == done.form("/recu.json").values["receipt"]
    assert person.submit(done.form("/recu.pdf")).body.startswith(b"%PDF-")
    payload = json.loads(person.submit(done.form("/recu.json")).body)["payload"]
    assert payload["answers"] == {"open": "no"} and "person" not in payload
    assert "aucune invitation" in person.get("/moi").words


def test_unknown_not_granted_and_closed_are_the_same_page_to_a_professional(whole: ServedHouse) -> None:
    account = whole.house.provider.accounts["lucie"]
    opened(whole, "lucie")
    doctor = surfer(whole, "lopez")
    known, unknown = look_up(doctor, account.ins), look_up(doctor, "286019999910508")
    assert known.status == unknown.status == 404

    def told(page: Seen, number: str) -> str:
        words = page.html.replace(said_reference(f"ins:{number}"), "N").replace(number, "N")
        return re.sub(r'value="[0-9a-f.]{32,}"', "value", words)

    assert told(known, account.ins) == told(unknown, "286019999910508")


def test_what_is_refused_comes_back_with_what_was_typed(whole: ServedHouse) -> None:
    person = opened(whole, "nadia", "no")
    refused = give(person, practitioner="12", days="7")
    assert refused.status == 400 and "Ce numéro de professionnel" in refused.words
    assert refused.form("/moi/autorisations/donner").values["practitioner"] == ["12"]
    assert refused.form("/moi/autorisations/donner").values["days"] == ["7"]
    page = person.get("/moi/documents/deposer").form("/moi/documents/deposer")
    typed: dict[str, str | list[str]] = {
        "title": "Radio",
        "category": "3",
        "created-day": "31",
        "created-month": "2",
        "created-year": "2026",
    }
    file = ("file", ("x.txt", "text/plain", b"bonjour"))
    assert 'id="created-date"' in person.submit(page, typed, file=file).html
    lying = person.submit(page, {**typed, "created-day": "1"}, file=("file", ("x.pdf", "application/pdf", b"bonjour")))
    assert lying.status == 422 and "pas du type annoncé" in lying.words
    assert "Non remis" in hand_in(surfer(whole, "guerin"), whole.house.provider.accounts["nadia"].ins).words
    wrong = person.submit(person.get("/moi/cacher").form("/moi/cacher"), {"whom": "one"})
    assert wrong.status == 400 and "numéro du professionnel" in wrong.words


def test_jeanne_does_everything_at_the_counter_and_the_agent_sees_nothing(whole: ServedHouse) -> None:
    jeanne = whole.house.provider.accounts["jeanne"]
    code = invite(whole, "jeanne")
    agent = surfer(whole, "petit")

    def act(word: str, name: str, *, file: tuple[str, tuple[str, str, bytes]] | None = None, **typed: str) -> Seen:
        return with_her(agent, word, name, jeanne.ins, typed, file=file)

    assert act("guichet", "open_space", checked="").status == 400
    said = act("guichet", "open_space", kind="code", person_number=code, deposits="no")
    assert "Votre espace est ouvert" in said.words, said.words
    receipt = " ".join(text(agent.submit(said.form("/recu.pdf")).body).split())
    assert UNDO[ActId.OPEN_SPACE] in receipt and "formulaire ES-54" in receipt
    dated = {"title": "Ordonnance", "category": "2", "created-day": "3", "created-month": "11", "created-year": "2026"}
    deposited = act("guichet", "deposit_document", file=("file", ("o.txt", "text/plain", LETTER)), **dated)
    assert "Le document est déposé" in deposited.words, deposited.words
    for name in ("list_documents", "read_journal"):
        printed = printed_for_her(agent, surfer(whole, "imprimante"), name, jeanne.ins)
        assert printed.body.startswith(b"%PDF-") and "attachment" in printed.header("content-disposition")
    asked = act("telephone", "list_documents")
    assert "il manque la signature" in asked.words and "Ordonnance" not in asked.words
    granted = act(
        "courrier", "grant_access", coupon="C-1", practitioner=DIALLO, scope="everything", purpose="care", days="30"
    )
    assert "autorisation est donnée" in granted.words, granted.words
    doctor = surfer(whole, "diallo")
    assert "Ordonnance" in look_up(doctor, jeanne.ins).words
    withdrawn = act("telephone", "withdraw_access", practitioner=DIALLO)
    assert "retirée dès maintenant" in withdrawn.words
    assert NOTHING in look_up(doctor, jeanne.ins).words
    again = act(
        "courrier", "grant_access", coupon="C-1", practitioner=GUERIN, scope="everything", purpose="care", days="30"
    )
    assert again.status == 409
    closed = act("guichet", "close_space", sure="yes")
    assert "Votre espace est fermé" in closed.words


def test_no_health_datum_reaches_a_file_in_clear(whole: ServedHouse) -> None:
    folder = Path(whole.house.settings.home)
    marked = [path for path in folder.rglob("*") if path.is_file() and b"MARQUEUR-7f3a" in path.read_bytes()]
    assert marked == []
