"""The acts of the mail room: how many letters wait, print one person's, say that it is posted, say that it came back.

Nothing says whose letters wait before they are printed; each printing and each posting is a line of her own journal, with the
account that did it. What she no longer needs is dropped instead of printed. What is hidden or withheld from her, or is hers
alone to read, is in no letter; after a death, only what says so is printed. Guarantee: G2, G4, G5, G11. Source: docs/decisions/0031, 0062.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from espace_sante.access.request import ActId, Permit, Refuse
from espace_sante.consent.letters import RETURNS_MOST, months_after, quarter_before, quarter_of
from espace_sante.consent.mailed_cards import waiting_card
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.journal.entry import open_record, reference
from espace_sante.keeper.acts.apps import apps_seen
from espace_sante.keeper.acts.asked import decided, decision_on
from espace_sante.keeper.acts.card_letters import (
    DrawnCard,
    draw_cards,
    with_drawn,
    with_posted,
    without_come_back,
)
from espace_sante.keeper.acts.cases import sent_answers
from espace_sante.keeper.acts.documents import is_withheld
from espace_sante.keeper.acts.journal import cards_seen, emergency_seen, form_seen, grants_seen
from espace_sante.keeper.acts.pressed import pressed_letters, tells_something
from espace_sante.keeper.acts.proving import receipt_shown, year_lines
from espace_sante.keeper.acts.told import told
from espace_sante.keeper.case_body import open_case
from espace_sante.keeper.demand import (
    Letter,
    LetterItem,
    LetterPosted,
    LetterReturned,
    LettersAnswer,
    PrintedAnswer,
    PrintLetterParams,
)
from espace_sante.keeper.finding import posted_number, posted_term
from espace_sante.keeper.named import document_of
from espace_sante.keeper.notice_body import (
    CARD,
    MANDATE_ENDS,
    PRESSED,
    QUARTER,
    REMINDER,
    TO_AUTHOR,
    YEAR,
    Notice,
    open_notice,
)
from espace_sante.keeper.origin import open_origin
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Period, Plan, Situation
from espace_sante.keeper.visits import day_of
from espace_sante.kernel.canonical import canonical

# What the mail room's list looks at; beyond, there are "more".
LISTED_MOST = 2000
# What two pages in large type hold.
ITEMS_MOST = 4
# How long the number on a posted letter leads back to whom it was for.
_COMES_BACK = timedelta(days=365)
IN_TIME, LATE = "letter-printed", "letter-late"  # what counts.daily calls them
PREFIX = "letter:"
# What the operator answered her stands whole in its letter: alone there, so that two pages hold it.
ANSWERS = frozenset({ActId.ANSWER_CASE.value, ActId.CONFIRM_CASE_ANSWER.value})
_IN_TIME = timedelta(days=1)
# How long what is said to nobody after a death waits before it is looked at again.
_QUIET_MONTHS = 12
_OVER = "letter-over"
_ENCODE = msgspec.msgpack.Encoder().encode
# Of a line of her journal, what a letter says; whoever prints it reads it too.
_SAID = ("seq", "at", "act", "decision", "channel", "effect")
_OF_THE_BASIS = ("to", "since", "card")  # which permission, without its number
_APART = (REMINDER, YEAR, QUARTER, PRESSED, CARD)
_HERS_ALONE = ("reason:", "document:", "category:", "glass:")


def list_letters(s: Situation) -> Plan:
    """Release how many letters wait: random numbers, and no name."""
    decision = decision_on(s, ActId.LIST_LETTERS)
    if isinstance(decision, Refuse):
        return Plan(decision)
    return Plan(decision, objects=("letters",), release=lambda: _ENCODE(_listed(s)))


def print_letter(s: Situation) -> Plan:
    """Release what is due to one person by post, and note in her journal who printed it."""
    params: PrintLetterParams = s.params
    found = decided(s, ActId.PRINT_LETTER)
    named = letter_named(s.ask.person)
    if isinstance(found, Refuse):
        # A letter to somebody who never said yes is written by nobody, and waits for nothing.
        rows = due_rows(s.extra.outbox, named, again=False)
        gone = tuple(row["notice_id"] for row in rows) if s.will is not None and s.will.rights.presumed else ()
        return (
            Plan(found, code=_OVER if gone else "", despite=lambda _: Change(drop_notices=gone))
            if gone
            else Plan(found)
        )
    permit, will = found
    rows = due_rows(s.extra.outbox, named, again=params.again)
    sorted_out = _sort_out(s, will, rows)
    left = _left(will, sorted_out)
    if not sorted_out.kept:
        return Plan(Refuse(_OVER), code=_OVER, despite=lambda _: left)
    return _printed(s, permit, will, sorted_out, left, again=params.again)


def post_letter(s: Situation) -> Plan:
    """Note that a printed letter is posted; what it said waits no more, the letter she asked for is due again, a card serves."""
    found = decided(s, ActId.POST_LETTER)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    rows = due_rows(s.extra.outbox, letter_named(s.ask.person), again=True)
    if not rows:
        return Plan(Refuse(_OVER), code=_OVER)
    due = {row["notice_id"]: _due_again(s, will.rights, row) for row in rows}
    change = Change(
        drop_notices=tuple(one for one, day in due.items() if day is None),
        put_off=tuple((one, day) for one, day in due.items() if day is not None),
        put_terms=((posted_term(s.service, rows[0]["letter_id"].hex), (s.now + _COMES_BACK).date()),),
    )
    letter = rows[0]["letter_id"]
    posted = with_posted(s, will, change, letter)
    return Plan(permit, objects=(f"{PREFIX}{letter.hex}",), write=lambda _: (posted, _ENCODE(LetterPosted())))


def return_letter(s: Situation) -> Plan:
    """Note that a posted letter came back; a card in it is stopped. After the second, nothing with content goes to that address."""
    found = decided(s, ActId.RETURN_LETTER)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    number = posted_number(s.ask.person)
    count = min(will.rights.returns + 1, RETURNS_MOST)
    following = replace(will, rights=will.rights.with_returns(count), version=will.version + 1)
    noted = Change(will=following, drop_terms=(posted_term(s.service, number),))
    change, stopped = without_come_back(s, will, noted, number)
    answer = _ENCODE(LetterReturned(count >= RETURNS_MOST))
    objects = (f"{PREFIX}{number}", *(f"card:{one}" for one in stopped))
    return Plan(permit, objects=objects, write=lambda _: (change, answer))


def _due_again(s: Situation, rights: Rights, row: Record) -> date | None:
    """Return when a letter she asked to be sent every so often is due again, None for any other.

    Her journal of a quarter follows the one before, however late that was printed: each quarter has one letter.
    """
    reminder, quarterly = rights.reminder, rights.quarterly
    if reminder is not None and row["notice_id"] == reminder.notice:
        return months_after(s.now.date(), reminder.months)
    if quarterly is not None and row["notice_id"] == quarterly.notice:
        return quarter_of(row["due_on"]).following.begins
    return None


def letter_named(person: str) -> UUID | None:
    """Return the number of a letter as the mail room's list writes it, None for anything else."""
    text = person.removeprefix(PREFIX)
    try:
        return UUID(hex=text) if person.startswith(PREFIX) and len(text) == 32 else None
    except ValueError:
        return None


def due_rows(outbox: Sequence[Record], named: UUID | None, *, again: bool) -> list[Record]:
    """Return the lines of her outbox that go into the letter named: all those printed in it, or the first of what waits."""
    row = next((one for one in outbox if one["notice_id"] == named), None)
    if row is None or (row["letter_id"] is not None) is not again:
        return []
    same = [one for one in outbox if one["letter_id"] == row["letter_id"]]
    return same if again else same[:ITEMS_MOST]


@dataclass(slots=True)
class _SortedOut:
    """What a printing finds in her outbox: what goes into letters, what nobody needs any more, what waits for later."""

    kept: list[tuple[Record, Notice]] = field(default_factory=list)
    gone: list[UUID] = field(default_factory=list)
    put_off: list[tuple[UUID, date]] = field(default_factory=list)
    of_the_living: list[UUID] = field(default_factory=list)  # of what is put off: due again if she is alive


def _listed(s: Situation) -> LettersAnswer:
    today = s.now.date()
    waiting: dict[UUID, Record] = {}
    printed: dict[UUID, Record] = {}
    for row in s.extra.outbox[:LISTED_MOST]:
        kept, by = (waiting, row["space_id"]) if row["letter_id"] is None else (printed, row["letter_id"])
        kept.setdefault(by, row)
    return LettersAnswer(
        sum(row["urgent"] for row in waiting.values()),
        sum(row["due_on"] + _IN_TIME < today for row in waiting.values()),
        tuple(row["notice_id"].hex for row in waiting.values()),
        tuple(row["notice_id"].hex for row in printed.values()),
        len(s.extra.outbox) > LISTED_MOST,
    )


def _sort_out(s: Situation, will: Will, rows: Sequence[Record]) -> _SortedOut:
    found, reminder = _SortedOut(), will.rights.reminder
    for row in rows:
        said = open_notice(row["sealed"], s.keys, row["notice_id"])
        if _is_needless(s, will.rights, row, said):
            found.gone.append(row["notice_id"])
        elif said.act == QUARTER:
            _sort_quarter(s, will.rights, row, said, found)
        elif will.rights.is_dead and said.act not in (REMINDER, ActId.RECORD_DEATH.value, ActId.CONTEST_DEATH.value):
            found.put_off.append((row["notice_id"], months_after(s.now.date(), _QUIET_MONTHS)))
            found.of_the_living.append(row["notice_id"])
        elif said.act != REMINDER:
            found.kept.append((row, said))
        elif reminder is None or reminder.notice != row["notice_id"]:
            found.gone.append(row["notice_id"])
        elif s.state is not SpaceState.OPEN:  # nothing is open to anybody: it is said again when she opens it again
            found.put_off.append((row["notice_id"], months_after(s.now.date(), reminder.months)))
        else:
            found.kept.append((row, said))
    return found


def _is_needless(s: Situation, rights: Rights, row: Record, said: Notice) -> bool:
    """Say whether nobody needs a line any more: she was told, nobody is to be, or what it is about is there no more."""
    if said.act == PRESSED:
        return not tells_something(rights, day_of(said))
    if said.act == CARD:
        return waiting_card(rights, row["notice_id"], s.now) is None
    return bool(said.of) and (UUID(hex=said.of) in rights.announced or (said.to == TO_AUTHOR and not said.whom))


def _left(will: Will, found: _SortedOut) -> Change:
    """Return what becomes of what is not printed; her will remembers, sealed, what a death alone keeps back."""
    left, death = Change(drop_notices=tuple(found.gone), put_off=tuple(found.put_off)), will.rights.death
    if death is None or set(found.of_the_living) <= set(death.put_off):
        return left
    rights = replace(will.rights, death=death.with_put_off(found.of_the_living))
    return replace(left, will=replace(will, rights=rights, version=will.version + 1))


def _sort_quarter(s: Situation, rights: Rights, row: Record, said: Notice, found: _SortedOut) -> None:
    if rights.quarterly is None or rights.quarterly.notice != row["notice_id"]:
        found.gone.append(row["notice_id"])
    elif s.state is not SpaceState.OPEN:  # nobody reads in an archive
        found.put_off.append((row["notice_id"], quarter_of(s.now.date()).following.begins))
    else:
        found.kept.append((row, said))


def period_of(row: Record, said: Notice) -> Period | None:
    """Return which part of her journal a line of her outbox asks for, None when it asks for none."""
    if said.act == QUARTER:
        quarter = quarter_before(row["due_on"])
        return quarter.year, quarter.number
    return (said.year, 0) if said.act == YEAR else None


def _printed(s: Situation, permit: Permit, will: Will, what: _SortedOut, left: Change, *, again: bool) -> Plan:
    letter = what.kept[0][0]["letter_id"] if again else UUID(bytes=s.random(16), version=4)
    drawn = draw_cards(s, will, what.kept, letter)
    answer = _ENCODE(PrintedAnswer(letter.hex, tuple(_letters(s, will, what.kept, drawn)), again))
    first = min(row["due_on"] for row, _ in what.kept)
    in_time = s.now.date() <= first + _IN_TIME

    written = with_drawn(s, will, left, drawn)

    def write(_: str) -> tuple[Change, bytes]:
        if again:
            return written, answer
        numbers = tuple((row["notice_id"], letter) for row, _ in what.kept)
        counted = (IN_TIME if in_time else LATE,)
        return replace(written, printed=numbers, counts=counted), answer

    objects = (f"{PREFIX}{letter.hex}", *(("again",) if again else ()))
    return Plan(permit, objects=objects, write=write)


def _letters(
    s: Situation, will: Will, kept: Sequence[tuple[Record, Notice]], drawn: Mapping[UUID, DrawnCard]
) -> list[Letter]:
    """Return the letters of one printing: hers, one to each address she had before, one for each card, one to each author."""
    own = [said for _, said in kept if said.to != TO_AUTHOR and not said.address and said.act not in _APART]
    hers = [said for said in own if said.act not in ANSWERS]
    rights = will.rights
    proof = receipt_shown(s, s.params.size)
    first = [_hers(s, rights, tuple(_item(s, one) for one in hers))] if hers else []
    letters = [msgspec.structs.replace(one, proof=proof) for one in first]
    letters += [_hers(s, rights, (_item(s, said),)) for said in own if said.act in ANSWERS]
    letters += [_elsewhere(_hers(s, rights, (_item(s, said),)), said.address) for _, said in kept if said.address]
    for day in (day_of(said) for _, said in kept if said.act == PRESSED):
        letters += pressed_letters(s, will, day, _hers(s, rights, ()), _for_paper)
    mailed = (_elsewhere(_hers(s, rights, ()), one.place) for one in drawn.values())
    letters += [
        msgspec.structs.replace(one, card=card.said()) for one, card in zip(mailed, drawn.values(), strict=True)
    ]
    if any(said.act == REMINDER for _, said in kept):
        letters.append(_reminder(s, will))
    for period in (one for row, said in kept if (one := period_of(row, said)) is not None):
        shown = year_lines(s, period, s.params.size, _for_paper)
        letters.append(msgspec.structs.replace(_hers(s, rights, ()), year=shown))
    for _, said in kept:
        if said.to == TO_AUTHOR:
            item = LetterItem(said.act, said.at, document=f"{will.person.hex}{said.of}")
            letters.append(Letter(TO_AUTHOR, "", "", (), (item,), said.whom))
    return _held(letters) if will.rights.returns >= RETURNS_MOST else letters


def _held(letters: Sequence[Letter]) -> list[Letter]:
    """Return what is printed when mail came back twice: all wait at the counter, and one envelope, empty of words, says so."""
    held = [one if one.to == TO_AUTHOR else msgspec.structs.replace(one, address=()) for one in letters]
    told = next((one for one in letters if one.address), None)
    if told is None:
        return held
    return [*held, Letter("person", told.name, told.birth_date, told.address, (), form=told.form, waits=True)]


def _elsewhere(letter: Letter, address: tuple[str, ...]) -> Letter:
    return msgspec.structs.replace(letter, address=address)


def _hers(s: Situation, rights: Rights, items: tuple[LetterItem, ...]) -> Letter:
    who = s.extra.person
    if who is None:
        raise LookupError("a space of nobody")
    name = f"{who.first_given} {who.used_name or who.birth_name}".strip()
    form = rights.letters
    address = () if form.counter else rights.address
    return Letter("person", name, who.birth_date, address, items, form=form_seen(form))


def _reminder(s: Situation, will: Will) -> Letter:
    """Return the letter of what is open to whom, as her will says it at the moment it is printed."""
    rights, asked = told(s, will.rights).in_force(s.now), will.rights.reminder
    return msgspec.structs.replace(
        _hers(s, rights, ()),
        months=asked.months if asked is not None else 0,
        grants=_ENCODE(grants_seen(rights)),
        emergency=_ENCODE(emergency_seen(rights, will.person)),
        cards=_ENCODE(cards_seen(rights, will.person)),
        apps=_ENCODE(apps_seen(rights)),
    )


def _item(s: Situation, said: Notice) -> LetterItem:
    if said.act == MANDATE_ENDS:
        return LetterItem(said.act, said.at, outcome=said.whom)
    if not said.entry:
        return LetterItem(said.act, said.at)
    for row in s.extra.entries:
        if reference(row["com"]) == said.entry:
            record = open_record(s.keys.record_key, s.keys.space, row["seq"], row["sealed"])
            outcome, words = _answer(s, record)
            return LetterItem(
                said.act,
                said.at,
                _for_paper(record),
                said.entry,
                row["seq"],
                _read_since(s, record),
                outcome=outcome,
                words=words,
            )
    raise LookupError("a notice without its entry")


def _for_paper(record: dict[str, Any]) -> bytes:
    """A line of her journal without what is hers alone: his words, which document, which category."""
    actor = record["actor"]
    kept = {name: record[name] for name in _SAID if name in record}
    basis = {name: record["basis"][name] for name in _OF_THE_BASIS if name in record["basis"]}
    if "told" in record:  # what a judge had read: on which decision, and under which reference it was written at once
        kept["told"], basis = record["told"], record["basis"]
    objects = [one for one in record["objects"] if not one.startswith(_HERS_ALONE)]
    return canonical(
        kept
        | {"actor": {"kind": actor["kind"], "name": actor["name"], "structure": actor["structure"]}}
        | {"objects": objects, "basis": basis}
    )


def _answer(s: Situation, record: dict[str, Any]) -> tuple[str, str]:
    """Return what the operator answered in the case of a line, as she sees it on her pages; nothing for any other line."""
    for row in s.extra.cases if record["act"] in ANSWERS else ():
        if f"case:{row['case_id'].hex}" in record["objects"]:
            sent = sent_answers(open_case(s.service, row["case_id"], row["sealed"]))
            return (sent[-1].outcome, sent[-1].text) if sent else ("", "")
    return "", ""


def _read_since(s: Situation, record: dict[str, Any]) -> tuple[int, ...]:
    """Return the kinds of what was read under the emergency of a line; what is withheld from her is not told by a letter."""
    glass = next((one.removeprefix("glass:") for one in record["objects"] if one.startswith("glass:")), "")
    found: set[int] = set()
    for row in s.extra.entries if glass else ():
        later = open_record(s.keys.record_key, s.keys.space, row["seq"], row["sealed"])
        if later["basis"].get("glass") != glass or later["act"] != ActId.READ_DOCUMENT:
            continue
        for one in later["objects"]:
            row_id = document_of(one, s.keys)
            document = s.extra.named.get(row_id) if row_id is not None else None
            if document is None:
                continue
            origin = open_origin(document["origin"], s.keys, document["row_id"])
            if origin is None or not is_withheld(s, document["row_id"], origin.facts):
                found.add(document["category"])
    return tuple(sorted(found))
