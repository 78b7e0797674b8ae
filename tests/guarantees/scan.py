"""Looking for secrets at rest: in plain dumps, in every file of a folder, in what is compressed there, in every form at once."""

from __future__ import annotations

import re
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from espace_sante.journal.entry import JournalKeys
from espace_sante.keeper.compartment import open_key
from espace_sante.keeper.keyring import read_master_keys
from espace_sante.keeper.resource_row import open_resource_key
from espace_sante.keeper.situation import DocumentRow
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.settings import Settings
from espace_sante.operate.backup import binaries_of, postgres_environment
from espace_sante.operate.roles import superuser
from espace_sante.records.document import CATEGORIES
from tests.inside import forms, keyrings, rows

SHORTEST = 10  # a secret number of four digits is found anywhere


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


BEGINS = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")


def opened(content: bytes) -> bytes:
    """Return what opens of the compressed parts of a file: PostgreSQL's archives are made of them."""
    parts = []
    for begin in BEGINS.finditer(content):
        reader = zlib.decompressobj(wbits=47)
        try:
            parts.append(reader.decompress(content[begin.start() :], 1 << 24))
        except zlib.error:
            continue
    return b"\n".join(parts)


LOT = 1 << 26


def patterns(secrets: set[bytes]) -> dict[bytes, str]:
    """Return what is looked for, with the words that name it: of each form its longest part that fits on a line of `grep`."""
    wanted = {}
    for secret in secrets:
        for kind, form in forms(secret).items():
            if kind == "utf-16":
                continue  # found as plain once the zeros of a text are taken out (see `found`)
            for text in {form, form.lower(), form.upper()} if kind in ("plain", "hex") else {form}:
                part = max(re.split(rb"[\0\n]", text), key=len)
                if len(part) >= SHORTEST:
                    wanted[part] = f"{secret!r} ({kind})"
    assert not [secret for secret in secrets if f"{secret!r} (hex)" not in wanted.values()]
    return wanted


def found(secrets: set[bytes], places: Iterator[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Return where each secret is, whatever its form; `grep` looks for all of them at once, in lots of places."""
    wanted, seen, lot, size = patterns(secrets), [], [], 0
    for place, content in places:
        text = b"\n".join((content, opened(content), content.replace(b"\0", b"")))
        lot.append((place, text))
        size += len(text)
        if size > LOT:
            seen += in_lot(wanted, lot)
            lot, size = [], 0
    return seen + in_lot(wanted, lot)


def in_lot(wanted: dict[bytes, str], lot: list[tuple[str, bytes]]) -> list[tuple[str, str]]:
    with tempfile.NamedTemporaryFile() as listed:
        listed.write(b"\n".join(wanted))
        listed.flush()
        command = ["grep", "--text", "--only-matching", "--fixed-strings", f"--file={listed.name}"]
        content = b"\n".join(text for _, text in lot)
        done = subprocess.run(command, input=content, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}, capture_output=True)
    assert done.returncode in (0, 1), done.stderr
    hits = {hit for hit in done.stdout.split(b"\n") if hit}
    return [(place, wanted.get(hit, repr(hit))) for hit in sorted(hits) for place, text in lot if hit in text]


async def keys_of(settings: Settings) -> set[bytes]:
    """Return every key the master key opens, and those that follow from them, but what a dump has the right to hold."""
    spaces, service = await keyrings(settings)
    found = {service.signing_seed, service.directory, service.session, service.mailroom, service.idempotency}
    for held in spaces.values():
        found |= {held.root, held.journal, held.deposit_secret, held.rights_key, held.identity_key, held.record_key}
        found |= {held.term_key, held.receipt_key, held.origin_key, held.name_key}
        found |= {held.compartment_key(category) for category in CATEGORIES}
        found |= {held.summary_key(category) for category in CATEGORIES}
        found |= {JournalKeys(held.journal).year_key(utc_now().year)}
    for row in await rows(settings, "postgres", "SELECT * FROM records.document"):
        document = DocumentRow(row["row_id"], row["version"], row["category"], row["wrapped"], row["sealed"])
        found.add(bytes(open_key(spaces[row["space_id"]], document)[0]))
    for row in await rows(settings, "postgres", "SELECT * FROM records.resource"):
        found.add(open_resource_key(spaces[row["space_id"]], row))
    return found | {master for master in read_master_keys(settings.home / "keys" / "master.key").values()}
