"""Letters that wait, printed and posted; where they go.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import msgspec

from espace_sante.keeper.demand.contact import ContactView, FirstView, SentView, WishView


class LettersParams(msgspec.Struct, frozen=True):
    """How many letters wait to be printed, and which are printed and not posted."""


class LettersAnswer(msgspec.Struct, frozen=True):
    """What is due by post today. `waiting` and `printed`: numbers of letters, which say nothing of anybody.

    `urgent` of those waiting are due at once (an emergency), `late` since yesterday or before; there are `more` than are listed.
    """

    urgent: int
    late: int
    waiting: tuple[str, ...]
    printed: tuple[str, ...]
    more: bool = False


class PrintLetterParams(msgspec.Struct, frozen=True):
    """Print the letter named; `again`: one that was printed already, as it was, and nothing else.

    `size`: how many leaves the public journal has, for the receipt that a letter of her journal bears; 0 when nothing is published.
    """

    again: bool = False
    size: int = 0


class PostLetterParams(msgspec.Struct, frozen=True):
    """The letter named is posted, or handed over at the counter."""


class ReturnLetterParams(msgspec.Struct, frozen=True):
    """The letter named came back: its number as it is printed on it, twelve hexadecimal digits."""


class LetterReturned(msgspec.Struct, frozen=True):
    """It is noted. `halted`: nothing with content goes to that address any more."""

    halted: bool


class LetterItem(msgspec.Struct, frozen=True):
    """One thing a letter says. `record`: the line of her journal, canonical JSON, without what nobody else may read.

    `categories`: the kinds of what was read since under an emergency; `document`: the one its author is reminded of; `outcome`
    and `words`: what the operator answered her; of `mandate_ends`, `outcome` is the helper, `at` the end.
    """

    act: str
    at: str
    record: bytes = b""
    entry: str = ""
    number: int = 0
    categories: tuple[int, ...] = ()
    document: str = ""
    outcome: str = ""
    words: str = ""


class PublishedLine(msgspec.Struct, frozen=True, array_like=True):
    """One line of the journal that is in the public journal: number, its leaf's, tag, commitment, record in canonical JSON."""

    seq: int
    index: int
    tag: bytes
    com: bytes
    record: bytes


class YearLines(msgspec.Struct, frozen=True):
    """Her journal of one year, for a letter: its lines as a letter says them, most recent first, and how many there are in all.

    `quarter`: 1 to 4 when it is of one quarter alone, 0 for the whole year. `counts`: how many of the `counted` most recent lines
    are of each group.
    `com`: the last commitment of that year, "" without a line. `last`: the last line that is in the state of the public journal
    asked for, without its record. Whoever prints adds what is public: the `receipt` of that line, and the state of the journal.
    """

    year: int
    records: tuple[bytes, ...]
    count: int
    com: bytes = b""
    last: PublishedLine | None = None
    receipt: bytes = b""
    size: int = 0
    root: bytes = b""
    seen: str = ""
    quarter: int = 0
    counted: int = 0
    counts: dict[str, int] = {}


class ShownProof(msgspec.Struct, frozen=True):
    """What a letter that is a receipt shows of the public journal. `last`: its most recent line that stands there, None for none yet.

    Whoever prints adds what is public, as in YearLines.
    """

    last: PublishedLine | None = None
    receipt: bytes = b""
    size: int = 0
    root: bytes = b""
    seen: str = ""


class CardLetter(msgspec.Struct, frozen=True):
    """The card a letter brings her: its code, drawn for this printing and kept nowhere; what it shows, how often, until when."""

    number: str
    code: str
    scope: str
    categories: tuple[int, ...]
    uses: int
    hours: int
    ends: str
    pin: bool


class LetterFormView(msgspec.Struct, frozen=True):
    """How letters are written: each is yes or no (consent/letters.py says what each means)."""

    large: bool = False
    simple: bool = False
    braille: bool = False
    audio: bool = False
    counter: bool = False
    inside: bool = False


class Letter(msgspec.Struct, frozen=True):
    """One letter to print. `to`: "person" or "author"; `address`: no line for one to be handed over at the counter.

    `number` is the author's. `months`: it says what is open to whom, as the next one will so many months later; `grants`,
    `emergency`, `cards` and `apps` are then MessagePack, as in JournalAnswer. `year`: it shows her journal of that year. `form`: how
    it is written. `waits`: it only says that letters wait for her at the counter. `pressed`: its items are what was given in her
    name on that day (AAAA-MM-JJ), and there were `more`. `card`: it brings her this card. `proof`: some of its lines came by post or by
    a call, and it is their receipt.
    """

    to: str
    name: str
    birth_date: str
    address: tuple[str, ...]
    items: tuple[LetterItem, ...]
    number: str = ""
    months: int = 0
    grants: bytes = b""
    emergency: bytes = b""
    cards: bytes = b""
    year: YearLines | None = None
    apps: bytes = b""
    form: LetterFormView = LetterFormView()
    waits: bool = False
    pressed: str = ""
    more: int = 0
    card: CardLetter | None = None
    proof: ShownProof | None = None


class PrintedAnswer(msgspec.Struct, frozen=True):
    """The letters of one printing, and the number that is written on them and in her journal."""

    letter: str
    letters: tuple[Letter, ...]
    again: bool = False


class LetterPosted(msgspec.Struct, frozen=True):
    """It is noted."""


class AddressParams(msgspec.Struct, frozen=True):
    """Where letters reach her: the lines under her name, one to five; none: at the counter."""

    lines: tuple[str, ...] = ()


class RemindersParams(msgspec.Struct, frozen=True):
    """Which letters she asks for, or no more: `what` is "open" (what is open to whom), "journal" (each quarter) or "both".

    `months`: every how many months the first one comes.
    """

    months: int = 0
    what: str = "open"


class ChooseLettersParams(msgspec.Struct, frozen=True):
    """What she says of how her letters are written; what is not said (nil) stays as it was."""

    large: bool | None = None
    simple: bool | None = None
    braille: bool | None = None
    audio: bool | None = None
    counter: bool | None = None
    inside: bool | None = None


class PostView(msgspec.Struct, frozen=True):
    """What she wants by post: the lines of her address, every how many months the letter of what is open (0: never), since when.

    `quarterly`: since when her journal of each quarter, "" for never. `form`: how letters are written. `halted`: two came back,
    and nothing with content is posted.
    """

    address: tuple[str, ...] = ()
    months: int = 0
    since: str = ""
    quarterly: str = ""
    form: LetterFormView = LetterFormView()
    halted: bool = False
    contacts: tuple[ContactView, ...] = ()
    wishes: tuple[WishView, ...] = ()
    sent: tuple[SentView, ...] = ()
    firsts: tuple[FirstView, ...] = ()
