"""A person at a browser without JavaScript, reduced to what it sends: cookies kept, redirects followed, forms filled in."""

from __future__ import annotations

import http.client
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

FilePart = tuple[str, str, bytes]


@dataclass
class Form:
    """A form as it stands on a page: where it goes, what it holds, and the names of what it asks to fill in."""

    action: str
    method: str
    files: bool
    asked: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._quiet = 0

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in given}
        if tag in ("style", "script"):
            self._quiet += 1
        if tag == "a" and "href" in a:
            self.links.append(a["href"])
        if tag == "form":
            files = a.get("enctype") == "multipart/form-data"
            self._form = Form(a.get("action", ""), a.get("method", "get").upper(), files)
            self.forms.append(self._form)
        if self._form is None:
            return
        name, kind = a.get("name", ""), a.get("type", "text")
        if name and tag in ("input", "textarea", "select") and kind != "hidden" and name not in self._form.asked:
            self._form.asked.append(name)
        if tag == "button" and name:
            self._form.buttons.append((name, a.get("value", "")))
        if (
            tag in ("input", "textarea")
            and name
            and kind != "file"
            and (kind not in ("radio", "checkbox") or "checked" in a)
        ):
            self._form.values.setdefault(name, []).append(a.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self._quiet -= 1
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.words.append(data)


@dataclass
class Seen:
    """An answer, and what stands on it when it is a page."""

    status: int
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def html(self) -> str:
        return self.body.decode()

    @property
    def words(self) -> str:
        return " ".join(" ".join(self._read().words).replace("\u00a0", " ").split())

    @property
    def links(self) -> list[str]:
        return self._read().links

    @property
    def forms(self) -> list[Form]:
        return self._read().forms

    def form(self, action: str, nth: int = 0) -> Form:
        return [form for form in self.forms if form.action == action][nth]

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.html)
        return reader


@dataclass
class Surfer:
    """One browser profile on one served house."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, *, follow: bool = True, headers: dict[str, str] | None = None) -> Seen:
        return self._ask("GET", path, None, headers or {}, follow)

    def post(
        self,
        path: str,
        values: dict[str, str | list[str]] | None = None,
        *,
        file: tuple[str, FilePart] | None = None,
        files: bool = False,
        follow: bool = True,
        headers: dict[str, str] | None = None,
    ) -> Seen:
        pairs = [
            (name, one)
            for name, value in (values or {}).items()
            for one in (value if isinstance(value, list) else [value])
        ]
        sent = {"Origin": f"http://127.0.0.1:{self.port}", "Sec-Fetch-Site": "same-origin"}
        if file or files:
            boundary = secrets.token_hex(12)
            body = _multipart(boundary, pairs, file)
            sent["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        else:
            body = urlencode(pairs).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        return self._ask("POST", path, body, sent | (headers or {}), follow)

    def submit(
        self, form: Form, values: dict[str, str | list[str]] | None = None, *, file: tuple[str, FilePart] | None = None
    ) -> Seen:
        """Send a form that stands on a page, with what is typed in it."""
        return self.post(form.action, {**form.values, **(values or {})}, file=file, files=form.files)

    def sign_in(self, account: str) -> Seen:
        page = self.get("/connexion")
        return self.submit(page.form("/connexion"), {"account": account})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str], follow: bool) -> Seen:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, headers | ({"Cookie": cookie} if cookie else {}))
            answer = connection.getresponse()
            seen = Seen(answer.status, path, answer.getheaders(), answer.read())
        finally:
            connection.close()
        for key, value in seen.headers:
            if key.lower() == "set-cookie":
                name, _, rest = value.partition("=")
                held = rest.partition(";")[0].strip('"')
                if held:
                    self.cookies[name] = held
                else:
                    self.cookies.pop(name, None)
        if follow and seen.status == 303:
            return self.get(seen.header("location"))
        return seen


def _multipart(boundary: str, pairs: list[tuple[str, str]], file: tuple[str, FilePart] | None) -> bytes:
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in pairs]
    if file:
        name, (filename, media_type, data) = file
        head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {media_type}\r\n\r\n'
        parts.append(f"--{boundary}\r\n{head}".encode() + data + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode()
