"""The same rights with or without a screen: for every act of a person, how it is done in each channel, and how fast.

Generated from the registry and the decision's own rule; nothing here is written by hand.
Guarantee: G10. Source: inclusion.md PAR-01; INTERFACE "Addresses".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypedDict, assert_never

from espace_sante.access.request import Channel
from espace_sante.access.rules import effect_of
from espace_sante.actions.act import Act
from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.keeper.delays import Delay

# By act and channel.
Delays = Mapping[tuple[str, str], Delay]
NOTHING_MEASURED: Delays = {}


class Measured(TypedDict):
    """What was last measured: in which month (AAAA-MM), in which class half of the acts were done, and 95 in 100 if it can be told."""

    month: str
    half_at_most: str
    most_at_most: str | None


class Cell(TypedDict):
    """One act in one channel: how, how far it goes at once, within how many hours at most, and what was measured (None: nothing yet)."""

    how: str
    effect: str
    max_delay_hours: int
    measured: Measured | None


class Line(TypedDict):
    """One act in every channel."""

    id: str
    name: str
    channels: dict[str, Cell]


class Parity(TypedDict):
    """The whole table."""

    acts: list[Line]


# Done outside the frame of all other acts: nothing of the health side may know who takes part (docs/decisions/0070).
TAKE_PART: Line = {
    "id": "take_part_in_debate",
    "name": "Prendre part au débat public",
    "channels": {
        "web": {
            "how": "Page « Le débat public », avec le code d'une enveloppe.",
            "effect": "immediate",
            "max_delay_hours": 0,
            "measured": None,
        },
        "api": {
            "how": "POST /debat/dossiers/{dossier}/ecrire",
            "effect": "immediate",
            "max_delay_hours": 0,
            "measured": None,
        },
        "counter": {
            "how": "Prenez une enveloppe fermée dans la boîte. Donnez votre feuille, pliée.",
            "effect": "immediate",
            "max_delay_hours": 24,
            "measured": None,
        },
        "paper": {
            "how": "Formulaire ES-110, dans l'enveloppe ; vierge : /debat/formulaires/ES-110.pdf",
            "effect": "immediate",
            "max_delay_hours": 24,
            "measured": None,
        },
        "phone": {
            "how": "Demandez une enveloppe : elle est prise au hasard et envoyée fermée.",
            "effect": "starts",
            "max_delay_hours": 24,
            "measured": None,
        },
    },
}


def parity(acts: Iterable[Act] = PERSON_ACTS, delays: Delays = NOTHING_MEASURED) -> Parity:
    """Return the table published at /garanties/parite.json; raises ValueError when a cell would be empty.

    `delays`: what was last published of each act and channel.
    """
    return {"acts": [*(_line(act, delays) for act in acts), TAKE_PART]}


def _line(act: Act, delays: Delays) -> Line:
    return {
        "id": act.id.value,
        "name": act.name,
        "channels": {channel.value: _cell(act, channel, delays) for channel in Channel},
    }


def _cell(act: Act, channel: Channel, delays: Delays) -> Cell:
    how = _how(act, channel)
    if channel not in act.channels or not how:
        raise ValueError(f"{act.id}: no way by {channel}")
    delay = {
        Channel.WEB: act.delay.web,
        Channel.API: act.delay.api,
        Channel.COUNTER: act.delay.counter,
        Channel.PAPER: act.delay.paper,
        Channel.PHONE: act.delay.phone,
    }[channel]
    return {
        "how": how,
        "effect": effect_of(act.id, channel).value,
        "max_delay_hours": delay,
        "measured": _measured(delays.get((act.id.value, channel.value))),
    }


def _measured(delay: Delay | None) -> Measured | None:
    if delay is None:
        return None
    return {"month": delay.period, "half_at_most": delay.half, "most_at_most": delay.most or None}


def _how(act: Act, channel: Channel) -> str:
    match channel:
        case Channel.WEB:
            return f"Dans votre espace : « {act.name} »." if act.name else ""
        case Channel.API:
            return f"POST /api/demarches/{act.id.value}"
        case Channel.COUNTER:
            return act.counter
        case Channel.PAPER:
            return f"Formulaire {act.form} : /guichet/formulaires/{act.form}.pdf" if act.form else ""
        case Channel.PHONE:
            return act.phone
        case _:
            assert_never(channel)
