"""The worked examples of docs/specs, recomputed. Run this file to print them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from espace_sante.journal import JournalKeys, append, first_head
from espace_sante.journal.entry import open_record_bytes, salt_of
from espace_sante.keeper import origin, resource_row, rights_rows
from espace_sante.keeper.compartment import ListLine
from espace_sante.keeper.order_body import order_key, sealed_name
from espace_sante.vault.destroy import certify_destruction
from espace_sante.vault.envelope import seal, wrap
from espace_sante.vault.hpke import deposit_public, open_from, seal_to
from espace_sante.vault.keys import ServiceKeys, SpaceKeys, derive, pack_blob, short_term, term
from espace_sante.vault.stream import seal_stream

SPECS = Path(__file__).parents[3] / "docs" / "specs"
SPACE = UUID("0b7a1c8e-4c2f-4f0e-9a51-7d0c1e2f3a4b")
SPACE_KEYS = SpaceKeys(SPACE, bytes(range(32)), bytes(range(32, 64)), b"\1" + bytes(range(32)))
SERVICE = ServiceKeys(*(bytes((number,)) * 32 for number in range(1, 6)))
BODIES_OF_A_WILL = (
    *("grant", "mask", "block", "party", "scope", "emergency"),
    *(
        "glass",
        "card",
        "mailing",
        "request",
        "episode",
        "support",
        "reminder",
        "quarterly",
        "app",
        "death",
        "demand",
        "representation",
        "proposed",
        "mandate",
        "letters",
    ),
    *("contact", "point", "wish", "trusted", "visit"),
)
AT = datetime(2026, 11, 23, 22, 50, 1, 234000, tzinfo=UTC)


def fixed(size: int) -> bytes:
    """Nonces and salts of the examples: 00 01 02 …"""
    return bytes(range(size))


def is_body(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not msgspec.Struct


def lines(values: dict[str, bytes | str]) -> str:
    """Each name on its line, then its value, in hexadecimal for bytes, in lines of 64 bytes."""
    written = []
    for name, value in values.items():
        text = value.hex() if isinstance(value, bytes) else value
        written += [name, *("  " + text[start : start + 128] for start in range(0, len(text), 128))]
    return "\n".join(written)


def envelope_examples() -> str:
    keys = SPACE_KEYS
    context = b"example|" + SPACE.bytes
    sealed = seal(keys.root, b"clear", context, random_bytes=fixed)
    wrapped = wrap(keys.root, b"\7" * 32, context, random_bytes=fixed)
    blob = pack_blob(keys, b"\x2a" * 32, 1, random_bytes=fixed)
    document = b"".join(seal_stream(keys.root, [b"clear"], context, random_bytes=fixed))
    return lines(
        {
            "K_space": keys.root,
            'context: "example|" and the space id': context,
            'sealed body "clear" under K_space, nonce 00 … 0b': sealed,
            "wrapped key, 32 times 07, same key, context and nonce": wrapped,
            'document "clear" under K_space, salt 00 … 1f, first 64 bytes': document[:64],
            'derive(K_space, "rights")': keys.rights_key,
            'derive(K_space, "compartment", u16 10)': keys.compartment_key(10),
            "blob: master key 32 times 2a, version 1, nonce 00 … 0b, kJ 20 … 3f, deposit secret 01 00 … 1f": blob,
            'term(K_space, "ins", "123")': term(keys.root, "ins", "123"),
            "the same, short": str(short_term(keys.root, "ins", "123")),
        }
    )


def entry_examples() -> str:
    keys = JournalKeys(SPACE_KEYS.journal)
    head = first_head(keys, 2026)
    fields = {
        "actor": {"kind": "practitioner", "id": "10001234567", "name": "Dr Diallo", "structure": "", "behalf": False},
        "act": "read_document",
        "objects": ["5f0c6f5e8a534f6e9d553f3d8f1c2b10"],
        "basis": {"grant": "c1b8e0de5a1e4d2c8f6a2b7d9e0f1a23"},
        "decision": {"result": "permit", "rule": "granted"},
        "rules": "1",
        "channel": "web",
        "client": "espace-sante",
        "build": "0123456",
    }
    entry, after = append(keys, SPACE_KEYS.record_key, SPACE, head, AT, fields, random_bytes=fixed)
    certificate = certify_destruction(SERVICE.sign, journal=head.com, blob_sha256=bytes(32), at=AT)
    return lines(
        {
            "kJ": keys.key,
            "kJ_2026": keys.year_key(2026),
            "CJ, opening year 2026": head.com,
            "record 0": open_record_bytes(SPACE_KEYS.record_key, SPACE, 0, entry.sealed).decode(),
            "tag": entry.tag,
            "com": entry.com,
            "reference": entry.reference,
            'sealed under derive(K_space, "record"), K_space 00 … 1f, nonce 00 … 0b': entry.sealed,
            "head after it: n, year, year_base": f"{after.n} {after.year} {after.year_base}",
            "certificate of destruction": certificate.payload.decode(),
            "its signature, Ed25519 seed 32 times 01": certificate.signature,
            "public key": SERVICE.verification_key,
            **order_example(),
        }
    )


def order_example() -> dict[str, bytes | str]:
    order = UUID("7d1f0c54-93a8-4a56-8a52-2b0c6d1e9f70")
    key = order_key(SERVICE, order)
    said = {"v": 1, "space": str(SPACE), "objects": ["list"], "authority": "Tribunal de Dijon"}
    keys = JournalKeys(SPACE_KEYS.journal)
    return {
        "order": order.bytes,
        'its key, derive(service mail room, "order", order), that key 32 times 04': key,
        "its sealed name, nonce 00 … 0b": sealed_name(key, order, said, random_bytes=fixed),
        "salt of entry 0 of 2026": salt_of(keys.year_key(2026), 0),
    }


def deposit_example() -> str:
    public = deposit_public(SPACE_KEYS.deposit_secret)
    sealed = seal_to(public, b"une analyse", b"example")
    return lines({"secret": SPACE_KEYS.deposit_secret, "public": public, "sealed": sealed})


@pytest.mark.parametrize(("page", "examples"), [("envelope.md", envelope_examples), ("entry.md", entry_examples)])
def test_the_examples_of_the_specification_are_true(page, examples):
    assert examples() in (SPECS / page).read_text(encoding="utf-8")


def documented_bodies() -> dict[str, tuple[str, ...]]:
    """Return the arrays of rows.md, each with its elements in order."""
    page = (SPECS / "rows.md").read_text(encoding="utf-8")
    table = page[page.index("| array | elements |") :].split("\n\n")[0]
    found = (re.findall("`([a-z_]+)`", line) for line in table.splitlines()[2:])
    return {name: tuple(elements) for name, *elements in found}


def test_the_bodies_of_the_specification_are_those_of_the_code():
    wills = {name: getattr(rights_rows, f"{name.capitalize()}Row") for name in ("will", *BODIES_OF_A_WILL)}
    others = {"origin": origin._Body, "facts": origin._Facts, "line": ListLine, "written": resource_row._Body}
    code = {name: kind.__struct_fields__ for name, kind in (wills | others).items()}
    assert all(kind.__struct_config__.array_like for kind in (wills | others).values())
    assert documented_bodies() == code


def test_every_part_of_a_will_is_an_array_of_the_specification():
    parts = {name.removesuffix("Row").lower() for name, kind in vars(rights_rows).items() if is_body(kind)}
    assert parts == {"will", *BODIES_OF_A_WILL}


def test_the_keys_derived_from_a_space_are_those_of_the_specification():
    page = (SPECS / "envelope.md").read_text(encoding="utf-8")
    table = page[page.index("| label | suffix |") :].split("\n\n")[0]
    for label, suffix in re.findall(r"^\| `(\w+)` \| (.+?) \|", table, re.MULTILINE):
        name = f"{label}_key"
        found = getattr(SPACE_KEYS, name)
        assert (found(10) if suffix == "u16 category" else found) == derive(
            SPACE_KEYS.root, label, b"\0\x0a" if suffix == "u16 category" else b""
        )
    named = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    assert named == {name.removesuffix("_key") for name in vars(SpaceKeys) if name.endswith("_key")}


def test_an_origin_is_never_compressed_and_its_facts_take_one_room():
    who = origin.Depositor("practitioner", "10001234567", "99900000" * 40)  # long enough to be worth compressing
    facts = [
        origin.Facts(),
        origin.Facts("11488-4", born_hidden=True, release=1_800_000_000_000),
        origin.Facts("x" * 24),
    ]
    chains = [(None, None), (SPACE, None), (SPACE, SPACE)]
    sealed = [
        origin.seal_origin(origin.Origin(who, *chain, 5, one, two, one), SPACE_KEYS, SPACE)
        for chain in chains
        for one in facts
        for two in facts
    ]
    assert {(len(one), one[0], one[1]) for one in sealed} == {(len(sealed[0]), 1, 0)}


def test_the_deposit_of_the_specification_opens():
    page = (SPECS / "deposit.md").read_text(encoding="utf-8")
    block = page[page.index("secret\n  ") :].split("```")[0]
    values = {
        name: bytes.fromhex("".join(text.split()))
        for name, text in re.findall(r"^(secret|public|sealed)\n((?:  [0-9a-f]+\n)+)", block, re.MULTILINE)
    }
    assert values["public"] == deposit_public(values["secret"])
    assert open_from(values["secret"], values["sealed"], b"example") == b"une analyse"


if __name__ == "__main__":
    print(envelope_examples(), entry_examples(), deposit_example(), sep="\n\n")
