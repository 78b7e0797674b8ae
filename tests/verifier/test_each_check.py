"""Each check of docs/specs/proof.md §3 alone: everything else in the file is right, and everyone asked has signed it."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from espace_sante.kernel.canonical import canonical
from tests.oracles.proof_bundles import Made, Public, Signers, live, noise, seal, some_instants, years_of
from tests.verifier.both import Question, ask

AT = int(datetime(2028, 12, 2, 10, tzinfo=UTC).timestamp())


def made() -> Made:
    """Three years, twelve lines, 80 others: k is 2."""
    rng = random.Random("each check")
    person = live(rng, 2026, some_instants(rng, 2026, 3, 12))
    public = Public([*noise(rng, 80), *person.leaves], [rng.randbytes(73)])
    return Made(rng, Signers.make(rng), public, person, (2026, 2028), AT).build()


def recommit(one: Made, number: int, **changes: object) -> Made:
    """Change a record, and everything that follows from it: its commitment, the next ones, the tree, the signatures."""
    years = years_of(one.person)
    for at, record in enumerate(one.person.records):
        if at == number:
            record.update(changes)
        elif at > number:
            record["prev"] = one.person.leaves[at - 1][33:].hex()
        counter = (at - years.index(years[at])).to_bytes(8, "big")
        salt = one.person.keys.year(years[at])(b"espace-journal/v1/salt\0" + counter)
        com = hashlib.sha256(b"espace-journal/v1/com\0" + salt + canonical(record)).digest()
        one.person.leaves[at] = one.person.leaves[at][:33] + com
    others = [leaf for leaf in one.public.leaves if leaf[1:33] not in {mine[1:33] for mine in one.person.leaves}]
    one.public = Public([*others, *one.person.leaves], one.public.before)
    return one


def changed(line: int, **members: object) -> Callable[[Made], Made]:
    def change(one: Made) -> Made:
        one.lines[line].update(members)
        return one

    return change


def lines(change: Callable[[list], object]) -> Callable[[Made], Made]:
    def changing(one: Made) -> Made:
        change(one.lines)
        return one

    return changing


def record(number: int, **changes: object) -> Callable[[Made], Made]:
    def change(one: Made) -> Made:
        years = years_of(one.person)
        recommit(one, number, **changes)
        # The lines stay where they were, whatever the record now says of its instant.
        one.build()
        assert years_of(one.person) == years
        return one

    return change


def without(member: str) -> Callable[[Made], Made]:
    def change(one: Made) -> Made:
        del one.person.records[3][member]
        return recommit(one, 3).build()

    return change


def log_signed_otherwise(one: Made) -> Made:
    other = replace(one.signers.log, key=one.signers.light[0].key)
    signed = one.lines[1]["checkpoint"].split("\n")
    text = "\n".join(signed[:3]) + "\n"
    data = one.signers.log.id + other.signature(text.encode())[4:]
    signed[4] = f"\u2014 {other.name} {base64.b64encode(data).decode()}"
    return changed(1, checkpoint="\n".join(signed))(one)


def signed_by_a_stranger(one: Made) -> Made:
    return one.build(light=[*one.signers.light[:2], replace(one.signers.light[2], name="inconnu.example")])


def log_signed_under_another_id(one: Made) -> Made:
    signed = one.lines[2]["checkpoint"].split("\n")
    head, data = signed[4].rsplit(" ", 1)
    raw = base64.b64decode(data)
    signed[4] = f"{head} {base64.b64encode(bytes(4) + raw[4:]).decode()}"
    return changed(2, checkpoint="\n".join(signed))(one)


def index_of_another_origin(one: Made) -> Made:
    name = one.signers.index.name
    one.signers.index.name = "journal.example/autre"
    one.build()
    one.signers.index.name = name
    return one


def index_lacks_a_line_shown(one: Made) -> Made:
    one.public.forget(one.person.leaves[4][1:33])
    return one.build()


def index_with_other_buckets(one: Made) -> Made:
    public = one.public
    public.bits += 1
    held: list[list[bytes]] = [[] for _ in range(1 << public.bits)]
    for leaf in public.leaves:
        held[public.place(leaf[1:33])].append(leaf[1:33])
    public.buckets = [b"".join(sorted(tags)) for tags in held]
    public._close()
    return one.build()


def signed_next_year(one: Made) -> Made:
    one.at = int(datetime(2029, 1, 1, 0, 0, 1, tzinfo=UTC).timestamp())
    return one.build()


def later_years_with(number: int) -> Callable[[Made], Made]:
    def change(one: Made) -> Made:
        first = years_of(one.person).index(2027)
        recommit(one, first, seq=number)
        one.years = (2027, 2028)
        return one.build()

    return change


def too_long(one: Made) -> Made:
    return record(2, objects=["document:" + "0" * 32] * 30_000)(one)


def long_enough(one: Made) -> Made:
    return record(2, objects=["document:" + "0" * 32] * 20_000)(one)


CHECKS: dict[str, tuple[Callable[[Made], Made], str]] = {
    "the log's signature by another key": (log_signed_otherwise, "signature"),
    "the log's signature under another id": (log_signed_under_another_id, "signature"),
    "a signer that the policy does not name": (signed_by_a_stranger, "signature-unknown"),
    "an index log of another origin": (index_of_another_origin, "checkpoint"),
    "a line shown that the index lacks": (index_lacks_a_line_shown, "presence"),
    "smaller buckets than due": (index_with_other_buckets, "index"),
    "cosigned in a year that is not shown": (signed_next_year, "years"),
    "a leaf before the first": (changed(4, index=-1), "form"),
    "a leaf that is not a number": (changed(4, index=True), "form"),
    "a leaf beyond the last": (changed(4, index=10**6), "inclusion"),
    "an index leaf beyond the last": (changed(2, number=10**6), "index"),
    "the log after the index": (lines(lambda all_: all_.insert(1, all_.pop(2))), "form"),
    "two logs": (lines(lambda all_: all_.insert(1, all_[1])), "form"),
    "no head": (lines(lambda all_: all_.pop(0)), "form"),
    "a line after an empty place": (lines(lambda all_: all_.append(all_[4])), "form"),
    "one empty place too many": (lines(lambda all_: all_.append(all_[-1])), "form"),
    "the last empty place missing": (lines(lambda all_: all_.pop()), "window"),
    "a year without its empty places": (lines(lambda all_: all_.insert(4, all_[3])), "window"),
    "another version": (changed(0, v=2), "form"),
    "a version that is true": (changed(0, v=True), "form"),
    "one year alone in the list": (changed(0, years=[2026]), "form"),
    "years in a text": (changed(0, years="2026"), "form"),
    "years in reverse": (changed(0, years=[2028, 2026]), "form"),
    "a year before the opening": (changed(0, years=[2025, 2028]), "form"),
    "a year beyond those committed to": (changed(0, years=[2026, 2146]), "form"),
    "an opening before computers": (changed(0, opening=1969), "form"),
    "an opening beyond dates": (changed(0, opening=9880, years=[9880, 9880]), "form"),
    "a space in capitals": (changed(0, space="0B7A1C8E-4C2F-4F0E-9A51-7D0C1E2F3A4B"), "form"),
    "a space that is none": (changed(0, space=3), "form"),
    "another space": (changed(0, space="0b7a1c8e-4c2f-4f0e-9a51-7d0c1e2f3a4b"), "record"),
    "another opening": (changed(0, opening=2025, years=[2025, 2028]), "form"),
    "a year out of turn": (changed(3, year=2027), "form"),
    "a record of another version": (record(3, v=2), "record"),
    "a record of version true": (record(3, v=True), "record"),
    "a record of another space": (record(3, space="0b7a1c8e-4c2f-4f0e-9a51-7d0c1e2f3a4b"), "record"),
    "a number that is a text": (record(3, seq="3"), "sequence"),
    "a number that is true": (record(1, seq=True), "sequence"),
    "a number again": (record(3, seq=2), "sequence"),
    "a number skipped": (record(3, seq=4), "sequence"),
    "a first number below none": (later_years_with(-5), "sequence"),
    "a line longer than a line may be": (too_long, "form"),
    **{f"a record without {name}": (without(name), "record") for name in ("actor", "basis", "build", "rules", "objects")},
}  # fmt: skip


def question(one: Made, **changes: object) -> Question:
    return replace(Question(one.sealed(), json.dumps(one.policy).encode(), one.now), **changes)


@pytest.mark.parametrize("name", CHECKS)
def test_each_check_refuses_alone(name: str, tmp_path: Path) -> None:
    change, reason = CHECKS[name]
    one = change(made())
    years = one.years if one.years != (2026, 2028) else None
    assert [answer.reason for answer in ask(tmp_path, [question(one, years=years)])] == [reason]


@pytest.mark.parametrize("line", [0, 1, 2, 3, 4, -1], ids=["head", "log", "index", "year", "entry", "absent"])
def test_a_line_has_its_members_and_no_other(line: int, tmp_path: Path) -> None:
    more = changed(line, z=1)(made())
    fewer = []
    for name in made().lines[line]:
        one = made()
        del one.lines[line][name]
        fewer.append(question(one))
    assert {answer.reason for answer in ask(tmp_path, [question(more), *fewer])} == {"form"}


def test_what_is_changed_rightly_holds(tmp_path: Path) -> None:
    """The tools of these tests do not break what they do not mean to."""
    later = later_years_with(years_of(made().person).index(2027))(made())
    questions = [question(made()), question(record(3, channel="phone")(made())), question(long_enough(made()))]
    answers = ask(tmp_path, [*questions, question(later, years=(2027, 2028))])
    assert [answer.code for answer in answers] == [0, 0, 0, 0]


def test_a_line_dated_in_another_year_than_its_place_is_refused(tmp_path: Path) -> None:
    one, later = made(), made()
    years = years_of(one.person)
    first = years.index(2027)
    # Under the tag of its year still, but dated in the year after, or, first of its year, in the year before.
    for world, number, at in ((one, 1, "2027-06-01T00:00:00.000Z"), (later, first, "2026-12-31T23:59:59.999Z")):
        entry = next(
            n for n, line in enumerate(world.lines) if line["kind"] == "entry" and line["record"]["seq"] == number
        )
        said = {**world.person.records[number], "at": at}
        counter = (number - years.index(years[number])).to_bytes(8, "big")
        salt = world.person.keys.year(years[number])(b"espace-journal/v1/salt\0" + counter)
        com = hashlib.sha256(b"espace-journal/v1/com\0" + salt + canonical(said)).digest()
        leaf = world.person.leaves[number]
        world.public = Public([leaf[:33] + com if x == leaf else x for x in world.public.leaves], world.public.before)
        world.person.leaves[number] = leaf[:33] + com
        world.build()
        world.lines[entry]["record"] = said
    assert {answer.reason for answer in ask(tmp_path, [question(one), question(later)])} == {"sequence"}


def test_each_check_of_a_receipt_refuses_alone(tmp_path: Path) -> None:
    one = made()
    light, stranger = one.signers.light, replace(one.signers.light[0], name="inconnu.example")
    good = one.receipt(2, light)
    start = len(good) - 3 * 76
    backwards = good[:start] + b"".join(good[at : at + 76] for at in range(len(good) - 76, start - 1, -76))
    crowd = [replace(stranger, name=f"inconnu-{n}.example") for n in range(20)]
    cases = {
        backwards: "form",
        good[:-76]: "form",
        good[: start - 1] + b"\2" + good[start:]: "form",
        good[: start - 1] + b"\4" + good[start:]: "form",
        one.receipt(2, crowd): "form",
        good[:start] + good[start : start + 76] * 3: "form",
        one.receipt(2, [*light[:2], stranger]): "signature-unknown",
        good[:4] + (1 << 53).to_bytes(8, "big") + good[12:]: "form",
        good[:12] + (92).to_bytes(8, "big") + good[20:]: "form",
        good[:4] + bytes(8) + good[12:]: "form",
        good[:152]: "form",
        good[:start] + bytes(76 * 30): "form",
        good[: start - 69] + bytes(4) + good[start - 65 :]: "signature",
        good[: start - 65] + bytes(64) + good[start - 1 :]: "signature",
    }
    asked = [question(one, data=data) for data in [good, *cases]]
    assert [answer.reason for answer in ask(tmp_path, asked)] == ["", *cases.values()]
    assert [answer.reason for answer in ask(tmp_path, [question(one, data=good, now=one.at - 301)])] == ["future"]


def test_a_mirror_is_no_light_witness_nor_the_reverse(tmp_path: Path) -> None:
    one = made()
    few = made().build(light=[one.signers.light[0], *one.signers.mirrors], mirrors=[])
    none = made().build(light=one.signers.light, mirrors=[])
    assert [answer.reason for answer in ask(tmp_path, [question(few), question(none)])] == ["quorum", "quorum"]


def test_a_year_of_age_is_counted_for_each_kind_of_cosigner(tmp_path: Path) -> None:
    """Fresh light witnesses do not make an old mirror younger."""
    one = made()
    old = made().build(at=AT - 90_000)
    signed = one.lines[2]["checkpoint"].rstrip("\n").split("\n")
    signed[-1] = old.lines[2]["checkpoint"].rstrip("\n").split("\n")[-1]
    one.lines[2]["checkpoint"] = "\n".join(signed) + "\n"
    assert ask(tmp_path, [question(one)])[0].reason == "stale"


def test_the_form_is_refused_with_its_line(tmp_path: Path) -> None:
    one = made()
    body = one.sealed()[:-65].split(b"\n")
    body[7] += b" "
    answer = ask(tmp_path, [question(one, data=seal(b"\n".join(body)))])[0]
    assert (answer.reason, answer.report["line"]) == ("form", 8)
