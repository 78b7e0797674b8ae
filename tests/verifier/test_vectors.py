"""Published vectors of Ed25519, canonical JSON and RFC 6962, by the Python verifier and by the other one."""

from __future__ import annotations

import base64
import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from espace_sante.journal.entry import reference
from tests.needs import program
from tests.oracles.proof_bundles import Tree, sha256
from tests.verifier.both import NODE, PYTHON

FOLDER = Path(__file__).parent / "vectors"
ED25519 = json.loads((FOLDER / "ed25519.json").read_text())
INCLUSION = json.loads((FOLDER / "inclusion.json").read_text())
CANONICAL = json.loads((FOLDER / "canonical.json").read_text())
# Every encoding of the eight points of small order, as C2SP/CCTV lists them.
SMALL = [
    *("00" * 32, "ed" + "ff" * 30 + "7f", "00" * 31 + "80", "ed" + "ff" * 31),
    *("01" + "00" * 31, "01" + "00" * 30 + "80", "ee" + "ff" * 30 + "7f", "ee" + "ff" * 31),
    *("ec" + "ff" * 30 + "7f", "ec" + "ff" * 31),
    *("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc" + end for end in ("05", "85")),
    *("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03" + end for end in ("7a", "fa")),
]


def other(questions: list[dict[str, Any]]) -> list[Any]:
    out = subprocess.run(
        [str(NODE), str(Path(__file__).with_name("functions.mjs"))],
        input="\n".join(map(json.dumps, questions)),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [json.loads(line) for line in out.stdout.splitlines()]


def python(question: dict[str, Any]) -> Any:
    q = {
        name: bytes.fromhex(value) if isinstance(value, str) and name != "f" else value
        for name, value in question.items()
    }
    match question["f"]:
        case "ed25519":
            return PYTHON.verify_ed25519(q["key"], q["msg"], q["sig"])
        case "usable":
            return PYTHON.usable_key(q["key"])
        case "readable":
            return PYTHON.readable(q["digest"])
        case "canonical":
            try:
                return PYTHON.canonical(PYTHON.parse_canonical(q["line"])).decode()
            except PYTHON.Refused as refusal:
                return refusal.reason
        case "root":
            path = [bytes.fromhex(one) for one in question["path"]]
            found = PYTHON.root_of(q["leaf"], question["index"], question["size"], path)
            return found and found.hex()
        case _:
            return PYTHON.path_length(question["index"], question["size"])


def check(questions: list[dict[str, Any]], expected: list[Any]) -> None:
    assert [python(question) for question in questions] == expected


def ed25519_cases() -> tuple[list[dict[str, Any]], list[bool]]:
    asked = [{"f": "ed25519", "key": one["key"], "msg": one["msg"], "sig": one["sig"]} for one in ED25519]
    return asked, [one["holds"] for one in ED25519]


def malleable_cases() -> tuple[list[dict[str, Any]], list[bool]]:
    """Every good vector, with S + L, with another bit, with the length changed."""
    asked = []
    for one in ED25519:
        if not one["holds"]:
            continue
        scalar = int.from_bytes(bytes.fromhex(one["sig"])[32:], "little") + PYTHON.L
        for sig in (
            one["sig"][:64] + scalar.to_bytes(32, "little").hex(),
            one["sig"][:-2],
            one["sig"] + "00",
            f"{int(one['sig'][:2], 16) ^ 1:02x}" + one["sig"][2:],
        ):
            asked.append({"f": "ed25519", "key": one["key"], "msg": one["msg"], "sig": sig})
    return asked, [False] * len(asked)


def key_cases() -> tuple[list[dict[str, Any]], list[bool]]:
    good = [
        Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32).public_key().public_bytes_raw().hex() for n in range(20)
    ]
    # y = 2 is no point of the curve; y = p + 3 is another writing of 3.
    others = [*SMALL, "02" + "00" * 31, (PYTHON.P + 3).to_bytes(32, "little").hex(), "00" * 31]
    asked = [{"f": "usable", "key": key} for key in good + others]
    return asked, [True] * len(good) + [False] * len(others)


def canonical_cases() -> tuple[list[dict[str, Any]], list[str]]:
    texts = [*CANONICAL.values(), '{"a":9007199254740991,"b":-1,"c":[true,false,null]}', '{"__proto__":1}']
    asked = [{"f": "canonical", "line": text.encode().hex()} for text in texts]
    return asked, texts


NOT_CANONICAL = [
    b"",
    b"[]",
    b'"a"',
    b'{"a": 1}',
    b'{"a":1} ',
    b'{"b":1,"a":2}',
    b'{"a":1,"a":1}',
    b'{"a":1.0}',
    b'{"a":1.5}',
    b'{"a":1e2}',
    b'{"a":-0}',
    b'{"a":01}',
    b'{"a":9007199254740992}',
    b'{"a":-9007199254740993}',
    b'{"a":1e400}',
    b'{"a":1e21}',
    b'{"a":NaN}',
    b'{"a":Infinity}',
    b'{"a":"\\u0041"}',
    b'{"a":"\\/"}',
    b'{"a":"\\u000A"}',
    b'{"a":"\\ud800"}',
    b'{"\\ud800":1}',
    b'{"a":"\xed\xa0\x80"}',
    b'{"a":"\xff"}',
    b'\xef\xbb\xbf{"a":1}',
    b'{"a":"\x01"}',
    b'{"a":1',
    b'{"\xf0\x9f\x98\x82":1,"\xef\xac\xb3":1}'[::-1],
    '{"\ufb33":1,"\U0001f602":1}'.encode(),  # the order of bytes, not that of UTF-16 units
    b'{"a":' + b"[" * 40 + b"]" * 40 + b"}",
    b'{"a":' + b"[" * 200_000,
    b'{"a":' + b"9" * 500_000 + b"}",
]  # fmt: skip


def refused_cases() -> tuple[list[dict[str, Any]], list[str]]:
    asked = [{"f": "canonical", "line": line.hex()} for line in NOT_CANONICAL]
    return asked, ["form"] * len(asked)


def inclusion_cases() -> tuple[list[dict[str, Any]], list[bool]]:
    def hexed(text: str | None) -> str:
        return base64.b64decode(text or "").hex()

    asked = []
    for one in INCLUSION:
        path = [hexed(part) for part in one["proof"] or []]
        asked.append({"leaf": hexed(one["leafHash"]), "index": one["leafIdx"], "size": one["treeSize"], "path": path})
    return asked, [not one["wantErr"] for one in INCLUSION]


def whole(question: dict[str, Any]) -> bool:
    """Say whether every hash has 32 bytes: no other can be written in a bundle."""
    return all(len(one) == 64 for one in [question["leaf"], *question["path"]])


def tree_cases(count: int = 40) -> tuple[list[dict[str, Any]], list[Any]]:
    """Every leaf of every small tree, as the definition of RFC 6962 gives its path; and none that is longer or shorter."""
    asked: list[dict[str, Any]] = []
    expected: list[Any] = []
    for size in range(1, count):
        tree = Tree([sha256(b"\0", bytes([n])) for n in range(size)])
        for index in range(size):
            path = [one.hex() for one in tree.path(index)]
            question = {"f": "root", "leaf": tree.hashes[index].hex(), "index": index, "size": size, "path": path}
            asked += [question, {**question, "path": [*path, "00" * 32]}, {**question, "index": size}]
            expected += [tree.root().hex(), None, None]
            if path:
                asked.append({**question, "path": path[:-1]})
                expected.append(None)
            asked.append({"f": "length", "index": index, "size": size})
            expected.append(len(path))
    return asked, expected


CASES = {
    "ed25519": ed25519_cases,
    "malleable": malleable_cases,
    "keys": key_cases,
    "canonical": canonical_cases,
    "not-canonical": refused_cases,
    "trees": tree_cases,
}


@pytest.mark.parametrize("name", CASES)
def test_the_python_verifier_answers_as_published(name: str) -> None:
    check(*CASES[name]())


@program("node", "nodejs")
@pytest.mark.parametrize("name", CASES)
def test_the_other_verifier_answers_as_published(name: str) -> None:
    asked, expected = CASES[name]()
    assert other(asked) == expected


def test_the_published_inclusion_proofs_hold_and_the_others_do_not() -> None:
    asked, expected = inclusion_cases()
    for question, holds, vector in zip(asked, expected, INCLUSION, strict=True):
        path = [bytes.fromhex(one) for one in question["path"]]
        found = PYTHON.root_of(bytes.fromhex(question["leaf"]), question["index"], question["size"], path)
        assert (whole(question) and found == base64.b64decode(vector["root"])) is holds, vector["desc"]


@program("node", "nodejs")
def test_the_other_verifier_agrees_on_the_published_inclusion_proofs() -> None:
    # Numbers beyond 2**53 - 1 cannot be asked in JSON; a bundle may not hold them either.
    asked, expected = inclusion_cases()
    kept = [n for n, one in enumerate(asked) if max(one["index"], one["size"]) < 2**53]
    found = other([{"f": "root", **asked[n]} for n in kept])
    for n, root in zip(kept, found, strict=True):
        assert (whole(asked[n]) and root == base64.b64decode(INCLUSION[n]["root"]).hex()) is expected[n], INCLUSION[n][
            "desc"
        ]


@program("node", "nodejs")
def test_both_agree_on_signatures_with_any_bit_changed(randomness: random.Random) -> None:
    asked = []
    for one in [vector for vector in ED25519 if vector["holds"]]:
        for name in ("key", "sig", "msg"):
            data = bytearray.fromhex(one[name])
            if data:
                data[randomness.randrange(len(data))] ^= 1 << randomness.randrange(8)
                asked.append(
                    {"f": "ed25519", "key": one["key"], "msg": one["msg"], "sig": one["sig"], name: data.hex()}
                )
    assert other(asked) == [False] * len(asked) == [python(question) for question in asked]


def test_the_characters_to_compare_are_those_of_the_journal(randomness: random.Random) -> None:
    digests = [randomness.randbytes(32) for _ in range(20)]
    assert [PYTHON.readable(one) for one in digests] == [reference(one) for one in digests]
    if NODE:
        assert other([{"f": "readable", "digest": one.hex()} for one in digests]) == [reference(one) for one in digests]
