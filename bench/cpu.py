"""CPU seconds of the processes of a house, by their own counters, in groups."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def descendants(root: int) -> list[int]:
    """Return a process and all its living descendants."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue.extend(parents.get(pid, []))
    return found


def group_of(pid: int) -> str:
    """Return which part of the house a process is: web, keeper, postgres, or other."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "other"
    if "postgres" in command:
        return "postgres"
    for name in ("web", "keeper", "sequencer", "jobs"):
        if command.rstrip().endswith(name):
            return name
    return "other"


def seconds(root: int) -> dict[str, float]:
    """Return the user and system seconds spent so far, by group, ended children of PostgreSQL included."""
    total: dict[str, float] = {}
    for pid in descendants(root):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        group = group_of(pid)
        spent = int(fields[11]) + int(fields[12]) + (int(fields[13]) + int(fields[14]) if group == "postgres" else 0)
        total[group] = total.get(group, 0.0) + spent / _TICK
    return total


def memory_megabytes(root: int) -> dict[str, float]:
    """Return the proportional set size by group, in megabytes."""
    total: dict[str, float] = {}
    for pid in descendants(root):
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        pss = next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
        group = group_of(pid)
        total[group] = total.get(group, 0.0) + pss / 1024
    return total
