"""Whatever is coded, nothing of it is lost: codes, numbers, time stamps, flags, ranges and reasons are counted on both sides."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.cda import reading
from espace_sante.formats.cda.body import read_body
from espace_sante.formats.cda.html import render
from tests.oracles.cda_view import in_source, in_view
from tests.oracles.safe_html import faults

CODE = st.sampled_from(["3024-7", "N", "H", "<b>", "completed", "a b", "&"])
LABEL = st.sampled_from(["", "Thyroxine", "Élevé", "<script>", "%(low)s", 'œdème "grave"'])
NUMBER = st.sampled_from(["1.950", "-3", "0", "1e9", "00.10", "7,67"])
UNIT = st.sampled_from(["", "pg/mL", "m[IU]/L", "{tablet}", "d", "1", "<i>"])
STAMP = st.sampled_from(
    ["2026", "202603", "20260302", "202603020815", "20260302081530+0100", "20260302081530.123-0400"]
)
WHY = st.sampled_from(["UNK", "NA", "MSK", "ZZZ"])


def tag(name: str, inner: str = "", **attributes: str) -> str:
    said = "".join(f" {key.replace('_', ':')}={quoteattr(value)}" for key, value in attributes.items() if value)
    return f"<{name}{said}>{inner}</{name}>"


def coded(name: st.SearchStrategy[str], depth: int = 1) -> st.SearchStrategy[str]:
    inner = st.just("") if not depth else st.one_of(
        st.just(""), coded(st.just("translation"), depth - 1),
        st.builds(lambda one, two: tag("qualifier", one + two), coded(st.just("name"), 0), coded(st.just("value"), 0)),
    )  # fmt: skip
    kind = st.just("CD")
    return st.builds(lambda name, code, label, kind, inner: tag(name, inner, code=code, displayName=label, xsi_type=kind),
                     name, CODE, LABEL, kind, inner)  # fmt: skip


PQ = st.builds(lambda name, number, unit: tag(name, value=number, unit=unit), st.just("value"), NUMBER, UNIT).map(
    lambda one: one.replace("<value", '<value xsi:type="PQ"', 1)
)
ENDS = st.builds(
    lambda low, high, unit, closed: tag("low", value=low, unit=unit) + tag("high", value=high, unit=unit, inclusive=closed),
    NUMBER, NUMBER, UNIT, st.sampled_from(["", "true", "false"]),
)  # fmt: skip
RANGE = st.builds(
    lambda ends, flag: tag("referenceRange", tag("observationRange", tag("value", ends, xsi_type="IVL_PQ") + flag)),
    ENDS, st.one_of(st.just(""), coded(st.just("interpretationCode"), 0).map(lambda one: one.replace(' xsi:type="CD"', ""))),
)  # fmt: skip
WHEN = st.one_of(
    STAMP.map(lambda stamp: tag("effectiveTime", value=stamp)),
    st.builds(lambda low, high: tag("effectiveTime", tag("low", value=low) + tag("high", value=high)), STAMP, STAMP),
    st.builds(lambda low, why: tag("effectiveTime", tag("low", value=low) + tag("high", nullFlavor=why)), STAMP, WHY),
    st.builds(lambda number, unit: tag("effectiveTime", tag("period", value=number, unit=unit), xsi_type="PIVL_TS"),
              NUMBER, st.sampled_from(["h", "d"])),
    WHY.map(lambda why: tag("effectiveTime", nullFlavor=why)),
)  # fmt: skip
FACT = st.one_of(
    coded(st.sampled_from(["code", "value", "methodCode", "routeCode", "inventeCode"])),
    PQ, WHEN, RANGE, WHY.map(lambda why: tag("value", nullFlavor=why, xsi_type="CD")),
    coded(st.just("interpretationCode"), 0).map(lambda one: one.replace(' xsi:type="CD"', "")),
    st.sampled_from(['<statusCode code="completed"/>', '<value xsi:type="BL" value="true"/>', "<templateId root='1.2'/>"]),
)  # fmt: skip


def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    name = st.sampled_from(
        ["observation", "act", "organizer", "entryRelationship", "component", "participant", "inconnu"]
    )
    return st.builds(
        lambda name, body, negated: tag(name, "".join(body), negationInd=negated),
        name, st.lists(inner, max_size=4), st.sampled_from(["", "true", "false"]),
    )  # fmt: skip


STATEMENT = st.recursive(FACT, around, max_leaves=12)


@given(st.lists(around(STATEMENT), max_size=3))
def test_nothing_that_is_coded_is_lost(statements: list[str]) -> None:
    entries = "".join(f"<entry>{one}</entry>" for one in statements)
    source = reading.read(
        '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><component>'
        f"<structuredBody><component><section><title>S</title><text>t</text>{entries}</section></component>"
        "</structuredBody></component></ClinicalDocument>".encode()
    )
    said, shown = in_source(source), in_view(html := render(read_body(source)))
    for what in ("codes", "numbers", "moments", "flags", "ranges", "missing"):
        assert shown[what] == said[what], what
    assert {one for one in said["labels"] if one not in shown["text"]} == set()
    assert faults(html) == []
