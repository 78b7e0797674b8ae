"""What a mask hides and from whom, and what each kind of block refuses: said one by one, on every combination."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from uuid import UUID

import pytest

from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Reader, Recipient, named
from espace_sante.kernel.ids import DocumentId, MaskId

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
HIM, HE, SHE = named("99900000011"), Reader("99900000011"), Reader("99900000029")
ONE, TWO = DocumentId(UUID(int=1)), DocumentId(UUID(int=2))
REFUSED = {
    BlockKind.EVERYTHING: {"reading", "emergency", "deposits"},
    BlockKind.EVERYTHING_BUT_EMERGENCY: {"reading", "deposits"},
    BlockKind.READING: {"reading", "emergency"},
    BlockKind.READING_BUT_EMERGENCY: {"reading"},
    BlockKind.DEPOSITS: {"deposits"},
}


def mask(document: DocumentId | None, category: int | None, whom: Recipient | None = None) -> Mask:
    return Mask(MaskId(UUID(int=9)), document, category, whom)


def refused(block: Block) -> set[str]:
    said = {"reading": block.stops_reading, "emergency": block.stops_emergency, "deposits": block.stops_deposits}
    return {what for what, stopped in said.items() if stopped}


@pytest.mark.parametrize(
    ("made", "covered"),
    [
        (mask(ONE, None), {(4, ONE), (5, ONE)}),
        (mask(None, 4), {(4, None), (4, ONE), (4, TWO)}),
        (mask(ONE, 4), {(4, None), (4, ONE), (4, TWO), (5, ONE)}),
        (mask(None, None), set(itertools.product((4, 5), (None, ONE, TWO)))),
    ],
)
def test_a_mask_covers_its_document_its_category_or_both_and_everything_when_it_names_nothing(
    made: Mask, covered: set[tuple[int, DocumentId | None]]
) -> None:
    lines = set(itertools.product((4, 5), (None, ONE, TWO)))
    assert {line for line in lines if made.covers(*line)} == covered
    assert {line for line in lines if made.hides(SHE, *line)} == covered


def test_a_mask_about_a_document_does_not_hide_what_has_neither_category_nor_document() -> None:
    assert not mask(None, 4).covers(None, ONE)
    assert not mask(ONE, 4).covers(None, TWO)
    assert mask(None, None).covers(None, None)


def test_a_mask_hides_from_the_one_it_names_or_from_all() -> None:
    assert mask(ONE, None).is_from_all and not mask(ONE, None, HIM).is_from_all
    nobody = mask(ONE, None, named(""))
    assert nobody.is_from_all and nobody.hides(SHE, 4, ONE), "one that names nobody hides from all"
    assert mask(ONE, None, HIM).hides(HE, 4, ONE)
    assert not mask(ONE, None, HIM).hides(SHE, 4, ONE)
    assert not mask(ONE, None, HIM).hides(HE, 4, TWO)


@pytest.mark.parametrize(
    ("made", "nothing"),
    [(mask(ONE, None), False), (mask(None, 4), False), (mask(ONE, 4), False), (mask(None, None), True)],
)
def test_a_mask_names_nothing_when_it_names_neither(made: Mask, nothing: bool) -> None:
    assert made.names_nothing is nothing


def test_a_mask_is_about_exactly_what_she_hid_and_from_whom() -> None:
    asked = list(itertools.product((None, ONE, TWO), (None, 4, 5), (None, HIM, named("99900000029"))))
    for document, category, whom in asked:
        made = mask(document, category, whom)
        assert [other for other in asked if made.is_about(*other)] == [(document, category, whom)]


def test_each_kind_of_block_refuses_what_it_says() -> None:
    assert {kind: refused(Block(HIM, kind)) for kind in BlockKind} == REFUSED
    assert [kind.value for kind in BlockKind] == [
        "everything",
        "everything-but-emergency",
        "reading",
        "reading-but-emergency",
        "deposits",
    ]


@pytest.mark.parametrize(("first", "second"), list(itertools.product(BlockKind, BlockKind)))
def test_two_blocks_of_one_party_refuse_what_either_refuses(first: BlockKind, second: BlockKind) -> None:
    before, after = Block(HIM, first), Block(HIM, second, NOW)
    both = before.with_also(after)
    assert refused(both) == REFUSED[first] | REFUSED[second]
    assert both == (before if refused(both) == REFUSED[first] else Block(HIM, both.what, NOW))
