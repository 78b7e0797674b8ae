"""G7. The operator cannot read at rest: five hundred secrets, through every act and channel, are found nowhere.

Secrets: planted words, titles, texts, names, numbers, birth dates, codes, tokens, and every key of the house. Scanned: a plain
dump of both databases, every file of the state folder (PostgreSQL's own files and its write-ahead log, objects, logs, what is
published, sockets' folder, secrets), a backup, its compressed parts opened, and what a restore of an older backup brings back
after an erasure; in plain, hexadecimal, both alphabets of base 64, UTF-16, compressed. Left out: the master key and the
development provider's key, which are the keystore. Breaks tried, each found by the scan: a title in clear in a
row, a number in the directory instead of its keyed hash, a name in a log line, a token kept instead of its hash.
With the keystore everything opens: otherwise nothing found would only mean nothing kept.
"""

from __future__ import annotations

import asyncio
import base64
import random
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from espace_sante.access.request import ActId
from espace_sante.adapters.dev_provider import Account
from espace_sante.keeper import demand as d
from espace_sante.keeper.compartment import open_key, read_lines
from espace_sante.keeper.origin import open_origin
from espace_sante.keeper.rights_body import open_will
from espace_sante.keeper.situation import DocumentRow
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.settings import Settings
from espace_sante.operate.backup import back_up
from espace_sante.operate.session import started_databases
from espace_sante.records.document import metadata_context
from espace_sante.vault.envelope import open_sealed
from tests.conftest import SEED
from tests.faults.killing import supervised
from tests.guarantees.planted_day import Day
from tests.guarantees.scan import SHORTEST, dumps, files, found, keys_of
from tests.house import House
from tests.inside import chains, keyrings, rows
from tests.people import reach
from tests.served import JSON, Client

pytestmark = [pytest.mark.database, pytest.mark.slow]
CHANNELS = (
    ("counter", "identity_seen"),
    ("paper", "signed_form"),
    ("phone", "contact"),
    ("web", "login"),
    ("api", "login"),
)
WORDS = ("2026-11-1", "fr", "00" * 32)


class Markers:
    """Draws words that mean nothing and remembers them."""

    def __init__(self, seed: int) -> None:
        self.draw, self.planted = random.Random(seed), set[bytes]()

    def word(self) -> str:
        return self.keep("ZQ" + "".join(self.draw.choices("BCDFGHJKLMNPQRSTVWXZ", k=12)))

    def digits(self, length: int = 11) -> str:
        return self.keep("".join(self.draw.choices("123456789", k=length)))

    def ins(self) -> str:
        body = "2" + "".join(self.draw.choices("0123456789", k=4)) + "99" + "".join(self.draw.choices("123456789", k=6))
        return self.keep(f"{body}{97 - int(body) % 97:02d}")

    def keep(self, text: str) -> str:
        self.planted.add(text.encode())
        return text


ENROLLED = {"sector": "association", "stated": "2026-01-05", "answers_to": "le bureau"}


class Planter:
    """Does every act by every channel, with planted words wherever a word can be written."""

    def __init__(self, house: House, marks: Markers, port: int) -> None:
        self.house, self.marks, self.port = house, marks, port

    async def signed_in(self, account: Account) -> tuple[bytes, str]:
        self.house.provider.accounts[account.id] = account
        answer = await self.house.link.ask(d.SignIn(0, self.house.provider.assertion(account)))
        assert isinstance(answer, d.Done), answer
        token = msgspec.msgpack.decode(answer.payload, type=d.SessionAnswer).token
        from espace_sante.keeper.sessions import token_hash

        return token_hash(token), self.marks.keep(token)

    def person(self, with_ins: bool) -> Account:
        word = self.marks.word
        number = {"ins": self.marks.ins()} if with_ins else {"local": word()}
        return Account(
            word(), "person", word(), birth_name=word(), first_given=word(), birth_date=self.born(), sex="F", **number
        )

    def born(self) -> str:
        draw = self.marks.draw
        return self.marks.keep(f"{draw.randint(1902, 1925)}-{draw.randint(10, 12)}-{draw.randint(10, 28)}")

    def professional(self) -> Account:
        word = self.marks.word
        known = {"rpps": self.marks.digits(), "profession": word(), "structure": word(), "profession_code": "G15_10"}
        return Account(word(), "practitioner", word(), **known)

    async def all(self) -> None:
        word, house = self.marks.word, self.house
        agent, _ = await self.signed_in(
            Account(word(), "agent", word(), structure=word(), structure_id=self.marks.digits(14))
        )
        operator, _ = await self.signed_in(Account(word(), "operator", word(), structure=word()))
        doctors = [(account, await self.signed_in(account)) for account in (self.professional() for _ in range(4))]
        for number, (channel, proof) in enumerate(CHANNELS):
            account = self.person(with_ins=number % 2 == 0)
            reference = f"ins:{account.ins}" if account.ins else f"local:{account.local}"
            traits = d.Traits(account.birth_name, account.first_given, account.birth_date, account.sex, word(), word())
            code = await self.invited(operator, reference, traits)
            hers, token = await self.signed_in(account)
            mine = channel in ("web", "api")
            session = hers if mine else agent
            for_her: dict[str, Any] = {"channel": channel, "proof": proof, "on_behalf": not mine}
            if number == 1:  # one says no first, on paper
                refused = await house.ask(
                    agent, "refuse_space", d.RefuseParams(*WORDS), person=f"code:{code}", **for_her
                )
                assert isinstance(refused, d.Done)
                code = await self.invited(operator, reference, traits)
            opening = (
                for_her if channel != "phone" else {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
            )
            whose = "self" if mine else f"code:{code}"
            opened = await house.ask(session, "open_space", d.OpenParams(True, *WORDS), person=whose, **opening)
            assert isinstance(opened, d.Done), opened
            person = self.marks.keep(msgspec.msgpack.decode(opened.payload, type=d.OpenAnswer).person)
            await self.lived(session, "self" if mine else reference, for_her, person, doctors, traits)
            await asyncio.to_thread(self.by_http, token, person, doctors[0][1][1])

    async def every_act(self) -> Day:
        """A whole life beside the others: every act there is, done."""
        word, day = self.marks.word, Day(self.house, self.marks)
        her, physician, colleague = self.person(with_ins=True), self.professional(), self.professional()
        sessions = {}
        for name, account in (
            ("her", her),
            ("operator", Account(word(), "operator", word(), structure=word())),
            ("second", Account(word(), "operator", word(), structure=word())),
            ("physician", physician),
            ("colleague", colleague),
            ("helper", Account(word(), "helper", f"{word()} {word()}", structure=word(), **ENROLLED)),
            ("agent", Account(word(), "agent", word(), structure=word(), structure_id=self.marks.digits(14))),
            ("checker", Account(word(), "agent", word(), structure=word(), structure_id=self.marks.digits(14))),
        ):
            sessions[name], _ = await self.signed_in(account)
            day.names[name] = account.name
        self.left = await day.live(her, sessions, {"physician": physician.rpps, "colleague": colleague.rpps})
        return day

    async def invited(self, operator: bytes, reference: str, traits: d.Traits) -> str:
        answer = await self.house.ask(operator, "invite", d.InviteParams(reference, traits), person=reference)
        assert isinstance(answer, d.Done), answer
        return self.marks.keep(msgspec.msgpack.decode(answer.payload, type=d.InviteAnswer).code)

    async def lived(
        self, session: bytes, whose: str, way: dict[str, Any], person: str, doctors: list[Any], traits: d.Traits
    ) -> None:
        word, house, documents = self.marks.word, self.house, []
        for _ in range(3):
            content = f"Bilan de {word()} : {word()}".encode()
            sent = {"title": word(), "unique_id": f"urn:x:{word()}", "author_name": word(), "structure": word()}
            sent |= {"author_id": self.marks.digits(), "key": word().encode(), "claimed": traits}
            done = await house.deposit(doctors[0][1][0], f"id:{person}", content, **sent)
            assert isinstance(done, d.Done), done
            documents.append(msgspec.msgpack.decode(done.payload, type=d.DepositAnswer).document)
        first = bytes.fromhex(documents[0][32:])
        for act, params in (
            ("grant_access", d.GrantParams(doctors[1][0].rpps, "everything", [], [], word(), 30)),
            ("grant_access", d.GrantParams(self.marks.digits(), "documents", [], [first], word(), 30)),
            ("mask", d.MaskParams(first, 0, self.marks.digits())),
            ("block", d.BlockParams(self.marks.digits(), "deposits")),
            ("withdraw_access", d.WithdrawParams(self.marks.digits())),
            ("give_address", d.AddressParams((f"1 rue {word()}", f"63000 {word()}"))),
            ("give_address", d.AddressParams((f"2 rue {word()}", f"63000 {word()}"))),
            ("list_documents", d.ListParams()),
            ("read_document", d.ReadParams(first)),
            ("read_journal", d.JournalParams()),
        ):
            answer = await house.ask(session, act, params, person=whose, key=word().encode(), **way)
            assert isinstance(answer, d.Done), (act, way, answer)
        if way["channel"] == "phone":  # a permission is only started by telephone: given at the counter
            way = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
            grant = d.GrantParams(doctors[1][0].rpps, "everything", [], [], word(), 30)
            assert isinstance(await house.ask(session, "grant_access", grant, person=whose, **way), d.Done)
        _, content = await house.read(doctors[1][1][0], documents[1])
        assert content is not None
        answer, _ = await house.read(doctors[2][1][0], documents[1])
        assert isinstance(answer, d.Refused)

    def by_http(self, token: str, person: str, doctor: str) -> None:
        """Requests as they come from outside, right and wrong ones: what a server is tempted to write down."""
        word = self.marks.word
        hers, his, nobody = Client(self.port, token), Client(self.port, doctor), Client(self.port)
        file = base64.b64encode(f"Texte de {word()}".encode()).decode()
        his.act("deposit_document", {"title": word(), "person": f"id:{person}", "file": file, "category": 5})
        hers.act("grant_access", {"practitioner": word(), word(): word()})
        for client in (hers, his, nobody):
            client.ask("GET", f"/fhir/DocumentReference?patient={person}&x={word()}", Authorization2=word())
            client.ask("GET", f"/fhir/Binary/{word()}")
            client.ask("GET", f"/{word()}?nom={word()}", Referer=f"http://{word()}/", User_Agent=word())
            client.ask("POST", "/fhir/DocumentReference", f"{{{word()}".encode())
            client.ask("POST", "/api/jeton", {"as": word()}, content_type=JSON)


async def opens(settings: Settings) -> set[bytes]:
    """Open everything with the keystore; return all that was read, to see that the planted words are there."""
    keys, _ = await keyrings(settings)
    clear = {repr(record).encode() for chain in (await chains(settings)).values() for record in chain}
    for row in await rows(settings, "postgres", "SELECT * FROM consent.rights"):
        will = open_will(row["sealed"], row["version"], keys[row["space_id"]])
        clear.add(repr(will).encode())
    for row in await rows(settings, "postgres", "SELECT * FROM consent.receipt"):
        context = b"receipt|" + row["space_id"].bytes + row["receipt_id"].bytes
        clear.add(bytes(open_sealed(keys[row["space_id"]].receipt_key, row["sealed"], context)))
    for row in await rows(settings, "postgres", "SELECT * FROM identity.person"):
        held = keys[row["space_id"]]
        clear.add(bytes(open_sealed(held.identity_key, row["sealed"], b"person|" + row["space_id"].bytes)))
    for row in await rows(settings, "postgres", "SELECT * FROM records.document"):
        document = DocumentRow(row["row_id"], row["version"], row["category"], row["wrapped"], row["sealed"])
        key, _ = open_key(keys[row["space_id"]], document)
        clear.add(bytes(open_sealed(key, row["sealed"], metadata_context(row["row_id"]))))
        clear.add(repr(open_origin(row["origin"], keys[row["space_id"]], row["row_id"])).encode())
    lines = await rows(
        settings,
        "postgres",
        "SELECT l.space_id, l.row_id, w.category, w.version, w.wrapped, w.origin, l.sealed FROM records.summary_line l"
        " JOIN records.document w USING (space_id, row_id)",
    )
    assert lines
    for line in lines:
        clear.update(each.meta for each in read_lines(keys[line["space_id"]], [], [line]))
    return clear


def test_planted_words_are_found_nowhere_and_everything_opens_with_the_keystore(
    state_folder: Callable[[], Path],
) -> None:
    home, output, marks = state_folder(), state_folder(), Markers(SEED)
    print(f"seed {SEED}")
    lived: list[Day] = []

    async def plant(settings: Settings) -> None:
        house = reach(settings)
        planter = Planter(house, marks, settings.port)
        await planter.all()
        lived.append(await planter.every_act())
        await house.link.close()

    with supervised(home) as settings:
        asyncio.run(plant(settings))
        assert set(lived[0].asked) == {act.value for act in ActId}, "every act is asked, and done"
        keys = asyncio.run(keys_of(settings))
        assert len(keys) > 300
        secrets = {marker for marker in marks.planted if len(marker) >= SHORTEST} | keys
        assert len(secrets - keys) >= 300
        assert found(secrets, dumps(settings)) == []
        asyncio.run(back_up(settings, output, now=utc_now()))
    assert found(secrets, files(home)) == []
    assert found(secrets, files(output)) == []
    logs = b"".join((home / "logs" / f"{name}.log").read_bytes() for name in ("web-0", "web-1", "keeper-0", "pg-main"))
    assert logs, "an empty log would prove nothing"

    async def read_with_keystore() -> set[bytes]:
        async with started_databases(settings):
            return await opens(settings)

    with pytest.raises(AssertionError):  # what a dump may not hold is seen by the scan when it does
        assert found(secrets, iter([("here", b"-- " + next(iter(keys)).hex().encode())])) == []
    everything = b"\n".join(asyncio.run(read_with_keystore()))
    assert sum(marker in everything for marker in marks.planted) > 60


def test_the_scan_sees_what_it_looks_for() -> None:
    marker = Markers(1).word().encode()
    for text in (
        marker,
        marker.hex().encode(),
        base64.b64encode(b"xy" + marker + b"z"),
        marker.decode().encode("utf-16"),
        zlib.compress(b"before" * 9 + marker + b"after"),
        base64.urlsafe_b64encode(b"\xff\xfe" + marker + b"\xfb"),
    ):
        assert found({marker}, iter([("here", b"before" + text + b"after")])), text
    assert found({marker}, iter([("here", b"nothing")])) == []
