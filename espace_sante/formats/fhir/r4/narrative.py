"""The text of a resource: well-formed XHTML, of the few elements and attributes allowed, with something to read in it.

Looked at by expat, which follows nothing: a DOCTYPE is refused before anything else, so there is no entity. It is never shown as
it came. Source: FHIR R4 narrative.html section 2.4.0, invariants txt-1 and txt-2.
"""

from __future__ import annotations

from xml.parsers import expat

# Written as texts, one word each: lists this long would be one word a line.
_ELEMENTS = frozenset(
    """
    a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li
    ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var
    """.split()  # noqa: SIM905 - see above
)
_ATTRIBUTES = frozenset(
    """
    abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite
    class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev
    rowspan rules scope shape span src start style summary tabindex title type valign value vspace width xml:lang
    """.split()  # noqa: SIM905 - see above
)
_XHTML = "http://www.w3.org/1999/xhtml"
_SCRIPTS = ("javascript:", "vbscript:", "data:text")
MOST_DEPTH = 100


class _Refused(Exception):
    """It is not a narrative."""


class _Reader:
    def __init__(self) -> None:
        self.depth = 0
        self.told = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH or name not in _ELEMENTS or (self.depth == 1 and name != "div"):
            raise _Refused
        for key, value in attributes.items():
            if key == "xmlns":
                if value != _XHTML:
                    raise _Refused
            elif key not in _ATTRIBUTES or (
                key in ("href", "src") and "".join(value.split()).lower().startswith(_SCRIPTS)
            ):
                raise _Refused
        if self.depth == 1 and attributes.get("xmlns") != _XHTML:
            raise _Refused
        self.told = self.told or name == "img"

    def end(self, _: str) -> None:
        self.depth -= 1

    def words(self, text: str) -> None:
        self.told = self.told or not text.isspace()

    def refuse(self, *_: object) -> None:
        raise _Refused


def broken_rule(div: str) -> str:
    """Return the rule that a narrative breaks: "txt-1" (form), "txt-2" (nothing to read), or "". Never raises."""
    reader = _Reader()
    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.ProcessingInstructionHandler = reader.refuse
    try:
        parser.Parse(div.encode(), True)
    except (expat.ExpatError, _Refused, UnicodeEncodeError):
        return "txt-1"
    return "" if reader.told else "txt-2"
