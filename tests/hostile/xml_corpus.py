"""XML meant to harm, or only strange: each with the word it is refused by, or "" when it is read and harms nobody.

`{http}` is an address where a test listens, `{file}` a file that it watches: neither may be asked for anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.small_cda import small_cda

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
OPEN, CLOSE = '<ClinicalDocument xmlns="urn:hl7-org:v3">', "</ClinicalDocument>"
XSL = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
DOCTYPE = '<!DOCTYPE ClinicalDocument [<!ENTITY x SYSTEM "file://{file}">]>'


@dataclass(frozen=True, slots=True)
class Hostile:
    """One document: its name, what makes it, and the code it is refused by ("" when it is read)."""

    name: str
    code: str
    make: Callable[[], str | bytes]

    def data(self, http: str, file: str) -> bytes:
        """Return its bytes, the addresses filled in."""
        made = self.make()
        if isinstance(made, bytes):
            return made
        return made.replace("{http}", http).replace("{file}", file).encode()


def _with_doctype(subset: str, body: str = "&x;") -> str:
    return f"{DECLARATION}<!DOCTYPE ClinicalDocument {subset}>{OPEN}<title>{body}</title>{CLOSE}"


def _laughs() -> str:
    entities = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
    return _with_doctype(f'[<!ENTITY x0 "ah">{entities}]', "&x9;")


def _small(before: str = DECLARATION, **changes: str) -> str:
    return small_cda(before=before, **changes).decode()


def _titled(title: str) -> str:
    return _small(title=f"<title>{title}</title>")


def _sheet(inside: str, attributes: str = "") -> str:
    return f'{DECLARATION}<xsl:stylesheet {XSL} version="1.0" {attributes}>{inside}</xsl:stylesheet>'


def _nested(levels: int) -> str:
    return f"{OPEN}{'<a>' * (levels - 1)}{'</a>' * (levels - 1)}{CLOSE}"


def _attributes(form: str, many: int) -> str:
    return f"{OPEN}<a {' '.join(form.format(n) for n in range(many))}/>{CLOSE}"


def _with_attributes(attributes: str) -> str:
    return _small().replace("<ClinicalDocument", f"<ClinicalDocument {attributes}", 1)


_SCHEMA = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:hl7-org:v3 {http}/x.xsd"'
_READS_FILES = """<xsl:import href="{http}/x.xsl"/>
  <xsl:template match="/"><xsl:copy-of select="document('file://{file}')"/></xsl:template>"""
_RUNS_PROGRAMS = """<xsl:template match="/"><xsl:value-of select="php:function('system','id')"/></xsl:template>"""
_EXTENSIONS = (
    'xmlns:php="http://php.net/xsl" xmlns:exsl="http://exslt.org/common" extension-element-prefixes="php exsl"'
)
_SPACED_UTF7 = "<?xml version='1.0'\nencoding\n=\n'utf-7' ?>+ADwAIQ-DOCTYPE a><a/>"
_DISGUISED = f"{DECLARATION}{DOCTYPE}{OPEN}<title>&x;</title>{CLOSE}"
_EBCDIC = _DISGUISED.replace("UTF-8", "IBM-037").encode("cp037")

CORPUS = (
    # Entities: what they name is neither read nor repeated.
    Hostile("external entity of a file", "xml-doctype", lambda: _with_doctype('[<!ENTITY x SYSTEM "file://{file}">]')),
    Hostile("external entity of the network", "xml-doctype", lambda: _with_doctype('[<!ENTITY x SYSTEM "{http}/x">]')),
    Hostile("parameter entity", "xml-doctype", lambda: _with_doctype('[<!ENTITY % x SYSTEM "{http}/x.dtd"> %x;]', "")),
    Hostile("external DTD", "xml-doctype", lambda: _with_doctype('SYSTEM "{http}/x.dtd"', "")),
    Hostile("public DTD", "xml-doctype", lambda: _with_doctype('PUBLIC "-//X//Y" "{http}/x.dtd"', "")),
    Hostile("a billion laughs", "xml-doctype", _laughs),
    Hostile("quadratic blow-up", "xml-doctype", lambda: _with_doctype(f'[<!ENTITY x "{"a" * 50_000}">]', "&x;" * 50_000)),
    Hostile("entity that nobody declared", "xml-unreadable", lambda: _titled("&x;")),
    Hostile("declaration of an entity alone", "xml-doctype", lambda: f'{DECLARATION}<!ENTITY x "y">{OPEN}{CLOSE}'),
    # A DOCTYPE in disguise.
    Hostile("DOCTYPE after a byte order mark", "xml-doctype", lambda: "\ufeff" + _DISGUISED),
    Hostile("DOCTYPE after comments", "xml-doctype", lambda: f"{DECLARATION}<!-- a --><!-- <b> -->\n{DOCTYPE}{OPEN}{CLOSE}"),
    Hostile("DOCTYPE after instructions", "xml-doctype", lambda: f"{DECLARATION}<?a b?><?c?>{DOCTYPE}{OPEN}{CLOSE}"),
    Hostile("DOCTYPE after blanks", "xml-doctype", lambda: f"{DECLARATION}\r\n\t \n{DOCTYPE}{OPEN}{CLOSE}"),
    Hostile("DOCTYPE in small letters", "xml-doctype", lambda: f"{DECLARATION}{DOCTYPE.lower()}{OPEN}{CLOSE}"),
    Hostile("DOCTYPE without a declaration", "xml-doctype", lambda: f"{DOCTYPE}{OPEN}{CLOSE}"),
    Hostile("DOCTYPE after the root", "xml-unreadable", lambda: f"{DECLARATION}{OPEN}{CLOSE}{DOCTYPE}"),
    Hostile("DOCTYPE in UTF-16 with its mark", "xml-unreadable", lambda: _DISGUISED.encode("utf-16")),
    Hostile("DOCTYPE in UTF-16 without its mark", "xml-unreadable", lambda: _DISGUISED.encode("utf-16-be")),
    Hostile("DOCTYPE in UTF-32", "xml-unreadable", lambda: _DISGUISED.encode("utf-32")),
    Hostile("DOCTYPE in UTF-7, declared", "xml-unreadable", lambda: _DISGUISED.replace("UTF-8", "UTF-7").replace("<!", "+ADwAIQ-")),
    Hostile("DOCTYPE in UTF-7, marked", "xml-unreadable", lambda: b"+/v8-" + _DISGUISED.encode("utf-7")),
    Hostile("DOCTYPE in UTF-7, declared in other words", "xml-unreadable", lambda: _SPACED_UTF7),
    Hostile("DOCTYPE in EBCDIC", "xml-unreadable", lambda: _EBCDIC),
    Hostile("EBCDIC declared", "xml-unreadable", lambda: _small('<?xml version="1.0" encoding="IBM-037"?>')),
    Hostile("encoding nobody knows", "xml-unreadable", lambda: _small('<?xml version="1.0" encoding="x-essai"?>')),
    Hostile("DOCTYPE in the words of a very large document", "xml-doctype", lambda: _titled("<![CDATA[<!DOCTYPE a>]]>" + "a" * 10_500_000)),
    # What names another file: words, never followed.
    Hostile("XInclude", "", lambda: _titled('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file://{file}" parse="text"/>')),
    Hostile("style sheet named outside", "", lambda: _small(DECLARATION + '<?xml-stylesheet type="text/xsl" href="{http}/x.xsl"?>')),
    Hostile("instruction with a script", "", lambda: _small(DECLARATION + "<?php system('id')?><?javascript fetch('{http}/x')?>")),
    Hostile("schema named outside", "", lambda: _with_attributes(_SCHEMA)),
    Hostile("base named outside", "", lambda: _with_attributes('xml:base="{http}/"')),
    Hostile("style sheet that reads files", "", lambda: _sheet(_READS_FILES + _small(""))),
    Hostile("style sheet with functions of its own", "", lambda: _sheet(_RUNS_PROGRAMS + _small(""), _EXTENSIONS)),
    # Too deep, too long, too many.
    Hostile("a hundred levels", "", lambda: _nested(100)),
    Hostile("a hundred and one levels", "xml-too-deep", lambda: _nested(101)),
    Hostile("a thousand levels", "xml-too-deep", lambda: _nested(1000)),
    Hostile("a hundred thousand levels", "xml-too-deep", lambda: _nested(100_000)),
    Hostile("levels never closed", "xml-too-deep", lambda: OPEN + "<a>" * 100_000),
    Hostile("a hundred thousand levels in a large document", "xml-too-deep", lambda: OPEN + "<a>" * 100_000 + "a" * 10_500_000),
    Hostile("one byte more than is read", "xml-too-large", lambda: b"<a>" + b"a" * 50_000_000),
    Hostile("a million elements", "xml-too-complex", lambda: f"{OPEN}{'<a/>' * 1_000_000}{CLOSE}"),
    Hostile("a million attributes", "xml-too-complex", lambda: _attributes('a{}=""', 1_000_001)),
    Hostile("a million comments before the root", "xml-too-complex", lambda: "<!---->" * 1_000_001 + OPEN + CLOSE),
    Hostile("many comments before the root", "", lambda: "<!---->" * 100_000 + OPEN + CLOSE),
    Hostile("an attribute of twelve million letters", "", lambda: _small(id=f'<id root="{"1" * 12_000_000}"/>')),
    Hostile("a text of twelve million letters", "", lambda: _titled("a" * 12_000_000)),
    Hostile("a title of a hundred thousand elements", "", lambda: _titled("<b>a</b>" * 100_000)),
    Hostile("a hundred thousand names", "", lambda: _small(realm="".join(f"<n{n}/>" for n in range(100_000)))),
    Hostile("a hundred thousand name spaces", "", lambda: _attributes('xmlns:n{0}="urn:{0}"', 100_000)),
    Hostile("two hundred thousand authors", "", lambda: _small(authors="<author><assignedAuthor/></author>" * 200_000)),
    Hostile("a million character references", "", lambda: _titled("&#65;" * 1_000_000)),
    # Broken.
    Hostile("nothing", "xml-unreadable", lambda: b""),
    Hostile("blanks", "xml-unreadable", lambda: b" \n "),
    Hostile("words", "xml-unreadable", lambda: b"Bonjour."),
    Hostile("UTF-8 that is broken", "xml-unreadable", lambda: small_cda().replace("è".encode(), b"\xc3")),
    Hostile("UTF-8 that is too long", "xml-unreadable", lambda: small_cda().replace("è".encode(), b"\xc0\xbc")),
    Hostile("a zero byte", "xml-unreadable", lambda: small_cda().replace(b"FR", b"F\x00")),
    Hostile("a zero character", "xml-unreadable", lambda: _titled("&#0;")),
    Hostile("two roots", "xml-unreadable", lambda: f"{OPEN}{CLOSE}{OPEN}{CLOSE}"),
    Hostile("cut short", "xml-unreadable", lambda: small_cda()[:-40]),
    Hostile("a comment without an end", "xml-unreadable", lambda: f"{DECLARATION}<!-- {OPEN}{CLOSE}"),
    Hostile("an instruction without an end", "xml-unreadable", lambda: f"{DECLARATION}<?a {OPEN}{CLOSE}"),
    Hostile("an attribute twice", "xml-unreadable", lambda: f'{OPEN}<a b="1" b="2"/>{CLOSE}'),
    Hostile("a prefix nobody declared", "xml-unreadable", lambda: f"{OPEN}<a:b/>{CLOSE}"),
    Hostile("blanks before the declaration", "xml-unreadable", lambda: "\n" + _small()),
    # Strange, and read.
    Hostile("Latin 1", "", lambda: _small('<?xml version="1.0" encoding="ISO-8859-1"?>').encode("latin-1")),
    Hostile("tags in CDATA", "", lambda: _titled("<![CDATA[<!DOCTYPE a SYSTEM '{http}/x'><script>alert(1)</script>]]>")),
    Hostile("CDATA that ends early", "xml-unreadable", lambda: _titled("<![CDATA[a]]></title><!DOCTYPE b><title>")),
    # Something else than a CDA.
    Hostile("the right name in another name space", "not-a-cda", lambda: _small().replace("urn:hl7-org:v3", "urn:hl7-org:v2")),
    Hostile("the right name in no name space", "not-a-cda", lambda: "<ClinicalDocument/>"),
    Hostile("a page", "not-a-cda", lambda: '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'),
    Hostile("a CDA within something else", "not-a-cda", lambda: f"<a>{_small('')}</a>"),
    Hostile("two CDA in one style sheet", "not-a-cda", lambda: _sheet(_small("") + _small(""))),
    Hostile("a style sheet without a CDA", "not-a-cda", lambda: _sheet("")),
)  # fmt: skip
