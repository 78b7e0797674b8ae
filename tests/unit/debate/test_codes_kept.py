"""What the register keeps of a code, made again from docs/specs/debate-token.md: it outlives every version."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from espace_sante.debate import token
from espace_sante.debate.token import Use

KEY = bytes(range(32))
CODE = "902E-03M0-4R04-G000-Z"


def kept(*parts: str) -> bytes:
    return hmac.new(KEY, b"\0".join(part.encode() for part in ("debate-token-v1", *parts)), hashlib.sha256).digest()


def test_the_code_of_the_specification_is_what_its_ten_bytes_give() -> None:
    assert token.draw(bytes(range(10))) == CODE == token.normal(CODE)
    assert (token.DRAWN, token.RANDOM_BYTES) == (16, 10)


def test_each_digest_is_the_published_one() -> None:
    assert [one.value for one in Use] == ["write", "vote"]
    for use in Use:
        assert token.tag_of(KEY, "couts", use, CODE) == kept(use.value, "couts", CODE)
    assert token.contest_tag_of(KEY, "couts", CODE) == kept("contest", "couts", CODE)
    assert token.desk_tag_of(KEY, CODE) == kept("desk", "", CODE)


def test_a_moderator_is_the_same_on_one_text_however_she_writes_her_name_and_another_on_any_other() -> None:
    mark = token.moderator_mark(KEY, "c1", "Élise de-Courcy")
    assert mark == kept("moderator", "c1", "courcy de elise").hex()[:16]
    for same in ("elise DE COURCY", "De Courcy, Élise", "  courcy-de  élise "):
        assert token.moderator_mark(KEY, "c1", same) == mark
    assert token.moderator_mark(KEY, "c2", "Élise de-Courcy") != mark
    assert token.moderator_mark(KEY, "c1", "Élise Courcy") != mark
    assert token.moderator_mark(KEY, "c1", " - ") == ""


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_size_makes_no_digest(size: int) -> None:
    with pytest.raises(ValueError, match=r"^the key of the codes has 32 bytes$"):
        token.tag_of(bytes(size), "couts", Use.WRITE, CODE)
