"""What one person said, as plain facts, and who may see what from that alone: the model beside the real house.

It knows no rule of the house: sets of names, of documents, and instants.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

READERS = {"diallo": "99900000011", "guerin": "99900000029", "lenoir": "99900000144", "samu": "99900000219"}
CATEGORIES = (5, 11)  # shown by the public matrix to all of them
# Whom her will may name, and which of the readers that is.
PARTIES = {
    READERS["diallo"]: {"diallo"},
    READERS["guerin"]: {"guerin"},
    "structure:999000002": {"guerin", "lenoir"},
    f"team:Équipe:{READERS['diallo']},{READERS['lenoir']}": {"diallo", "lenoir"},
}
TEAM = next(party for party in PARTIES if party.startswith("team:"))
REFUSED = {
    "everything": {"read", "emergency", "deposit"},
    "everything-but-emergency": {"read", "deposit"},
    "reading": {"read", "emergency"},
    "reading-but-emergency": {"read"},
    "deposits": {"deposit"},
}
State = Literal["open", "kept", "closed"]  # kept: closed, with an archive
EMERGENCIES = {"diallo": "bedside", "guerin": "bedside", "lenoir": "bedside", "samu": "regulator"}


@dataclass(frozen=True)
class Scope:
    """What something shows: "everything", or these categories, or these documents."""

    kind: str
    categories: frozenset[int] = frozenset()
    documents: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return self.kind != "everything" and not self.categories and not self.documents

    def covers(self, category: int, document: str) -> bool:
        named = {"categories": category in self.categories, "documents": document in self.documents}
        return named.get(self.kind, self.kind == "everything")


@dataclass
class Document:
    """What is known of a document: `until`, when it may be shown to her without anybody telling her."""

    category: int
    author: str
    born_hidden: bool
    until: datetime | None
    shown: bool = False


@dataclass
class Given:
    """A permission; `card`: the number of the card it came from."""

    to: str
    scope: Scope
    ends: datetime
    sees_hidden: bool = False
    card: str = ""


@dataclass
class Card:
    """A card she made."""

    code: str
    scope: Scope
    uses: int
    hours: int
    ends: datetime
    pin: str
    wrong: int = 0

    def usable(self, now: datetime) -> bool:
        return self.uses > 0 and self.wrong < 5 and now < self.ends


@dataclass
class Said:
    """Everything one person said."""

    state: State = "open"
    deposits: bool = True
    authors: bool = False
    sealed: bool = False
    hides_new: bool = False
    documents: dict[str, Document] = field(default_factory=dict)
    data: dict[str, Document] = field(default_factory=dict)  # resources, which her will treats as it treats documents
    versions: dict[str, int] = field(default_factory=dict)  # which one of each stands
    given: list[Given] = field(default_factory=list)
    masks: list[tuple[str, str, int]] = field(default_factory=list)  # from whom ("" all), document, category
    blocks: set[tuple[str, str]] = field(default_factory=set)  # party, what is refused
    emergencies: set[str] = field(default_factory=set)
    in_emergency: Scope = Scope("documents")
    hidden_too: bool = False
    broken: dict[tuple[str, str], tuple[datetime, datetime]] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    asked: dict[str, tuple[Scope, int, datetime]] = field(default_factory=dict)

    def takes_all_back(self) -> None:
        """Closing, kept or by telephone: nobody has anything any more; what she hid and whom she blocked stays."""
        self.given, self.cards, self.broken, self.asked = [], {}, {}, {}
        self.emergencies, self.deposits, self.authors = set(), False, False

    @property
    def holds_documents(self) -> bool:
        """Whether a judge's order finds something there: in an archive too (docs/decisions/0043)."""
        return self.state != "closed"

    def refuses(self, who: str, what: str) -> bool:
        return any(who in readers_of(party) and refused == what for party, refused in self.blocks)

    def hides(self, name: str, from_whom: str) -> bool:
        """Whether a document is hidden from somebody by name, or ("") from all."""
        one = self.documents[name]
        if not from_whom and one.born_hidden and not one.shown:
            return True
        return any(
            (from_whom in readers_of(party) if party and from_whom else party == from_whom == "")
            and (document == name or category == one.category)
            for party, document, category in self.masks
        )

    def in_force(self, who: str, now: datetime) -> list[Given]:
        if self.refuses(who, "read"):
            return []
        return [one for one in self.given if who in readers_of(one.to) and now < one.ends]

    def in_an_emergency(self, who: str, now: datetime) -> bool:
        kind = EMERGENCIES[who]
        starts, ends = self.broken.get((who, kind), (now, now))
        return kind in self.emergencies and starts <= now < ends and not self.refuses(who, "emergency")

    def lists(self, who: str, now: datetime) -> bool:
        """Whether a professional is given any list at all."""
        opened = self.state == "open" and not self.sealed
        return opened and (bool(self.in_force(who, now)) or self.in_an_emergency(who, now))

    def sees(self, who: str, now: datetime) -> set[str]:
        """What a professional may see now."""
        if not self.lists(who, now):
            return set()
        ways = [(one.scope, one.sees_hidden) for one in self.in_force(who, now)]
        if self.in_an_emergency(who, now):
            ways.append((self.in_emergency, self.hidden_too))
        return {
            name
            for name, one in self.documents.items()
            if not self.hides(name, who)
            and any(
                (through or not self.hides(name, "")) and scope.covers(one.category, name) for scope, through in ways
            )
        }

    def of_data(self) -> Said:
        """The same will, about her resources."""
        return replace(self, documents=self.data)

    def narrowed(self, mine: Scope, asked: Scope) -> Scope:
        """What is left of a permission narrowed to something: what both show, as documents when either names some."""
        if "everything" in (mine.kind, asked.kind):
            return asked if mine.kind == "everything" else mine
        if mine.kind == asked.kind:
            return Scope(mine.kind, mine.categories & asked.categories, mine.documents & asked.documents)
        named = {name for name in mine.documents | asked.documents if name in self.documents}
        kept = {name for name in named if self.documents[name].category in mine.categories | asked.categories}
        return Scope("documents", documents=frozenset(kept))

    def rereads(self, who: str, name: str) -> bool:
        """Whether its author may read a document again for being its author."""
        lets = self.state == "open" and self.authors and self.documents[name].author == who
        return lets and not self.refuses(who, "read") and not self.hides(name, who)

    def may_ask(self, who: str) -> bool:
        return self.state == "open" and not self.refuses(who, "read")

    def may_break(self, who: str, kind: str) -> bool:
        lets = self.state == "open" and not self.sealed and kind in self.emergencies
        return lets and EMERGENCIES[who] == kind and not self.refuses(who, "emergency")

    def withheld(self, now: datetime) -> set[str]:
        """What she does not see yet herself."""
        return {name for name, one in self.documents.items() if one.until is not None and now < one.until}


def readers_of(named: str) -> set[str]:
    """Return the readers a party is."""
    return PARTIES.get(named) or {word for word, number in READERS.items() if number == named}
