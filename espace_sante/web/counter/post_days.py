"""What is asked of a form that came by post: the day it arrived, and the day on its postmark when it can be read.

The act counts from the postmark. Today stands there beforehand; the agent copies the stamp. Source: inclusion.md PAR-09.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from espace_sante.access.request import Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Field, FieldKind, Value
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.counter.ways import Way

ARRIVED, POSTMARK = "arrived", "postmark"
_FIELDS = (
    Field(ARRIVED, mark("Le jour d'arrivée du courrier"), FieldKind.DATE),
    Field(
        POSTMARK,
        mark("Le jour du cachet de la poste"),
        FieldKind.DATE,
        required=False,
        help=mark("S’il ne se lit pas, ne remplissez rien. La démarche compte à partir de ce jour."),
    ),
)


def of_post(way: Way) -> tuple[Field, ...]:
    """Return what is asked of the days of a form; nothing by another way."""
    return _FIELDS if way.channel is Channel.PAPER else ()


def arrived_today(way: Way, values: Mapping[str, Value], now: datetime) -> Mapping[str, Value]:
    """Return what was typed, with today as the day of arrival while none was."""
    parts = {f"{ARRIVED}-day": f"{now:%d}", f"{ARRIVED}-month": f"{now:%m}", f"{ARRIVED}-year": f"{now:%Y}"}
    return values if not of_post(way) or any(name in values for name in parts) else {**values, **parts}


def days_of_post(way: Way, values: Mapping[str, Value]) -> tuple[str, str]:
    """Return the days (AAAA-MM-JJ) of arrival and of the postmark, "" for none. Raises Problem when one cannot be read."""
    if not of_post(way):
        return "", ""
    given = forms.gathered(_FIELDS, values)
    arrived = fields.day(given, ARRIVED, "le jour d'arrivée").isoformat()
    return arrived, fields.day_if_said(given, POSTMARK, "le jour du cachet")
