"""A letter spoken by a program (espeak-ng), when it is installed: a sound file that says first that nobody is speaking.

Words reach the program by its standard input, never by its command line; nothing leaves the machine, nothing is left in a
file. Absent, the letter says so in a sentence. Source: inclusion.md VOX-02; docs/decisions/0062.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Sequence

# Said first, and written in the file itself. Source: inclusion.md VOX-02.
SYNTHETIC = "Voix de synthèse : c'est un programme qui parle, pas une personne."
PROGRAM = "espeak-ng"
# Slower than the program's own 175 words a minute: it is listened to once, by people who may hear badly.
_WORDS_A_MINUTE = "140"
_SECONDS = 60.0
_HEADER = 44


def can_speak() -> bool:
    """Say whether the program is installed."""
    return shutil.which(PROGRAM) is not None


def spoken(paragraphs: Sequence[str]) -> bytes:
    """Return paragraphs as a WAV file labelled as a synthetic voice. Raises OSError when the program fails or is absent."""
    words = "\n\n".join((SYNTHETIC, *paragraphs))
    command = [PROGRAM, "-v", "fr", "-s", _WORDS_A_MINUTE, "--stdin", "--stdout"]
    done = subprocess.run(  # noqa: S603  # the name is ours, and no word of a letter is in the command
        command, input=words.encode(), capture_output=True, timeout=_SECONDS, check=False
    )
    if done.returncode != 0 or len(done.stdout) <= _HEADER:
        raise OSError("no voice")
    return labelled(done.stdout)


def labelled(wav: bytes) -> bytes:
    """Return a WAV file with its sizes written again and what made it said inside (RIFF LIST INFO).

    The program writes to a pipe, and cannot know its length beforehand. Raises ValueError for what is no WAV file of it.
    """
    if wav[:4] != b"RIFF" or wav[8:16] != b"WAVEfmt " or wav[36:40] != b"data":
        raise ValueError("not a WAV file as this program writes it")
    samples = wav[_HEADER:]
    samples = samples[: len(samples) // 2 * 2]
    info = b"INFO" + _chunk(b"ICMT", SYNTHETIC.encode() + b"\0") + _chunk(b"ISFT", PROGRAM.encode() + b"\0")
    body = b"WAVE" + wav[12:36] + _chunk(b"LIST", info) + _chunk(b"data", samples)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + (b"\0" if len(content) % 2 else b"")
