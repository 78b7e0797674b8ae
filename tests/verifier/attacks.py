"""What a forger would do to a proof, and the reasons for which each is refused.

A forger here holds everything the service holds: the journal, the keys of both logs, the index; and at most one light witness
or one mirror. He never has the quorum of witnesses, nor the letter of the person.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from espace_sante.kernel.canonical import canonical
from tests.oracles.proof_bundles import Made, Person, Public, live, noise, note, seal, unseal, world, years_of
from tests.verifier.both import PYTHON, Question

ANY = frozenset(PYTHON.REASONS)
KINDS = ["espace-preuve", "log", "index", "year", "entry", "absent"]


@dataclass(frozen=True)
class Trial:
    question: Question
    reasons: frozenset[str]
    honest: Question | None = None  # the same without the lie: it must hold


def question(made: Made, data: bytes | None = None, **changes: object) -> Question:
    asked = Question(made.sealed() if data is None else data, json.dumps(made.policy).encode(), made.now)
    return replace(asked, **changes) if changes else asked


def trial(made: Made, *reasons: str, data: bytes | None = None, **changes: object) -> Trial:
    return Trial(question(made, data, **changes), frozenset(reasons))


def instants_of(person: Person) -> list[datetime]:
    return [datetime.fromisoformat(record["at"]) for record in person.records]


def truncated(rng: random.Random) -> Trial:
    """Cut anywhere."""
    made = world(rng)
    data = made.sealed()
    return trial(made, "seal", data=data[: rng.randrange(len(data))])


def truncated_and_sealed_again(rng: random.Random) -> Trial:
    """Cut after any line, with a new hash at the end."""
    made = world(rng)
    made.lines = made.lines[: rng.randrange(len(made.lines))]
    return trial(made, "form", "window")


def newest_withheld(rng: random.Random) -> Trial:
    """The newest lines left out; the index, which is honest, shows the place of the next one taken."""
    made = world(rng, least=1)
    last = max(n for n, year in enumerate(years_of(made.person)) if year == years_of(made.person)[-1])
    return trial(made.build(shown=rng.randint(max(0, last - 2), last)), "absence")


def forged_bucket(rng: random.Random) -> Trial:
    """The same, with the hidden tag taken out of the bucket that is shown."""
    made = world(rng, least=1)
    hidden = made.person.leaves[-1][1:33]
    made.build(shown=len(made.person.records) - 1)
    for at in made.where("absent"):
        made.lines[at]["bucket"] = made.lines[at]["bucket"].replace(hidden.hex(), "")
    return trial(made, "bucket")


def forged_index(rng: random.Random) -> Trial:
    """The same, with a whole index that leaves the tag out: no mirror signs it."""
    made = world(rng, least=1)
    made.public.forget(made.person.leaves[-1][1:33])
    return trial(made.build(shown=len(made.person.records) - 1, mirrors=[]), "quorum")


def edited(rng: random.Random) -> Trial:
    """One word of one record changed."""
    made = world(rng, least=1)
    record = made.lines[rng.choice(made.where("entry"))]["record"]
    where = rng.choice(["act", "channel", "client", "actor", "objects", "at"])
    record[where] = {
        "actor": {**record["actor"], "name": "Dr Personne"},
        "objects": [*record["objects"], "document:" + "0" * 32],
        "at": record["at"][:-2] + ("0" if record["at"][-2] != "0" else "1") + "Z",
    }.get(where, "autre")
    return trial(made, "inclusion")


def edited_and_chained_again(rng: random.Random) -> Trial:
    """One record changed, and every `prev` after it made to follow."""
    made = world(rng, least=2)
    person, keys = made.person, made.person.keys
    first, prev, year, number = rng.randrange(len(person.records)), None, 0, 0
    for at, record in enumerate(person.records):
        if at == first:
            record["act"] = "autre"
        elif prev is not None:
            record["prev"] = prev
        now = years_of(person)[at]
        year, number = (year, number + 1) if now == year else (now, 0)
        salt = keys.year(year)(b"espace-journal/v1/salt\0" + number.to_bytes(8, "big"))
        com = hashlib.sha256(b"espace-journal/v1/com\0" + salt + canonical(record)).digest()
        prev = com.hex() if at >= first else None
    return trial(made.build(), "inclusion")


def dropped(rng: random.Random) -> Trial:
    """One line in the middle left out."""
    made = world(rng, least=3)
    entries = made.where("entry")
    del made.lines[rng.choice(entries[:-1])]
    # The last line of a year gone, the empty places after it are not those of the place it had.
    return trial(made, "sequence", "absence", "bucket")


def dropped_and_numbered_again(rng: random.Random) -> Trial:
    """One line left out, and the numbers after it changed to hide it."""
    made = world(rng, least=3)
    entries = made.where("entry")
    gone = rng.choice(entries[:-1])
    for at in entries:
        if at > gone:
            made.lines[at]["record"]["seq"] -= 1
    del made.lines[gone]
    return trial(made, "chain", "absence", "bucket")


def swapped(rng: random.Random) -> Trial:
    """Two lines exchanged."""
    made = world(rng, least=3)
    entries = made.where("entry")
    a, b = sorted(rng.sample(entries, 2))
    made.lines[a], made.lines[b] = made.lines[b], made.lines[a]
    return trial(made, "sequence")


def added(rng: random.Random) -> Trial:
    """A line that was never in the public journal, well made in every other way."""
    made = world(rng, least=1)
    ours, place = made.person, made.where("entry")[-1]
    instants = instants_of(ours)
    longer = live(rng, ours.opening, [*instants, instants[-1] + timedelta(seconds=1)], like=ours)
    record = {**longer.records[-1], "prev": ours.leaves[-1][33:].hex()}
    made.lines.insert(place + 1, {**made.lines[place], "record": record})
    del made.lines[made.where("absent")[-1]]
    return trial(made, "inclusion")


def another_key(rng: random.Random) -> Trial:
    """The key of a year replaced by another."""
    made = world(rng)
    made.lines[rng.choice(made.where("year"))]["key"] = rng.randbytes(32).hex()
    return trial(made, "year-key")


def another_person(rng: random.Random) -> Trial:
    """A true proof, of somebody else."""
    made = world(rng)
    return trial(made, "letter", letter=PYTHON.readable(rng.randbytes(32)))


def bit_flipped(rng: random.Random) -> Trial:
    """Any bit of the file."""
    made = world(rng)
    data = bytearray(made.sealed())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return trial(made, "seal", data=bytes(data))


def bit_flipped_and_sealed_again(rng: random.Random) -> Trial:
    """Any bit of a line of any kind, with a new hash at the end."""
    made = world(rng, least=1)
    at = rng.choice(made.where(rng.choice(KINDS)))
    lines = [canonical(line) + b"\n" for line in made.lines]
    line = bytearray(lines[at])
    line[rng.randrange(len(line))] ^= 1 << rng.randrange(8)
    return Trial(question(made, seal(b"".join([*lines[:at], bytes(line), *lines[at + 1 :]]))), ANY)


def hash_changed(rng: random.Random) -> Trial:
    """Any hash, key, bucket or place of any line replaced, the file well formed and sealed."""
    made = world(rng, least=1)
    lines = unseal(made.sealed())
    kind = rng.choice([kind for kind in KINDS if kind != "log"])
    line = rng.choice([one for one in lines if one["kind"] == kind])
    name = rng.choice([name for name in line if name not in ("kind", "record", "checkpoint", "v", "space")])
    value = line[name]
    if isinstance(value, int):
        line[name] = value + rng.choice([-1, 1, 64])
    elif name == "years":
        line[name] = [value[0], value[1] + rng.choice([-1, 1])]
    elif isinstance(value, list):
        line[name] = [*value, rng.randbytes(32).hex()]
        if value and rng.random() < 0.7:
            line[name] = [*value[:-1], rng.randbytes(32).hex()]
    else:
        line[name] = value + rng.randbytes(32).hex() if name == "bucket" else rng.randbytes(32).hex()
    return Trial(question(made, seal(b"".join(canonical(one) + b"\n" for one in lines))), ANY)


def window_shortened(rng: random.Random) -> Trial:
    """Fewer places shown empty than 64."""
    made = world(rng)
    year = rng.choice(made.where("year"))
    after = [at for at in made.where("absent") if at > year][:64]
    for at in sorted(rng.sample(after, rng.randint(1, 64)), reverse=True):
        del made.lines[at]
    return trial(made, "window", "form", "absence", "bucket")


def window_of_one_place(rng: random.Random) -> Trial:
    """The same empty place shown again and again."""
    made = world(rng)
    while made.public.bits == 0:
        made = world(rng)
    absent = made.where("absent")
    first = made.lines[absent[0]]
    for at in absent[:64]:
        made.lines[at] = first
    return trial(made, "bucket")


def split_view(rng: random.Random) -> Trial:
    """Another journal of the same size, shown to her alone; one light witness and one mirror are in the plot."""
    made = world(rng, least=1)
    hidden = made.person.leaves[-1]
    leaves = [noise(rng, 1)[0] if leaf == hidden else leaf for leaf in made.public.leaves]
    made.public = Public(leaves, made.public.before)
    keep = len(made.person.records) - 1
    accomplices = rng.choice([made.signers.light[:1], made.signers.light[:0]])
    return trial(made.build(shown=keep, light=accomplices), "quorum")


def dated_later(rng: random.Random) -> Trial:
    """A line dated after the witnesses saw it."""
    made = world(rng, least=1)
    latest = max(instants_of(made.person))
    return trial(
        made.build(at=int(latest.timestamp()) - rng.randint(302, 80_000)), "time", "years", now=int(latest.timestamp())
    )


def backdated(rng: random.Random) -> Trial:
    """A line written after another, and dated before it."""
    made = world(rng)
    opening = made.person.opening
    at = datetime(opening, 8, 1, tzinfo=UTC)
    instants = [at, at - timedelta(seconds=rng.randint(301, 5_000_000))]
    made.person = live(rng, opening, instants)
    made.public = Public([*made.public.leaves, *made.person.leaves], made.public.before)
    return trial(made.build(), "time")


def witness_date_changed(rng: random.Random) -> Trial:
    """The instant of a cosignature replaced by another."""
    made = world(rng)
    at = rng.choice([1, 2])
    lines = made.lines[at]["checkpoint"].split("\n")
    which = rng.randrange(5, len(lines) - 1)
    head, data = lines[which].rsplit(" ", 1)
    raw = bytearray(base64.b64decode(data))
    raw[11] ^= 1 << rng.randrange(8)
    lines[which] = f"{head} {base64.b64encode(raw).decode()}"
    made.lines[at]["checkpoint"] = "\n".join(lines)
    return trial(made, "signature")


def replayed(rng: random.Random) -> Trial:
    """An old state of the journal, true in its time, without what came since."""
    made = world(rng)
    return Trial(question(made, now=made.at + rng.randint(86_401, 10_000_000)), frozenset({"stale"}), question(made))


def from_the_future(rng: random.Random) -> Trial:
    """Cosigned later than now."""
    made = world(rng)
    return trial(made, "future", now=made.at - rng.randint(301, 80_000))


def lying_witness(rng: random.Random) -> Trial:
    """One witness signs what it did not see; the others are missing, unknown, twice the same, or signed another tree."""
    made = world(rng)
    way = rng.choice(["alone", "unknown", "twice", "other-tree", "as-another", "log-as-witness"])
    light = made.signers.light
    if way == "alone":
        return trial(made.build(light=light[:1]), "quorum")
    if way == "unknown":
        stranger = replace(light[2], name="inconnu.example/temoin")
        return trial(made.build(light=[light[0], stranger]), "signature-unknown")
    if way == "twice":
        return trial(made.build(light=[light[0], light[0]]), "checkpoint")
    if way == "as-another":
        return trial(made.build(light=[light[0], replace(light[1], key=light[0].key)]), "signature-unknown")
    if way == "log-as-witness":
        log = replace(made.signers.log, kind=4)
        return trial(made.build(light=[light[0], log]), "signature-unknown")
    public = made.public
    true = made.lines[1]["checkpoint"].split("\n")
    false = note(made.signers.log, light[:2], len(public.leaves), rng.randbytes(32), made.at).split("\n")
    made.lines[1]["checkpoint"] = "\n".join([*true[:6], false[6], ""])
    return trial(made, "signature")


def lying_mirror(rng: random.Random) -> Trial:
    """The index is false and a mirror is in the plot, but the light witnesses saw another index."""
    made = world(rng, least=1)
    made.public.forget(made.person.leaves[-1][1:33])
    made.build(shown=len(made.person.records) - 1, light=made.signers.light[:1], mirrors=made.signers.mirrors)
    return trial(made, "quorum")


def shadow_chain(rng: random.Random) -> Trial:
    """A whole second journal under another key, in the public journal like the true one: the letter tells them apart."""
    made = world(rng, least=1)
    letter = PYTHON.readable(made.person.cj)
    made.person = live(rng, made.person.opening, instants_of(made.person))
    made.public = Public([*made.public.leaves, *made.person.leaves], made.public.before)
    made.build()
    return Trial(question(made, letter=letter), frozenset({"letter"}), question(made))


def restored_backup(rng: random.Random) -> Trial:
    """The journal begun again from an old backup: the witnesses, who know a larger one, do not sign."""
    made = world(rng, least=2)
    kept = rng.randrange(1, len(made.person.records))
    others = [leaf for leaf in made.public.leaves if leaf not in made.person.leaves]
    made.person = live(rng, made.person.opening, instants_of(made.person)[:kept], like=made.person)
    made.public = Public([*others, *made.person.leaves], made.public.before)
    return trial(made.build(light=[], mirrors=[]), "quorum")


def forked_line(rng: random.Random) -> Trial:
    """Two lines under one tag, of which she is shown one."""
    made = world(rng, least=1)
    tag = rng.choice(made.person.leaves)[1:33]
    made.public = Public([*made.public.leaves, b"\1" + tag + rng.randbytes(32)], made.public.before)
    return trial(made.build(), "bucket")


def index_of_another_state(rng: random.Random) -> Trial:
    """An honest index, of an earlier or later state of the journal."""
    made = world(rng)
    index = made.lines[2]
    made.public = Public([*made.public.leaves, *noise(rng, rng.randint(1, 40))], made.public.before)
    made.build()
    made.lines[2] = index
    return trial(made, "index")


def another_log(rng: random.Random) -> Trial:
    """A true proof of another public journal."""
    made, other = world(rng), world(rng)
    other.signers.log.name, other.signers.index.name = "autre.example", "autre.example/index"
    return trial(made, "origin", policy=json.dumps(other.policy).encode())


def years_left_out(rng: random.Random) -> Trial:
    """Only some years shown to someone who asked for all."""
    made = world(rng)
    while made.years[0] == made.years[1]:
        made = world(rng)
    first, last = made.years
    made.years = rng.choice([(first + 1, last), (first, last - 1)])
    made.build()
    return Trial(question(made), frozenset({"years"}), question(made, years=made.years))


def untidy(rng: random.Random) -> Trial:
    """The same content in other bytes: spaces, order, capitals, an empty line, a member more."""
    made = world(rng, least=1)
    lines = [canonical(line) for line in made.lines]
    at = rng.randrange(len(lines))
    change: Callable[[bytes], bytes] = rng.choice([
        lambda line: line.replace(b":", b": ", 1),
        lambda line: line + b" ",
        lambda line: line + b"\r",
        lambda line: line + b"\n",
        lambda line: line[:-1] + b',"z":1}',
        lambda line: line.replace(b'"kind"', b'"\\u006bind"'),
        lambda line: b"\xef\xbb\xbf" + line,
        lambda line: b"{" + b",".join(reversed(line[1:-1].split(b',"kind"', 1))) + b"}",
        lambda line: line.replace(b"a", b"A") if b'"key"' in line else line[:-1],
    ])  # fmt: skip
    lines[at] = change(lines[at])
    return trial(made, "form", data=seal(b"\n".join(lines) + b"\n"))


def receipt_changed(rng: random.Random) -> Trial:
    """Any bit of the receipt of one line."""
    made = world(rng, least=1)
    honest = made.receipt(rng.randrange(len(made.person.records)))
    data = bytearray(honest)
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return Trial(question(made, bytes(data)), ANY, question(made, honest))


def receipt_cut(rng: random.Random) -> Trial:
    """A receipt cut or longer."""
    made = world(rng, least=1)
    honest = made.receipt(rng.randrange(len(made.person.records)))
    longer = honest + rng.randbytes(rng.choice([1, 32, 76]))
    return trial(made, "form", "seal", data=rng.choice([honest[: rng.randrange(len(honest))], longer]))


def receipt_with_one_witness(rng: random.Random) -> Trial:
    """A receipt that too few saw."""
    made = world(rng, least=1)
    return trial(made, "quorum", data=made.receipt(0, made.signers.light[:1]))


ATTACKS: list[Callable[[random.Random], Trial]] = [
    truncated,
    truncated_and_sealed_again,
    newest_withheld,
    forged_bucket,
    forged_index,
    edited,
    edited_and_chained_again,
    dropped,
    dropped_and_numbered_again,
    swapped,
    added,
    another_key,
    another_person,
    bit_flipped,
    bit_flipped_and_sealed_again,
    hash_changed,
    window_shortened,
    window_of_one_place,
    split_view,
    dated_later,
    backdated,
    witness_date_changed,
    replayed,
    from_the_future,
    lying_witness,
    lying_mirror,
    shadow_chain,
    restored_backup,
    forked_line,
    index_of_another_state,
    another_log,
    years_left_out,
    untidy,
    receipt_changed,
    receipt_cut,
    receipt_with_one_witness,
]
