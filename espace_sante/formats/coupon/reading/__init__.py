"""Reading a return coupon on the picture of a page: its codes, its boxes, its signature, and every reason to doubt.

Pure: pixels in, a value out. Loads numpy and a reader of codes, and is therefore loaded only in a process that is locked in
(`espace_sante.scanning`). A reading never says what is to be done: the keeper does. Source: inclusion.md CPN-04, CPN-05.
"""

from espace_sante.formats.coupon.reading.boxes import BoxState
from espace_sante.formats.coupon.reading.page import read_page
from espace_sante.formats.coupon.reading.verdict import Reading

__all__ = ["BoxState", "Reading", "read_page"]
