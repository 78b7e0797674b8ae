"""Notes, checkpoints and cosignatures against those that others published, and every other form refused."""

import base64
import re
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from espace_sante.journal.merkle import EMPTY_ROOT, LIMIT, leaf_hash
from espace_sante.journal.notes import (
    MOST_BYTES,
    MOST_LINES,
    Checkpoint,
    Kind,
    Line,
    Note,
    NoteKey,
    NoteRefused,
    Signed,
    cosign,
    open_checkpoint,
    open_note,
    parse_note,
    sign,
)

# C2SP signed-note.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
POEM = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
# golang.org/x/mod/sumdb/note, note_test.go: the seed is the last 32 bytes of Peter's private key.
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
# A checkpoint of a public log (Certificate Transparency, staging), with the cosignatures of the witness network.
LOG_KEY = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
WITNESS_KEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
COSIGNED = """arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
"""  # noqa: E501 — the bytes as published
# The Go checksum database (transparency-dev/formats, log/note_test.go).
SUMDB_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB = """go.sum database tree
6476701
mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=

— sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=
"""

PETERS = Ed25519PrivateKey.from_private_bytes(PETER_SEED)
LOG_SECRET = Ed25519PrivateKey.from_private_bytes(bytes(32))
WITNESS_SECRET = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
LOG = NoteKey("journal.example/1", Kind.ED25519, LOG_SECRET.public_key().public_bytes_raw())
WITNESS = NoteKey("association.example", Kind.COSIGNATURE, WITNESS_SECRET.public_key().public_bytes_raw())
CHECKPOINT = Checkpoint(LOG.name, 300, leaf_hash(b"root"))
AT = 1_795_000_000


def saying(words: str) -> str:
    return f"^{re.escape(words)}$"


def opened(note: str, *keys: str):
    return open_note(note.encode(), map(NoteKey.parse, keys))


def published(checkpoint=CHECKPOINT, *, text=None, lines=None) -> bytes:
    text = str(checkpoint) if text is None else text
    if lines is None:
        lines = (sign(text, LOG.name, LOG_SECRET), cosign(checkpoint, WITNESS.name, WITNESS_SECRET, AT))
    return bytes(Note(text, tuple(lines)))


# --- what others published --------------------------------------------------------------------------------------------


def test_the_example_of_the_specification_opens():
    verified = opened(EXAMPLE, EXAMPLE_KEY)
    assert verified.text == "This is an example message.\n"
    assert verified.signed == (Signed(NoteKey.parse(EXAMPLE_KEY), None),)
    assert verified.unknown == ()


def test_a_text_may_have_empty_lines():
    note = parse_note(POEM.encode())
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    assert [line.name for line in note.lines] == ["quasimodo.example/salvatore"]
    assert bytes(note) == POEM.encode()


def test_a_note_signed_by_go_is_signed_the_same_here():
    assert str(sign(TEXT, "PeterNeumann", PETERS)) == PETER
    assert bytes(Note(TEXT, (sign(TEXT, "PeterNeumann", PETERS),))) == f"{TEXT}\n{PETER}".encode()


def test_lines_of_unknown_keys_are_kept_apart():
    note = f"{TEXT}\n{PETER}{ENOCH}"
    verified = opened(note, PETER_KEY)
    assert verified.signed == (Signed(NoteKey.parse(PETER_KEY), None),)
    assert [str(line) for line in verified.unknown] == [ENOCH]
    both = opened(note, ENOCH_KEY, PETER_KEY)
    assert [str(one.key) for one in both.signed] == [PETER_KEY, ENOCH_KEY]
    assert both.unknown == ()


def test_a_checkpoint_of_a_public_log_and_of_the_witness_network_opens():
    log, witness = NoteKey.parse(LOG_KEY), NoteKey.parse(WITNESS_KEY)
    found = open_checkpoint(COSIGNED.encode(), log, [witness])
    root = base64.b64decode("U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=")
    assert found.checkpoint == Checkpoint(log.name, 1_432_088_532, root)
    assert found.cosigned == (Signed(witness, 1_779_573_024),)
    assert len(found.unknown) == 4


def test_the_checkpoint_of_the_go_checksum_database_opens():
    verified = opened(SUMDB, SUMDB_KEY)
    assert Checkpoint.parse(verified.text).size == 6_476_701
    with pytest.raises(
        NoteRefused, match=saying("the checkpoint of another log")
    ):  # its key has another name than its origin
        open_checkpoint(SUMDB.encode(), NoteKey.parse(SUMDB_KEY))


def test_a_checkpoint_may_carry_more_lines_than_three():
    text = "go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"
    tree = Checkpoint("go.sum database tree", 123_456_789_012, leaf_hash(b"hello world"))
    assert str(tree) == text
    assert Checkpoint.parse(text) == tree
    assert Checkpoint.parse(text + "JOE\n") == replace(tree, extensions=("JOE",))
    assert str(replace(tree, extensions=("JOE", "two words"))) == text + "JOE\ntwo words\n"


# --- keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [EXAMPLE_KEY, PETER_KEY, ENOCH_KEY, LOG_KEY, WITNESS_KEY, SUMDB_KEY])
def test_a_key_is_written_as_it_is_read(text):
    assert str(NoteKey.parse(text)) == text


def test_the_kind_of_a_key_is_in_its_identifier():
    cosigning = replace(LOG, kind=Kind.COSIGNATURE)
    assert cosigning.key_id != LOG.key_id
    assert NoteKey.parse(str(cosigning)) == cosigning


def test_no_part_of_a_key_is_a_key():
    for begin in range(len(PETER_KEY)):
        for end in range(begin + 1, len(PETER_KEY) + 1):
            if (begin, end) != (0, len(PETER_KEY)):
                with pytest.raises(NoteRefused):
                    NoteKey.parse(PETER_KEY[begin:end])


def test_no_key_with_one_character_changed_is_a_key():
    for at, character in enumerate(PETER_KEY):
        with pytest.raises(NoteRefused):
            NoteKey.parse(PETER_KEY[:at] + chr(ord(character) + 1) + PETER_KEY[at + 1 :])


# What each is refused for. golang.org/x/mod/sumdb/note and transparency-dev/formats give some of these.
REFUSED_KEYS = {
    "a public key has 32 bytes": [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEQ==",
        "PeterNeumann+cc469956+AQ==",
    ],
    "a key of no known kind": [
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "rekor.sigstore.dev+12345678+AwEB",
        "bananas.sigstore.dev+12344556",
        "",
    ],
    "not base 64": ["rekor.sigstore.dev+12345678+A", "rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!"],
    "not the one way of writing this in base 64": [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        PETER_KEY + "\n",
        PETER_KEY.replace("LDE4izWy10TW", "LDE4izWy10T="),
    ],
    "not the one way of writing this key": [
        PETER_KEY.replace("c74f20a3", "C74F20A3"),
        PETER_KEY.replace("c74f20a3", "00000000"),
        PETER_KEY.replace("+c74f20a3", "+"),
        PETER_KEY.replace("Neumann", "neumann"),
    ],
    "not the name of a key": [
        PETER_KEY.replace("PeterNeumann", ""),
        PETER_KEY.replace("PeterNeumann", "Peter Neumann"),
    ],
}


@pytest.mark.parametrize(("words", "text"), [(words, text) for words in REFUSED_KEYS for text in REFUSED_KEYS[words]])
def test_a_key_in_another_form_is_refused(words, text):
    with pytest.raises(NoteRefused, match=saying(words)):
        NoteKey.parse(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2003b", "a\u0085b", "a\tb"])
def test_a_name_has_no_space_no_plus_and_is_not_empty(name):
    with pytest.raises(NoteRefused, match=saying("not the name of a key")):
        NoteKey(name, Kind.ED25519, bytes(32))
    with pytest.raises(NoteRefused):
        bytes(Note(TEXT, (Line(name, b"abcd", b"e"),)))


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(33)])
def test_a_public_key_has_its_length(public):
    with pytest.raises(NoteRefused, match=saying("a public key has 32 bytes")):
        NoteKey("a", Kind.ED25519, public)


# --- notes ------------------------------------------------------------------------------------------------------------


# What each is refused for. golang.org/x/mod/sumdb/note gives some of these; the others are ours.
REFUSED_NOTES = {
    "not a text above signatures": [
        TEXT,
        f"{TEXT}\n{PETER[:-1]}",
        f"{TEXT}\n{ENOCH}{PETER[:-1]}",
        f"{TEXT}\n— Bad Name {PETER.split(' ')[2][:-1]}",
        "",
        "\n",
        PETER,
        TEXT + PETER,
        "\n" + PETER,
    ],
    "a control character": ["\x01" + f"{TEXT}\n{PETER}", TEXT.replace("\n", "\r\n") + f"\n{PETER}", f"\x1f\n\n{PETER}"],
    "no signature, or too many": [f"{TEXT}\n", f"{TEXT}\n{PETER}\n"],
    "not a signature": [
        f"{TEXT}\n{PETER}Unexpected line.\n",
        TEXT + "\n" + PETER.replace("— ", "- "),
        TEXT + "\n" + PETER.replace("— ", "—"),
        TEXT + "\n" + PETER.replace("— ", ""),
        TEXT + "\n " + PETER,
    ],
    "not the name of a key": [
        TEXT + "\n" + PETER.replace("— ", "—  "),
        TEXT + "\n" + PETER.replace("Neumann ", "Neumann\u00a0"),
        TEXT + "\n" + PETER.replace("Neumann ", "+Neumann "),
        TEXT + "\n—  x08go/ZJkuBS\n",
    ],
    "a signature too short": [
        f"{TEXT}\n— PeterNeumann\n",
        f"{TEXT}\n— PeterNeumann \n",
        f"{TEXT}\n— PeterNeumann x08gow==\n",
    ],
    "not base 64": [TEXT + "\n" + PETER.replace("=\n", "\n"), f"{TEXT}\n— PeterNeumann é\n"],
    "not the one way of writing this in base 64": [
        TEXT + "\n" + PETER.replace("Neumann ", "Neumann  "),
        TEXT + "\n" + PETER.replace("=\n", " =\n"),
        TEXT + "\n" + PETER.replace("=\n", "==\n"),
        TEXT + "\n" + PETER.replace("M=\n", "N=\n"),  # the same bytes, its last bits not 0
        TEXT + "\n— Bad Name " + PETER.split(" ")[2],
    ],
}


@pytest.mark.parametrize(("words", "note"), [(words, note) for words in REFUSED_NOTES for note in REFUSED_NOTES[words]])
def test_a_note_in_another_form_is_refused(words, note):
    with pytest.raises(NoteRefused, match=saying(words)):
        parse_note(note.encode())
    with pytest.raises(NoteRefused, match=saying(words)):
        opened(note, PETER_KEY)


def test_a_note_that_is_not_utf_8_is_refused():
    with pytest.raises(NoteRefused, match=saying("not UTF-8")):
        parse_note(b"\xff" + TEXT.encode() + b"\n" + PETER.encode())


def test_the_shortest_line_has_one_byte_of_signature():
    (line,) = parse_note((TEXT + "\n— a x08goww=\n").encode()).lines
    assert line == Line("a", b"\xc7\x4f\x20\xa3", b"\x0c")


def test_a_note_has_at_most_so_many_lines_and_bytes():
    assert len(parse_note((TEXT + "\n" + ENOCH * MOST_LINES).encode()).lines) == MOST_LINES == 100
    with pytest.raises(NoteRefused, match=saying("no signature, or too many")):
        parse_note((TEXT + "\n" + ENOCH * (MOST_LINES + 1)).encode())
    long = "a" * (MOST_BYTES - len("\n\n") - len(PETER.encode())) + "\n\n" + PETER
    assert len(long.encode()) == MOST_BYTES == 1_000_000
    assert parse_note(long.encode()).lines
    with pytest.raises(NoteRefused, match=saying("too long")):
        parse_note(b"a" + long.encode())


def test_a_note_signed_by_no_known_key_is_refused():
    with pytest.raises(NoteRefused, match=saying("signed by no known key")):
        opened(f"{TEXT}\n{PETER}{ENOCH}")
    with pytest.raises(NoteRefused, match=saying("signed by no known key")):
        opened(f"{TEXT}\n{PETER}", ENOCH_KEY)


def test_a_name_or_an_identifier_alone_is_not_a_key():
    for line in (PETER.replace("PeterNeumann", "CarmenSandiego"), PETER.replace("x08g", "xxxx")):
        assert len(opened(f"{TEXT}\n{line}{ENOCH}", PETER_KEY, ENOCH_KEY).unknown) == 1


def test_a_wrong_signature_of_a_known_key_refuses_the_whole_note():
    for wrong in (PETER[:60] + "ABCD" + PETER[60:], PETER.replace("/ZJk", "/ZJl"), "— PeterNeumann x08goww=\n"):
        with pytest.raises(NoteRefused, match=saying("a wrong signature of PeterNeumann")):
            opened(f"{TEXT}\n{ENOCH}{wrong}", PETER_KEY, ENOCH_KEY)
    with pytest.raises(NoteRefused, match=saying("a wrong signature of PeterNeumann")):
        opened(f"{TEXT}.\n\n{PETER}", PETER_KEY)


def test_a_known_key_signs_once():
    """Go lets the second line pass unread; here one note has one form. A line unknown twice is nobody's matter."""
    with pytest.raises(NoteRefused, match=saying("signed twice by one key")):
        opened(f"{TEXT}\n{PETER}{PETER}", PETER_KEY)
    assert len(opened(f"{TEXT}\n{PETER}{ENOCH}{ENOCH}", PETER_KEY).unknown) == 2


def test_two_keys_of_one_name_and_identifier_are_not_a_choice(monkeypatch):
    opened(f"{TEXT}\n{PETER}", PETER_KEY, PETER_KEY)
    monkeypatch.setattr(NoteKey, "key_id", b"same")
    with pytest.raises(ValueError, match=saying("two keys of one name and identifier")):
        open_note(f"{TEXT}\n{PETER}".encode(), [LOG, replace(LOG, public=bytes(32))])


@pytest.mark.parametrize("text", ["", "no newline", "a\rb\n", "a\0\n", "\ud800\n"])
def test_a_text_that_would_be_read_otherwise_is_not_written(text):
    with pytest.raises(NoteRefused):
        bytes(Note(text, (Line("a", b"abcd", b"e"),)))


def test_a_note_without_a_line_is_not_written():
    with pytest.raises(NoteRefused):
        bytes(Note(TEXT, ()))
    with pytest.raises(NoteRefused):
        bytes(Note(TEXT + "\n" + PETER, ()))
    with pytest.raises(NoteRefused, match=saying("a note that would be read otherwise")):
        bytes(Note(TEXT, (Line("a", b"abc", b"defg"), Line("a", b"abcde", b"f"))))


# --- checkpoints ------------------------------------------------------------------------------------------------------


ROOT64 = base64.b64encode(leaf_hash(b"root")).decode()


# What each is refused for. transparency-dev/formats, log/checkpoint_test.go, gives some of these; the others are ours.
REFUSED_CHECKPOINTS = {
    "not the lines of a checkpoint": ["Log\n9944\n", f"Log\n123\n{ROOT64}", f"Log\n123\n{ROOT64}\nJOE", "", "\n\n"],
    "an empty line, or a control character": [
        f"\n9944\n{ROOT64}\n",
        f"Log\n123\n{ROOT64}\n\n",
        f"Log\n123\n{ROOT64}\n\nJOE\n",
        f"Lo\tg\n123\n{ROOT64}\n",
        f"Log\n123\n{ROOT64}\nJO\x1fE\n",
    ],
    "not the one way of writing this size": [
        f"Log\nbananas\n{ROOT64}\n",
        f"Log\n-34\n{ROOT64}\n",
        f"Log\n3438945738945739845734895735\n{ROOT64}\n",
        f"Log\n0123\n{ROOT64}\n",
        f"Log\n+123\n{ROOT64}\n",
        f"Log\n1_000\n{ROOT64}\n",
        f"Log\n 123\n{ROOT64}\n",
        f"Log\n123 \n{ROOT64}\n",
        f"Log\n١٢٣\n{ROOT64}\n",
        f"Log\n\n{ROOT64}\n",
        f"Log\n0x7b\n{ROOT64}\n",
        f"Log\n00\n{base64.b64encode(EMPTY_ROOT).decode()}\n",
        f"Log\r\n123\r\n{ROOT64}\r\n",
    ],
    "no tree has this size or this root": [
        f"Log\n{LIMIT}\n{ROOT64}\n",
        "Log\n123\nYmFuYW5hcw==\n",
        f"Log\n123\n{base64.b64encode(bytes(33)).decode()}\n",
        "Log\n123\n\n",
    ],
    "the empty log has one root": [f"Log\n0\n{ROOT64}\n"],
    "not base 64": [f"Log\n123\n{ROOT64[:-1]}\n", "Log\n123\nThisIsn'tBase64\n"],
    "not the one way of writing this in base 64": [
        f"Log\n123\n{ROOT64}=\n",
        f"Log\n123\n {ROOT64}\n",
    ],
}


@pytest.mark.parametrize(
    ("words", "text"), [(words, text) for words in REFUSED_CHECKPOINTS for text in REFUSED_CHECKPOINTS[words]]
)
def test_a_checkpoint_in_another_form_is_refused(words, text):
    with pytest.raises(NoteRefused, match=saying(words)):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, bytes(32), ()),
        ("a\nb", 1, bytes(32), ()),
        ("a", -1, bytes(32), ()),
        ("a", LIMIT, bytes(32), ()),
        ("a", 1, bytes(31), ()),
        ("a", 1, bytes(33), ()),
        ("a", 0, bytes(32), ()),
        ("a", 1, bytes(32), ("",)),
        ("a", 1, bytes(32), ("b\n",)),
    ],
)
def test_a_checkpoint_without_a_written_form_is_not_made(origin, size, root, extensions):
    with pytest.raises(NoteRefused):
        Checkpoint(origin, size, root, extensions)


@pytest.mark.parametrize("size", [0, 1, 10, LIMIT - 1])
def test_a_checkpoint_is_read_as_it_is_written(size):
    checkpoint = Checkpoint("journal d'ici", size, EMPTY_ROOT)
    assert Checkpoint.parse(str(checkpoint)) == checkpoint
    assert str(checkpoint).split("\n")[1] == str(size)


# --- cosignatures -----------------------------------------------------------------------------------------------------


def test_a_checkpoint_carries_the_log_and_its_witnesses():
    found = open_checkpoint(published(), LOG, [WITNESS])
    assert found.checkpoint == CHECKPOINT
    assert found.cosigned == (Signed(WITNESS, AT),)
    assert found.unknown == ()
    alone = open_checkpoint(published(), LOG)
    assert alone.cosigned == ()
    assert [line.name for line in alone.unknown] == [WITNESS.name]


def test_a_cosignature_signs_the_instant_and_the_whole_text():
    line = cosign(CHECKPOINT, WITNESS.name, WITNESS_SECRET, AT)
    message = f"cosignature/v1\ntime {AT}\n{CHECKPOINT}".encode()
    assert line.signature == AT.to_bytes(8, "big") + WITNESS_SECRET.sign(message)
    assert line.key_id == WITNESS.key_id


@pytest.mark.parametrize(
    "changed",
    [
        lambda line: replace(line, signature=(AT + 1).to_bytes(8, "big") + line.signature[8:]),
        lambda line: replace(line, signature=b"\x80" + line.signature[1:]),
        lambda line: replace(line, signature=line.signature[:-1]),
        lambda line: replace(line, signature=line.signature + b"\0"),
        lambda line: replace(line, signature=line.signature[8:]),
        lambda line: replace(line, signature=b"\0"),
        lambda line: replace(line, signature=line.signature[:-1] + bytes([line.signature[-1] ^ 1])),
        lambda _: replace(sign(str(CHECKPOINT), WITNESS.name, WITNESS_SECRET), key_id=WITNESS.key_id),
        lambda _: cosign(replace(CHECKPOINT, size=301), WITNESS.name, WITNESS_SECRET, AT),
        lambda _: cosign(replace(CHECKPOINT, origin="other.example"), WITNESS.name, WITNESS_SECRET, AT),
        lambda _: cosign(replace(CHECKPOINT, extensions=("more",)), WITNESS.name, WITNESS_SECRET, AT),
    ],
)
def test_a_cosignature_of_anything_else_refuses_the_whole(changed):
    lines = [
        sign(str(CHECKPOINT), LOG.name, LOG_SECRET),
        changed(cosign(CHECKPOINT, WITNESS.name, WITNESS_SECRET, AT)),
    ]
    with pytest.raises(NoteRefused):
        open_checkpoint(published(lines=lines), LOG, [WITNESS])
    assert open_checkpoint(published(lines=lines), LOG).checkpoint == CHECKPOINT


@pytest.mark.parametrize("at", [-1, LIMIT])
def test_a_cosignature_has_an_instant_that_can_be_written(at):
    with pytest.raises(NoteRefused, match=saying("an instant that has no written form")):
        cosign(CHECKPOINT, WITNESS.name, WITNESS_SECRET, at)


@pytest.mark.parametrize("at", [0, LIMIT - 1])
def test_the_first_and_the_last_instants_can_be_written(at):
    lines = [sign(str(CHECKPOINT), LOG.name, LOG_SECRET), cosign(CHECKPOINT, WITNESS.name, WITNESS_SECRET, at)]
    assert open_checkpoint(published(lines=lines), LOG, [WITNESS]).cosigned == (Signed(WITNESS, at),)


def test_an_instant_beyond_the_last_is_refused_even_signed():
    message = f"cosignature/v1\ntime {LIMIT}\n{CHECKPOINT}".encode()
    line = Line(WITNESS.name, WITNESS.key_id, LIMIT.to_bytes(8, "big") + WITNESS_SECRET.sign(message))
    with pytest.raises(NoteRefused, match=saying("an instant that has no written form")):
        open_note(published(lines=[line]), [WITNESS])


def test_only_checkpoints_are_cosigned():
    message = f"cosignature/v1\ntime {AT}\n{TEXT}".encode()
    line = Line(WITNESS.name, WITNESS.key_id, AT.to_bytes(8, "big") + WITNESS_SECRET.sign(message))
    with pytest.raises(NoteRefused, match=saying("not the lines of a checkpoint")):
        open_note(published(text=TEXT, lines=[line]), [WITNESS])


def test_witnesses_do_not_stand_for_the_log():
    with pytest.raises(NoteRefused, match=saying("not signed by its log")):
        open_checkpoint(published(lines=[cosign(CHECKPOINT, WITNESS.name, WITNESS_SECRET, AT)]), LOG, [WITNESS])


def test_a_log_does_not_sign_for_another():
    other = replace(CHECKPOINT, origin="other.example")
    with pytest.raises(NoteRefused, match=saying("the checkpoint of another log")):
        open_checkpoint(published(other), LOG, [WITNESS])


def test_a_log_that_signs_something_else_has_no_checkpoint():
    with pytest.raises(NoteRefused, match=saying("not the one way of writing this size")):
        open_checkpoint(published(text="a\nb\nc\n", lines=[sign("a\nb\nc\n", LOG.name, LOG_SECRET)]), LOG)


def test_each_key_has_its_part():
    cosigning, signing = replace(LOG, kind=Kind.COSIGNATURE), replace(WITNESS, kind=Kind.ED25519)
    for log, witnesses in ((cosigning, [WITNESS]), (LOG, [WITNESS, signing]), (LOG, [LOG])):
        with pytest.raises(ValueError, match=saying("a log signs, a witness cosigns")):
            open_checkpoint(published(), log, witnesses)


def test_a_log_may_cosign_with_the_same_key_under_another_kind():
    cosigning = replace(LOG, kind=Kind.COSIGNATURE)
    lines = [sign(str(CHECKPOINT), LOG.name, LOG_SECRET), cosign(CHECKPOINT, LOG.name, LOG_SECRET, AT)]
    assert open_checkpoint(published(lines=lines), LOG, [cosigning]).cosigned == (Signed(cosigning, AT),)
