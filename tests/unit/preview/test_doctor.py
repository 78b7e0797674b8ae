"""The diagnosis says how a document shown is kept from harming."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from espace_sante.kernel.settings import Settings
from espace_sante.operate import doctor
from espace_sante.operate.doctor import State, exit_code


@pytest.mark.parametrize(("filtered", "state"), [(True, State.OK), (False, State.ATTENTION)])
def test_the_diagnosis_says_whether_the_kernel_filters(
    filtered: bool, state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "can_filter", lambda: filtered)
    findings = doctor.diagnose(Settings(home=tmp_path), datetime(2026, 11, 25, tzinfo=UTC))
    (found,) = [each for each in findings if each.id == "aperçus"]
    assert found.state is state
    assert ("seccomp" in found.sentence) is not filtered
    assert exit_code([found]) == 0
