"""fhir-kit-client and the JavaScript client of SMART Health IT: the same session as their users write it, in one node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import needs
from tests.clients.conftest import Story
from tests.served import ServedHouse, posted

FOLDER = Path(__file__).parent / "npm"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.database,
    needs.program("node", "nodejs"),
    pytest.mark.skipif(
        not (FOLDER / "node_modules" / "fhir-kit-client").exists(),
        reason="sans clients FHIR de npm (apt install npm), puis TOUT=1 make setup",
    ),
]


def test_two_clients_of_npm_go_to_the_end_of_their_session(served: ServedHouse, story: Story) -> None:
    for title in ("Un", "Deux"):
        resource = posted(b"Un texte.\n", title=title, subject={"reference": f"Patient/{story.person}"})
        assert served.client("guerin").ask("POST", "/fhir/DocumentReference", resource).status == 201
    told = {
        "base": story.base,
        "person": story.person,
        "observation": story.observation(),
        "herself": story.herself.token,
        "writer": story.writer,
        "stranger": story.stranger,
        "searches": sorted(story.searches),
    }
    done = subprocess.run(
        [str(shutil.which("node")), "sessions.mjs"],
        cwd=FOLDER,
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.split()) == (0, ["fhirKitClient", "smartClient"]), done.stdout + done.stderr
