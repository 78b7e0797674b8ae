"""Her journal, its proofs, and what she takes away.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import msgspec

from espace_sante.keeper.demand.letters import PublishedLine


class JournalParams(msgspec.Struct, frozen=True):
    """One page of the journal, most recent first: entries before number `before` (0: from the end).

    `kind`: one group of lines alone, "" for all. With one, or when they are to be `counted`, the 500 lines before `before`
    are looked at, and at most `count` of them given. `sent`: what was sent to her is given too, and the first accesses. `sheet`: the
    number of a line made from a page that came by the post: that page is given too (0: none).
    """

    before: int = 0
    count: int = 50
    kind: str = ""
    counted: bool = False
    sent: bool = False
    sheet: int = 0


class JournalAnswer(msgspec.Struct, frozen=True):
    """Records in canonical JSON, most recent first, with their public references; `n` is how many there are in all.

    `blocks` and `masks` are her other wills: MessagePack of list[BlockView] and of list[MaskView], "" for none.
    `cards` and `requests`: the same of list[CardView] and of list[RequestView].
    `blocks`, `masks` and `choices` are her other wills: MessagePack of list[BlockView], of list[MaskView] and of
    list[ChoiceView], "" for none.
    `documents`: by record, the public id of the document it is about, "" for none that she may know of.
    `kinds`: by record, of what sort it is. `counts`: how many of the lines looked at are of each group, when it was asked; they
    begin with number `low`. `next`: before which number the next page is, 0 for nothing more.
    """

    n: int
    records: list[bytes]
    references: list[str]
    grants: bytes  # MessagePack of list[GrantView]: whom she lets read, shown beside
    blocks: bytes = b""
    masks: bytes = b""
    cases: bytes = b""  # MessagePack of list[CaseSeen]
    support: bytes = b""  # MessagePack of list[SupportView]: one, or none
    emergency: bytes = b""  # MessagePack of EmergencyView
    cards: bytes = b""
    requests: bytes = b""
    choices: bytes = b""
    episodes: bytes = b""  # MessagePack of list[EpisodeView]
    documents: list[str] = []
    post: bytes = b""  # MessagePack of PostView
    kinds: list[str] = []
    counts: dict[str, int] = {}
    low: int = 0
    next: int = 0
    apps: bytes = b""  # MessagePack of list[AppView]
    mandates: bytes = b""  # MessagePack of list[MandateView]
    trusted: bytes = b""  # MessagePack of list[TrustedView]
    representations: bytes = b""  # MessagePack of list[RepresentationView]
    sheet: bytes = b""  # MessagePack of SheetSeen, when it was asked for


class ExportParams(msgspec.Struct, frozen=True):
    """One part of what she takes away: lines of the journal before number `before` (0: from the end)."""

    before: int = 0


class ProveParams(msgspec.Struct, frozen=True):
    """One part of the proof of her journal: lines of the years `first` to `last` before number `before` (0: from the end).

    0 for `first`: the year of opening; for `last`: this year. `size`: how many leaves of the public journal the proof is about;
    0: nothing is published, nothing is released. `line`: one line alone, for its receipt, without any key; -1 for none.
    """

    first: int = 0
    last: int = 0
    before: int = 0
    size: int = 0
    line: int = -1


class ProvedYear(msgspec.Struct, frozen=True, array_like=True):
    """One year: its key, the hashes that show it among those promised at opening, the number of its first line.

    Without a line that year, the number where the next one's begin.
    """

    year: int
    key: bytes
    path: list[bytes]
    first: int


class ProofAnswer(msgspec.Struct, frozen=True):
    """One part of a proof: lines, most recent first; with the first part, the keys of the years.

    `cj`: what was committed to at opening, in the year `opening`. `later`: lines of this part that are not in that state of the
    public journal. `before`: where the next part begins, 0 for nothing more. Nothing of all this is given to whoever acts for
    her: the letter is then written to her.
    """

    cj: bytes
    opening: int
    space: bytes
    years: list[ProvedYear]
    lines: list[PublishedLine]
    later: int
    before: int


class Proved(msgspec.Struct, frozen=True, array_like=True):
    """One line of the journal with what chains it: number, tag, commitment, record in canonical JSON."""

    seq: int
    tag: bytes
    com: bytes
    record: bytes


class ExportAnswer(msgspec.Struct, frozen=True):
    """Lines of the journal, most recent first; with the first part, every receipt kept for her. `n`: lines in all."""

    n: int
    lines: list[Proved]
    receipts: list[bytes]
