"""Honest proofs hold, on every machine the same; what a person may expect of the two commands, and what no file can do to them."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from espace_sante.kernel.canonical import canonical
from tests.needs import ROOT, program
from tests.oracles.proof_bundles import Made, Public, live, noise, seal, some_instants, world
from tests.verifier.both import NODE, PYTHON, VERIFY_MJS, VERIFY_PY, Answer, Question, ask

EXAMPLES = int(os.environ.get("PROOF_EXAMPLES", "40"))
COMMANDS = {"python": [sys.executable, str(VERIFY_PY)], "node": [str(NODE), str(VERIFY_MJS)]}
BOTH = ["python", pytest.param("node", marks=program("node", "nodejs"))]


def of(made: Made, **changes: object) -> Question:
    asked = Question(made.sealed(), json.dumps(made.policy).encode(), made.now)
    return replace(asked, **changes)


def one(folder: Path, question: Question) -> Answer:
    return ask(folder, [question])[0]


def test_an_honest_proof_holds(tmp_path: Path, randomness: random.Random) -> None:
    made = [world(random.Random(f"{n} {randomness.random()}")) for n in range(EXAMPLES)]
    for world_, answer in zip(made, ask(tmp_path, [of(one) for one in made]), strict=True):
        assert answer.code == 0, answer
        assert answer.report["entries"] == len(world_.person.records)
        assert answer.report["log"]["root"] == world_.public.tree.root().hex()
        assert answer.report["signers"] == sorted(
            s.name for s in [*world_.signers.light[:2], world_.signers.mirrors[0]]
        )


def test_without_the_list_of_signers_nothing_says_who_signed(tmp_path: Path, randomness: random.Random) -> None:
    made = [world(random.Random(f"{n} {randomness.random()}"), least=1) for n in range(5)]
    questions = [of(one, policy=None) for one in made] + [of(one, data=one.receipt(0), policy=None) for one in made]
    for answer in ask(tmp_path, questions):
        assert answer.code == 3
        assert answer.text.startswith("COHÉRENT, MAIS RIEN NE DIT QUI A SIGNÉ.")
        assert "signers" not in answer.report


def test_a_policy_that_names_nobody_never_makes_a_proof_hold(tmp_path: Path, randomness: random.Random) -> None:
    """The log's own signatures are checked, and that is all: whoever has its keys could have made another journal."""
    made = [world(random.Random(f"{n} {randomness.random()}"), least=1) for n in range(5)]
    alone = [json.dumps(alone_policy(one)).encode() for one in made]
    other = made[1:] + made[:1]
    named = ask(tmp_path, [of(one, policy=p) for one, p in zip(made, alone, strict=True)])
    assert {(answer.code, answer.reason) for answer in named} == {(1, "signature-unknown")}
    answers = ask(
        tmp_path,
        [of(one, data=one.build(light=[], mirrors=[]).sealed(), policy=p) for one, p in zip(made, alone, strict=True)]
        + [of(one, data=one.receipt(0, cosigners=[]), policy=p) for one, p in zip(made, alone, strict=True)],
    )
    for answer in answers:
        assert (answer.code, answer.report["verdict"], answer.report["signers"]) == (3, "log-only", [])
        assert answer.text.startswith("COHÉRENT, MAIS SIGNÉ PAR LE SEUL JOURNAL.")
        assert "VÉRIFIÉ" not in answer.text and "seen" not in answer.report
    forged = [
        of(one, data=one.build(light=[], mirrors=[]).sealed(), policy=json.dumps(alone_policy(two)).encode())
        for one, two in zip(made, other, strict=True)
    ]
    assert {(answer.code, answer.reason) for answer in ask(tmp_path, forged)} == {(1, "signature")}


def alone_policy(made: Made) -> dict[str, Any]:
    return made.policy | {"light": {"need": 0, "keys": []}, "mirror": {"need": 0, "keys": []}}


def test_the_letter_is_compared_by_the_program_or_by_the_person(tmp_path: Path) -> None:
    made = world(random.Random(1), least=1)
    code = PYTHON.readable(made.person.cj)
    unasked, short, whole = ask(tmp_path, [of(made), of(made, letter=code), of(made, letter=made.person.cj.hex())])
    assert f"Code du journal : {code}." in unasked.text and "À FAIRE PAR VOUS" in unasked.text
    for answer in (short, whole):
        assert answer.code == 0 and "C'est bien celui de votre lettre." in answer.text


def test_some_years_can_be_shown_without_the_others(tmp_path: Path) -> None:
    rng = random.Random(7)
    made = world(rng)
    made.person = live(rng, 2026, some_instants(rng, 2026, 5, 30))
    made.public = Public([*made.public.leaves, *made.person.leaves], made.public.before)
    made.at, made.years = 1_924_900_000, (2026, 2030)
    assert one(tmp_path, of(made.build())).report["entries"] == 30
    for years in [(2026, 2026), (2027, 2028), (2030, 2030)]:
        made.years = years
        made.build()
        assert one(tmp_path, of(made)).reason == "years"
        shown = one(tmp_path, of(made, years=years))
        assert shown.code == 0
        for year in range(2026, 2031):
            key = made.person.keys.year_key(year).hex().encode()
            assert (key in made.sealed()) is (years[0] <= year <= years[1])


def test_three_witnesses_and_two_mirrors_may_all_sign(tmp_path: Path) -> None:
    made = world(random.Random(3))
    made.build(light=made.signers.light, mirrors=made.signers.mirrors)
    assert len(one(tmp_path, of(made)).report["signers"]) == 5


def test_a_receipt_holds_for_years_and_fits_one_code(tmp_path: Path) -> None:
    made = world(random.Random(5), least=2)
    data = made.receipt(1)
    soon, later = ask(tmp_path, [of(made, data=data), of(made, data=data, now=made.now + 10 * 366 * 86400)])
    assert soon.code == later.code == 0
    assert soon.report["code"] == PYTHON.readable(made.person.leaves[1][33:])
    # With 10⁹ lines a path has 30 hashes: three cosignatures still fit the 1,370 bytes of a code of version 30-M.
    longest = max(PYTHON.path_length(index, 10**9) for index in (0, 10**9 - 1, 536_870_911, 536_870_912))
    assert longest == 30 and 84 + 32 * longest + 69 + 3 * 76 <= PYTHON.RECEIPT_MAX


def test_the_longest_receipt_fits_one_code() -> None:
    segno = pytest.importorskip("segno")
    made = world(random.Random(5), least=1)
    longest = made.receipt(0, made.signers.light).ljust(PYTHON.RECEIPT_MAX, b"\0")
    assert segno.make(longest, error="m", mode="byte", boost_error=False).version == 30


@pytest.mark.parametrize("command", BOTH)
def test_the_command_says_it_in_french_and_by_its_exit_code(command: str, tmp_path: Path) -> None:
    made = world(random.Random(11), least=1)
    (tmp_path / "dossier").write_bytes(made.sealed())
    (tmp_path / "abime").write_bytes(made.sealed()[:-1])
    (tmp_path / "signataires").write_text(json.dumps(made.policy))
    at = ["--at", PYTHON.stamp(made.now)]

    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run([*COMMANDS[command], *words], cwd=tmp_path, capture_output=True, text=True, timeout=30)
        assert "Traceback" not in done.stderr and "at file:" not in done.stderr
        return done.returncode, done.stdout

    assert run("dossier", "--policy", "signataires", *at)[0] == 0
    assert run("dossier", "--policy=signataires", *at, "--letter", PYTHON.readable(made.person.cj).upper())[0] == 0
    assert run("dossier", *at)[0] == 3
    assert run("abime", "--policy", "signataires", *at) == (
        1,
        "REFUSÉ. Le fichier est abîmé, coupé ou modifié : il ne finit pas par sa propre empreinte. (Motif : seal)\n"
        "Ne tenez rien de ce fichier pour prouvé.\n",
    )
    assert run("dossier", "--policy", "absente", *at)[0] == 1
    assert run("absent", *at)[0] == 1
    code, line = run("dossier", "--policy", "signataires", *at, "--json")
    assert code == 0 and line.encode() == canonical(json.loads(line)) + b"\n"
    assert json.loads(line)["verdict"] == "holds"
    # Judged now, years before the signatures.
    assert run("dossier", "--policy", "signataires")[0] == 1


MISUSES = [
    [],
    ["a", "b"],
    ["a", "--tout"],
    ["a", "-x"],
    ["a", "--pol", "b"],
    ["a", "--json=oui"],
    ["a", "--policy"],
    ["a", "--letter", "trop-court"],
    ["a", "--letter", "u" * 20],
    ["a", "--years", "26"],
    ["a", "--years", "2026-"],
    ["a", "--at", "2026-02-30T00:00:00Z"],
    ["a", "--at", "2026-1-1T0:0:0Z"],
    ["a", "--at", "hier"],
    ["a", "--at="],
]


@program("node", "nodejs")
@pytest.mark.parametrize("words", [*MISUSES, ["--help"], ["-h"]], ids=" ".join)
def test_both_commands_are_written_and_miswritten_alike(words: list[str]) -> None:
    said = []
    for command in COMMANDS.values():
        done = subprocess.run([*command, *words], capture_output=True, text=True, timeout=30)
        said.append((done.returncode, (done.stdout + done.stderr).replace("verify.py", "verify.mjs")))
    assert said[0] == said[1]
    assert said[0][0] == (2 if words in MISUSES else 0)
    assert "verify.mjs DOSSIER" in said[0][1]


@pytest.mark.parametrize("command", BOTH)
def test_the_list_of_signers_is_looked_for_beside_the_program_never_beside_the_proof(
    command: str, tmp_path: Path
) -> None:
    made = world(random.Random(12))
    apart, there = tmp_path / "programme", tmp_path / "dossier"
    apart.mkdir()
    there.mkdir()
    *runner, source = COMMANDS[command]
    shutil.copy(source, apart)
    (there / "preuve").write_bytes(made.sealed())
    words = [*runner, str(apart / Path(source).name), str(there / "preuve"), "--at", PYTHON.stamp(made.now)]
    (there / "policy.json").write_text(json.dumps(made.policy))
    assert subprocess.run(words, cwd=there, capture_output=True).returncode == 3
    (apart / "policy.json").write_text(json.dumps(made.policy))
    assert subprocess.run(words, cwd=there, capture_output=True).returncode == 0


def bad_policies(made: Made) -> list[bytes]:
    good = made.policy
    light, mirror, log = good["light"], good["mirror"], made.signers.log
    name, key_id, key = light["keys"][0].split("+", 2)
    changed = [
        {**good, "v": 2},
        {**good, "v": True},
        {**good, "kind": "autre"},
        {**good, "more": 1},
        {name: value for name, value in good.items() if name != "mirror"},
        {**good, "max_age_seconds": 0},
        {**good, "index": good["log"]},
        {**good, "index": replace(made.signers.index, name="autre/index").vkey},
        {**good, "log": light["keys"][0]},
        {**good, "light": {**light, "need": 0}},
        {**good, "light": {"need": 0, "keys": []}},
        {**good, "mirror": {"need": 0, "keys": []}},
        {**good, "light": {**light, "need": 0}, "mirror": {**mirror, "need": 0}},
        {**good, "light": {"need": 1, "keys": []}, "mirror": {"need": 1, "keys": []}},
        {**good, "light": {"need": -1, "keys": []}, "mirror": {"need": 0, "keys": []}},
        {**good, "light": {"need": False, "keys": []}, "mirror": {"need": False, "keys": []}},
        {**good, "light": {**light, "need": 4}},
        {**good, "light": {**light, "keys": [*light["keys"], light["keys"][0]]}},
        {**good, "light": {**light, "keys": [replace(log, kind=4).vkey, *light["keys"]]}},
        {**good, "mirror": {**mirror, "keys": [light["keys"][0]]}},
        {**good, "light": {**light, "keys": [f"{name}+{key_id}+{key[:-1]}"]}},
        {**good, "light": {**light, "keys": [f"{name}+00000000+{key}", *light["keys"]]}},
        {**good, "light": {**light, "keys": [small_key(), *light["keys"]]}},
        {**good, "light": 3},
        {**good, "log": 3},
        {**good, "log": ""},
        [],
        None,
    ]
    return [json.dumps(one).encode() for one in changed] + [
        *(b"", b"{", b"\xff", b" " * 70_000, b"[" * 60_000, b"\xef\xbb\xbf" + json.dumps(good).encode()),
        *(
            json.dumps(good).replace("86400", number).encode()
            for number in ("86400.0", "8e4", "1e400", "NaN", "9" * 30)
        ),
    ]


def small_key() -> str:
    data = bytes([4, 1]) + bytes(31)
    key_id = hashlib.sha256(b"petit.example\n" + data).hexdigest()[:8]
    return f"petit.example+{key_id}+{base64.b64encode(data).decode()}"


def test_a_list_of_signers_that_cannot_be_used_refuses(tmp_path: Path) -> None:
    made = world(random.Random(2))
    answers = ask(tmp_path, [of(made, policy=policy) for policy in bad_policies(made)])
    assert {(answer.code, answer.reason) for answer in answers} == {(1, "policy")}


def hostile_files(rng: random.Random) -> list[bytes]:
    made = world(rng, least=1)
    lines = made.sealed()[:-65].split(b"\n")[:-1]
    head, rest = lines[0], b"\n".join(lines[1:]) + b"\n"
    values = [b"null", b"true", b"0", b"-1", b'""', b"[]", b"{}", b"9007199254740991", b'"' + b"f" * 64 + b'"', b"[[]]"]
    files = [b"", b"\n", b"ESR1", b"ESR1" + bytes(149), b"ESR1" + b"\xff" * 1366, b"ESR1" * 5000, rng.randbytes(5000)]
    files += [seal(b""), seal(b"\n"), seal(b"{}\n"), seal(b"a"), seal(b"[" * 300_000 + b"\n"), seal(b"\0" * 2_000_000)]
    files += [seal(b'{"kind":' + value + b"}\n") for value in values]
    files += [
        seal(head + b"\n"),
        seal(head + b"\n" + head + b"\n"),
        seal(rest),
        made.sealed() * 2,
        made.sealed() + b"\n",
    ]
    for line in made.lines:
        for name in line:
            if rng.random() < 0.15:
                value = rng.choice(values)
                changed = canonical({**line, name: "@"}).replace(b'"@"', value, 1)
                files.append(made.sealed()[:-65].replace(canonical(line), changed, 1))
                files[-1] = seal(files[-1])
    record = next(line for line in made.lines if line["kind"] == "entry")
    for name in record["record"]:
        for value in rng.sample(values, 3):
            changed = canonical({**record, "record": {**record["record"], name: "@"}}).replace(b'"@"', value, 1)
            files.append(seal(made.sealed()[:-65].replace(canonical(record), changed, 1)))
    for at in (
        "2026-02-30T00:00:00.000Z",
        "2026-01-01T24:00:00.000Z",
        "2026-01-01T23:59:60.000Z",
        "0000-01-01T00:00:00.000Z",
    ):
        changed = canonical({**record, "record": {**record["record"], "at": at}})
        files.append(seal(made.sealed()[:-65].replace(canonical(record), changed, 1)))
    for note in hostile_notes(made.lines[1]["checkpoint"]):
        changed = canonical({**made.lines[1], "checkpoint": note})
        files.append(seal(made.sealed()[:-65].replace(canonical(made.lines[1]), changed, 1)))
    # A member replaced by the value it had gives the honest file.
    return [data for data in files if data != made.sealed()]


def hostile_notes(note: str) -> list[str]:
    origin, size, root, blank, *signed = note.split("\n")
    texts = [
        ["", size, root], [origin + " ", size, root], ["é", size, root], ["a+b", size, root], [origin, "0" + size, root],
        [origin, "-1", root], [origin, "9007199254740992", root], [origin, "9" * 400, root], [origin, size, root[:-1]],
        [origin, size, root, "ext"], [origin, size], [origin, size, root.replace("=", "")], [origin, size, " " + root],
    ]  # fmt: skip
    made = ["\n".join([*text, blank, *signed]) for text in texts]
    made += ["", "\n\n", "\n\n\n", note[:-1], note + "\n", note.replace("\u2014", "-"), note.replace("\n\n", "\n")]
    made += ["\n".join([origin, size, root, blank, *signed[:1], *signed[1:-1] * 40, ""])]
    made += ["\n".join([origin, size, root, blank, *signed[1:]]), "\n".join([origin, size, root, blank, ""])]
    return [*made, "\n".join([origin, size, root, blank, signed[0], *reversed(signed[1:-1]), ""])]


def test_no_file_makes_a_verifier_fall(tmp_path: Path, randomness: random.Random) -> None:
    made = world(random.Random(4))
    files = hostile_files(random.Random(randomness.random()))
    answers = ask(tmp_path, [of(made, data=data, policy=None) for data in files])
    assert [(data[:200], answer) for data, answer in zip(files, answers, strict=True) if answer.code != 1] == []


@pytest.mark.parametrize("command", BOTH)
def test_what_is_no_ordinary_file_is_refused_at_once(command: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tube")
    for name in (".", "tube", "/dev/zero", "absent", "x" * 5000):
        done = subprocess.run([*COMMANDS[command], name], cwd=tmp_path, capture_output=True, text=True, timeout=20)
        assert (done.returncode, done.stdout.splitlines()[0]) == (
            1,
            "REFUSÉ. Ce fichier ne peut pas être lu. (Motif : unreadable)",
        )


def test_a_long_proof_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    """One year, then the 120 years committed to: fifteen megabytes more."""
    rng = random.Random(9)
    made = world(rng)
    made.person = live(rng, 2026, some_instants(rng, 2026, 1, 5))
    made.public = Public([*noise(rng, 1000), *made.person.leaves], [])
    peaks, sizes = [], []
    for last in (2026, 2145):
        made.years, made.at = (2026, last), int(datetime(last, 12, 31, tzinfo=UTC).timestamp())
        path, policy = tmp_path / f"{last}", tmp_path / "policy"
        path.write_bytes(made.build().sealed())
        policy.write_text(json.dumps(made.policy))
        code = f"import sys; sys.path.insert(0, {str(VERIFY_PY.parent)!r}); import verify\n"
        code += f"print(verify.verify({str(path)!r}, {str(policy)!r}, verify.Asked(now={made.now}))[0])\n"
        code += "print(open('/proc/self/status').read())"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
        assert done.stdout.startswith("0\n")
        peaks.append(int(re.findall(r"VmHWM:\s+(\d+) kB", done.stdout)[0]))
        sizes.append(path.stat().st_size // 1024)
    assert sizes[1] > sizes[0] + 15_000 and peaks[1] < peaks[0] + 2_000, (peaks, sizes)


def test_noise_around_her_lines_does_not_change_what_is_shown(tmp_path: Path) -> None:
    made = world(random.Random(21), least=3)
    before = one(tmp_path, of(made)).report["entries"]
    made.public = Public([*made.public.leaves, *noise(random.Random(1), 1500)], made.public.before)
    after = one(tmp_path, of(made.build()))
    assert after.code == 0 and after.report["entries"] == before and made.public.bits >= 5


def test_the_verifiers_need_nothing_but_python_or_node() -> None:
    text = VERIFY_PY.read_text(encoding="utf-8")
    imported = set(re.findall(r"^(?:from|import) (\w+)", text, flags=re.MULTILINE))
    assert imported <= sys.stdlib_module_names
    ast.parse(text, feature_version=(3, 9))
    assert not re.search(r"socket|urllib|http\.client|subprocess|ctypes", text)
    assert set(re.findall(r"from '([^']+)'", VERIFY_MJS.read_text(encoding="utf-8"))) <= {
        "node:crypto", "node:fs", "node:path", "node:url",
    }  # fmt: skip


def test_both_say_the_same_reasons_and_the_page_names_each() -> None:
    other = VERIFY_MJS.read_text(encoding="utf-8")
    block = other[other.index("REASONS = {") : other.index("\n}\n", other.index("REASONS = {"))]
    assert re.findall(r"^  '([a-z-]+)': ", block, flags=re.MULTILINE) == list(PYTHON.REASONS)
    page = (ROOT / "docs" / "specs" / "proof.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", page[page.index("## 8.") :], flags=re.MULTILINE) == list(PYTHON.REASONS)
