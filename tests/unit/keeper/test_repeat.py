"""A request made twice is answered as it was the first time, and never said to have gone further."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from espace_sante.access.matrix import NO_MATRIX
from espace_sante.access.request import ActId, Channel, Effect, Permit, Refuse
from espace_sante.keeper.release import Decider
from espace_sante.keeper.situation import Limits
from espace_sante.vault.keys import new_service_keys

DECIDER = Decider(new_service_keys(), Limits(365, 90, 7, 200, 8), lambda: datetime.now(UTC), bytes, "test", NO_MATRIX)
KEPT: Any = SimpleNamespace(extra=SimpleNamespace(first_answer=(b"body", b"first answer")))


def asked(act: ActId, channel: Channel) -> Any:
    return SimpleNamespace(ask=SimpleNamespace(act=act.value, channel=channel.value))


@pytest.mark.parametrize(
    ("act", "channel", "effect"),
    [
        (ActId.CLOSE_SPACE, Channel.PHONE, Effect.PROVISIONAL),
        (ActId.GRANT_ACCESS, Channel.PHONE, Effect.STARTS),
        (ActId.CLOSE_SPACE, Channel.COUNTER, Effect.IMMEDIATE),
        (ActId.GRANT_ACCESS, Channel.WEB, Effect.IMMEDIATE),
    ],
)
def test_a_repeated_request_goes_no_further_than_the_first(act: ActId, channel: Channel, effect: Effect) -> None:
    plan = DECIDER._repeat(asked(act, channel), KEPT, b"body")
    assert plan is not None and plan.repeat == b"first answer"
    assert plan.decision == Permit("repeat", effect)


def test_another_body_under_the_same_key_is_a_conflict() -> None:
    plan = DECIDER._repeat(asked(ActId.CLOSE_SPACE, Channel.WEB), KEPT, b"other")
    assert plan is not None and isinstance(plan.decision, Refuse) and plan.code == "idempotency-conflict"
