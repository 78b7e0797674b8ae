"""What is coded beside the text is said in French: values, units, references, flags, dates, and why something is missing."""

from __future__ import annotations

import re

import lxml.html
import pytest

from espace_sante.formats.cda.body import read_body
from espace_sante.formats.cda.html import render
from tests.unit.formats_cda.documents import narrative

RESULT = """<entry><observation classCode="OBS" moodCode="EVN" negationInd="{negated}">
<code code="3024-7" displayName="Thyroxine libre" codeSystem="2.16.840.1.113883.6.1">
<originalText><reference value="#r1"/></originalText></code>
<statusCode code="completed"/><effectiveTime value="20260302081500+0100"/><value xsi:type="PQ" value="7.67" unit="pg/mL"/>
<interpretationCode code="{flag}" displayName="{label}"/>
<referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="9.30" unit="pg/mL"/><high value="17.00" unit="pg/mL"/></value>
</observationRange></referenceRange></observation></entry>"""


def shown(entries: str, text: str = '<content ID="r1">FT4</content> 7.67') -> str:
    """Return the words of the view, white space as one."""
    html = render(read_body(narrative(text, entries=entries)))
    return " ".join(lxml.html.fromstring(html).text_content().split())


def observed(value: str) -> str:
    """Return the words shown for one value."""
    words = shown(f'<entry><observation><code code="x" displayName="X"/>{value}</observation></entry>', "t")
    return words.partition("[x]")[2].strip()


def test_an_abnormal_result_is_seen_without_unfolding_anything() -> None:
    html = render(read_body(narrative("x", entries=RESULT.format(flag="L", label="", negated="false"))))
    before = html.partition("<details")[0]
    words = " ".join(lxml.html.fromstring(before + "</section></div>").text_content().split())
    assert "Thyroxine libre : 7.67 pg/mL ▼ Bas (Valeurs de référence : de 9.30 à 17.00 pg/mL)" in words


def test_a_normal_result_is_not_put_forward() -> None:
    words = shown(RESULT.format(flag="N", label="Normal", negated="false"))
    assert "À remarquer" not in words and "✓ Normal" in words


@pytest.mark.parametrize(("flag", "label", "said"), [
    ("H", "", "▲ Élevé"), ("HH", "", "▲▲ Très élevé"), ("LL", "", "▼▼ Très bas"), ("A", "", "! Anormal"),
    ("L", "Anormalement bas", "▼ Anormalement bas"), ("H", "High", "▲ Élevé – High"), ("XYZ", "Curieux", "Curieux"),
    ("XYZ", "", "XYZ"),
])  # fmt: skip
def test_a_flag_is_a_sign_and_words(flag: str, label: str, said: str) -> None:
    assert said in shown(RESULT.format(flag=flag, label=label, negated="false"))


def test_a_statement_that_something_is_absent_says_so_first() -> None:
    assert "Non : ce qui suit est absent ou n’a pas eu lieu" in shown(RESULT.format(flag="N", label="", negated="true"))


def test_what_the_narrative_calls_it_stands_beside_its_code() -> None:
    assert "FT4 – Thyroxine libre [3024-7 · LOINC]" in shown(RESULT.format(flag="N", label="", negated="false"))


@pytest.mark.parametrize(("value", "said"), [
    ('<value xsi:type="PQ" value="1.950" unit="m[IU]/L"/>', "Valeur1.950 mUI/L"),
    ('<value xsi:type="PQ" value="5" unit="ug/d"/>', "Valeur5 µg/jour"),
    ('<value xsi:type="PQ" value="2" unit="{maximum}"/>', "Valeur2 maximum"),
    ('<value xsi:type="BL" value="false"/>', "Valeurnon"),
    ('<value xsi:type="TS" value="202603"/>', "Valeur03/2026"),
    ('<value xsi:type="TS" value="20260302"/>', "Valeur02/03/2026"),
    ('<value xsi:type="TS" value="202603020815+0400"/>', "Valeur02/03/2026 à 08:15 (UTC+04:00)"),
    ('<value xsi:type="TS" value="en mars"/>', "Valeuren mars"),
    ('<value xsi:type="CD" nullFlavor="UNK"/>', "Valeurinconnu"),
    ('<value xsi:type="CD" nullFlavor="ZZZ"/>', "ValeurZZZ"),
    ('<value xsi:type="ST">libre &amp; clair</value>', "Valeurlibre & clair"),
    ('<value xsi:type="IVL_PQ"><high value="3" unit="g/L" inclusive="false"/></value>', "Valeurau plus 3 g/L (non compris)"),
    ('<effectiveTime><low value="20260101"/></effectiveTime>', "Dateà partir du 01/01/2026"),
    ('<effectiveTime><low value="20260101"/><high nullFlavor="UNK"/></effectiveTime>', "Datefin : inconnu, à partir du 01/01/2026"),
    ('<effectiveTime xsi:type="PIVL_TS"><period value="8" unit="h"/></effectiveTime>', "Datetoutes les 8 heures"),
    ('<effectiveTime xsi:type="EIVL_TS"><event code="PCM"/></effectiveTime>', "Dateaprès le petit-déjeuner"),
    ('<effectiveTime xsi:type="SXPR_TS"><comp xsi:type="IVL_TS"><low value="20260101"/><width value="2" unit="d"/></comp>'
     '<comp xsi:type="PIVL_TS"><period value="8" unit="h"/></comp></effectiveTime>',
     "Dateà partir du 01/01/2026, pendant 2 jours ; toutes les 8 heures"),
    ('<maxDoseQuantity><numerator value="4"/><denominator value="1" unit="d"/></maxDoseQuantity>', "Dose maximale4 pour 1 jours"),
    ('<value xsi:type="CD" code="a" displayName="A"><qualifier><name code="s" displayName="Côté"/><value code="g" '
     'displayName="Gauche"/></qualifier><translation code="b" displayName="B"/></value>',
     "ValeurA [a] (Côté [s] : Gauche [g] ; B [b])"),
    ('<inventé code="z" displayName="Zed"/>', "Autre donnée (inventé)Zed [z]"),
])  # fmt: skip
def test_each_kind_of_value_is_said_in_french_and_its_number_is_untouched(value: str, said: str) -> None:
    assert said in observed(value).replace("\N{NO-BREAK SPACE}", " ")


def test_an_unknown_element_keeps_what_it_holds() -> None:
    words = shown(
        '<entry><observation><code code="x"/><inventé><autre><code code="z" displayName="Zed"/></autre></inventé></observation></entry>'
    )
    assert "Autre donnée (autre) Zed [z]" in words


def test_words_and_codes_out_of_place_are_kept() -> None:
    words = shown(
        '<entry><act code="c" displayName="Ci">mots<participant nullFlavor="UNK"/><inventé value="4"><b>x</b></inventé></act></entry>'
    )
    assert "Ci [c]" in words and "mots" in words and "inconnu" in words and "4" in words and "x" in words


def test_people_are_named_as_they_are_called() -> None:
    name = "<name><family>PETIT</family><given>Jeanne</given><prefix>Mme</prefix><suffix>DR</suffix></name>"
    words = shown(
        f"<entry><act><performer><assignedEntity><assignedPerson>{name}</assignedPerson></assignedEntity></performer></act></entry>"
    )
    assert "Mme DR Jeanne PETIT" in words


def test_a_section_that_has_only_coded_data_shows_it_unfolded() -> None:
    html = render(read_body(narrative("", entries=RESULT.format(flag="N", label="", negated="false"))))
    assert re.search(r'<details[^>]* open="open"', html)


def test_our_words_are_translated_and_the_document_is_not() -> None:
    html = render(
        read_body(narrative("mots", entries=RESULT.format(flag="L", label="", negated="false"))), words=lambda _: "@"
    )
    words = lxml.html.fromstring(html).text_content()
    assert "mots" in words and "Thyroxine" in words and "Données" not in words and "Bas" not in words
