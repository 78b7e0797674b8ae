"""What somebody may send to the doors that take documents in, and give them out, to make them misbehave.

Each case is a body for a door that takes a form, with what must come of it; `kept` when the document is deposited all the
same. Written by us, from RFC 2046, RFC 7578 and RFC 9110 and from what servers have been known to get wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

BOUNDARY = "limite"
LETTER = b"Bonjour.\r\nVoici une lettre.\r\n"
FIELDS = {"title": "Lettre", "category": "5", "created": "2026-11-02"}


@dataclass(frozen=True)
class Case:
    """One thing sent. `statuses` are those that are right; `content` what is then read back when it is kept."""

    name: str
    body: bytes
    statuses: frozenset[int] = frozenset({400})
    content: bytes = b""
    content_type: str = f"multipart/form-data; boundary={BOUNDARY}"

    @property
    def kept(self) -> bool:
        return bool(self.content)


@dataclass(frozen=True)
class Part:
    """One part of a form."""

    head: bytes
    data: bytes


def text(name: str, value: bytes) -> Part:
    return Part(b'Content-Disposition: form-data; name="%s"' % name.encode(), value)


def file(data: bytes = LETTER, name: bytes = b"lettre.txt", kind: bytes = b"text/plain") -> Part:
    head = b'Content-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: %s' % (name, kind)
    return Part(head, data)


OTHERS = tuple(text(name, value.encode()) for name, value in FIELDS.items())


def form(*parts: Part, end: bytes = b"--\r\n", boundary: str = BOUNDARY) -> bytes:
    limit = b"--" + boundary.encode()
    return b"".join(b"%s\r\n%s\r\n\r\n%s\r\n" % (limit, part.head, part.data) for part in parts) + limit + end


NEAR = b"\r\n--limit\r\n--limitation\r\n-\r--limite\n\r\n--LIMITE\r\n" * 500
KEPT = frozenset({200})

FORMS = (
    Case("a path as the file's name", form(file(name=b"../../../../etc/passwd"), *OTHERS), KEPT, LETTER),
    Case("a path of another system", form(file(name=b"C:\\\\windows\\\\..\\\\lettre.txt"), *OTHERS), KEPT, LETTER),
    Case("a name that changes direction", form(file(name="lettre\u202efdp.txt".encode()), *OTHERS), KEPT, LETTER),
    Case("a name with a NUL", form(file(name=b"lettre\0.txt"), *OTHERS), KEPT | {400}, LETTER),
    Case("a name of 3,000 characters", form(file(name=b"a" * 3000), *OTHERS), KEPT, LETTER),
    Case("a name that is not UTF-8", form(file(name=b"\xff\xfe"), *OTHERS)),
    Case("the file after, before and among the fields", form(OTHERS[0], file(), *OTHERS[1:]), KEPT, LETTER),
    Case("a content full of near boundaries", form(file(NEAR), *OTHERS), KEPT, NEAR),
    Case("an epilogue of a mebibyte", form(file(), *OTHERS) + b"x" * 1024 * 1024, KEPT, LETTER),
    Case("no end", form(file(), *OTHERS, end=b"")),
    Case("no end, within the file", form(*OTHERS)[:-4] + b"\r\n" + form(file(b"a" * 3_000_000), end=b"")[:-20]),
    Case("nothing at all", b""),
    Case("only an end", b"--limite--\r\n"),
    Case("another boundary than announced", form(file(), *OTHERS, boundary="autre")),
    Case("no boundary", form(file(), *OTHERS), content_type="multipart/form-data"),
    Case("an empty boundary", form(file(), *OTHERS, boundary=""), content_type="multipart/form-data; boundary="),
    Case("a boundary of 5,000 characters", b"", content_type=f"multipart/form-data; boundary={'b' * 5000}"),
    Case("a part's header of 100 kB", form(Part(b"X-A: " + b"a" * 100_000, b""), file(), *OTHERS)),
    Case("a part of 100 headers", form(Part(b"\r\n".join(b"X-%d: a" % n for n in range(100)), b""), file())),
    Case("10,000 parts", form(*[text(f"n{n}", b"") for n in range(10_000)], file())),
    Case("two files", form(file(), file(), *OTHERS)),
    Case("two files under two names", form(file(), Part(file().head.replace(b'"file"', b'"other"'), LETTER), *OTHERS)),
    Case("a field twice", form(file(), *OTHERS, OTHERS[0])),
    Case("a part without a name", form(file(), Part(b"Content-Disposition: form-data", b"a"), *OTHERS)),
    Case("a part without a disposition", form(file(), Part(b"Content-Type: text/plain", b"a"), *OTHERS)),
    Case("two dispositions", form(Part(file().head + b"\r\n" + OTHERS[0].head, LETTER), *OTHERS)),
    Case("a part that is an attachment", form(Part(file().head.replace(b"form-data", b"attachment"), LETTER), *OTHERS)),
    Case("a text in the place of the file", form(text("file", LETTER), *OTHERS)),
    Case("a field that is not UTF-8", form(file(), text("title", b"\xff\xfe"), *OTHERS[1:]), frozenset({422})),
    Case("a field of two megabytes", form(file(), text("title", b"a" * 2_000_000), *OTHERS[1:]), frozenset({413})),
    Case("parts within a part", form(file(kind=b"multipart/mixed; boundary=x"), *OTHERS), frozenset({415})),
    Case(
        "a page that says it is text",
        form(file(b"<script>alert(1)</script>", kind=b"text/html"), *OTHERS),
        frozenset({415}),
    ),
    Case(
        "a PDF that does not begin as one",
        form(file(b"\n%PDF-1.7\n", kind=b"application/pdf"), *OTHERS),
        frozenset({422}),
    ),
    Case(
        "an XML in UTF-16",
        form(file("<?xml version='1.0'?><a/>".encode("utf-16"), kind=b"text/xml"), *OTHERS),
        frozenset({422}),
    ),
    Case("UTF-8 that breaks after two mebibytes", form(file(b"a" * 2_100_000 + b"\xc3"), *OTHERS), frozenset({422})),
    Case("an empty file", form(file(b""), *OTHERS)),
)


@dataclass(frozen=True)
class Wire:
    """Bytes sent on the connection itself, after the headers that say who asks; then silence, then a hang-up."""

    name: str
    head: bytes
    body: bytes = b""
    statuses: frozenset[int] = field(default_factory=lambda: frozenset({400}))


ONE = form(file(b"a" * 2_000_000), *OTHERS)
WIRES = (
    Wire("a length that is too short", b"Content-Length: 100\r\n", ONE),
    Wire("a length that is too long, then nothing", b"Content-Length: 90000000\r\n", ONE[:1_500_000]),
    Wire("a length that is no number", b"Content-Length: 0x10\r\n", ONE),
    Wire("two lengths", b"Content-Length: 10\r\nContent-Length: 20\r\n", ONE),
    Wire("a length and chunks", b"Content-Length: 10\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
    Wire("chunks, then nothing", b"Transfer-Encoding: chunked\r\n", b"%x\r\n%s\r\n" % (1_500_000, ONE[:1_500_000])),
    Wire("a chunk that has no size", b"Transfer-Encoding: chunked\r\n", b"zz\r\n" + ONE),
    Wire("a chunk of a size beyond numbers", b"Transfer-Encoding: chunked\r\n", b"f" * 40 + b"\r\n" + ONE),
)

RANGES = (
    "bytes=" + ",".join(f"{n}-{n}" for n in range(5000)),
    "bytes=" + "0-," * 5000 + "0-",
    "bytes=0-" + "9" * 5000,
    "bytes=" + " " * 5000 + "0-1",
    "bytes=" + "-" * 5000,
    "bytes=18446744073709551616-",
)
