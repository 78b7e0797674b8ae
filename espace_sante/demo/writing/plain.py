"""Letters, texts and rich texts: what most software still sends, and what people write themselves."""

from __future__ import annotations

from espace_sante.demo.writing.sheet import INVENTED, Sheet, Writer
from espace_sante.formats.letter import BODY_POINTS, plain_letter

_RTF = {"\\": "\\\\", "{": "\\{", "}": "\\}"}


def text(*lines: str) -> Writer:
    """Return what writes a plain text."""

    def write(sheet: Sheet) -> bytes:
        return ("\n".join((sheet.title, *_who(sheet), "", *lines, "", INVENTED)) + "\n").encode()

    return Writer("text/plain", write)


def rtf(*paragraphs: str) -> Writer:
    """Return what writes a rich text: a title in bold, then paragraphs."""

    def write(sheet: Sheet) -> bytes:
        body = "\\par\n".join(_escaped(words) for words in (*_who(sheet), *paragraphs, INVENTED))
        head = "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times New Roman;}}\\fs24\n"
        return f"{head}{{\\b {_escaped(sheet.title)}}}\\par\n{body}\\par\n}}\n".encode("ascii")

    return Writer("application/rtf", write)


def pdf(
    *paragraphs: str,
    results: tuple[tuple[str, ...], ...] = (),
    head: tuple[str, ...] = (),
    points: float = BODY_POINTS,
) -> Writer:
    """Return what writes a letter, with a table when there is one."""
    table = (head or ("Analyse", "Résultat", "Valeurs usuelles (inventées)"), results) if results else None

    def write(sheet: Sheet) -> bytes:
        lines = (*_who(sheet), INVENTED)
        return plain_letter(sheet.title, paragraphs, table, lines=lines, at=sheet.created, points=points)

    return Writer("application/pdf", write)


def booklet(unit: str, first: int, last: int, sentences: tuple[str, ...], points: float) -> Writer:
    """Return what writes a long letter: a part for each number of the unit, its sentences in another order each time."""
    paragraphs: list[str] = []
    for number in range(first, last + 1):
        turned = sentences[number % len(sentences) :] + sentences[: number % len(sentences)]
        third = len(turned) // 3
        parts = (turned[:third], turned[third : 2 * third], turned[2 * third :])
        paragraphs += [f"{unit} {number}", *(" ".join(part) for part in parts)]
    return pdf(*paragraphs, points=points)


def _who(sheet: Sheet) -> tuple[str, ...]:
    someone, signer = sheet.someone, sheet.signer
    day, born = f"{sheet.created:%d/%m/%Y}", "/".join(reversed(someone.birth_date.split("-")))
    if signer is None:
        return (f"{someone.called}, le {day}",)
    return (f"{signer.called}, {signer.place.name}, le {day}", f"Concerne : {someone.called}, naissance le {born}")


def _escaped(words: str) -> str:
    return "".join(_RTF.get(c, c if c.isascii() else f"\\u{ord(c)}?") for c in words)
