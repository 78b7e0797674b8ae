"""The reader of PDF that is installed has no part that runs what a document says."""

from __future__ import annotations

import pypdfium2_raw as pdfium
import pytest


@pytest.mark.parametrize(
    "function",
    ["FPDF_GetRecommendedV8Flags", "FPDF_GetArrayBufferAllocatorSharedInstance", "FPDF_BStr_Init", "FPDF_BStr_Set"],
)
def test_it_has_neither_javascript_nor_xfa(function: str) -> None:
    """The first two exist only in a build with JavaScript, the others only in one with XFA. Source: fpdfview.h."""
    assert hasattr(pdfium, "FPDF_LoadMemDocument64")
    assert not hasattr(pdfium, function)
