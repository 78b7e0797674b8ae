"""What goes with letters of a printing: the text for a braille device, the spoken file, for those who asked for them.

Each bears the number of its letter and no name; the slip of the mail room says which letter it goes with.
Guarantee: G10. Source: inclusion.md LET-06, VOX-02; docs/decisions/0062.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

from espace_sante.formats.mail import Sheet
from espace_sante.formats.plain_text import braille_text, paragraphs_of
from espace_sante.formats.voice import spoken
from espace_sante.keeper.demand import LetterFormView

# Whoever prints reads it on the slip, she in her letter.
BRAILLE, AUDIO = "braille", "audio"


def companions(sheet: Sheet, form: LetterFormView, name: str, *, speaks: bool) -> dict[str, bytes]:
    """Return the files that go with one letter; `speaks`: the program that speaks is installed."""
    found: dict[str, bytes] = {}
    if form.braille:
        found[f"{BRAILLE}/{name}.txt"] = braille_text(sheet)
    if form.audio and speaks:
        found[f"{AUDIO}/{name}.wav"] = spoken(paragraphs_of(sheet, spelled=True))
    return found


def archive(files: Mapping[str, bytes], at: datetime) -> bytes:
    """Return files as one archive (ZIP), in the order of their names; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, at.timetuple()[:6])
            info.external_attr = 0o600 << 16
            packed.writestr(info, files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()
