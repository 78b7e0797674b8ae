"""Words drawn as an image, with the accents and the font of the letters. Same call, same bytes."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import typst

_PIXELS_A_POINT = 72.0
_SOURCE = b"""
#let data = json(bytes(sys.inputs.data))
#set page(width: data.width * 1pt, height: data.height * 1pt, margin: (x: data.margin * 1pt, y: data.margin * 1pt))
#set text(font: "DejaVu Sans Mono", size: data.size * 1pt, hyphenate: false)
#set par(leading: 0.8em)
#for line in data.lines [#line #linebreak()]
"""


def lettering(lines: Sequence[str], width: int, height: int, *, size: float, margin: int) -> bytes:
    """Return a PNG of this many pixels, black on white."""
    data = {"lines": list(lines), "width": width, "height": height, "size": size, "margin": margin}
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    compiler = typst.Compiler(_SOURCE, font_paths=fonts)
    png = compiler.compile(format="png", ppi=_PIXELS_A_POINT, sys_inputs={"data": orjson.dumps(data).decode()})
    assert isinstance(png, bytes)
    return png
