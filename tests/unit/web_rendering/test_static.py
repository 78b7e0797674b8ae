"""Static files: no one else's brand, named by content, light, readable in both schemes."""

import asyncio
import gzip
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from espace_sante.web.assets import assets, serve_static, static_url

ROOT = Path(__file__).parents[3]
SITE = assets()["site.css"].plain.decode()


def vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor_govuk", ROOT / "scripts" / "vendor_govuk.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fetch(path: str, **headers: str) -> Response:
    route = Route("/static/{path}", serve_static)
    match, scope = route.matches({"type": "http", "path": path, "method": "GET", "root_path": "", "headers": []})
    assert match
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    request = Request({"type": "http", "method": "GET", "path": path, "headers": raw, **scope})
    return asyncio.run(serve_static(request))


def test_the_component_rules_carry_no_font_arms_or_address_of_anyone() -> None:
    assert vendor().faults_of(assets()["components.css"].plain.decode()) == []
    for word in ("GDS", "crest", "@font-face", "url("):
        assert word not in assets()["components.css"].plain.decode()
        assert word not in SITE


def test_a_package_of_another_shape_is_refused_rather_than_half_cleaned() -> None:
    module = vendor()
    with pytest.raises(module.Refused):
        module.neutralise("@font-face{font-family:GDS Transport}")


def test_an_address_holds_the_hash_of_the_content_and_may_be_kept_for_a_year() -> None:
    answer = fetch(static_url("site.css"), accept_encoding="gzip, br")
    assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(bytes(answer.body)) == assets()["site.css"].plain


def test_a_page_older_than_this_release_still_finds_a_style() -> None:
    answer = fetch("/static/site.000000000000.css")
    assert answer.status_code == 200 and "immutable" not in answer.headers["cache-control"]
    assert fetch("/static/..%2f..%2fkernel%2fi18n.py").status_code == 404
    assert fetch("/static/other.css").status_code == 404


def test_a_file_already_there_is_not_sent_again() -> None:
    asset = assets()["site.css"]
    assert fetch(asset.url, if_none_match=f'"{asset.digest}"').status_code == 304


def test_styles_weigh_less_than_a_third_of_the_first_visit() -> None:
    assert sum(len(asset.packed) for asset in assets().values()) < 24 * 1024


PAIRS = [
    ("ink", "paper", 4.5), ("ink", "card", 4.5), ("soft-ink", "paper", 4.5), ("soft-ink", "card", 4.5),
    ("link", "paper", 4.5), ("link", "card", 4.5), ("visited", "paper", 4.5), ("visited", "card", 4.5),
    ("brand", "paper", 4.5), ("brand-deep", "paper", 4.5), ("on-brand", "brand", 4.5), ("on-brand", "brand-deep", 4.5),
    ("warn", "paper", 4.5), ("on-warn", "warn", 4.5), ("on-warn", "warn-deep", 4.5), ("on-honey", "honey", 4.5),
    ("on-trial", "trial", 4.5), ("on-yes", "yes", 4.5), ("on-no", "no", 4.5), ("on-wait", "wait", 4.5),
    ("on-past", "past", 4.5), ("edge", "paper", 3.0),
]  # fmt: skip


def blocks() -> dict[str, dict[str, str]]:
    light, dark, chosen = re.findall(r"\{([^{}]*--es-ink: [^{}]*)\}", SITE)
    read = [dict(re.findall(r"--es-([a-z-]+): (#[0-9a-f]{6})", block)) for block in (light, dark, chosen)]
    return dict(zip(("light", "dark", "chosen"), read, strict=True))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_every_text_is_readable_on_its_ground(scheme: str, text: str, ground: str, least: float) -> None:
    colours = blocks()[scheme]
    high, low = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= least


def test_the_dark_scheme_is_the_same_by_choice_and_by_device() -> None:
    assert blocks()["dark"] == blocks()["chosen"]
    assert blocks()["light"].keys() == blocks()["dark"].keys()


def test_the_view_of_a_health_document_looks_the_same_on_the_site_and_alone() -> None:
    view = (ROOT / "espace_sante" / "formats" / "cda" / "view.css").read_text("utf-8")
    assert view in SITE
