"""Our small Markdown: what the pages use is shown, and nothing written in them can become code."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.public.markdown import outside_links, to_html

_OURS = re.compile(
    r"</?(?:p|h[234]|ul|ol|li|strong|em|code|pre|table|thead|tbody|tr|th|td)"
    r'(?: scope="col")?(?: class="[a-z_ -]+")?(?: data-label="[^"<>]*")?>'
    r'|<div class="es-table" role="region" aria-label="[^"<>]*" tabindex="0">|</div>|<a class="govuk-link" href="https://[^"<>]*">|</a>'
)


def shown(text: str) -> str:
    return str(to_html(text, outside_links))


def test_what_the_pages_use_is_shown() -> None:
    text = "## Un titre\n\nDu **gras**, du `code`, *ceci*.\n\n- un\n- deux\n  suite\n\n1. a\n2. b"
    assert shown(text) == (
        '<h2 class="govuk-heading-m">Un titre</h2>\n'
        '<p class="govuk-body">Du <strong>gras</strong>, du <code>code</code>, <em>ceci</em>.</p>\n'
        '<ul class="govuk-list govuk-list--bullet">\n<li>un</li>\n<li>deux suite</li>\n</ul>\n'
        '<ol class="govuk-list govuk-list--number">\n<li>a</li>\n<li>b</li>\n</ol>'
    )


def test_a_page_named_as_code_leads_to_it_where_it_is() -> None:
    pages = {"/couts": "../couts/index.html"}
    html = str(to_html("Voir `/couts`, `/rien`, `couts` et [ceci](/couts).", lambda target: pages.get(target, "")))
    there = '<a class="govuk-link" href="../couts/index.html">'
    assert html == (
        f'<p class="govuk-body">Voir {there}<code>/couts</code></a>, <code>/rien</code>, <code>couts</code>'
        f" et {there}ceci</a>.</p>"
    )
    assert "<a" not in shown("`https://example.org` `/couts`")


def test_a_table_has_its_head() -> None:
    html = shown("| a | b |\n|---|---|\n| 1 | `x` |")
    assert html.count("<th ") == 2 and "---" not in html
    assert '<td class="govuk-table__cell" data-label="b"><code>x</code></td>' in html


def test_a_wide_table_scrolls_alone_under_a_name_that_carries_nothing() -> None:
    html = shown('| a" onclick="x | <b> |\n|---|---|\n| 1 | 2 |')
    assert html.startswith(
        '<div class="es-table" role="region" aria-label="a&#34; onclick=&#34;x, &lt;b&gt;" tabindex="0">'
    )


def test_fenced_code_keeps_its_lines_and_its_marks() -> None:
    assert shown("```sh\nmake **x**\n\n# run\n```") == "<pre><code>make **x**\n\n# run</code></pre>"


def test_a_name_with_underscores_or_stars_inside_words_stays_text() -> None:
    assert shown("a*b*c et snake_case_name") == '<p class="govuk-body">a*b*c et snake_case_name</p>'


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<b>)",
        "[x](http://example.test/)",
        '[x](https://example.test/"onclick="alert)',
        "`<img src=x onerror=alert(1)>`",
        "## <b onclick=x>",
        "- <svg/onload=x>",
        "```\n</code><script>\n```",
        "| <i> | b |\n|---|---|\n| <u> | {{ 7*7 }} |",
        "**<b>** *<i>*",
        "{}{0.__class__}",
    ],
)
def test_hostile_text_stays_text(hostile: str) -> None:
    left = _OURS.sub("", shown(hostile))
    assert "<" not in left and ">" not in left


@given(st.text(alphabet="<>&\"'`*[]()#|-_ \n:/ahtpsx1.{}\\", max_size=120))
def test_no_text_makes_an_element_of_its_own(text: str) -> None:
    left = _OURS.sub("", shown(text))
    assert "<" not in left and ">" not in left


def test_a_link_leads_only_to_https() -> None:
    assert 'href="https://example.test/a?b=1&amp;c"' in shown("[ici](https://example.test/a?b=1&c)")
    assert "href" not in shown("[ici](javascript:x) [là](//example.test) [bas](../x.md)")
