"""The command line in French: argparse speaks English, so its own words are replaced here."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn

_ERRORS = (
    (re.compile(r"the following arguments are required: (.*)"), r"il manque : \1"),
    (re.compile(r"unrecognized arguments: (.*)"), r"mot inconnu : \1"),
    (re.compile(r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)"), r"\1 : \2 n'est pas parmi \3"),
    (re.compile(r"argument (.*?): expected one argument"), r"\1 : il manque la valeur"),
    (re.compile(r"argument (.*?): expected at least one argument"), r"\1 : il manque au moins une valeur"),
    (re.compile(r"argument (.*?): not allowed with argument (.*)"), r"\1 ne va pas avec \2"),
    (re.compile(r"one of the arguments (.*) is required"), r"il faut l'un de : \1"),
    (re.compile(r"argument (.*?): invalid (?:int|float) value: (.*)"), r"\1 : \2 n'est pas un nombre"),
    (re.compile(r"ambiguous option: (.*?) could match (.*)"), r"\1 peut vouloir dire \2"),
    (re.compile(r"argument (.*?): (« .*)"), r"\1 : \2"),  # already said in French, by whoever reads the value
)


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=110)

    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]  # argparse's own types are private
        super().add_usage(usage, actions, groups, "usage : " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose help and errors are in French; a wrong command exits 2."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": _Formatter, "allow_abbrev": False, **options, "add_help": False})
        self._positionals.title = "arguments"
        self._optionals.title = "options"
        self.add_argument("-h", "--help", action="help", help="montre cette aide")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command, in French, and exit 2."""
        for pattern, words in _ERRORS:
            if pattern.fullmatch(message):
                message = pattern.sub(words, message)
                break
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog} : {message}\n")


def add_json(parser: Parser) -> None:
    """Add that the answer is for a machine."""
    parser.add_argument("--json", action="store_true", help="réponse en JSON, pour une machine")


def actions_of(word: Parser, common: Callable[[Parser], None]) -> Callable[[str, str, Callable[..., int]], Parser]:
    """Return what adds an action to a word of the command line: its name, its sentence, what does it, and what is `common` to all."""
    actions = word.add_subparsers(title="actions", metavar="action", required=True, dest="action", parser_class=Parser)

    def add(name: str, sentence: str, command: Callable[..., int]) -> Parser:
        added: Parser = actions.add_parser(name, help=sentence, description=f"{sentence[:1].upper()}{sentence[1:]}.")
        added.set_defaults(command=command)
        common(added)
        return added

    return add
