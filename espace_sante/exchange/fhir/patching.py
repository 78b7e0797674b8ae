"""PATCH of a resource: the version it names is read by the ordinary act, changed here, and given to be written as a PUT is.

Whoever may not read it is answered as for any reading. Source: FHIR R4 http#patch; RFC 5789; docs/decisions/0055. Guarantee: G3.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from espace_sante.access.request import ActId
from espace_sante.actions.frame import Frame
from espace_sante.actions.read_resource import ClearResource, ResourcePage, Wanted
from espace_sante.actions.refusals import NOTHING
from espace_sante.actions.registry import REGISTRY
from espace_sante.exchange.edge import Call, Caller, idempotency_key, media_type_is
from espace_sante.formats.fhir.patch import PATCHES, read_change
from espace_sante.formats.fhir.resource import given
from espace_sante.kernel.errors import Kind, Problem

_READ = REGISTRY[ActId.READ_RESOURCE].perform


@dataclass(frozen=True, slots=True)
class Made:
    """The resource that a patch makes, and the entry of the reading it was made from."""

    body: bytes
    entry: str

    @contextmanager
    def journaled(self) -> Iterator[None]:
        """Let a refusal of what was made name the reading that came before it."""
        with _naming(self.entry):
            yield


async def made(frame: Frame, call: Call, caller: Caller, wanted: Wanted, expected: int) -> Made:
    """Return what the patch of a request makes of a version. Raises Problem, and then nothing is written."""
    media_type_is(call, PATCHES)
    media_type = call.header(b"content-type").partition(";")[0].strip().lower()
    most = frame.settings.resource_bytes
    body = await call.body(most, Problem(Kind.TOO_LARGE, "resource-too-large", {"maximum": most}))
    change = read_change(media_type, body)
    one, entry = await _version(frame, caller, wanted, expected, repeatable=bool(idempotency_key(call)))
    with _naming(entry):
        before = given(one.body, one.resource, one.version, one.updated.isoformat(timespec="milliseconds"))
        return Made(await asyncio.to_thread(change, before, most), entry)


async def _version(
    frame: Frame, caller: Caller, wanted: Wanted, expected: int, *, repeatable: bool
) -> tuple[ClearResource, str]:
    """Return the version named, which must be the present one.

    A request with a key may be one that was done already: then the version it followed is past, and the keeper, asked again
    to write what follows it, gives the first answer or refuses.
    """
    one, entry = await _read(frame, caller, wanted)
    if repeatable and expected < one.version:
        one, entry = await _read(frame, caller, replace(wanted, version=expected))
    if one.deleted:
        raise Problem(Kind.GONE, "resource-deleted", entry=entry)
    if one.version != expected:
        raise Problem(Kind.CONFLICT, "version-differs", entry=entry)
    return one, entry


async def _read(frame: Frame, caller: Caller, wanted: Wanted) -> tuple[ClearResource, str]:
    done = await _READ(frame, caller.request(), wanted)
    page = done.result
    assert isinstance(page, ResourcePage)
    if len(page.found) != 1:
        raise Problem(Kind.NOT_FOUND, NOTHING, entry=done.entry)
    return page.found[0], done.entry


@contextmanager
def _naming(entry: str) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        problem.entry = problem.entry or entry
        raise
