"""Which present resources a reader may see: the user, then the application that acts for him. One place for lists and conditions.

Guarantee: G3, G11. Source: docs/specs/resource.md; docs/decisions/0049, 0050, 0052.
"""

from __future__ import annotations

from dataclasses import replace

from asyncpg import Record

from espace_sante.access.apps import is_ended, lines
from espace_sante.access.request import ActorKind
from espace_sante.access.rules import visible
from espace_sante.access.sandbox import every_line
from espace_sante.keeper.leaning import seen
from espace_sante.keeper.resource_row import ResourceOrigin, origin_of
from espace_sante.keeper.situation import Situation
from espace_sante.records.resource import names


def resources_seen(s: Situation) -> list[tuple[Record, ResourceOrigin]]:
    """Return what the user may see; of that, what his application is let through to."""
    every = [(row, origin_of(row, s.keys)) for row in s.extra.resources]
    user = replace(s.subject, app=None)
    shown = seen(every, visible(user, s.context(), s.now), hers=sees_all(s))
    app, known = s.subject.app, names()
    if app is None:
        return shown
    if is_ended(app, s.context(), s.now):
        return []
    asks = {number: lines(app, known.get(number, ""), every_line) for number in {row["type"] for row, _ in shown}}
    return [
        (row, origin)
        for row, origin in shown
        if asks[row["type"]](row["category"], row["row_id"], origin.type_code, origin.born_hidden)
    ]


def sees_all(s: Situation) -> bool:
    """Say whether what is hidden from others is shown: to her, to who acts for her, and of an invented person to a software on trial."""
    return s.subject.holder or s.subject.on_behalf or s.subject.kind is ActorKind.SANDBOX
