"""Narratives made to harm whoever reads them: each a whole document, with what must still be read in its view.

`words` must be seen; `never` must not stand in the HTML as anything but escaped words.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

HEAD = (
    '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:h="http://www.w3.org/1999/xhtml" xmlns:s="http://www.w3.org/2000/svg" xmlns:m="http://www.w3.org/1998/Math/MathML">'
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile document: its name, its bytes, words of it that a person must still read."""

    name: str
    data: bytes
    words: tuple[str, ...] = ()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _document(text: str, entries: str = "", title: str = "Titre") -> bytes:
    return (
        f"{HEAD}<title>{title}</title><component><structuredBody><component><section><title>{title}</title>"
        f"<text>{text}</text>{entries}</section></component></structuredBody></component></ClinicalDocument>"
    ).encode()


def _file(identifier: str, data: str, kind: str) -> str:
    return (
        f'<entry><observationMedia ID="{identifier}"><value mediaType="{kind}" representation="B64">{data}</value>'
        "</observationMedia></entry>"
    )


def _stylesheet() -> bytes:
    inner = _document("Bonjour depuis le document").decode()
    return (
        '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#"?>'
        '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
        '<xsl:template match="/"><html><script>window.hit=1</script><xsl:value-of select="document(\'http://127.0.0.9/\')"/>'
        f"</html></xsl:template>{inner}</xsl:stylesheet>"
    ).encode()


BOLD = '<content styleCode="Bold">'
HTML = b"<html><script>alert(1)</script><img src=x onerror=alert(1)></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
GIF_AND_SCRIPT = b"GIF89a/*\x01\x00\x01\x00\x00\x00\x00*/=1;alert(1)//"
# A picture of one point, followed by a page.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)

CORPUS: tuple[Hostile, ...] = (
    Hostile("script element", _document("<script>alert(1)</script> suite"), ("alert(1)", "suite")),
    Hostile("script of xhtml", _document("<h:script>alert(2)</h:script> suite"), ("suite",)),
    Hostile(
        "event handlers",
        _document('<content onclick="alert(1)" onmouseover="alert(1)" ID="x" styleCode="Bold">mots</content>'),
        ("mots",),
    ),
    Hostile(
        "script address",
        _document('<linkHtml href="javascript:alert(1)">clic</linkHtml>'),
        ("clic", "javascript:alert(1)"),
    ),
    Hostile(
        "page in an address",
        _document('<linkHtml href="data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;">clic</linkHtml>'),
        ("clic",),
    ),
    Hostile(
        "svg and mathml",
        _document(
            '<s:svg onload="alert(1)"><s:script>alert(1)</s:script><s:text>dessin</s:text></s:svg>'
            "<m:math><m:mtext><m:mglyph/><h:style>&lt;img src=x onerror=alert(1)&gt;</h:style></m:mtext></m:math>"
        ),
        ("dessin",),
    ),
    Hostile(
        "styles with addresses",
        _document(
            '<content styleCode="x; background:url(http://127.0.0.9/a)" style="background:url(http://127.0.0.9/b)">mots</content>'
            "<h:style>@import url(http://127.0.0.9/c);</h:style>"
        ),
        ("mots",),
    ),
    Hostile(
        "frames and objects",
        _document(
            '<iframe src="http://127.0.0.9/">cadre</iframe><object data="http://127.0.0.9/">objet</object>'
            '<embed src="http://127.0.0.9/"/><applet code="x">appli</applet>'
        ),
        ("cadre", "objet", "appli"),
    ),
    Hostile(
        "form",
        _document(
            '<form action="http://127.0.0.9/"><input name="mot de passe" type="password" autofocus="" onfocus="alert(1)"/>'
            "<button>Envoyer</button></form>"
        ),
        ("Envoyer",),
    ),
    Hostile(
        "meta and base",
        _document(
            '<meta http-equiv="refresh" content="0;url=http://127.0.0.9/"/><base href="http://127.0.0.9/"/>'
            '<link rel="stylesheet" href="http://127.0.0.9/a.css"/>suite'
        ),
        ("suite",),
    ),
    Hostile(
        "outside pictures",
        _document('<img src="http://127.0.0.9/pixel"/><renderMultiMedia referencedObject="http://127.0.0.9/"/>suite'),
        ("suite",),
    ),
    Hostile("missing file", _document('<renderMultiMedia referencedObject="nulle-part"/>'), ("ne contient pas",)),
    Hostile(
        "files named twice and in a circle",
        _document(
            '<renderMultiMedia ID="a" referencedObject="a b c"><caption><renderMultiMedia referencedObject="a"/></caption>'
            '</renderMultiMedia><renderMultiMedia referencedObject="b"/>',
            _file("b", _b64(PNG), "image/png") + _file("b", _b64(PNG), "image/png"),
        ),
        ("Voir plus haut",),
    ),
    Hostile(
        "a large place named as a file two thousand times",
        _document(
            f'<content ID="large">{"<br/>" * 2000}</content><paragraph>fin</paragraph>'
            + '<renderMultiMedia referencedObject="large"/>' * 2000
        ),
        ("fin",),
    ),
    Hostile(
        "page as a picture",
        _document('<renderMultiMedia referencedObject="i"/>', _file("i", _b64(HTML), "image/png")),
        ("n’est pas l’image annoncée",),
    ),
    Hostile(
        "drawing as a picture",
        _document('<renderMultiMedia referencedObject="i"/>', _file("i", _b64(SVG), "image/svg+xml")),
        ("n’est pas affiché",),
    ),
    Hostile(
        "picture that is also a script",
        _document('<renderMultiMedia referencedObject="i"/>', _file("i", _b64(GIF_AND_SCRIPT), "image/gif")),
    ),
    Hostile(
        "picture followed by a page",
        _document('<renderMultiMedia referencedObject="i"/>', _file("i", _b64(PNG + HTML), "text/html")),
    ),
    Hostile(
        "broken base64",
        _document('<renderMultiMedia referencedObject="i"/>', _file("i", "iVBORw0K&lt;script&gt;**", "image/png")),
        ("abîmé",),
    ),
    Hostile(
        "identifiers of ours",
        _document(
            '<content ID="es-cda-section-1">un</content><content ID="es-cda-note-1">deux</content>'
            '<footnote ID="es-cda-section-1">note</footnote><linkHtml href="#es-cda-section-1">lien</linkHtml>'
            '<content ID="es-cda-place-1">trois</content><linkHtml href="#es-cda-place-1">lien</linkHtml>'
        ),
        ("un", "deux", "trois", "note"),
    ),
    Hostile(
        "words turned around",
        _document("dose \u202e001\u202c mg \u2066x\u2069", title="A\u202eB"),
        ("[U+202E]", "[U+2066]"),
    ),
    Hostile(
        "words that look like marks",
        _document(
            "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt; &amp;#60;img src=x onerror=alert(1)&amp;#62; "
            "<![CDATA[<img src=x onerror=alert(1)></p></div></main>]]>"
        ),
        ("<script>alert(1)</script>", "&lt;b&gt;", "&#60;img", "</p></div></main>"),
    ),
    Hostile(
        "marks in every attribute",
        _document(
            '<list listType="ordered" styleCode="&quot;&gt;&lt;script&gt;"><item>a</item></list>'
            '<table><tr><td align="&quot; onclick=&quot;alert(1)" colspan="&quot;&gt;&lt;b&gt;">b</td></tr></table>'
            '<content language="&quot; onclick=&quot;x">c</content>',
            title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
        ),
        ("a", "b", "c"),
    ),
    Hostile(
        "marks in coded data",
        _document(
            "x",
            '<entry><observation moodCode="&lt;script&gt;" negationInd="true"><code code="&lt;script&gt;" '
            'displayName="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;" codeSystemName="&lt;b&gt;"/>'
            '<statusCode code="&quot;onclick=&quot;"/><effectiveTime value="2026&quot;&gt;&lt;script&gt;"/>'
            '<value xsi:type="PQ" value="&lt;b&gt;%(x)s" unit="{&lt;i&gt;}%s"/>'
            '<interpretationCode code="&lt;u&gt;" nullFlavor="&lt;s&gt;"/><inventé attribut="x">%d &lt;svg&gt;</inventé>'
            "</observation></entry>",
        ),
        ("<img src=x onerror=alert(1)>", "<b>%(x)s"),
    ),
    Hostile("letters that imitate", _document('<linkHtml href="https://www.аmeli.fr/">ameli.fr</linkHtml>'), ("xn--",)),
    Hostile(
        "a thousand million columns",
        _document(
            '<table><tr><td colspan="1000000000" rowspan="1000000000">a</td><td colspan="999999999">b</td></tr>'
            '<tr><td colspan="99999999999999999999">c</td></tr></table>'
        ),
        ("a", "b", "c"),
    ),
    Hostile(
        "a hundred thousand cells",
        _document(f"<table>{''.join('<tr>' + '<td>case</td>' * 10 + '</tr>' for _ in range(10_000))}</table>"),
        ("case",),
    ),
    Hostile(
        "four hundred thousand cells",
        _document(f"<table>{''.join('<tr>' + '<td>case</td>' * 10 + '</tr>' for _ in range(40_000))}</table>"),
        ("Ce document est très long",),
    ),
    Hostile(
        "ninety levels",
        _document(f"{BOLD * 88}fond{'</content>' * 88}"),
        ("fond",),
    ),
    Hostile(
        "ninety levels of blocks",
        _document(f"{'<list><item>' * 44}fond{'</item></list>' * 44}"),
        ("fond",),
    ),
    Hostile("a style sheet around it", _stylesheet(), ("Bonjour depuis le document",)),
    Hostile(
        "everything out of place",
        _document(
            "<item>a</item><td>b</td><tr><td>c</td></tr><tbody>d</tbody><caption>e</caption><list>f<caption>g</caption>"
            "<td>h</td></list><table>i<item>j</item><tr>k<td>l</td><paragraph>m</paragraph></tr></table><section>n</section>"
        ),
        tuple("abcdefghijklmn"),
    ),
)
# Not XML at all, or XML nobody may send: refused before any view.
REFUSED: tuple[Hostile, ...] = (
    Hostile("null byte", _document("a\x00b")),
    Hostile("null character", _document("a&#0;b")),
    Hostile("entity", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + _document("&e;")),
    Hostile("two hundred levels", _document(f"{'<content>' * 200}x{'</content>' * 200}")),
)
