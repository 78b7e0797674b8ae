"""What one FHIR resource takes on the disk: `python -m bench.resource_bytes FOLDER` (r4-examples/, synthea-r4/).

Every resource of Synthea's patients and of HL7's examples, in the form it is kept in, sealed with and without the dictionary; then the rows
themselves, made by the keeper's own functions, in a new database. Rows of the patients the dictionary was trained on are told apart.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from espace_sante.formats.fhir.resource import kept
from espace_sante.keeper.origin import Depositor
from espace_sante.keeper.resource_row import ResourceOrigin, seal_resource_origin, wrapped_key
from espace_sante.kernel.database import connect
from espace_sante.operate.roles import connection_arguments
from espace_sante.records.resource import body_context, numbers
from espace_sante.vault.dictionaries import RESOURCES
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import SpaceKeys

TRAINED_ON = 2  # every second patient, the first included: scripts/resource_dictionary.py


@dataclass(frozen=True, slots=True)
class Kept:
    """One resource in the form it is kept in, and the type it has."""

    type: str
    body: bytes


def patients(folder: Path) -> Iterator[list[Kept]]:
    """Yield the resources of each of Synthea's patients, in the order of their files.

    References lead to ids as long as ours, which begin with the person's; they are made from the file's, the same at each run.
    """
    for number, path in enumerate(sorted((folder / "synthea-r4").glob("*.json.gz"))):
        entries = orjson.loads(gzip.decompress(path.read_bytes()))["entry"]
        person = _hexadecimal(str(number))
        names = {one["fullUrl"]: _name(one["resource"]["resourceType"], person, one["fullUrl"]) for one in entries}
        yield [
            Kept(one["resource"]["resourceType"], kept(orjson.dumps(_pointed(one["resource"], names))))
            for one in entries
        ]


def examples(folder: Path) -> Iterator[Kept]:
    """Yield HL7's examples of every type."""
    for path in sorted((folder / "r4-examples").glob("*.ndjson.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            yield Kept(path.name.partition(".")[0], kept(line))


def _hexadecimal(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _name(kind: str, person: str, url: str) -> str:
    return f"{kind}/{person}" if kind == "Patient" else f"{kind}/{person}{_hexadecimal(url)}"


def _pointed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: names.get(inner, inner) if name == "reference" else _pointed(inner, names)
            for name, inner in value.items()
        }
    return [_pointed(one, names) for one in value] if isinstance(value, list) else value


# ---------------------------------------------------------------- sealed bytes


def _sealed_row(name: str, bodies: Sequence[bytes]) -> str:
    sizes, micro, back = [], [], []
    for dictionary in (0, RESOURCES):
        start = time.process_time()
        sealed = [bytes(seal(bytes(32), body, b"", words=dictionary or 1)) for body in bodies]
        micro.append((time.process_time() - start) * 1e6 / len(bodies))
        sizes.append(sum(map(len, sealed)) / len(sealed))
        start = time.process_time()
        for one in sealed:
            open_sealed(bytes(32), one, b"")
        back.append((time.process_time() - start) * 1e6 / len(bodies))
    mean = sum(map(len, bodies)) / len(bodies)
    figures = "".join(f"{figure:>9.1f}" for figure in (mean, *sizes, *micro, *back))
    return f"{name:<44}{len(bodies):>7}{figures}"


# ---------------------------------------------------------------- rows


def _rows(people: Sequence[Sequence[Kept]], dictionary: int) -> Iterator[tuple[Any, ...]]:
    origin = ResourceOrigin(
        Depositor("practitioner", "99900000045", "Cabinet des Quatre-Vents", "990000001"), "11502-2", 0
    )
    for resources in people:
        keys = SpaceKeys(UUID(bytes=os.urandom(16)), os.urandom(32), os.urandom(32), b"")
        for one in resources:
            row, key, category = UUID(bytes=os.urandom(16), version=4), os.urandom(32), 4
            number = numbers().get(one.type, 1)
            sealed = bytes(seal(key, one.body, body_context(row, 1), words=dictionary or 1))
            wrapped = wrapped_key(keys, row, 1, (number, category), key)
            said = seal_resource_origin(origin, keys, row, 1)
            yield keys.space, row, 1, number, category, wrapped, sealed, said


async def _on_disk(people: Sequence[Sequence[Kept]]) -> None:
    from tests.house import databases  # the test houses know how to start an empty database

    with tempfile.TemporaryDirectory(prefix="es-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        async with databases(Path(folder) / "home") as settings:
            connection = await connect(connection_arguments(settings, "postgres"))
            for name, dictionary in (("sans dictionnaire", 0), ("avec", RESOURCES)):
                await connection.execute("TRUNCATE records.resource")
                for one in people:
                    await connection.copy_records_to_table(
                        "resource", schema_name="records", records=_rows([one], dictionary)
                    )
                found = await connection.fetchrow(
                    "SELECT count(*) AS n, pg_total_relation_size('records.resource') AS whole,"
                    " pg_relation_size('records.resource') AS heap, pg_indexes_size('records.resource') AS keys,"
                    " avg(pg_column_size(r.*))::int AS row, avg(length(sealed))::int AS sealed FROM records.resource r"
                )
                assert found is not None
                each = {part: found[part] / found["n"] for part in ("whole", "heap", "keys")}
                rest = each["whole"] - each["heap"] - each["keys"]
                print(
                    f"{name:<20} {found['n']} lignes : {each['whole']:.0f} octets par ressource (table {each['heap']:.0f},"
                    f" clés {each['keys']:.0f}, hors ligne {rest:.0f}) ; corps scellé {found['sealed']}"
                )
            await connection.close()


def main() -> int:
    """Measure and print."""
    folder = Path(sys.argv[1])
    people = list(patients(folder))
    known, new = ([one for each in people[start::TRAINED_ON] for one in each] for start in (0, 1))
    shown = list(examples(folder))
    head = ("clair", "scellé", "avec dic.", "µs", "avec dic.", "ouvrir", "avec dic.")
    print(f"{'octets et µs de CPU par ressource':<44}{'nombre':>7}" + "".join(f"{word:>9}" for word in head))
    print(_sealed_row("Synthea, toutes", [one.body for one in (*known, *new)]))
    print(_sealed_row("Synthea, personnes jamais vues", [one.body for one in new]))
    print(_sealed_row("… des types gardés ici", [one.body for one in new if one.type in numbers()]))
    print(_sealed_row("exemples de HL7 (vus)", [one.body for one in shown]))
    asyncio.run(_on_disk(people))
    return 0


if __name__ == "__main__":
    sys.exit(main())
