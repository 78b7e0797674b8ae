"""The comparison of what is sent with what comes back sees every small difference, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.round_trip import _first_difference, mapped, parsed, set_apart

SENT = b'{"id":"a","meta":{"versionId":"3","profile":["p"]},"subject":{"reference":"urn:1"},"value":5.20,"of":[1,2]}'
GIVEN = (
    b'{"id":"b","of":[1,2],"meta":{"profile":["p"],"lastUpdated":"x"},"value":5.20,"subject":{"reference":"Patient/9"}}'
)
LEADS = {"urn:1": "Patient/9"}


def compared(given: bytes, leads: dict[str, str]) -> bool:
    return bool(set_apart(mapped(parsed(SENT), leads)) == set_apart(parsed(given)))


def test_only_what_the_server_says_and_the_order_of_members_are_set_apart() -> None:
    assert compared(GIVEN, LEADS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"5.20", b"5.2"),
        (b"5.20", b'"5.20"'),
        (b"[1,2]", b"[2,1]"),
        (b"[1,2]", b"[1]"),
        (b"Patient/9", b"urn:1"),
        (b"Patient/9", b"Patient/8"),
        (b'"profile":["p"],', b""),
        (b'"profile"', b'"tag"'),
        (b'"value":5.20,', b""),
        (b'"value":5.20,', b'"value":5.20,"more":null,'),
    ],
)
def test_each_small_difference_is_seen_and_said(old: bytes, new: bytes) -> None:
    changed = GIVEN.replace(old, new)
    assert changed != GIVEN and not compared(changed, LEADS)
    sent: dict[str, Any] = set_apart(mapped(parsed(SENT), LEADS))
    assert "sent," in _first_difference(sent, set_apart(parsed(changed)))


def test_an_address_that_leads_elsewhere_is_not_taken_for_the_same() -> None:
    assert not compared(GIVEN, {})
    assert mapped({"reference": "urn:1#part", "url": "urn:1/_history/2", "value": "urn:1"}, LEADS) == {
        "reference": "Patient/9",
        "url": "Patient/9",
        "value": "urn:1",
    }
