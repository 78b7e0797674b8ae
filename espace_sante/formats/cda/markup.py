"""The only way HTML is written here: elements and attributes of a closed list, every word escaped.

An attribute that is not in the list, or an address that is not inside the page, cannot be written: it raises.
Characters that hide or turn words around are shown as what they are.
"""

from __future__ import annotations

import html
import re
from types import MappingProxyType

_EVERYWHERE = frozenset({"class", "id", "lang"})
# Elements a view may hold, each with the attributes it may have beside class, id and lang.
ALLOWED = MappingProxyType({
    name: frozenset(more) | _EVERYWHERE
    for name, more in {
        "div": {"role", "aria-label", "tabindex"}, "section": {"aria-labelledby"}, "p": set(), "span": {"aria-hidden"},
        "h1": set(), "h2": set(), "h3": set(), "h4": set(), "h5": set(), "h6": set(),
        "strong": set(), "em": set(), "u": set(), "sub": set(), "sup": set(), "del": set(), "ins": set(), "br": set(),
        "a": {"href"}, "ul": set(), "ol": {"type"}, "li": set(), "dl": set(), "dt": set(), "dd": set(),
        "table": set(), "caption": set(), "thead": set(), "tbody": set(), "tfoot": set(), "tr": set(),
        "th": {"scope", "colspan", "rowspan", "data-label"}, "td": {"colspan", "rowspan", "data-label"},
        "figure": set(), "figcaption": set(), "img": {"src", "alt"},
        "details": {"open"}, "summary": set(), "time": {"datetime"}, "data": {"value"},
    }.items()
})  # fmt: skip
_VOID = frozenset({"br", "img"})
_ADDRESSES = re.compile(r"#es-cda-[a-z0-9-]+|data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=]*")
# Direction overrides and isolates, C1 controls, annotation and tag characters: nobody sees them, and they turn words
# around or hide some. Soft hyphens, joiners and no-break marks have honest uses and stay.
_HIDDEN = re.compile("[\u0080-\u0084\u0086-\u009f\u202a-\u202e\u2061-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]")
_SPACES = re.compile(r"[ \t\r\n\u0085]+")


def element(name: str, inner: str = "", /, **attributes: str) -> str:
    """Write an element around HTML already written here. Raises ValueError for what is not in the closed list.

    `class_` is written `class`, `aria_label` `aria-label`; an empty attribute is left out, `alt` excepted.
    """
    written = "".join(_attribute(name, key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    return f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{inner}</{name}>"


def _attribute(element_name: str, name: str, value: str) -> str:
    if name not in ALLOWED[element_name]:
        raise ValueError(f"{name} is not an attribute of {element_name} here")
    if name in {"href", "src"} and not _ADDRESSES.fullmatch(value):
        raise ValueError("an address of the page leads out of it")
    if not value and name != "alt":
        return ""
    return f' {name}="{html.escape(clean(value))}"'


def words(text: str) -> str:
    """Write words: escaped, runs of white space as one, hidden characters named where they stand."""
    return _HIDDEN.sub(_named, html.escape(_SPACES.sub(" ", text), quote=False))


def lines(text: str) -> str:
    """Write the words of a text file, its lines kept."""
    return _HIDDEN.sub(_named, html.escape(text, quote=False))


def clean(text: str) -> str:
    """Return words for an attribute: hidden characters named, no control character."""
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def _named(found: re.Match[str]) -> str:
    return f'<span class="es-cda-hidden-character es-cda-added">[U+{ord(found[0]):04X}]</span>'
