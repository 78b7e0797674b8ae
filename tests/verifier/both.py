"""Ask both verifiers the same questions: the Python one in this process, the other in one node for many files."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from espace_sante.kernel.canonical import canonical

ROOT = Path(__file__).resolve().parents[2]
VERIFY_PY = ROOT / "verifier" / "verify.py"
VERIFY_MJS = ROOT / "verifier" / "verify.mjs"
MANY = Path(__file__).with_name("many.mjs")
NODE = shutil.which("node")


@dataclass(frozen=True)
class Question:
    """A file, and what the person says she expects."""

    data: bytes
    policy: bytes | None
    now: int
    letter: str = ""
    years: tuple[int, int] | None = None


@dataclass(frozen=True)
class Answer:
    code: int
    report: dict[str, Any]
    text: str

    @property
    def reason(self) -> str:
        return str(self.report.get("reason", ""))


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify", VERIFY_PY)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PYTHON = load()


def ask(folder: Path, questions: list[Question]) -> list[Answer]:
    """Return the answers, on which both agree to the last letter of their sentences."""
    asked = []
    for number, question in enumerate(questions):
        path = folder / f"{number}"
        path.write_bytes(question.data)
        policy = None
        if question.policy is not None:
            policy = folder / f"{number}.policy"
            policy.write_bytes(question.policy)
        wanted = {"letter": question.letter, "years": question.years, "now": question.now}
        asked.append({"path": str(path), "policy": policy and str(policy), "asked": wanted})
    answers = [_python(one) for one in asked]
    if NODE is None:
        return answers
    out = subprocess.run(
        [NODE, str(MANY)],
        input="\n".join(map(json.dumps, asked)),
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    ).stdout.splitlines()
    assert len(out) == len(answers)
    for question, answer, line in zip(questions, answers, out, strict=True):
        said = json.loads(line)
        other = Answer(said["code"], said["report"], said["text"])
        assert other == answer, (answer, other, question.data[:2000])
        assert said["json"] == canonical(answer.report).decode()
    return answers


def _python(one: dict[str, Any]) -> Answer:
    wanted = one["asked"]
    asked = PYTHON.Asked(wanted["letter"], wanted["years"], wanted["now"])
    code, report = PYTHON.verify(one["path"], one["policy"], asked)
    return Answer(code, report, "\n".join(PYTHON.sentences(code, report)))
