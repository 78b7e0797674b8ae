"""The words an agent shows and reads to a person before an act: one text for each act, channel and language.

What was shown is kept with the act by its fingerprint, in her journal: anybody who has this version of the program makes
the same text again, and the same fingerprint. Nothing that she answers is in it. Source: inclusion.md HLP-10, HLP-14.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from espace_sante.access.request import Channel, Effect
from espace_sante.access.rules import effect_of
from espace_sante.actions.act import Act
from espace_sante.kernel.canonical import canonical
from espace_sante.kernel.i18n import mark

# Half of a SHA-256: what an entry keeps of a text, beside the words that say how it was read to her.
FINGERPRINT_DIGITS = 32
_WHEN = {
    Effect.IMMEDIATE: mark("Si vous dites oui, c’est fait tout de suite."),
    Effect.PROVISIONAL: mark("Si vous dites oui, c’est fait tout de suite. Une lettre vous le confirmera."),
    Effect.STARTS: mark("Rien ne change aujourd’hui. Vous recevrez le formulaire rempli, à signer."),
}
_FREE = mark("C’est gratuit. Vous pouvez dire non, ou revenir plus tard : rien ne change pour vos soins.")
_TRACE = mark("Votre journal dira qui l’a fait pour vous, et quand.")


@dataclass(frozen=True, slots=True)
class ShownText:
    """What is shown: a title, what she asks in her own words, when it takes effect, what she is free of; and its fingerprint."""

    title: str
    lines: tuple[str, ...]
    language: str
    fingerprint: str


def shown_text(act: Act, channel: Channel, language: str, say: Callable[[str], str] = str) -> ShownText:
    """Return the text of an act in a language. `say` translates; the same arguments always give the same fingerprint."""
    title = say(act.name)
    lines = (say(act.sentence), say(_WHEN[effect_of(act.id, channel)]), say(_FREE), say(_TRACE))
    whole = canonical({"act": act.id.value, "language": language, "lines": list(lines), "title": title})
    return ShownText(title, lines, language, hashlib.sha256(whole).hexdigest()[:FINGERPRINT_DIGITS])
