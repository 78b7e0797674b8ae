"""The operator's list of cosigners, and the policy made of it, which both verifiers must accept."""

import json

import pytest

from espace_sante.journal.notes import Kind, NoteKey
from espace_sante.journal.witness_list import is_address, policy_of, read_witnesses, written
from espace_sante.kernel.refusal import OperatorRefusal
from verifier.verify import Policy


def key(name: str, seed: int, kind: Kind = Kind.COSIGNATURE) -> NoteKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32).public_key().public_bytes_raw()
    return NoteKey(name, kind, public)


def said() -> dict:
    return {
        "kind": "espace-temoins",
        "v": 1,
        "light": {
            "need": 2,
            "cosigners": [
                {"key": str(key(f"temoin{n}.example", n)), "url": f"https://temoin{n}.example/"} for n in (1, 2, 3)
            ],
        },
        "mirror": {"need": 1, "cosigners": [{"key": str(key("miroir.example", 4)), "url": "http://127.0.0.1:8100"}]},
        "max_age_seconds": 86400,
    }


def test_a_list_is_read_and_written_again():
    known = read_witnesses(json.dumps(said()).encode())
    assert [one.url for one in known.light] == [f"https://temoin{n}.example" for n in (1, 2, 3)]
    assert (known.quorum.light_need, known.quorum.mirror_need, known.quorum.max_age_seconds) == (2, 1, 86400)
    assert known.quorum.mirrors == (key("miroir.example", 4),)
    assert read_witnesses(written(known)) == known


def test_the_policy_made_of_it_is_one_that_verifiers_accept():
    known = read_witnesses(json.dumps(said()).encode())
    made = policy_of(known, key("journal.example", 8, Kind.ED25519), key("journal.example/index", 9, Kind.ED25519))
    accepted = Policy(made)
    assert accepted.need == {"light": 2, "mirror": 1}
    assert accepted.log[0] == "journal.example"
    assert len(accepted.keys) == 4


def wrong_lists():
    def changed(*path, to):
        whole = said()
        *above, last = path
        place = whole
        for step in above:
            place = place[step]
        place[last] = to
        return whole

    one = said()["light"]["cosigners"][0]
    yield "another kind", changed("kind", to="espace-preuve-regles")
    yield "another version", changed("v", to=2)
    yield "true for 1", changed("v", to=True)
    yield "a further member", said() | {"more": 1}
    yield "a member missing", {name: value for name, value in said().items() if name != "mirror"}
    yield "nobody needed", changed("light", "need", to=0)
    yield "a need that is no number", changed("light", "need", to="2")
    yield "true for a need", changed("mirror", "need", to=True)
    yield "more needed than there are", changed("light", "need", to=4)
    yield "no list", changed("light", "cosigners", to={})
    yield "a key twice", changed("light", "cosigners", 1, to=one)
    yield "one key in two roles", changed("mirror", "cosigners", 0, "key", to=one["key"])
    yield "one key, two names", changed("light", "cosigners", 1, "key", to=str(key("autre.example", 1)))
    yield "the key of a log", changed("light", "cosigners", 0, "key", to=str(key("temoin1.example", 1, Kind.ED25519)))
    yield "a key cut short", changed("light", "cosigners", 0, "key", to=one["key"][:-1])
    yield "a key that is no text", changed("light", "cosigners", 0, "key", to=1)
    yield "in clear, elsewhere", changed("light", "cosigners", 0, "url", to="http://temoin.example")
    yield "another scheme", changed("light", "cosigners", 0, "url", to="ftp://temoin.example")
    yield "a password", changed("light", "cosigners", 0, "url", to="https://a:b@temoin.example")
    yield "a query", changed("light", "cosigners", 0, "url", to="https://temoin.example/?a")
    yield "no host", changed("light", "cosigners", 0, "url", to="https:///a")
    yield "a port that is none", changed("light", "cosigners", 0, "url", to="https://temoin.example:x")
    yield "a space", changed("light", "cosigners", 0, "url", to="https://temoin.example/a b")
    yield "no age", changed("max_age_seconds", to=0)
    yield "too old", changed("max_age_seconds", to=10**9)


WRONG = dict(wrong_lists())


@pytest.mark.parametrize("name", WRONG)
def test_every_other_list_is_refused_with_a_sentence(name):
    with pytest.raises(OperatorRefusal, match="La liste des témoins"):
        read_witnesses(json.dumps(WRONG[name]).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'{"v":1,"v":1}', b"[" * 10_000, b" " * 70_000])
def test_what_is_not_such_json_is_refused_too(content):
    with pytest.raises(OperatorRefusal):
        read_witnesses(content)


def test_keys_that_do_not_go_together_make_no_policy():
    known = read_witnesses(json.dumps(said()).encode())
    log, index = key("journal.example", 8, Kind.ED25519), key("journal.example/index", 9, Kind.ED25519)
    for pair in (
        (log, log),
        (index, log),
        (log, key("other.example/index", 9, Kind.ED25519)),
        (log, key("journal.example/index", 8, Kind.ED25519)),
        (log, key("journal.example/index", 9)),
    ):
        with pytest.raises(OperatorRefusal):
            policy_of(known, *pair)


def test_a_mirror_may_copy_in_clear_since_signatures_cover_what_it_reads():
    assert is_address("http://journal.example/journal", loopback_only_in_clear=False)
    assert not is_address("http://journal.example/journal")
    assert is_address("http://[::1]:80") and is_address("http://localhost:1/a")
