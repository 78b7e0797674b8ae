"""The register of the debate: takes what people say, gives each code one voice, publishes each day's together.

The only code that reaches its database, which holds nothing about a person and no hour at which somebody did something.
What came in a day is written in the log at the next publication, in the order of numbers drawn at random.
Guarantee: G14. Source: docs/decisions/0070, 0071.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta

import orjson

from espace_sante.debate.book import Book, NotFitting, book_of
from espace_sante.debate.coming import Came, Receipt, Written, dossier_in, one_form, refuse_out_of_time, row_number
from espace_sante.debate.events import Contested, Contributed, EnvelopesPrinted, Event, VoteCounted, event_of
from espace_sante.debate.export import export_of
from espace_sante.debate.log import SQL, Log, Text
from espace_sante.debate.publication import Publication
from espace_sante.debate.rules import last_arrival
from espace_sante.debate.shown import wanted_texts
from espace_sante.debate.signing import Signer
from espace_sante.debate.texts import SALT_BYTES, commitment, is_sound, reason_to_hold, tidy
from espace_sante.debate.token import Use, contest_tag_of, desk_tag_of, moderator_mark, tag_of
from espace_sante.debate.voting import counted, is_whole
from espace_sante.debate.witnessed import Head, Witnessed, answer_of, line_of
from espace_sante.debate.words import Choice
from espace_sante.journal.cosigners import Cosigner
from espace_sante.journal.notes import Checkpoint, NoteKey, cosigned, parse_note
from espace_sante.kernel.database import Connection, dropped_when_broken
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.readable import readable

# A code to vote outlives the dossier it was printed for: the vote comes after.
_VOTE_DAYS = 366
_NUMBER = 12


class Register:
    """One connection to the register, used by one demand at a time."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        signer: Signer,
        code_key: bytes,
        random: Callable[[int], bytes],
    ) -> None:
        self._connect = connect
        self._signer = signer
        self._key = code_key
        self._random = random
        self._log = Log()
        self._appending = False
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close()

    async def book(self) -> Book:
        """Return the whole debate as it stands. The caller changes nothing in it."""
        async with self._reading() as connection:
            return await self._log.refresh(connection)

    async def head(self) -> bytes:
        """Return the signed head, with the lines of the witnesses that signed this very one; b"" before the first event."""
        async with self._reading() as connection:
            return await self._head(connection)

    async def witnesses(self) -> tuple[Witnessed, ...]:
        """Return the last line of each witness that ever signed."""
        async with self._reading() as connection:
            return await self._witnesses(connection)

    async def be_witnessed(self, cosigners: Iterable[Cosigner], now: datetime) -> int:
        """Ask for a signature of the head of those who have not given it; return how many did. Nothing waits for them."""
        async with self._reading() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            await self._log.refresh(connection)
            tree, note = self._log.tree, bytes(await connection.fetchval(SQL["head"]) or b"")
            head, known = Head(note, tree, tree.size), {one.key: one for one in await self._witnesses(connection)}
        if not head.size:
            return 0
        due = [one for one in cosigners if one.key not in known or known[one.key].is_due(head, now)]
        asked = (answer_of(one, self.public_key, head, known.get(one.key)) for one in due)
        answers = [one for one in await asyncio.gather(*asked) if one is not None]
        async with self._writing() as connection:
            for one in answers:
                kept = str(one.key), one.size, str(one.line), one.differs
                await connection.execute(SQL["keep_cosignature"], *kept)
        return sum(not one.differs for one in answers)

    async def _head(self, connection: Connection) -> bytes:
        note = bytes(await connection.fetchval(SQL["head"]) or b"")
        if not note:
            return b""
        size = Checkpoint.parse(parse_note(note).text).size
        return cosigned(note, [one.line for one in await self._witnesses(connection) if one.size == size])

    async def _witnesses(self, connection: Connection) -> tuple[Witnessed, ...]:
        rows = await connection.fetch(SQL["cosignatures"])
        return tuple(
            Witnessed(NoteKey.parse(row["key"]), row["size"], line_of(row["line"]), row["differs"]) for row in rows
        )

    async def export(self) -> bytes:
        """Return the whole log in one file, with the texts that may be read and the signed head: all of one instant."""
        async with self._reading() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            leaves = [bytes(row["leaf"]) for row in await connection.fetch(SQL["leaves"], 0)]
            book = book_of(map(event_of, leaves))
            wanted = [com for dossier in book.dossiers.values() for com in wanted_texts(dossier)]
            rows = await connection.fetch(SQL["texts"], wanted)
            texts = [(row["com"], bytes(row["salt"]), row["body"]) for row in rows]
            return export_of(leaves, texts, await self._head(connection))

    @property
    def public_key(self) -> NoteKey:
        """Return the key under which heads are signed."""
        return self._signer.key

    async def texts(self, commitments: Iterable[str]) -> Mapping[str, Text]:
        """Return texts by their commitment; whoever shows them asks for those that are shown only."""
        async with self._reading() as connection:
            rows = await connection.fetch(SQL["texts"], list(commitments))
            return {row["com"]: Text(row["com"], bytes(row["salt"]), row["body"]) for row in rows}

    async def delays(self) -> list[tuple[date, int, int]]:
        """Return how long letters took to be typed in: month, days, how many."""
        async with self._reading() as connection:
            return [(row["month"], row["days"], row["number"]) for row in await connection.fetch(SQL["delays"])]

    async def write(self, written: Written, came: Came) -> Receipt:
        """Take a text, for one code. Raises Problem; then the code is not spent."""
        code, text = one_form(written.code), tidy(written.text)
        if not is_sound(text):
            raise Problem(Kind.UNPROCESSABLE, "debate-text-length")
        number, salt = self._number(), self._random(SALT_BYTES)
        async with self._writing() as connection:
            book = await self._log.refresh(connection)
            opened = dossier_in(book, written.dossier).opened
            refuse_out_of_time(came, opened.opened_on, opened.closes_on)
            shown_from = came.day + timedelta(days=1)
            event = Contributed(
                number,
                written.dossier,
                written.sort,
                written.about,
                commitment(text, salt),
                came.made_on,
                shown_from,
                reason_to_hold(text),
            )
            await self._spend(connection, written.dossier, Use.WRITE, code, came)
            if refusal := book.refusal(event):
                raise Problem(Kind.UNPROCESSABLE, refusal.value)
            bearer = contest_tag_of(self._key, written.dossier, code)
            body = {
                "contribution": number,
                "sort": written.sort.value,
                "about": written.about,
                "text": text,
                "salt": salt.hex(),
                "made_on": came.made_on.isoformat(),
                "arrived_on": came.arrived_on.isoformat(),
                "bearer": bearer.hex(),
            }
            await self._arrive(connection, written.dossier, came.day, "write", body)
            if came.hour is not None:
                await connection.execute(SQL["count_hour"], written.dossier, came.arrived_on, came.hour)
        return Receipt(number, shown_from)

    async def vote(self, dossier: str, code: str, choices: Mapping[str, Choice], came: Came) -> None:
        """Take a ballot, for one code. Raises Problem; then the code is not spent."""
        code = one_form(code)
        async with self._writing() as connection:
            found = dossier_in(await self._log.refresh(connection), dossier)
            if found.vote is None or found.counted is not None:
                raise Problem(Kind.CONFLICT, "debate-no-vote")
            if not is_whole(choices, found.vote.proposals):
                raise Problem(Kind.UNPROCESSABLE, "debate-choices")
            refuse_out_of_time(came, found.vote.on, found.vote.closes_on, "debate-no-vote")
            await self._spend(connection, dossier, Use.VOTE, code, came)
            said = {proposal: choice.value for proposal, choice in choices.items()}
            await self._arrive(connection, dossier, came.day, "vote", said)

    async def find(self, dossier: str, code: str) -> str:
        """Return the number of the text a used code wrote. Raises Problem while it is not published, or for another code."""
        tag = contest_tag_of(self._key, dossier, one_form(code))
        async with self._reading() as connection:
            found: str | None = await connection.fetchval(SQL["bearer"], tag)
        if found is None:
            raise Problem(Kind.NOT_FOUND, "debate-no-contribution")
        return found

    async def contest(self, dossier: str, code: str, text: str, on: date) -> str:
        """Take the contest of whoever wrote a hidden or held text; return its number. Raises Problem."""
        text = tidy(text)
        if not is_sound(text):
            raise Problem(Kind.UNPROCESSABLE, "debate-text-length")
        number, salt = await self.find(dossier, code), self._random(SALT_BYTES)
        async with self._writing() as connection:
            book = await self._log.refresh(connection)
            if refusal := book.refusal(Contested(number, commitment(text, salt), on)):
                raise Problem(Kind.CONFLICT, refusal.value)
            if await connection.fetchval(SQL["contest_waits"], number):
                raise Problem(Kind.CONFLICT, "debate-twice")
            body = {"contribution": number, "text": text, "salt": salt.hex()}
            await self._arrive(connection, dossier, on, "contest", body)
        return number

    async def append(self, events: Sequence[Event], texts: Sequence[Text] = ()) -> None:
        """Write what the authority or a moderator does. Raises Problem when it does not fit."""
        async with self._writing() as connection:
            await self._append(connection, events, texts)

    def moderator_mark(self, contribution: str, name: str) -> str:
        """Return the mark of who moderates a text, by name. Raises Problem for no name."""
        if not (mark := moderator_mark(self._key, contribution, name)):
            raise Problem(Kind.UNPROCESSABLE, "debate-empty")
        return mark

    async def print_codes(self, dossier: str, pairs: Sequence[tuple[str, str]], on: date) -> None:
        """Keep the digests of printed envelopes, a code to write and a code to vote in each, and say how many in the log."""
        async with self._writing() as connection:
            closes_on = dossier_in(await self._log.refresh(connection), dossier).opened.closes_on
            ends = {Use.WRITE: last_arrival(closes_on), Use.VOTE: last_arrival(closes_on) + timedelta(days=_VOTE_DAYS)}
            for place, use in enumerate((Use.WRITE, Use.VOTE)):
                tags = [tag_of(self._key, dossier, use, one_form(pair[place])) for pair in pairs]
                await connection.execute(SQL["add_codes"], dossier, use.value, ends[use], tags)
            await self._append(connection, [EnvelopesPrinted(dossier, len(pairs), on)])

    async def publish(self, today: date) -> int:
        """Write in the log all that came before today and fits, together; return how many lines. Doing it again does nothing.

        Ballots join those that wait to be counted; spent codes and small hours lose what told their order. What does not
        fit stops nothing else: see `waits_since`.
        """
        async with self._writing() as connection:
            await connection.execute(SQL["lock"])
            rows = [dict(row) for row in await connection.fetch(SQL["arrived"], today)]
            hours = [dict(row) for row in await connection.fetch(SQL["hours"], today)]
            self._appending = True
            lines = await Publication(connection, self._log, self._signer, today).of(rows, hours)
            await connection.execute(SQL["forget_hours"], today)
            await connection.execute(SQL["settle"])
        return lines

    async def waits_since(self, today: date) -> date | None:
        """Return the day of the oldest thing that came before today and is not published, None when all is."""
        async with self._reading() as connection:
            found: date | None = await connection.fetchval(SQL["waits_since"], today)
            return found

    async def count(self, dossier: str, on: date) -> VoteCounted:
        """Count a vote, once, when no letter can come any more. Raises Problem."""
        await self.publish(on)
        async with self._writing() as connection:
            await connection.execute(SQL["lock"])
            vote = dossier_in(await self._log.refresh(connection), dossier).vote
            if vote is None:
                raise Problem(Kind.CONFLICT, "debate-no-vote")
            if await connection.fetchval(SQL["ballots_wait"], dossier):
                raise Problem(Kind.CONFLICT, "debate-wrong-count")  # a ballot did not go in: no count without it
            rows = await connection.fetch(SQL["ballots"], dossier)
            result = counted(dossier, vote.proposals, [orjson.loads(row["choices"]) for row in rows], on)
            await self._append(connection, [result])
            await connection.execute(SQL["forget_ballots"], dossier)
        return result

    async def add_desk(self, code: str, label: str, expires_on: date) -> None:
        """Let whoever holds a code type in the letters that came, until a day. `label` names a desk, never a person."""
        async with self._writing() as connection:
            await connection.execute(SQL["add_desk"], desk_tag_of(self._key, one_form(code)), label, expires_on)

    async def check_desk(self, code: str, today: date) -> None:
        """Raise Problem unless a code is that of a desk."""
        tag = desk_tag_of(self._key, one_form(code))
        async with self._reading() as connection:
            if not await connection.fetchval(SQL["desk"], tag, today):
                raise Problem(Kind.FORBIDDEN, "debate-no-desk")

    async def count_delay(self, came: Came, typed_on: date) -> None:
        """Count how many days a letter waited to be typed in: a number by month, nothing of the letter."""
        days = max(0, (typed_on - came.arrived_on).days)
        async with self._writing() as connection:
            await connection.execute(SQL["count_delay"], typed_on.replace(day=1), min(days, 999))

    def _number(self) -> str:
        return readable(self._random(16))[:_NUMBER]

    async def _append(self, connection: Connection, events: Sequence[Event], texts: Sequence[Text] = ()) -> None:
        await connection.execute(SQL["lock"])
        self._appending = True
        try:
            await self._log.append(connection, self._signer, events, texts)
        except NotFitting as unfit:
            fields = {"day": unfit.until.isoformat()} if unfit.until else {}
            raise Problem(Kind.CONFLICT, unfit.refusal.value, fields) from None

    async def _spend(self, connection: Connection, dossier: str, use: Use, code: str, came: Came) -> None:
        tag = tag_of(self._key, dossier, use, code)
        if await connection.fetchval(SQL["spend"], tag, dossier, use.value, came.arrived_on):
            return
        if await connection.fetchval(SQL["why_not"], tag, dossier, use.value):
            raise Problem(Kind.CONFLICT, "debate-code-spent")
        raise Problem(Kind.NOT_FOUND, "debate-code-unknown")

    async def _arrive(
        self, connection: Connection, dossier: str, day: date, kind: str, body: Mapping[str, str]
    ) -> None:
        row = self._random(16)
        await connection.execute(SQL["arrive"], row_number(row), dossier, day, kind, orjson.dumps(body).decode())

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Connection]:
        async with self._turn:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._connect()
            with dropped_when_broken(self._connection):
                yield self._connection

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Connection]:
        """Give a transaction; when lines written by it are undone, the log is read again."""
        async with self._reading() as connection:
            self._appending = False
            try:
                async with connection.transaction():
                    yield connection
            except BaseException:
                if self._appending:
                    self._log = Log()
                raise
