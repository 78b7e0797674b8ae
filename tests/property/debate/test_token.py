"""The codes of the debate: typed by hand, forgotten by the register."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from espace_sante.debate.token import RANDOM_BYTES, Use, contest_tag_of, draw, normal, tag_of
from espace_sante.kernel.typed_code import ALPHABET

codes = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES).map(draw)
keys = st.binary(min_size=32, max_size=32)


@given(codes)
def test_a_code_is_read_as_people_write_it(code):
    assert normal(code.lower().replace("-", " ")) == code
    assert normal(code.replace("0", "O").replace("1", "l")) == code


@given(codes, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_told_before_anything_is_looked_for(code, place, character):
    plain = code.replace("-", "")
    wrong = plain[:place] + character + plain[place + 1 :]
    assume(wrong != plain)
    assert normal(wrong) is None


@given(codes, st.integers(0, 15))
def test_two_characters_changed_over_are_told_too(code, place):
    plain = code.replace("-", "")
    wrong = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    assume(wrong != plain)
    assert normal(wrong) is None


@given(keys, codes)
def test_what_the_register_keeps_of_a_code_differs_by_use_and_by_dossier(key, code):
    kept = {tag_of(key, dossier, use, code) for dossier in ("d1", "d2") for use in Use}
    kept |= {contest_tag_of(key, dossier, code) for dossier in ("d1", "d2")}
    assert len(kept) == 6 and all(code.encode() not in tag for tag in kept)
