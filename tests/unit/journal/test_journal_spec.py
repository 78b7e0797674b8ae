"""The worked example of docs/specs/journal.md, recomputed. Run this file to print it."""

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from espace_sante.journal.merkle import EMPTY_ROOT, consistency_proof, inclusion_proof, leaf_hash
from espace_sante.journal.notes import Checkpoint, Kind, Note, NoteKey, cosign, sign
from espace_sante.journal.tiles import Growth, TiledTree, grow, make_leaf

PAGE = Path(__file__).parents[3] / "docs" / "specs" / "journal.md"
LOG, WITNESS = (Ed25519PrivateKey.from_private_bytes(byte * 32) for byte in (b"\0", b"\1"))
LOG_NAME, WITNESS_NAME, AT = "journal.example/1", "association.example", 1_795_000_000


def half(word: bytes, number: int) -> bytes:
    return hashlib.sha256(word + number.to_bytes(8, "big")).digest()


LEAVES = [make_leaf(half(b"tag", number), half(b"com", number)) for number in range(300)]


def example() -> str:
    files: dict[str, bytes] = {}
    log = Growth({}, 0, EMPTY_ROOT)
    for size in (256, 300):
        log = grow(files.get, LEAVES[log.size : size], size=log.size, root=log.root)
        files |= log.files
    node = TiledTree(files.get, 300).node
    checkpoint = Checkpoint(LOG_NAME, log.size, log.root)
    lines = (sign(str(checkpoint), LOG_NAME, LOG), cosign(checkpoint, WITNESS_NAME, WITNESS, AT))
    keys = (
        NoteKey(LOG_NAME, Kind.ED25519, LOG.public_key().public_bytes_raw()),
        NoteKey(WITNESS_NAME, Kind.COSIGNATURE, WITNESS.public_key().public_bytes_raw()),
    )
    said = {
        "leaf 270": [LEAVES[270].hex()[at : at + 66] for at in (0, 66)],
        "its hash": [leaf_hash(LEAVES[270]).hex()],
        "files written from 0 to 256 leaves, then from 256 to 300, each with its SHA-256": [
            f"{path} {hashlib.sha256(content).hexdigest()}" for path, content in files.items()
        ],
        "root of 300 leaves": [log.root.hex()],
        "inclusion of leaf 270 among 300": [step.hex() for step in inclusion_proof(node, 270, 300)],
        "consistency from 256 to 300 leaves": [step.hex() for step in consistency_proof(node, 256, 300)],
        "keys of the log and of the witness": list(map(str, keys)),
        "checkpoint": bytes(Note(str(checkpoint), lines)).decode().splitlines(),
    }
    return "\n".join(line for name in said for line in (name, *(f"  {line}".rstrip() for line in said[name])))


def test_the_example_of_the_specification_is_what_the_code_writes():
    assert f"```\n{example()}\n```\n" in PAGE.read_text(encoding="utf-8")


if __name__ == "__main__":
    print(example())
