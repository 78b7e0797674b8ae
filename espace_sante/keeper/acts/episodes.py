"""The acts about episodes: she keeps documents together, a stay, a visit, an illness, and undoes that.

An episode gives nothing and hides nothing by itself: permissions and masks may follow it. Undoing one, or taking a document
out, never gives more: what follows it ends, what is hidden stays hidden. Guarantee: G3, G11. Source: docs/decisions/0030.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Effect, Refuse
from espace_sante.consent.requests import short_number
from espace_sante.consent.rights import Episode, Rights
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.documents import is_withheld
from espace_sante.keeper.acts.told import told
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.compartment import read_lines
from espace_sante.keeper.demand import EndEpisodeParams, EpisodeAnswer, KeepEpisodeParams
from espace_sante.keeper.origin import open_origin
from espace_sante.keeper.receipts import Field
from espace_sante.keeper.situation import Plan, Situation
from espace_sante.kernel.ids import DocumentId, EpisodeId

EPISODES_MOST, NAME_MOST = 200, 80
_ENCODE = msgspec.msgpack.Encoder().encode


def keep_episode(s: Situation) -> Plan:
    """Begin an episode, or change one: its name, the documents in it, the visit it follows."""
    params: KeepEpisodeParams = s.params
    found = decided(s, ActId.KEEP_EPISODE)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    if permit.effect is Effect.STARTS:  # a voice on the telephone does not learn what she keeps together
        return rewrite(s, permit, will, will.rights, ("episode",), {})
    fault = _fault(s, params, will.rights)
    if fault:
        return Plan(Refuse("invalid"), code=fault)
    before = episode_numbered(will.rights, params.number) if params.number else _begun(s, will.rights, params.name)
    key, same_visit = _visit(s, params.visit_of)
    if before is None or (params.visit_of and not key) or (key and before.key not in (b"", key)):
        code = "episode-unknown" if before is None else "visit-unknown" if not key else "episode-visit"
        return Plan(Refuse("invalid"), code=code)
    kept = replace(before, name=params.name or before.name, key=before.key or key)
    rights = will.rights.with_episode(kept)
    for one in (*params.documents, *same_visit):
        rights = rights.with_in_episode(kept.episode_id, DocumentId(UUID(bytes=one)))
    for one in params.out:
        rights = rights.without_in_episode(kept.episode_id, DocumentId(UUID(bytes=one)))
    after = told(s, rights).episode(kept.episode_id)
    fields: dict[str, Field] = {"episode": kept.number, "documents": len(after.documents) if after else 0}
    shown = any(grant.episode == kept.episode_id for grant in rights.in_force(s.now).grants)
    return rewrite(
        s,
        permit,
        will,
        rights,
        (f"episode:{kept.number}",),
        fields,
        answer=lambda receipt: _ENCODE(EpisodeAnswer(receipt, kept.number, shown)),
    )


def end_episode(s: Situation) -> Plan:
    """Undo an episode: its documents stay, hidden if they were; the permissions that follow it end."""
    params: EndEpisodeParams = s.params
    found = decided(s, ActId.END_EPISODE)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    one = episode_numbered(will.rights, params.number)
    if one is None:
        return Plan(Refuse("nothing-to-undo"), code="episode-unknown")
    rights = will.rights.without_episode(one.episode_id)
    return rewrite(s, permit, will, rights, (f"episode:{one.number}",), {"episode": one.number})


def episode_numbered(rights: Rights, number: str) -> Episode | None:
    """Return the episode she names by its short number, spaces or not; None for none of hers."""
    plain = number.replace(" ", "")
    return next((one for one in rights.episodes if one.number == plain), None)


def _fault(s: Situation, params: KeepEpisodeParams, rights: Rights) -> str:
    """Return the code of what is wrong in what was said, "" for nothing."""
    if len(params.name) > NAME_MOST or not (params.name or params.number):
        return "episode-name"
    if not params.number and len(rights.episodes) >= EPISODES_MOST:
        return "episodes-full"
    named = (*params.documents, *params.out, *((params.visit_of,) if params.visit_of else ()))
    return "" if all(_is_hers(s, one) for one in named) else "document-unknown"


def _is_hers(s: Situation, row: bytes) -> bool:
    """Say whether a document is one of hers, and not one that somebody is still to tell her of."""
    record = s.extra.named.get(UUID(bytes=row)) if len(row) == 16 else None
    if record is None:
        return False
    origin = open_origin(record["origin"], s.keys, record["row_id"])
    return origin is None or not is_withheld(s, record["row_id"], origin.facts)


def _begun(s: Situation, rights: Rights, name: str) -> Episode:
    taken = {one.number for one in rights.episodes}
    drawn = UUID(bytes=s.random(16), version=4)
    while short_number(drawn) in taken:  # one in five thousand at most
        drawn = UUID(bytes=s.random(16), version=4)
    return Episode(EpisodeId(drawn), name)


def _visit(s: Situation, row: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """Return what the visit of a document is known by, and every document she sees that came from it."""
    if not row:
        return b"", ()
    record = s.extra.named[UUID(bytes=row)]
    origin = open_origin(record["origin"], s.keys, record["row_id"])
    key = origin.facts.visit if origin is not None else b""
    if not key:
        return b"", ()
    now = s.now.timestamp() * 1000
    announced = {one.bytes for one in s.will.rights.announced} if s.will is not None else set()
    every = read_lines(s.keys, s.extra.summaries, s.extra.lines)
    return key, tuple(one.row for one in every if one.visit == key and (one.release <= now or one.row in announced))
