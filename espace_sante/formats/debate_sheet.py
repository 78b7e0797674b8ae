"""The sheets of the debate's envelopes: one page with both codes, to keep, and one to write on and post (form ES-110).

Each sheet is two pages; codes go nowhere else than here. The same arguments give the same bytes. Guarantee: G14.
"""

from __future__ import annotations

from collections.abc import Sequence

from espace_sante.formats.letter import BODY_POINTS, EPOCH, compiled, shared

FORM, BALLOT = "ES-110", "ES-111"
FORM_VERSION = "1"
_LINES = (
    "Vous avez pris cette enveloppe vous-même. Personne ne sait laquelle.",
    "Le premier code sert à écrire, une fois. Le second sert à voter, une fois, quand le vote est ouvert.",
)
_AFTER = (
    "Par écran : à l'adresse du service, page « Le débat public ».",
    "Par courrier : écrivez sur la page suivante, et postez-la. La date de la poste compte. C'est gratuit.",
    "Au guichet : donnez la page suivante, pliée.",
    "Utilisez vos codes un autre jour que celui où vous les avez pris.",
    "Gardez cette page : avec le même code, vous retrouvez votre texte, et vous pouvez contester s'il est caché.",
)
_WORDS = {
    "write": "Code pour écrire",
    "dossier": "Dossier :",
    "vote": "Code pour voter",
    "sort": "Ce que j'écris (une croix)",
    "about": "À propos de la proposition numéro",
    "text": "Mon texte",
    "warning": "N'écrivez ni votre nom, ni un numéro, ni ce qui touche à votre santé. Vous pouvez joindre une feuille.",
    "send": "À remettre plié au guichet, ou à envoyer à :",
    "free": "Sans affranchir : c'est gratuit. N'écrivez pas votre adresse au dos de l'enveloppe.",
}


def sheets_pdf(
    dossier: str, codes: Sequence[tuple[str, str]], sorts: Sequence[str], address: Sequence[str], *, until: str
) -> bytes:
    """Return the sheets of some envelopes; each pair is a code to write and a code to vote. `until` is said in words."""
    data = {
        **shared("Le débat public : vos deux codes", "fr", BODY_POINTS),
        "dossier": dossier,
        "lines": [*_LINES, f"Vous pouvez écrire jusqu'au {until}."],
        "after": list(_AFTER),
        "sheets": [{"write": write, "vote": vote} for write, vote in codes],
        "form_title": "Prendre part au débat public",
        "form_number": f"Formulaire {FORM}, version {FORM_VERSION}",
        "sorts": list(sorts),
        "address": list(address),
        "words": _WORDS,
    }
    return compiled("envelope.typ", data, EPOCH)


def blank_pdf(sorts: Sequence[str], address: Sequence[str]) -> bytes:
    """Return the page to write on without a code (form ES-110): the code and the dossier are copied by hand."""
    return sheets_pdf("", [("", "")], sorts, address, until="")


def ballot_pdf(
    dossier: str, proposals: Sequence[tuple[str, str]], choices: Sequence[str], address: Sequence[str], *, until: str
) -> bytes:
    """Return the blank ballot of a vote (form ES-111): the code to vote is written in by hand. The same for everybody."""
    data = {
        **shared("Voter par courrier", "fr", BODY_POINTS),
        "number": f"Formulaire {BALLOT}, version {FORM_VERSION}",
        "dossier": dossier,
        "lines": [
            "Recopiez le code pour voter qui est sur votre feuille, puis faites une croix par proposition.",
            f"À poster jusqu'au {until} : la date de la poste compte. N'écrivez pas votre nom.",
        ],
        "proposals": [{"number": number, "text": text} for number, text in proposals],
        "choices": list(choices),
        "address": list(address),
        "words": {**_WORDS, "code": "Mon code pour voter"},
    }
    return compiled("ballot.typ", data, EPOCH)
