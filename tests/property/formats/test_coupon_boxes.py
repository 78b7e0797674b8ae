"""The rule of the two thresholds, over every combination of boxes. Source: inclusion.md CPN-05, PAR-08."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.coupon.layout import BOX_SIDE
from espace_sante.formats.coupon.reading.boxes import AROUND, HIGH, LOW, MOST, Box, BoxState, read_box
from espace_sante.formats.coupon.reading.ink import Black
from espace_sante.formats.coupon.reading.plane import FINE, Pixels
from espace_sante.formats.coupon.reading.verdict import Reading, doubts_of

STATES = st.lists(st.sampled_from(BoxState), max_size=8).map(lambda all_: tuple(Box(one, 0.0) for one in all_))
BLACK = Black(np.array([20.0, 20.0, 20.0], np.float32))


@given(STATES, st.booleans(), st.booleans())
def test_only_one_clear_box_among_empty_ones_on_a_signed_page_is_a_choice(
    boxes: tuple[Box, ...], signed: bool, written: bool
) -> None:
    reading = Reading(doubts_of(boxes, signed=signed, written=written), b"token", "ES-07", boxes, signed, written)
    states = [box.state for box in boxes]
    clear = states.count(BoxState.MARKED) == 1 and states.count(BoxState.EMPTY) == len(states) - 1
    assert (reading.choice is not None) == (clear and signed and not written)
    if reading.choice is not None:
        assert states[reading.choice] is BoxState.MARKED


@given(st.floats(0, 1), st.integers(150, 255))
def test_a_box_is_empty_below_the_low_threshold_marked_above_the_high_one_and_unclear_between(
    filled: float, paper: int
) -> None:
    """Ink of a known part of the inside, drawn from its middle, on any paper."""
    read = read_box(box_with(filled, paper), BLACK)
    margin = 0.008  # what a pixel more or less makes
    if read.ink < LOW - margin:
        assert read.state is BoxState.EMPTY
    if LOW + margin < read.ink < HIGH - margin:
        assert read.state is BoxState.UNCLEAR
    if HIGH + margin < read.ink < MOST - margin:
        assert read.state is BoxState.MARKED
    if read.ink > MOST + margin:
        assert read.state is BoxState.UNCLEAR
    assert abs(read.ink - filled) < 0.1


def box_with(filled: float, paper: int) -> Pixels:
    """A printed box of which a part of the inside is ink."""
    side, at = round(BOX_SIDE * FINE), round(AROUND * FINE)
    seen = np.full((side + 2 * at, side + 2 * at, 3), paper, np.float32)
    frame = 4
    seen[at - 2 : at + side + 2, at - 2 : at + side + 2] = 20
    seen[at - 2 + frame : at + side + 2 - frame, at - 2 + frame : at + side + 2 - frame] = paper
    inside = side - 22
    rows = round(inside * filled)
    top = at + 11 + (inside - rows) // 2
    seen[top : top + rows, at + 11 : at + 11 + inside] = 20
    return seen
