"""The command `espace-sante`: the one place where a refusal becomes a line and a code.

Exit 0 when done, 1 when refused or failed, 2 when the command itself is wrong. Source: INTERFACE "Commands".
"""

from __future__ import annotations

import errno
import os
from argparse import Namespace

from espace_sante.cli import show
from espace_sante.cli.running import run
from espace_sante.kernel.on_disk import why
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import load_settings

# What lasts as long as the house: read without the words of all the others, which weigh thirty megabytes.
_LASTING = ["run"]


def run_command(arguments: list[str]) -> int:
    """Run one command; returns its exit code."""
    try:
        chosen = Namespace(command=run) if arguments == _LASTING else _read(arguments)
    except SystemExit as stopped:
        return int(stopped.code or 0)
    try:
        return int(chosen.command(load_settings(os.environ), chosen))
    except OperatorRefusal as refused:
        show.complain(str(refused))
        return 1
    except BrokenPipeError:  # whoever read us stopped: nothing more to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except OSError as fault:  # a file, or a full disk, that no command looked for
        if fault.filename is None and fault.errno != errno.ENOSPC:
            raise
        show.complain(f"Arrêté : {_named(fault)}{why(fault)}.")
        return 1
    except KeyboardInterrupt:
        return 1


def _named(fault: OSError) -> str:
    return "" if fault.filename is None else f"« {os.fsdecode(fault.filename)} », "


def _read(arguments: list[str]) -> Namespace:
    from espace_sante.cli.words import parser

    return parser().parse_args(arguments)
