"""The alarm of a channel slower than the screen by more than a working day, beside the time of the post.

For the operator alone: it looks at raw counts, of few acts too. By post the time of the post is left out: from the arrival of a form to
its effect. Guarantee: G10. Source: inclusion.md PAR-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.keeper.delays import CLASSES, DELAY, HANDLED

DAYS_LOOKED_AT = 30
_SCREEN, _PAPER = "web", "paper"
_MORE_THAN_THE_SCREEN = 1
# The longest each class may be, in working days.
_WORKING_DAYS: Mapping[str, int] = MappingProxyType(
    {"5s": 0, "1min": 0, "1d": 1, "2d": 2, "3d": 3, "5d": 5, "10d": 10, "20d": 20, "more": 21}
)


def slow_channels(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return each act and channel whose 95th centile is more than one working day over that of the screen, in order.

    `counts`: raw counts of the last days, by kind. An act that nobody did on a screen is at once there.
    """
    classes: dict[tuple[str, str], dict[str, int]] = {}
    for kind, number in counts.items():
        what, act, way, one = (*kind.split(":"), "", "", "")[:4]
        if what == (HANDLED if way == _PAPER else DELAY) and one in CLASSES:
            classes.setdefault((act, way), {})[one] = number
    days = {key: _WORKING_DAYS[_centile_95(found)] for key, found in classes.items()}
    return sorted(key for key, took in days.items() if took > days.get((key[0], _SCREEN), 0) + _MORE_THAN_THE_SCREEN)


def alarm_of(act: str, way: str) -> str:
    """Return what is said of one, in the keeper's log."""
    return f"{act} by {way} takes more than one working day over the screen, beside the post"


def _centile_95(found: Mapping[str, int]) -> str:
    """Return the class of the 95th centile, by the nearest rank."""
    total, so_far = sum(found.values()), 0
    for one in CLASSES:
        so_far += found.get(one, 0)
        if 20 * so_far >= 19 * total:
            return one
    return CLASSES[-1]
