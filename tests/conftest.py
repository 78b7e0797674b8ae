"""What every run of the tests has: a printed seed, a closed network, and an honest list of what was left out.

Several processes may share a run (`-n`): each takes whole files, with databases and a browser of its own; the first
process runs no test, it gathers what they say.
"""

from __future__ import annotations

import gc
import ipaddress
import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests import needs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# In the environment, so that the processes which share the run draw from the same.
SEED = int(os.environ.get("ESPACE_SANTE_SEED") or random.SystemRandom().randrange(2**32))
os.environ["ESPACE_SANTE_SEED"] = str(SEED)
FOR_ROOT = "à lancer par root"
EVERYTHING = os.environ.get("TOUT") == "1"
LONGEST = frozenset({"test_browser.py", "test_document_view.py", "test_cases_pages.py"})
_left_out: Counter[str] = Counter()
_results: dict[str, str] = {}

hypothesis.settings.register_profile("ours", deadline=None, print_blob=True)
hypothesis.settings.load_profile("ours")


@pytest.fixture
def randomness() -> random.Random:
    """Return the run's randomness: the same for the same ESPACE_SANTE_SEED."""
    return random.Random(SEED)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once in each process; each visit has its own profile."""
    from tests.pages.browser import chromium, has_chromium  # loaded by none but the tests that open pages

    if not has_chromium():
        pytest.skip("chromium (apt install chromium-headless-shell)")
    with chromium() as started:
        yield started


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--hypothesis-seed", None) is None:
        config.option.hypothesis_seed = str(SEED)
    sys.addaudithook(_close_network)


def pytest_report_header() -> str:
    return f"graine : ESPACE_SANTE_SEED={SEED}"


def _close_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = arguments[1][0]
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise PermissionError(f"a test tried to reach {host}: the network is closed except the loopback")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Last, and by whole files, what keeps Playwright's own event loop in this thread: no other can begin beside it.
    # The longest first among them: two processes that share the run then end together.
    last = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (item.path in last, item.path in last and item.path.name not in LONGEST))
    if os.geteuid() == 0:
        return
    away = [item for item in items if item.get_closest_marker("root")]
    if away:
        items[:] = [item for item in items if item not in away]
        config.hook.pytest_deselected(items=away)
        _left_out[FOR_ROOT] += len(away)


def pytest_collection_finish() -> None:
    # What was collected lives to the end: walked again at each collection of garbage, it costs a twentieth of the run.
    gc.collect()
    gc.freeze()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note(report)
    _keep_result(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note(report)


def _keep_result(report: pytest.TestReport) -> None:
    """Remember what became of a test, for the file of ESPACE_SANTE_RESULTS: one failure, even of its setting up, makes it fail."""
    if report.failed:
        _results[report.nodeid] = "failed"
    elif report.passed and report.when == "call":
        _results.setdefault(report.nodeid, "passed")


def _write_results(path: str) -> None:
    """Write what became of each test, with the commit it was run on; a changed tree has none, and is shown as not verified."""
    from espace_sante.public.version import commit_of

    told = {"commit": commit_of() or "modifié", "results": dict(sorted(_results.items()))}
    Path(path).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and isinstance(report.longrepr, tuple):
        _left_out[report.longrepr[2].removeprefix("Skipped: ")] += 1


def _refused() -> list[str]:
    """Return the skips that `TOUT=1` does not allow."""
    tolerated = (FOR_ROOT, *(() if needs.SHARED.exists() else ("sans ../shared",)))
    return [reason for reason in _left_out if not reason.startswith(tolerated)]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear from a process which shared the run what it left to root: each leaves the same, and reports only its skips."""
    if left := getattr(node, "workeroutput", {}).get(FOR_ROOT):
        _left_out[FOR_ROOT] = left


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    told = getattr(session.config, "workeroutput", None)
    if told is not None:  # one of the processes which share the run: the first one sums up
        told[FOR_ROOT] = _left_out[FOR_ROOT]
        return
    if path := os.environ.get("ESPACE_SANTE_RESULTS"):
        _write_results(path)
    if EVERYTHING and exitstatus == pytest.ExitCode.OK and _refused():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    say = terminalreporter.write_line
    if not _left_out:
        say("Rien n'a été laissé de côté.")
        return
    say("Laissé de côté :")
    for reason, count in sorted(_left_out.items()):
        say(f"  {count} × {reason}")
    packages = sorted(
        {
            word
            for reason in _left_out
            for found in re.findall(r"\(apt install (.+?)\)", reason)
            for word in found.split()
        }
    )
    if packages:
        say(f"Pour tout lancer : apt install {' '.join(packages)}")
    if EVERYTHING and _refused():
        say("TOUT=1 n'admet rien de côté : échec.")
