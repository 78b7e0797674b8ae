"""What an application may see and do, in plain French: from its scopes, in the words of the table of resources. Pure."""

from __future__ import annotations

from espace_sante.actions.party_said import Say
from espace_sante.actions.read_journal import JournalPage
from espace_sante.identity.scopes import EVERY, Scope, Scopes, parse_scopes
from espace_sante.kernel.i18n import mark
from espace_sante.records.resource import kinds

_DOCUMENTS = ("DocumentReference", "Binary")
_WRITES = mark("%(what)s : en ajouter et en changer")
_SOME = mark("%(what)s, en partie seulement")


def scopes_said(scopes: Scopes, say: Say = str) -> tuple[str, ...]:
    """Return each thing it may see or do once, documents first, what is written after what is read."""
    read = [one for scope in scopes.items if set(scope.letters) & set("rs") for one in _things(scope, say)]
    written = [one for scope in scopes.items if set(scope.letters) & set("cud") for one in _things(scope, say)]
    return tuple(dict.fromkeys((*read, *(say(_WRITES) % {"what": one} for one in written))))


def apps_said(page: JournalPage, say: Say = str) -> list[str]:
    """Return one sentence for each application she lets act for her, with the number it is ended by."""
    words = mark("L’application « %(name)s » (%(owner)s), numéro %(number)s, peut voir : %(sees)s. Jusqu’au %(day)s.")
    return [
        say(words)
        % {
            "name": one.name,
            "owner": one.owner,
            "number": one.number,
            "sees": " ; ".join(scopes_said(parse_scopes(one.scopes), say)),
            "day": f"{one.ends[8:10]}/{one.ends[5:7]}/{one.ends[:4]}",
        }
        for one in page.apps
    ]


def _things(scope: Scope, say: Say) -> list[str]:
    """Return the words of one scope. A restriction that the table does not tell is said to be one."""
    if scope.type == EVERY:
        words = [say(mark("tous vos documents")), say(mark("toutes vos données de soins"))]
    elif scope.type in _DOCUMENTS:
        words = [say(mark("tous vos documents"))]
    else:
        return _of_the_table(scope, say)
    return [say(_SOME) % {"what": one} for one in words] if scope.where else words


def _of_the_table(scope: Scope, say: Say) -> list[str]:
    lines = [kind for kind in kinds() if kind.type == scope.type]
    said = {value.rpartition("|")[2] for name, value in scope.where if name == "category"}
    if said and len(scope.where) == 1:
        lines = [kind for kind in lines if kind.when in said]
    words = [say(kind.label) for kind in lines] or [scope.type]
    told = not scope.where or (said and len(scope.where) == 1 and bool(lines))
    return words if told else [say(_SOME) % {"what": one} for one in words]
