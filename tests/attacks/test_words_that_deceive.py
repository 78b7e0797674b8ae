"""Words of a document that would hide, turn around, cover or imitate ours: in lists, on pages, on paper, in a terminal."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator

import pytest

from espace_sante.actions import fields
from espace_sante.cli import show
from espace_sante.kernel.errors import Problem
from tests.fixtures_database import Databases
from tests.hostile.test_previewer import many_pages
from tests.journeys.counter import printed_for_her
from tests.journeys.surfer import Seen, Surfer
from tests.served import Client, ServedHouse, posted, served_house
from tests.small_cda import small_cda

pytestmark = [pytest.mark.database]
DIALLO = "99900000011"
INVISIBLE = {
    "a line of its own": "Lettre\u2028Refusé.",
    "a paragraph of its own": "Lettre\u2029Refusé.",
    "invisible tags": "Lettre\U000e0041\U000e0042",
    "a blank letter": "\u3164",
    "blank Braille": "\u2800\u2800",
    "a blank of no width": "Let\u200btre",
    "marks piled up": "L" + "\u0336" * 40,
    "a page command": "Lettre\x9b31m",
}
HONEST = (
    "Œuvre d’Anne-Zoé : 2ᵉ avis",
    "Nguyễn Thị Ánh",
    "שָׁלוֹם",
    "می‌خواهم",
    "हिन्दी",
    "co\u00adopération",
    "日本語 名前",
)


@pytest.fixture(scope="module")
def whole(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, whole=True, uploads_per_minute=1000) as served:
        yield served


@pytest.fixture(scope="module")
def space(whole: ServedHouse) -> tuple[Surfer, Client, str, str]:
    """Return a person's browser, a depositor, her public id and her number."""
    _, person, account = whole.opened()
    surfer = Surfer(whole.port)
    assert surfer.sign_in(account.id).status == 200
    return surfer, whole.client("guerin"), person, account.ins


def deposit(space: tuple[Surfer, Client, str, str], content: bytes, media_type: str = "text/xml", **more: str) -> str:
    _, sender, person, _ = space
    resource = posted(content, contentType=media_type, subject={"reference": f"Patient/{person}"}, **more)
    reply = sender.ask("POST", "/fhir/DocumentReference", resource)
    assert reply.status == 201, reply.body
    return str(reply.json["id"])


def cda(body: str, **parts: str) -> bytes:
    structured = f"<component><structuredBody>{body}</structuredBody></component>"
    return small_cda("", **{"patient": "", "replaces": "", "id": "", "body": structured, **parts})


def section(text: str, title: str = "Motif") -> str:
    return f"<component><section><title>{title}</title><text>{text}</text></section></component>"


@pytest.mark.parametrize("trick", INVISIBLE)
def test_a_title_or_a_name_that_hides_or_covers_words_is_refused(
    space: tuple[Surfer, Client, str, str], trick: str
) -> None:
    _, sender, person, _ = space
    words = INVISIBLE[trick]
    subject = {"reference": f"Patient/{person}"}
    for resource in (
        posted(b"words\n", subject=subject, title=words),
        posted(b"words\n", subject=subject, author=[{"display": words}]),
        posted(cda(section("Rien.")), subject=subject, contentType="text/xml", title="Bon", type={"text": words}),
        posted(cda(section("Rien."), title=f"<title>{words}</title>"), subject=subject, contentType="text/xml"),
    ):
        reply = sender.ask("POST", "/fhir/DocumentReference", resource)
        # The title of a health document is read as words: a separator of lines is a blank there, and nothing of it is kept.
        assert reply.status == 400 or "line" in trick or "paragraph" in trick, (trick, reply.body)
        assert words not in json.dumps(reply.json, ensure_ascii=False), "nor is it said back"


@pytest.mark.parametrize("words", HONEST)
def test_names_of_every_writing_are_kept(words: str) -> None:
    fields.refuse_hidden_characters(words, "titre")


def test_marks_of_any_number_on_any_letter_are_looked_at_once() -> None:
    with pytest.raises(Problem):
        fields.refuse_hidden_characters("é" * 100_000 + "e" + "\u0301" * 7, "titre")


def test_the_name_of_a_file_inside_a_document_does_not_turn_our_own_words_around(
    space: tuple[Surfer, Client, str, str],
) -> None:
    name = "compte\u202egnp.exe\u2066"
    data = base64.b64encode(many_pages(9)).decode()
    body = (
        f'<component><section><title>{name}</title><text><renderMultiMedia referencedObject="f"/>x</text>'
        f'<entry><observationMedia ID="f"><value mediaType="application/pdf" representation="B64">{data}</value>'
        "</observationMedia></entry></section></component>"
    )
    seen = space[0].get(f"/moi/documents/{deposit(space, cda(body))}")
    assert seen.status == 200
    assert re.search("[\u202a-\u202e\u2066-\u2069]", seen.html) is None
    assert "Voir tout le fichier 1" in seen.words


FORGERIES = {
    "our notice": '<content class="es-cda-notices es-cda-added" styleCode="es-cda-notices">À remarquer</content>',
    "our form": '<form action="/moi/fermer" method="post"><input name="anti_forgery"/><button>Oui</button></form>',
    "our label": '<content ID="practitioner">x</content><label for="practitioner">Votre mot de passe</label>',
    "our anchor": '<content ID="main-content">x</content><linkHtml href="#main-content">Continuer</linkHtml>',
    "our anchors' form": '<content ID="es-cda-section-1">x</content><linkHtml href="#es-cda-section-1">y</linkHtml>',
    "a place over ours": '<paragraph style="position:fixed;inset:0;z-index:99" styleCode="xFixed">Connectez-vous</paragraph>',
    "another frame": '<iframe src="/moi/fermer"/><object data="/moi/fermer"/><embed src="/moi/fermer"/>',
    "an address": '<linkHtml href="data:text/html,x">a</linkHtml><linkHtml href="/deconnexion">b</linkHtml>',
    "our place for a file": "&lt;!--file 1--&gt;",
    "an end of ours": "&lt;/section&gt;&lt;form action='/moi/fermer'&gt;",
    "a column of ours": '<table><tbody><tr><td data-label="x" class="govuk-error-message">y</td></tr></tbody></table>',
}


def outline(seen: Seen) -> list[str]:
    """Return every form, field, class and place of a page that is not one of the view."""
    tags = re.findall(
        r"<(?:form|input|button|label|iframe|object|embed|style|script|link|base|meta)\b[^>]*>", seen.html
    )
    tags = [re.sub(r'value="[^"]*"', "", tag) for tag in tags]
    names = re.findall(r'\b(?:id|for|class|name)="([^"]*)"', seen.html)
    return sorted(tags) + sorted({name for each in names for name in each.split() if not name.startswith("es-cda-")})


@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_narrative_writes_a_form_a_name_or_a_look_of_ours(
    space: tuple[Surfer, Client, str, str], forgery: str
) -> None:
    plain = space[0].get(f"/moi/documents/{deposit(space, cda(section('Rien.')))}")
    seen = space[0].get(f"/moi/documents/{deposit(space, cda(section(FORGERIES[forgery])))}")
    assert (plain.status, seen.status) == (200, 200)
    allowed = {"es-cda", "es-visually-hidden"}
    assert [one for one in outline(seen) if one not in outline(plain) and one not in allowed] == []
    for link in seen.links:
        assert link.startswith(("/", "#")) and not link.startswith("//"), link
    inside = seen.html.partition('<section class="es-shown"')[2].partition("</section>\n")[0]
    assert "/deconnexion" not in re.findall(r'href="([^"]*)"', inside)
    assert 'class="es-cda-notices' not in inside
    assert seen.header("x-frame-options") == "DENY"
    assert "frame-ancestors 'none'" in seen.header("content-security-policy")


def test_a_text_that_is_an_xml_in_another_encoding_is_printed_like_any_other(
    whole: ServedHouse, space: tuple[Surfer, Client, str, str]
) -> None:
    content = '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1")
    document = deposit(space, content, "text/plain")
    agent, station = Surfer(whole.port), Surfer(whole.port)
    assert agent.sign_in("petit").status == station.sign_in("imprimante").status == 200
    printed = printed_for_her(agent, station, "read_document", space[3], {"document": document})
    assert (printed.status, printed.body[:5]) == (200, b"%PDF-"), printed.status
    assert space[0].get(f"/moi/documents/{document}").status == 200


def test_what_a_terminal_is_given_commands_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = {"title": "a\x9b31mb\x1b]0;x\x07\u202ec\u2066", "é": "œ"}
    show.as_json(hostile)
    said = capsys.readouterr().out
    assert json.loads(said) == hostile
    assert said.rstrip("\n").isprintable() and "é" in said and "œ" in said
