#!/usr/bin/env python3
"""Install a release, run it, fill it, save it, restore it elsewhere, read it again and write its site, with the network cut.

    scripts/offline_drill.py ARCHIVE.tar.gz        as root, on Linux: everything happens under `unshare --net`

Prints each step and what it took; exit 0 when all went well, 1 at the first that did not, 3 when the network cannot be cut here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

CUT = "ESPACE_SANTE_NETWORK_CUT"
READY_SECONDS, STOP_SECONDS = 120, 60
PERSON, WORDS = "karim", "Une phrase gardée, pour la relire après."  # an invented person (demo --list)


def main(arguments: list[str]) -> int:
    """Cut the network, then do the drill inside."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    if os.environ.get(CUT) != "1":
        if os.geteuid() != 0 or not _can_be_cut():
            print(
                "Il faut root, unshare (util-linux) et un noyau qui le permet pour couper le réseau.", file=sys.stderr
            )
            return 3
        inside = f"ip link set lo up 2>/dev/null; exec {sys.executable} {__file__} {Path(arguments[0]).resolve()}"
        return subprocess.run(
            ["unshare", "--net", "sh", "-c", inside], env=os.environ | {CUT: "1"}, check=False
        ).returncode
    with tempfile.TemporaryDirectory(prefix="espace-sante-offline-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - each process has its own user, and reads the program there
        return _drill(Path(arguments[0]), Path(folder))


def _can_be_cut() -> bool:
    return bool(shutil.which("unshare")) and subprocess.run(["unshare", "--net", "true"], check=False).returncode == 0


@dataclass(slots=True)
class _House:
    """A state folder of the installed program; `seen`: what it answered, to be compared."""

    work: Path
    home: Path
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def program(self) -> str:
        return str(_tree(self.work) / ".venv/bin/espace-sante")

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "ESPACE_SANTE_HOME": str(self.home), "ESPACE_SANTE_PORT": "0"}

    def say(self, *words: str) -> str:
        """Run a command to its end; raises RuntimeError with its last words."""
        done = subprocess.run([self.program, *words], env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{words[0]} : {(done.stderr or done.stdout).strip()[-300:]}")
        return done.stdout

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start it, wait for its first page, stop it at the end; raises RuntimeError when either fails."""
        started = subprocess.Popen([self.program, "run"], env=self.environment, stdout=subprocess.PIPE, text=True)
        try:
            end = time.monotonic() + READY_SECONDS
            while not (line := started.stdout.readline() if started.stdout else "").startswith("ready "):
                if time.monotonic() > end or (not line and started.poll() is not None):
                    raise RuntimeError("le programme n'a pas été prêt")
            yield
        finally:
            started.terminate()
            if started.wait(STOP_SECONDS) != 0:
                raise RuntimeError(f"il s'est arrêté avec le code {started.returncode}")

    def look(self) -> dict[str, str]:
        """Return what the person sees of her space, and the debate as it is exported."""
        listed = self.say("documents", "--as-person", PERSON, "--json")
        number = json.loads(listed)["documents"][0]["document"]
        read = self.say("read", number, "--as-person", PERSON)
        debate = self.work / f"debate-{self.home.name}"
        self.say("debate", "export", "--output", str(debate))
        return {"documents": listed, "le document lu": read, "le débat": debate.read_text("utf-8")}


def _drill(archive: Path, work: Path) -> int:
    house, restored = _House(work, work / "a"), _House(work, work / "b")
    steps: list[tuple[str, Callable[[], None]]] = [
        ("le réseau est coupé", _no_network),
        ("déplier et vérifier les empreintes", lambda: _unpack(archive, work)),
        ("installer sans réseau", lambda: _install(_tree(work))),
        ("démarrer, ouvrir un espace, y déposer, ouvrir un débat, arrêter", lambda: _fill(house, work)),
        ("sauvegarder", lambda: house.say("backup", "--output", str(work / "saved"))),
        ("restaurer ailleurs", lambda: _restore(house, restored, work)),
        ("redémarrer ce qui est restauré, y relire la même chose", lambda: _same(house, restored)),
        ("écrire le site public", lambda: restored.say("site", "--output", str(work / "site"))),
    ]
    for words, step in steps:
        started = time.monotonic()
        try:
            step()
        except (OSError, subprocess.SubprocessError, RuntimeError, LookupError) as fault:
            print(f"ÉCHEC  {words} : {fault}", flush=True)
            return 1
        print(f"{time.monotonic() - started:6.1f} s  {words}", flush=True)
    print("Installé, démarré, sauvegardé, restauré et publié, réseau coupé.")
    return 0


def _no_network() -> None:
    with open("/proc/net/route", encoding="ascii") as routes:
        if len(routes.read().splitlines()) > 1:
            raise RuntimeError("une route existe encore")


def _unpack(archive: Path, work: Path) -> None:
    subprocess.run(["tar", "-xzf", str(archive), "--no-same-owner", "-C", str(work)], check=True)
    subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"], cwd=_tree(work), check=True)


def _install(tree: Path) -> None:
    # The system's own: each process has its own user, and must be able to run it.
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    subprocess.run([python, "-m", "venv", str(tree / ".venv")], check=True)
    pip = [
        str(tree / ".venv/bin/python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-index",
    ]
    wheels = ["--find-links", str(tree / "wheels")]
    subprocess.run([*pip, *wheels, "--require-hashes", "-r", "requirements.lock"], cwd=tree, check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", "."], cwd=tree, check=True)


def _fill(house: _House, work: Path) -> None:
    paper = work / "papier.txt"
    paper.write_text(WORDS, encoding="utf-8")
    until = (date.today() + timedelta(days=60)).isoformat()
    with house.running():
        house.say("invite", "--person", PERSON)
        house.say("answer", "yes", "--as-person", PERSON)
        house.say("deposit", str(paper), "--as-person", PERSON, "--category", "15")
        subject = ("--title", "Essai", "--question", "Est-ce encore là ?")
        house.say("debate", "open", "--dossier", "essai", "--theme", "cost", *subject, "--until", until)
        house.seen = house.look()
    if WORDS not in house.seen["le document lu"]:
        raise RuntimeError("le document lu n'est pas celui qui a été déposé")


def _restore(house: _House, restored: _House, work: Path) -> None:
    """Bring back what the program itself says to keep apart, then the backup."""
    for name in house.say("keys", "--to-keep").split():
        (restored.home / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(house.home / name, restored.home / name)
    shutil.copytree(house.home / "public", restored.home / "public")
    restored.say("restore", str(work / "saved"))


def _same(house: _House, restored: _House) -> None:
    with restored.running():
        restored.seen = restored.look()
    for what, before in house.seen.items():
        if restored.seen[what] != before:
            raise RuntimeError(f"{what} : ce n'est plus la même chose")


def _tree(work: Path) -> Path:
    return next(work.glob("espace-sante-*"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
