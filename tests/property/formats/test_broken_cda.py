"""A CDA broken anywhere, in any way, is refused by a word of ours or read within bounds; nothing else ever happens."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from espace_sante.actions.alerts import ALERTS, LONGEST
from espace_sante.actions.described import describe
from espace_sante.actions.refusals import KINDS
from espace_sante.exchange.fhir.writing import description
from espace_sante.formats.cda.header import read_header
from espace_sante.formats.cda.metadata import metadata
from espace_sante.formats.cda.reading import read
from espace_sante.formats.code_tables import CodeTables
from espace_sante.keeper.demand import DocumentMeta
from espace_sante.kernel.errors import Problem
from tests.small_cda import small_cda

TABLES = CodeTables()
WHOLE = small_cda()
META = DocumentMeta("", "", "", "", "", 8, "text/xml", 0, "", "", "", "", "", "", "")
PIECES = st.one_of(
    st.binary(max_size=4),
    st.sampled_from(
        [b"<", b">", b"&", b'"', b"<a>", b"</a>", b"<!--", b"]]>", b"\x00", b"\xff", b'code="', b"nullFlavor"]
    ),
)


@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), PIECES), max_size=4),
    st.integers(0, len(WHOLE)),
)
@example([], len(WHOLE))
def test_whatever_is_broken_in_a_document(cuts: list[tuple[int, int, bytes]], end: int) -> None:
    data = WHOLE[:end] if not cuts else WHOLE
    for place, many, piece in cuts:
        data = data[:place] + piece + data[place + many :]
    try:
        header = read_header(read(data))
        described = describe(header, TABLES, trial=True)
    except Problem as problem:
        assert problem.kind is KINDS[problem.code]
        return
    assert set(described.alerts) <= ALERTS.keys()
    assert all(len(text) <= LONGEST for text in (described.title, described.ins, described.set_id, described.unique_id))
    assert metadata(header, TABLES).keys() == metadata(read_header(read(WHOLE)), TABLES).keys()
    assert description(described.within(META))["resourceType"] == "DocumentReference"
