#!/usr/bin/env python3
"""Install a release, run it, save it, restore it elsewhere and write its public site, with the network cut.

    scripts/offline_drill.py ARCHIVE.tar.gz        as root, on Linux: everything happens under `unshare --net`

Prints each step and what it took; exit 0 when all went well, 1 at the first that did not, 3 when the network cannot be cut here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

CUT = "ESPACE_SANTE_NETWORK_CUT"
READY_SECONDS, STOP_SECONDS = 120, 60


def main(arguments: list[str]) -> int:
    """Cut the network, then do the drill inside."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    if os.environ.get(CUT) != "1":
        if os.geteuid() != 0 or shutil.which("unshare") is None:
            print("Il faut root et unshare (util-linux) pour couper le réseau.", file=sys.stderr)
            return 3
        inside = f"ip link set lo up 2>/dev/null; exec {sys.executable} {__file__} {Path(arguments[0]).resolve()}"
        return subprocess.run(
            ["unshare", "--net", "sh", "-c", inside], env=os.environ | {CUT: "1"}, check=False
        ).returncode
    with tempfile.TemporaryDirectory(prefix="espace-sante-offline-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - each process has its own user, and reads the program there
        return _drill(Path(arguments[0]), Path(folder))


def _drill(archive: Path, work: Path) -> int:
    steps: list[tuple[str, Callable[[], None]]] = [
        ("le réseau est coupé", _no_network),
        ("déplier et vérifier les empreintes", lambda: _unpack(archive, work)),
        ("installer sans réseau", lambda: _install(_tree(work))),
        ("démarrer, jusqu'à la première page, puis arrêter", lambda: _run(_tree(work), work / "a")),
        ("sauvegarder", lambda: _say(_tree(work), work / "a", "backup", "--output", str(work / "saved"))),
        ("restaurer ailleurs", lambda: _restore(_tree(work), work)),
        ("redémarrer ce qui est restauré", lambda: _run(_tree(work), work / "b")),
        ("écrire le site public", lambda: _say(_tree(work), work / "b", "site", "--output", str(work / "site"))),
    ]
    for words, step in steps:
        started = time.monotonic()
        try:
            step()
        except (OSError, subprocess.SubprocessError, RuntimeError) as fault:
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
    with tarfile.open(archive) as packed:
        packed.extractall(work, filter="data")
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


def _run(tree: Path, home: Path) -> None:
    started = subprocess.Popen(
        [str(tree / ".venv/bin/espace-sante"), "run"], env=_environment(home), stdout=subprocess.PIPE, text=True
    )
    try:
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            line = started.stdout.readline() if started.stdout else ""
            if line.startswith("ready "):
                return
            if not line and started.poll() is not None:
                raise RuntimeError("le programme s'est arrêté avant d'être prêt")
        raise RuntimeError("pas prêt à temps")
    finally:
        started.terminate()
        started.wait(STOP_SECONDS)


def _restore(tree: Path, work: Path) -> None:
    (work / "b/keys").mkdir(parents=True)
    for name in ("master.key", "log.seed", "index.seed", "padding.seed"):
        shutil.copy2(work / "a/keys" / name, work / "b/keys" / name)
    _say(tree, work / "b", "restore", str(work / "saved"))


def _say(tree: Path, home: Path, *words: str) -> None:
    command = [str(tree / ".venv/bin/espace-sante"), *words]
    done = subprocess.run(command, env=_environment(home), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError((done.stderr or done.stdout).strip()[-300:])


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "ESPACE_SANTE_HOME": str(home), "ESPACE_SANTE_PORT": "0"}


def _tree(work: Path) -> Path:
    return next(work.glob("espace-sante-*"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
