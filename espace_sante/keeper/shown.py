"""What somebody who acts for her by a power may name of hers: what that power shows, and nothing that she keeps from him.

Naming what he may not see is answered as naming what is not there: he would learn, one number after another, what there is.
Guarantee: G3, G11. Source: docs/decisions/0058, 0060.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from espace_sante.access import powers
from espace_sante.consent.recipient import REPRESENTATIVES
from espace_sante.consent.rights import Episode, Rights
from espace_sante.keeper.acts.documents import is_withheld
from espace_sante.keeper.acts.episodes import episode_numbered
from espace_sante.keeper.acts.mandates import acts_by_power
from espace_sante.keeper.demand import GrantParams, IssueCardParams, LimitParams, MaskParams, MistakeParams
from espace_sante.keeper.origin import Facts, open_origin
from espace_sante.keeper.resource_row import open_resource_origin
from espace_sante.keeper.situation import Situation

_NAMING = (GrantParams, IssueCardParams, LimitParams, MaskParams, MistakeParams)


def as_shown(s: Situation) -> Situation:
    """Return a demand made by a power without the documents it names and may not see; any other as it is."""
    if not acts_by_power(s.subject) or not isinstance(s.params, _NAMING) or not s.extra.named:
        return s
    seen = {row: record for row, record in s.extra.named.items() if _is_shown(s, row, record)}
    categories = {row: category for row, category in s.extra.categories.items() if row in seen}
    return replace(s, extra=replace(s.extra, named=seen, categories=categories))


def episode_shown(s: Situation, rights: Rights, number: str) -> Episode | None:
    """Return the episode of a number; to a power, one of which it sees every document, none hidden as a whole."""
    one = episode_numbered(rights, number)
    power = s.subject.power
    if one is None or power is None or not acts_by_power(s.subject):
        return one
    whole = {mask.hidden_from for mask in one.hides}
    apart = REPRESENTATIVES in whole and s.is_by_law
    if apart or (None in whole and not power.sees_hidden) or not power.may_read:
        return None
    inside = {row: record for row, record in s.extra.told.items() if row in one.documents}
    every = len(inside) == len(one.documents)
    return one if every and all(_is_shown(s, row, record) for row, record in inside.items()) else None


def _is_shown(s: Situation, row: UUID, record: Any) -> bool:
    rights, power = s.will.rights if s.will else None, s.subject.power
    if rights is None or power is None or rights.chest:
        return False
    facts = _facts(s, row, record)
    withheld = is_withheld(s, row, facts)
    return powers.lines(power, s.context())(record["category"], row, facts.type_code, facts.born_hidden, withheld)


def _facts(s: Situation, row: UUID, record: Any) -> Facts:
    if version := record.get("resource_version"):
        return Facts(born_hidden=open_resource_origin(record["resource_origin"], s.keys, row, version).born_hidden)
    origin = open_origin(record["origin"], s.keys, row)
    return origin.facts if origin is not None else Facts()
