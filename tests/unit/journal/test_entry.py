import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from espace_sante.journal import ChainBroken, Head, JournalKeys, append, check_chain, first_head, open_record
from espace_sante.journal import entry as journal
from espace_sante.kernel.canonical import canonical, fragment

KEY, RECORD_KEY = bytes(range(32)), bytes(range(32, 64))
SPACE = UUID("0b7a1c8e-4c2f-4f0e-9a51-7d0c1e2f3a4b")
KEYS = JournalKeys(KEY)
AT = datetime(2026, 11, 23, 22, 50, 1, 234567, tzinfo=UTC)
ACTOR = {
    "kind": "practitioner",
    "id": "10001234567",
    "name": "Dr Aïssatou Diallo",
    "structure": "Maison de santé des Tilleuls",
    "behalf": None,
}
FIELDS = {
    "actor": ACTOR,
    "act": "read_document",
    "objects": ["5f0c6f5e-8a53-4f6e-9d55-3f3d8f1c2b10"],
    "basis": {"grant": "c1b8e0de-5a1e-4d2c-8f6a-2b7d9e0f1a23"},
    "decision": {"outcome": "permit", "rule": "granted"},
    "rules": "1",
    "channel": "web",
    "client": "espace-sante",
    "build": "0123456",
}


def fixed(size: int) -> bytes:
    return bytes(range(size))


def chain(count: int, instants=None):
    head, rows = first_head(KEYS, 2026), []
    for number in range(count):
        at = instants[number] if instants else AT + timedelta(seconds=number)
        entry, head = append(KEYS, RECORD_KEY, SPACE, head, at, FIELDS)
        rows.append(entry.row)
    return rows, head


def test_the_record_says_who_did_what_on_which_authority():
    entry, _ = append(KEYS, RECORD_KEY, SPACE, first_head(KEYS, 2026), AT, FIELDS)
    assert open_record(RECORD_KEY, SPACE, 0, entry.sealed) == {
        **FIELDS,
        "v": 1,
        "space": str(SPACE),
        "seq": 0,
        "prev": KEYS.commitment(2026).hex(),
        "at": "2026-11-23T22:50:01.234Z",
    }


def test_tag_and_commitment_are_those_of_the_specification():
    head = Head(n=12, com=b"\5" * 32, year=2026, year_base=7)
    entry, after = append(KEYS, RECORD_KEY, SPACE, head, AT, FIELDS)
    record = canonical(open_record(RECORD_KEY, SPACE, 12, entry.sealed))
    year_key = hmac.digest(KEY, b"espace-journal/v1/year\0" + (2026).to_bytes(2, "big"), "sha256")
    number = (12 - 7).to_bytes(8, "big")
    salt = hmac.digest(year_key, b"espace-journal/v1/salt\0" + number, "sha256")
    assert entry.tag == hmac.digest(year_key, b"espace-journal/v1/tag\0" + number, "sha256")
    assert entry.com == hashlib.sha256(b"espace-journal/v1/com\0" + salt + record).digest()
    assert after == Head(13, entry.com, 2026, 7)


def test_the_bytes_of_an_entry_are_frozen():
    entry, _ = append(KEYS, RECORD_KEY, SPACE, first_head(KEYS, 2026), AT, FIELDS, random_bytes=fixed)
    assert KEYS.commitment(2026).hex() == "eb329e2547cb507cd96880a75c1a07f319bbbf60676b99d40ad0db141baaefda"
    assert entry.tag.hex() == "baf1dfb3bc36c8d44209854bfd6836e3888acee1cc4879f092c96df7befedd56"
    assert entry.com.hex() == "971aa473ddbae6ca46a2250c7e9f027acd71ecfce9e03c0a3f852760f7861b31"
    assert (
        hashlib.sha256(entry.sealed).hexdigest() == "b1b50470161208394b32fe789469c202fbd8bc3d82cde1e13cc4d596ab34cc3d"
    )
    assert entry.reference == "jwda8wyxqbkcmhn24m67"


def test_the_commitment_of_the_keys_is_the_merkle_root_of_120_years():
    def root(leaves):
        if len(leaves) == 1:
            return hashlib.sha256(b"\0" + leaves[0]).digest()
        left = 1
        while left * 2 < len(leaves):
            left *= 2
        return hashlib.sha256(b"\1" + root(leaves[:left]) + root(leaves[left:])).digest()

    leaves = [hashlib.sha256(b"espace-journal/v1/key\0" + KEYS.year_key(2026 + n)).digest() for n in range(120)]
    assert KEYS.commitment(2026) == root(leaves)
    assert KEYS.commitment(2027) != root(leaves)


def test_an_actor_written_beforehand_gives_the_same_bytes():
    head = first_head(KEYS, 2026)
    plain, _ = append(KEYS, RECORD_KEY, SPACE, head, AT, FIELDS, random_bytes=fixed)
    ready, _ = append(KEYS, RECORD_KEY, SPACE, head, AT, {**FIELDS, "actor": fragment(ACTOR)}, random_bytes=fixed)
    assert ready == plain


def test_the_instant_is_written_in_utc_and_cut_to_the_millisecond():
    paris = AT.astimezone(timezone(timedelta(hours=1)))
    entry, _ = append(KEYS, RECORD_KEY, SPACE, first_head(KEYS, 2026), paris, FIELDS)
    assert open_record(RECORD_KEY, SPACE, 0, entry.sealed)["at"] == "2026-11-23T22:50:01.234Z"
    with pytest.raises(ValueError, match="time zone"):
        append(KEYS, RECORD_KEY, SPACE, first_head(KEYS, 2026), AT.replace(tzinfo=None), FIELDS)


def test_numbers_are_lifelong_and_tags_begin_again_each_year():
    years = [2026, 2026, 2028, 2028, 2027, 2029]
    rows, head = chain(6, [datetime(year, 6, 1, tzinfo=UTC) for year in years])
    assert head == Head(6, rows[-1][2], 2029, 5)
    assert [row[0] for row in rows] == list(range(6))
    first_of_year = b"espace-journal/v1/tag\0" + bytes(8)
    assert rows[2][1] == hmac.digest(KEYS.year_key(2028), first_of_year, "sha256")
    # 2027 comes after 2028: the clock went back, the year does not.
    assert rows[4][1] == hmac.digest(KEYS.year_key(2028), first_of_year[:-1] + b"\2", "sha256")
    check_chain(KEY, RECORD_KEY, SPACE, 2026, rows, head=head)


def test_the_year_of_tags_is_that_of_utc():
    new_year_in_paris = datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    _, head = append(KEYS, RECORD_KEY, SPACE, first_head(KEYS, 2026), new_year_in_paris, FIELDS)
    assert head.year == 2026


def test_missing_or_reserved_fields_are_an_error():
    for fields in ({}, {k: v for k, v in FIELDS.items() if k != "basis"}, {**FIELDS, "seq": 3}, {**FIELDS, "at": ""}):
        with pytest.raises(ValueError, match="fields"):
            append(KEYS, RECORD_KEY, SPACE, first_head(KEYS, 2026), AT, fields)


def test_further_fields_may_be_said():
    fields = {**FIELDS, "opening": {"deposit": "00" * 32, "year": 2026}}
    entry, head = append(KEYS, RECORD_KEY, SPACE, first_head(KEYS, 2026), AT, fields)
    assert open_record(RECORD_KEY, SPACE, 0, entry.sealed)["opening"]["year"] == 2026
    check_chain(KEY, RECORD_KEY, SPACE, 2026, [entry.row], head=head)


def test_a_number_with_a_fraction_never_enters_a_record():
    with pytest.raises(ValueError, match="canonical"):
        append(KEYS, RECORD_KEY, SPACE, first_head(KEYS, 2026), AT, {**FIELDS, "objects": [1.5]})


def _size_with(client: int) -> int:
    head = first_head(KEYS, 2026)
    return len(append(KEYS, RECORD_KEY, SPACE, head, AT, {**FIELDS, "client": "x" * client})[0].sealed) - 29


def test_ordinary_records_all_take_the_same_room():
    assert {_size_with(n) for n in range(0, 141, 7)} == {704}


def test_the_length_of_a_longer_record_shows_only_by_steps_of_64_bytes():
    sizes = {_size_with(n) for n in range(600, 665)}
    assert len(sizes) == 2
    assert {size % 64 for size in sizes} == {0}


def test_a_record_written_before_there_was_a_least_room_is_still_read():
    record = canonical(open_record(RECORD_KEY, SPACE, 0, ROWS[0][3]))
    assert (
        journal._open_record(RECORD_KEY, SPACE, 0, _sealed_in(record, len(record) + 4 + -(len(record) + 4) % 64))
        == record
    )


@pytest.mark.parametrize("room", [640, 768, 1_024])
def test_a_record_in_any_other_room_is_refused(room):
    record = canonical(open_record(RECORD_KEY, SPACE, 0, ROWS[0][3]))
    assert len(record) + 4 <= 576
    with pytest.raises(ChainBroken, match="known form"):
        journal._open_record(RECORD_KEY, SPACE, 0, _sealed_in(record, room))


def _sealed_in(record: bytes, room: int) -> bytes:
    padded = (len(record).to_bytes(4, "big") + record).ljust(room, b"\0")
    context = b"espace-journal/v1/record\0" + SPACE.bytes + (0).to_bytes(8, "big")
    return b"\1" + fixed(12) + KEYS.cipher(RECORD_KEY).encrypt(fixed(12), padded, context)


def test_the_reference_is_the_first_hundred_bits_of_the_commitment():
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    com = hashlib.sha256(b"").digest()
    bits = "".join(f"{byte:08b}" for byte in com)[:100]
    assert journal.reference(com) == "".join(alphabet[int(bits[n : n + 5], 2)] for n in range(0, 100, 5))
    assert journal.reference(bytes(32)) == "0" * 20


def test_the_short_way_to_hmac_is_hmac():
    for size in (0, 1, 55, 64, 200):
        assert journal._Prf(KEY)(bytes(size)) == hmac.digest(KEY, bytes(size), "sha256")


def test_keys_are_not_shown():
    assert repr(KEYS) == "JournalKeys()"


def test_a_whole_chain_holds():
    rows, head = chain(20)
    check_chain(KEY, RECORD_KEY, SPACE, 2026, rows, head=head)
    check_chain(KEY, RECORD_KEY, SPACE, 2026, [], head=first_head(KEYS, 2026))


ROWS, HEAD = chain(6)


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes((data[-1] ^ 1,))


BREAKS = {
    "first removed": (ROWS[1:], 0),
    "middle removed": (ROWS[:3] + ROWS[4:], 3),
    "last removed": (ROWS[:5], 5),
    "doubled": (ROWS[:3] + ROWS[2:], 3),
    "exchanged": ([ROWS[1], ROWS[0], *ROWS[2:]], 0),
    "tag altered": ([*ROWS[:2], (2, flipped(ROWS[2][1]), ROWS[2][2], ROWS[2][3]), *ROWS[3:]], 2),
    "commitment altered": ([*ROWS[:2], (2, ROWS[2][1], flipped(ROWS[2][2]), ROWS[2][3]), *ROWS[3:]], 2),
    "record altered": ([*ROWS[:2], (2, ROWS[2][1], ROWS[2][2], flipped(ROWS[2][3])), *ROWS[3:]], 2),
    "record of another number": ([*ROWS[:2], (2, ROWS[2][1], ROWS[2][2], ROWS[3][3]), *ROWS[3:]], 2),
    "record cut": ([(0, ROWS[0][1], ROWS[0][2], b"\1")], 0),
    "unknown version": ([(0, ROWS[0][1], ROWS[0][2], b"\2" + ROWS[0][3][1:])], 0),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_broken_chain_is_refused_at_the_right_number(case):
    rows, seq = BREAKS[case]
    with pytest.raises(ChainBroken) as caught:
        check_chain(KEY, RECORD_KEY, SPACE, 2026, rows, head=HEAD)
    assert caught.value.seq == seq


def test_an_entry_put_in_from_another_chain_is_refused():
    head = first_head(KEYS, 2026)
    first, head = append(KEYS, RECORD_KEY, SPACE, head, AT, {**FIELDS, "client": "another"})
    with pytest.raises(ChainBroken) as caught:
        check_chain(KEY, RECORD_KEY, SPACE, 2026, [first.row, *ROWS[1:]], head=HEAD)
    assert caught.value.seq == 1


def test_a_head_that_the_entries_do_not_give_is_refused():
    for head in (
        replace(HEAD, n=7),
        replace(HEAD, com=bytes(32)),
        replace(HEAD, year=2027),
        replace(HEAD, year_base=1),
    ):
        with pytest.raises(ChainBroken):
            check_chain(KEY, RECORD_KEY, SPACE, 2026, ROWS, head=head)


def test_a_chain_of_another_space_key_or_opening_year_is_refused():
    for key, record_key, space, year in (
        (bytes(32), RECORD_KEY, SPACE, 2026),
        (KEY, bytes(32), SPACE, 2026),
        (KEY, RECORD_KEY, UUID(int=1), 2026),
        (KEY, RECORD_KEY, SPACE, 2025),
    ):
        with pytest.raises(ChainBroken):
            check_chain(key, record_key, space, year, ROWS)


def test_a_record_out_of_canonical_form_is_refused_even_with_its_own_tag_and_commitment():
    spaced = canonical(open_record(RECORD_KEY, SPACE, 0, ROWS[0][3])).replace(b'"v":1', b'"v": 1')
    tag, com = journal._tag_and_commitment(KEYS.year(2026), 0, spaced)
    sealed = journal._seal_record(KEYS.cipher(RECORD_KEY), SPACE, 0, spaced, fixed(12))
    with pytest.raises(ChainBroken, match="canonical"):
        check_chain(KEY, RECORD_KEY, SPACE, 2026, [(0, tag, com, sealed)])


@pytest.mark.parametrize("change", [{"space": str(UUID(int=1))}, {"seq": 1}, {"v": 2}])
def test_a_record_that_names_another_entry_is_refused_even_with_its_own_tag_and_commitment(change):
    record = canonical({**open_record(RECORD_KEY, SPACE, 0, ROWS[0][3]), **change})
    tag, com = journal._tag_and_commitment(KEYS.year(2026), 0, record)
    sealed = journal._seal_record(KEYS.cipher(RECORD_KEY), SPACE, 0, record, fixed(12))
    with pytest.raises(ChainBroken, match="another"):
        check_chain(KEY, RECORD_KEY, SPACE, 2026, [(0, tag, com, sealed)])


def test_no_entry_is_accepted_beyond_the_years_committed_to():
    rows, _ = chain(1, [datetime(2146, 1, 1, tzinfo=UTC)])
    with pytest.raises(ChainBroken, match="years"):
        check_chain(KEY, RECORD_KEY, SPACE, 2026, rows)
    rows, _ = chain(1, [datetime(2145, 12, 31, tzinfo=UTC)])
    check_chain(KEY, RECORD_KEY, SPACE, 2026, rows)
