"""The acts by which a person hides something and shows it again. A mask is taken back as it was made, never by half.

Guarantee: G11. Source: docs/decisions/0022.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from espace_sante.access.request import ActId, Effect, Permit, Refuse
from espace_sante.consent.limits import Mask
from espace_sante.consent.recipient import REPRESENTATIVES, Recipient, RecipientKind, parse_hidden_from, written
from espace_sante.consent.rights import Rights
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.episodes import episode_numbered
from espace_sante.keeper.acts.told import told
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.demand import MaskParams, UnmaskParams
from espace_sante.keeper.origin import open_origin
from espace_sante.keeper.receipts import Field
from espace_sante.keeper.resource_row import open_resource_origin
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.shown import episode_shown
from espace_sante.keeper.situation import Plan, Situation
from espace_sante.kernel.ids import DocumentId, MaskId
from espace_sante.records.document import CATEGORIES


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden and from whom: a document, a category or an episode (its number), one party or (None) all."""

    document: DocumentId | None
    category: int | None
    hidden_from: Recipient | None
    episode: str = ""

    @property
    def object(self) -> str:
        """Return what is hidden, as entries and receipts name it."""
        if self.episode:
            return f"episode:{self.episode}"
        return f"document:{self.document.hex}" if self.document else f"category:{self.category}"


def mask(s: Situation) -> Plan:
    """Hide a document or a category from one professional or from all."""
    params: MaskParams = s.params
    found = decided(s, ActId.MASK)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    what = _named(params)
    if isinstance(what, str):
        return Plan(Refuse("invalid"), code=what)
    if what.hidden_from == REPRESENTATIVES and not (s.subject.holder or s.subject.on_behalf):
        return Plan(Refuse("invalid"), code="practitioner-invalid")  # hers alone to say, whoever acts for her
    if what.document is not None and what.document not in s.extra.categories:
        return Plan(Refuse("unknown"), code="document-unknown")
    made = Mask(MaskId(UUID(bytes=s.random(16), version=4)), what.document, what.category, what.hidden_from, s.since)
    rights = will.rights.with_mask(made) if not what.episode else _hiding_episode(s, will.rights, what, made)
    if rights is None:
        return Plan(Refuse("unknown"), code="episode-unknown")
    fields: dict[str, Field] = {"hidden": what.object, "from": _whom(what)}
    return rewrite(s, permit, will, rights, (what.object,), fields)


def unmask(s: Situation) -> Plan:
    """Take back exactly the masks she made of that, from exactly those: nobody is shown more than she says."""
    params: UnmaskParams = s.params
    found = decided(s, ActId.UNMASK)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    what = _named(params)
    if isinstance(what, str):
        return Plan(Refuse("invalid"), code=what)
    rights = will.rights
    fields: dict[str, Field] = {
        "shown": what.object,
        "to": _whom(what),
        "versions": "all" if params.versions else "this",
    }
    if permit.effect is Effect.STARTS:  # a voice on the telephone does not learn what is hidden
        return rewrite(s, permit, will, rights, (what.object,), fields)
    if what.episode:
        return _show_episode(s, permit, will, what, fields)
    made = [one for one in rights.masks if one.is_about(what.document, what.category, what.hidden_from)]
    born = what.document if what.document is not None and what.hidden_from is None and _born_hidden(s, what) else None
    if not made and born is None:
        hidden_from_all = _born_hidden(s, what) or any(
            one.is_about(what.document, what.category, None) for one in rights.masks
        )
        return Plan(Refuse("nothing-to-undo"), code="hidden-from-all" if hidden_from_all else "not-hidden")
    gone = _every_version(rights, made) if params.versions else made
    known = told(s, rights).masks  # what waits to be told to her is shown again with the others, and not named
    named = (f"document:{one.document.hex}" for one in gone if one.document and one in known)
    shown = tuple(dict.fromkeys((what.object, *named)))
    after = rights.without_masks(gone)
    if born is not None:
        after = after.with_shown((born,))
    return rewrite(s, permit, will, after, shown, fields, still=_hidden_still(s, after, what))


def _named(params: MaskParams | UnmaskParams) -> Hidden | str:
    """Return what is meant, or the code of what is wrong in it."""
    whom = parse_hidden_from(params.practitioner) if params.practitioner else None
    document = DocumentId(UUID(bytes=params.document)) if len(params.document) == 16 else None
    if params.practitioner and (whom is None or whom.kind is RecipientKind.TEAM):
        return "practitioner-invalid"
    episode = params.episode.replace(" ", "")
    if (document is None) != (not params.document):
        return "mask-invalid"
    category = params.category if params.category in CATEGORIES else None
    if sum((document is not None, category is not None, bool(episode))) != 1:
        return "mask-invalid"
    return Hidden(document, category, whom, episode)


def _hiding_episode(s: Situation, rights: Rights, what: Hidden, made: Mask) -> Rights | None:
    one = episode_shown(s, rights, what.episode)
    return rights.with_hidden_episode(one.episode_id, replace(made, episode=one.episode_id)) if one else None


def _show_episode(s: Situation, permit: Permit, will: Will, what: Hidden, fields: dict[str, Field]) -> Plan:
    """Take back what hides an episode from those named; one of its documents that is hidden for itself stays hidden."""
    one = episode_numbered(will.rights, what.episode)
    if one is None or not any(mask.is_about(None, None, what.hidden_from) for mask in one.hides):
        return Plan(Refuse("nothing-to-undo"), code="episode-unknown" if one is None else "not-hidden")
    after = will.rights.with_shown_episode(one.episode_id, what.hidden_from)
    still = any(
        mask.document in one.documents and _meets(mask, what.hidden_from) for mask in after.masks if mask.document
    )
    return rewrite(s, permit, will, after, (what.object,), fields, still=still)


def _whom(what: Hidden) -> str:
    return written(what.hidden_from) if what.hidden_from else "all"


def _born_hidden(s: Situation, what: Hidden) -> bool:
    """Say whether a document was deposited while new ones were to be hidden, and not shown since."""
    record = s.extra.named.get(what.document) if what.document else None
    if record is None or s.will is None or what.document in s.will.rights.shown:
        return False
    if version := record.get("resource_version"):
        return open_resource_origin(record["resource_origin"], s.keys, record["row_id"], version).born_hidden
    origin = open_origin(record["origin"], s.keys, record["row_id"])
    return origin is not None and origin.facts.born_hidden


def _every_version(rights: Rights, made: Sequence[Mask]) -> list[Mask]:
    """A mask that followed a document through its versions keeps its id: it is one will, taken back as one."""
    wills = {one.mask_id for one in made}
    return [one for one in rights.masks if one.mask_id in wills]


def _hidden_still(s: Situation, after: Rights, what: Hidden) -> bool:
    """Say whether another mask of hers still hides it from any of those she named."""
    category = s.extra.categories.get(what.document, 0) if what.document else what.category or 0
    return any(one.covers(category, what.document) and _meets(one, what.hidden_from) for one in after.masks)


def _meets(mask: Mask, whom: Recipient | None) -> bool:
    return mask.is_from_all or whom is None or (mask.hidden_from is not None and mask.hidden_from.is_same(whom))
