"""Views of health documents in Chromium, scripts allowed: nothing runs, nothing is asked of anybody, all can read it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser
from pypdfium2 import PdfDocument

from espace_sante.formats.cda import reading
from espace_sante.formats.cda.body import read_body
from espace_sante.formats.cda.html import render
from espace_sante.formats.cda.page import standalone
from espace_sante.web.assets import assets
from tests import needs
from tests.hostile.narrative_corpus import CORPUS
from tests.pages.browser import axe, overflows, visit
from tests.unit.formats_cda.documents import narrative

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FOLDER = needs.SHARED / "data" / "interop-fr"
REAL = sorted(FOLDER.glob("cda*/*.xml"))
# Biology, imaging, pictures, prescription, dispensation, vaccination, syntheses, reimbursements, child, unstructured.
LOOKED_AT = (
    "v3-BIO-CR-BIO_2024.01_TSH_1", "v3-BIO-CR-BIO_2024.01_Microbiologie_V1", "v3-IMG_CR_IMG_2024.01",
    "v3-CANCER-D2LM-FIDD_2022.01", "v3-eP-MED-DM_2024.01_PosoStruct", "v3-eDISP-MED_2024.01", "v3-VAC_2023.01",
    "v3-VSM_1.4_2022.01", "v3-IPS-FR_2024.01", "v3-CNAM-HR_2021.01", "v3-CSE-CS9_2025.01",
    "v3-DOC_NON_STRUCTURE_CDA-R2-N1", "v241-CANCER-PPS_2021.01_Autopresentable",
)  # fmt: skip
POLICY = "default-src 'none'; style-src 'self'; img-src data:"
# Runs before the page: counts whatever script the page tries to run, allowed or not.
HOOK = """
window.ran = 0;
for (const name of ['alert', 'confirm', 'prompt', 'open', 'fetch']) window[name] = () => { window.ran += 1; };
document.addEventListener('securitypolicyviolation', () => { window.ran += 1; }, true);
"""


def pages() -> dict[str, bytes]:
    """Return each view, on the site's style sheets and alone, by address."""
    found = {"/site.css": assets()["components.css"].plain + assets()["site.css"].plain}
    documents = {path.stem: path.read_bytes() for path in REAL}
    documents |= {f"hostile {number}": one.data for number, one in enumerate(CORPUS) if len(one.data) < 1_000_000}
    for name, data in documents.items():
        document = reading.read(data)
        found[f"/seul/{name}.html"] = standalone(document).encode()
        found[f"/site/{name}.html"] = (
            '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Document</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="stylesheet" href="/site.css"></head><body class="govuk-template__body">'
            '<div class="govuk-width-container"><main class="govuk-main-wrapper"><h1>Document</h1>'
            f"{render(read_body(document))}</main></div></body></html>"
        ).encode()
    return found


@pytest.fixture(scope="module")
def views() -> Iterator[str]:
    served = pages()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = served.get(self.path.replace("%20", " "))
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/css" if self.path.endswith(".css") else "text/html; charset=utf-8")
            if self.path.startswith("/site/"):
                self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def faults(browser: Browser, views: str, names: list[str]) -> list[str]:
    """Return what each view did that it must not: run, ask, or scroll sideways on a telephone."""
    found = []
    for place in ("site", "seul"):
        with visit(browser, views, javascript=True, width=360) as visited:
            visited.page.add_init_script(HOOK)
            for name in names:
                visited.requests.clear()
                visited.page.goto(f"/{place}/{name}.html")
                ran = visited.page.evaluate("window.ran + document.scripts.length")
                asked = [url for url in visited.requests if not url.startswith(("data:", views))]
                broken = visited.page.evaluate("[...document.images].filter(one => !one.naturalWidth).length")
                found += [f"{place} {name}: {ran} scripts"] if ran else []
                found += [f"{place} {name}: {asked}"] if asked else []
                found += [f"{place} {name}: scrolls sideways"] if overflows(visited.page) else []
                found += [f"{place} {name}: picture not shown"] if broken and not name.startswith("hostile") else []
    return found


def test_a_hostile_document_runs_nothing_and_asks_nothing(browser: Browser, views: str) -> None:
    names = [f"hostile {number}" for number, one in enumerate(CORPUS) if len(one.data) < 1_000_000]
    assert faults(browser, views, names) == []


def test_the_hook_does_see_a_script(browser: Browser, views: str) -> None:
    with visit(browser, views, javascript=True) as visited:
        visited.page.add_init_script(HOOK)
        visited.page.route("**/site/x.html", lambda route: route.fulfill(
            body="<img src=x onerror=alert(1)><script>alert(2)</script>", content_type="text/html"))  # fmt: skip
        visited.page.goto("/site/x.html")
        visited.page.wait_for_function("window.ran > 1")


@needs.shared("data/interop-fr/cda")
def test_a_real_document_runs_nothing_asks_nothing_and_fits_a_telephone(browser: Browser, views: str) -> None:
    assert len(REAL) == 37
    assert faults(browser, views, [path.stem for path in REAL]) == []


@needs.shared("data/interop-fr/cda")
@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_view_has_no_accessibility_violation(browser: Browser, views: str, name: str) -> None:
    for place, width, scheme in (("site", 360, "light"), ("site", 1280, "dark"), ("seul", 1280, "light")):
        with visit(browser, views, width=width, scheme=scheme) as visited:
            visited.page.goto(f"/{place}/{name}.html")
            session = visited.context.new_cdp_session(visited.page)
            unfold = "for (const one of document.querySelectorAll('details')) one.open = true"
            session.send("Runtime.evaluate", {"expression": unfold})
            assert axe(visited.page) == []


def test_folded_data_are_printed(browser: Browser, views: str) -> None:
    value = '<value xsi:type="PQ" value="7.67" unit="pg/mL"/>'
    entry = f'<entry><observation><code code="x" displayName="Thyroxine"/>{value}</observation></entry>'
    with visit(browser, views) as visited:
        visited.page.set_content(standalone(narrative("Texte", entries=entry)))
        assert not visited.page.get_by_text("Thyroxine").is_visible()
        printed = PdfDocument(visited.page.pdf())
        words = "".join(page.get_textpage().get_text_range() for page in printed)
    assert "Texte" in words and "Thyroxine" in words and "7.67" in words
