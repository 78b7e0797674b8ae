"""G7. The operator cannot read at rest: two hundred planted words, through every act and channel, are found nowhere.

Scanned: a plain dump of both databases, every file of the state folder (PostgreSQL's own files and its write-ahead log,
objects, logs, sockets' folder, secrets), a backup; in plain, hexadecimal, base 64 and UTF-16. Left out: the master key
and the development provider's key, which are the keystore. Breaks tried, each found by the scan: a title in clear in a
row, a number in the directory instead of its keyed hash, a name in a log line, a token kept instead of its hash.
With the keystore everything opens: otherwise nothing found would only mean nothing kept.
"""

from __future__ import annotations

import asyncio
import base64
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from espace_sante.adapters.dev_provider import Account
from espace_sante.keeper import demand as d
from espace_sante.keeper.compartment import open_key, read_lines
from espace_sante.keeper.origin import open_origin
from espace_sante.keeper.rights_body import open_will
from espace_sante.keeper.situation import DocumentRow
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.settings import Settings
from espace_sante.operate.backup import back_up, binaries_of, postgres_environment
from espace_sante.operate.roles import superuser
from espace_sante.operate.session import started_databases
from espace_sante.records.document import metadata_context
from espace_sante.vault.envelope import open_sealed
from tests.conftest import SEED
from tests.faults.killing import supervised
from tests.house import House
from tests.inside import chains, forms, keyrings, rows
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
            word(), "person", word(), birth_name=word(), first_given=word(), birth_date="1944-03-12", sex="F", **number
        )

    def professional(self) -> Account:
        word = self.marks.word
        known = {"rpps": self.marks.digits(), "profession": word(), "structure": word(), "profession_code": "G15_10"}
        return Account(word(), "practitioner", word(), **known)

    async def all(self) -> None:
        word, house = self.marks.word, self.house
        agent, _ = await self.signed_in(Account(word(), "agent", word(), structure=word()))
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


def dumps(settings: Settings) -> Iterator[tuple[str, bytes]]:
    for instance in ("main", "keys"):
        program = [binaries_of(settings, instance) / "pg_dump", "--format=plain", "--no-password"]
        environ = postgres_environment(settings, superuser(instance))
        done = subprocess.run(program, env=environ, cwd="/", capture_output=True, check=True)
        assert len(done.stdout) > 5000
        yield f"dump of {instance}", done.stdout


PAGE = 8192
# A page begins with the place of its last change in the log and its sum, which make copies differ: ten bytes, too few for
# any planted word.
STAMP = 10


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file; of PostgreSQL's tables each different page once (its templates are copies), of its log what is written."""
    pages: set[bytes] = set()
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink() or path.name in ("master.key", "dev-provider.key"):
            continue
        content = path.read_bytes().rstrip(b"\0")
        if {"base", "global"} & set(path.parts):
            cut = [content[start : start + PAGE] for start in range(0, len(content), PAGE)]
            different = {page[STAMP:]: page for page in cut}
            content = b"".join(page for body, page in different.items() if body not in pages)
            pages.update(different)
        yield str(path.relative_to(folder)), content


def found(markers: set[bytes], places: Iterator[tuple[str, bytes]]) -> list[tuple[str, str]]:
    wanted = [(marker, kind, form) for marker in markers for kind, form in forms(marker).items()]
    seen = []
    for place, content in places:
        lower = content.lower()
        seen += [(place, f"{marker.decode()} ({kind})") for marker, kind, form in wanted if form.lower() in lower]
    return seen


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

    async def plant(settings: Settings) -> None:
        house = reach(settings)
        await Planter(house, marks, settings.port).all()
        await house.link.close()

    with supervised(home) as settings:
        asyncio.run(plant(settings))
        assert len(marks.planted) >= 200
        assert min(map(len, marks.planted)) > STAMP
        assert found(marks.planted, dumps(settings)) == []
        asyncio.run(back_up(settings, output, now=utc_now()))
    assert found(marks.planted, files(home)) == []
    assert found(marks.planted, files(output)) == []
    logs = b"".join((home / "logs" / f"{name}.log").read_bytes() for name in ("web-0", "web-1", "keeper-0", "pg-main"))
    assert logs, "an empty log would prove nothing"

    async def read_with_keystore() -> set[bytes]:
        async with started_databases(settings):
            return await opens(settings)

    everything = b"\n".join(asyncio.run(read_with_keystore()))
    assert sum(marker in everything for marker in marks.planted) > 60


def test_the_scan_sees_what_it_looks_for() -> None:
    marker = Markers(1).word().encode()
    for text in (
        marker,
        marker.hex().encode(),
        base64.b64encode(b"xy" + marker + b"z"),
        marker.decode().encode("utf-16"),
    ):
        assert found({marker}, iter([("here", b"before" + text + b"after")])), text
    assert found({marker}, iter([("here", b"nothing")])) == []
