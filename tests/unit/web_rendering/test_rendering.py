"""What every page keeps: French everywhere, nothing inline, nothing absent, nothing ticked beforehand."""

import re
from datetime import UTC, date, datetime

import pytest
from jinja2 import UndefinedError

from espace_sante.kernel.i18n import Language
from espace_sante.web.policy import Here
from espace_sante.web.rendering import Link, Page, environment, language_url, render, render_error
from tests.pages.sample import sample_pages

# What the component library writes when a string is not given.
ENGLISH_DEFAULTS = (
    "Skip to main content", "There is a problem", "Warning", "Menu", "Important", "Success", "Show", "Hide",
    "Pagination", "Breadcrumb", "Back", "Support links", "Contents", "Cookie", "Error", "Previous", "Next", "GOV.UK",
    "Crown", "Day", "Month", "Year", "Choose",
)  # fmt: skip
PAGES = sample_pages(Language.FR)


def seen_or_heard(html: str) -> str:
    """The words a person sees or hears: text, and the attributes that are read out."""
    read_out = " ".join(re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]*)"', html))
    return re.sub(r"<[^>]+>", " ", html) + " " + read_out


@pytest.mark.parametrize("path", PAGES)
def test_no_english_of_the_component_library_is_shown(path: str) -> None:
    words = re.sub(r"English", "", seen_or_heard(PAGES[path]))
    assert [word for word in ENGLISH_DEFAULTS if re.search(rf"\b{re.escape(word)}", words)] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_script_and_no_inline_style(path: str) -> None:
    html = PAGES[path]
    assert "<script" not in html and "<style" not in html
    assert re.findall(r"\s(?:style|on[a-z]+)=", html) == []
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', html) == []


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_its_language_its_title_and_that_it_is_not_mon_espace_sante(path: str) -> None:
    html = PAGES[path]
    assert '<html lang="fr"' in html
    assert re.search(r"<title>[^<]+ – espace-sante</title>", html)
    assert "Logiciel libre, sans lien avec Mon espace santé." in html
    assert html.count("<main") == 1
    # The panel of the sample page is the end of another page: it brings its own title.
    assert len(re.findall(r"<h1", html)) == (2 if 'class="govuk-panel ' in html else 1)


@pytest.mark.parametrize("path", PAGES)
def test_identifiers_of_a_page_are_unique_and_every_label_has_its_field(path: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', PAGES[path])
    assert len(ids) == len(set(ids))
    named = re.findall(r'\sfor="([^"]+)"', PAGES[path])
    assert set(named) <= set(ids)
    described = [word for group in re.findall(r'aria-describedby="([^"]+)"', PAGES[path]) for word in group.split()]
    assert set(described) <= set(ids)


def test_the_title_of_a_refused_form_begins_with_the_word_error_and_links_to_each_field() -> None:
    html = PAGES["/erreurs"]
    assert "<title>Erreur\N{NO-BREAK SPACE}: " in html
    for name in ("name", "birth"):
        assert f'href="#{name}"' in html and re.search(rf'<input[^>]* id="{name}"', html)


def test_a_choice_is_never_made_beforehand() -> None:
    answer = PAGES["/pieces"].split('name="answer"')[1:]
    assert len(answer) == 3 and not any(re.search(r"^[^>]*checked", one) for one in answer)


def test_a_form_that_changes_something_carries_its_key_and_its_token() -> None:
    assert '<input type="hidden" name="idempotency_key" value="k-1">' in PAGES["/pieces"]
    assert '<input type="hidden" name="anti_forgery" value="t-1">' in PAGES["/pieces"]


def test_values_are_escaped_wherever_they_stand() -> None:
    hostile = "</textarea><script>alert(1)</script>\" onload='x'"
    page = environment(Language.FR).from_string(
        "{{ ui.text_input('a', h, value=h, hint=h, error=h) }}{{ ui.textarea('b', h, value=h) }}"
        "{{ ui.radios('c', h, [(h, h, h)]) }}{{ ui.select('d', h, [(h, h)]) }}{{ ui.summary_list([(h, h, [(h, h, h)])]) }}"
        "{{ ui.table(h, [h], [[h]]) }}{{ ui.card(h, h, [(h, h)]) }}{{ ui.tag(h) }}{{ ui.warning(h) }}{{ ui.code(h) }}"
        "{{ ui.error_summary({h: h}) }}{{ ui.breadcrumbs([(h, h)]) }}{{ ui.done(h) }}{{ ui.file_upload('e', h, accept=h) }}"
    )
    html = page.render(h=hostile)
    assert "<script" not in html and "onload='" not in html


def test_a_value_that_was_not_given_is_an_error_never_an_empty_space() -> None:
    with pytest.raises(UndefinedError):
        render("base/help.html", Language.FR, phone="", counter="")


def test_the_trial_banner_shows_only_with_the_development_provider() -> None:
    sentence = "Essai\N{NO-BREAK SPACE}: identités inventées, rien de réel."
    assert sentence in render("base/home.html", Language.FR, page=Page(development=True), here=Here(False, 24))
    assert sentence not in render("base/home.html", Language.FR, here=Here(False, 24))


def test_an_error_page_says_what_to_do_and_gives_its_reference() -> None:
    html = render_error(
        404, Language.FR, page=Page(), reference="7F3A", sentence="Rien ici.", then=Link("/pro", "Chercher de nouveau")
    )
    assert "Rien ici." in html and "7F3A" in html and 'href="/pro"' in html and "Que faire maintenant" in html
    assert "<title>Une erreur est survenue chez nous" in render_error(418, Language.FR, page=Page())


@pytest.mark.parametrize("language", Language)
def test_each_language_leads_to_the_others_from_the_same_page(language: Language) -> None:
    html = render("base/home.html", language, page=Page(path="/moi/journal"), here=Here(False, 24))
    for other in set(Language) - {language}:
        assert f'href="/moi/journal?langue={other.value}"' in html
    assert f'<html lang="{language.tag}"' in html


def test_the_public_home_has_one_address_by_language() -> None:
    assert language_url("/", Language.EN) == "/en"
    assert language_url("/fr", Language.FR_SIMPLE) == "/fr-simple"


def test_dates_and_sizes_are_said_in_the_language_of_the_page() -> None:
    template = environment(Language.FR).from_string("{{ d | date }} {{ m | moment }} {{ n | size }} {{ c | money }}")
    shown = template.render(d=date(2026, 3, 1), m=datetime(2026, 7, 1, 22, 5, tzinfo=UTC), n=2_300_000, c=1250)
    spaced = shown.replace("\N{NO-BREAK SPACE}", " ")
    assert spaced == (
        '1er mars 2026 <time datetime="2026-07-01T22:05:00+00:00">2 juillet 2026 à 0 h 05 (heure de Paris)</time>'
        " 2,3 Mo 12,50 €"
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.FR, "28 novembre 2026, novembre 2026"),
        (Language.FR_SIMPLE, "28 novembre 2026, novembre 2026"),
        (Language.EN, "28 November 2026, November 2026"),
    ],
)
def test_a_day_or_a_month_of_a_file_is_said_in_words(language: Language, told: str) -> None:
    template = environment(language).from_string("{{ '2026-11-28' | period }}, {{ '2026-11' | period }}")
    assert template.render() == told
    with pytest.raises(ValueError, match="soon"):
        environment(language).from_string("{{ 'soon' | period }}").render()


def test_the_home_page_lists_where_else_to_look_each_by_itself() -> None:
    home = render("base/home.html", Language.FR, here=Here(False, 24))
    for page in ("/garanties", "/indicateurs", "/couts", "/matrice", "/effacement"):
        assert f'<li><a class="govuk-link" href="{page}">' in home
