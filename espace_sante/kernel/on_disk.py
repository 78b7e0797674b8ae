"""What the system says when a file is not read or not written, as a refusal in French: its own words are in English."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType

from espace_sante.kernel.refusal import OperatorRefusal

_WHY: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOENT: "il n'existe pas",
        errno.ENOTDIR: "ce qui devrait être un dossier n'en est pas un",
        errno.EISDIR: "c'est un dossier",
        errno.EEXIST: "un fichier porte déjà ce nom",
        errno.EACCES: "accès refusé",
        errno.EPERM: "accès refusé",
        errno.EROFS: "ce disque se lit seulement",
        errno.ENOSPC: "le disque est plein",
        errno.EDQUOT: "la place permise est pleine",
        errno.EFBIG: "il est trop lourd",
        errno.ENAMETOOLONG: "son nom est trop long",
        errno.ELOOP: "ses liens tournent en rond",
        errno.ETXTBSY: "un programme s'en sert",
        errno.EBUSY: "un programme s'en sert",
        errno.EIO: "le disque a une panne",
        errno.EADDRINUSE: "il est déjà pris",
        errno.EADDRNOTAVAIL: "cette adresse n'est pas à cette machine",
    }
)
# What is to be written need not exist: where it would stand must.
_WHY_UNWRITTEN: Mapping[int, str] = MappingProxyType({errno.ENOENT: "son dossier n'existe pas"})


def why(fault: OSError) -> str:
    """Return in French why the system refused, without a stop at the end; its own name of a fault that has no words here."""
    number = fault.errno or 0
    return _WHY.get(number, f"erreur {errno.errorcode.get(number, 'sans nom')} du système")


@contextmanager
def reading(path: Path, then: str = "") -> Iterator[None]:
    """Refuse when what is done inside cannot read a file; `then` ends the refusal. Raises OperatorRefusal."""
    try:
        yield
    except OSError as fault:
        raise OperatorRefusal(f"« {path} » ne se lit pas : {why(fault)}. {then}".rstrip()) from None


@contextmanager
def writing(path: Path, then: str = "Rien n'est fait.") -> Iterator[None]:
    """Refuse when what is done inside cannot write a file or a folder; `then` ends the refusal. Raises OperatorRefusal."""
    try:
        yield
    except OSError as fault:
        reason = _WHY_UNWRITTEN.get(fault.errno or 0) or why(fault)
        raise OperatorRefusal(f"« {path} » ne s'écrit pas : {reason}. {then}".rstrip()) from None


def refuse_unwritable(path: Path) -> None:
    """Refuse at once a file that could not be written once all the rest is done. Raises OperatorRefusal."""
    with writing(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.is_file() or not path.exists():  # not a terminal, nor a pipe
            _try_in(path.parent)


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Make a folder, with those above it, in which files can be written. Raises OperatorRefusal."""
    with writing(path):
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        _try_in(path)


def _try_in(folder: Path) -> None:
    with TemporaryFile(dir=folder):
        pass
