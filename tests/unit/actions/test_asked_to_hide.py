"""What a sender asks to hide holds beside what the document says of itself."""

from __future__ import annotations

import msgspec
import pytest

from espace_sante.actions.depositing import APART, HIDDEN, WITHHELD, _with_asked
from tests.house import document_meta


@pytest.mark.parametrize("asked", [(), (HIDDEN,), (WITHHELD,), (APART,)])
def test_a_document_that_says_normal_does_not_undo_what_its_sender_asks(asked: tuple[str, ...]) -> None:
    said = document_meta(b"1", meta={"confidentiality": ("N",)})
    sent = msgspec.structs.replace(said, confidentiality=asked)
    assert _with_asked(said, sent).confidentiality == ("N", *asked)


def test_what_its_sender_says_without_hiding_is_not_added() -> None:
    said = document_meta(b"1", meta={"confidentiality": ("R",)})
    sent = msgspec.structs.replace(said, confidentiality=("N", "V"))
    assert _with_asked(said, sent).confidentiality == ("R",)
