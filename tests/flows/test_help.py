"""Every help page ends with examples, and the examples are commands that can be given."""

import re
import shlex

import click
import pytest
from click.testing import CliRunner

from flows.cli import commands, dotterel
from flows.examples import EXAMPLES

COMMANDS = dict(commands("dotterel", dotterel))


def example_lines(path: str) -> list[str]:
    """The examples of a command; a line that ends with a pipe goes on."""
    return [line.strip() for line in EXAMPLES[path].replace("|\n", "|").strip().splitlines()]


def given(line: str) -> list[str]:
    """The words of the call of Dotterel in a line, without what follows it: its meaning, a pipe, a redirection."""
    call = re.search(r"(?:^|\|) *dotterel(?P<words>.*)", line)
    if call is None:
        return []
    lexer = shlex.shlex(re.split(r" {2,}", call["words"].strip())[0], posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(lexer)
    ends = [place for place, word in enumerate(words) if set(word) <= set("<>|&")]
    return words[: ends[0]] if ends else words


@pytest.mark.parametrize("path", COMMANDS)
def test_the_help_of_a_command_ends_with_examples(path: str) -> None:
    shown = CliRunner().invoke(COMMANDS[path], ["--help"], prog_name=path, terminal_width=120)
    assert shown.exit_code == 0
    tail = shown.output.split("Examples:\n")[1]
    assert f"  {path}" in tail
    assert max(map(len, tail.splitlines())) <= 125


def test_there_are_examples_of_commands_that_exist_and_of_no_others() -> None:
    assert set(EXAMPLES) == set(COMMANDS)


@pytest.mark.parametrize("line", [line for path in EXAMPLES for line in example_lines(path)])
def test_the_options_of_an_example_exist(line: str) -> None:
    words = given(line)
    assert words or not line.startswith("dotterel ")
    command: click.Command = dotterel
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    command.make_context("dotterel", words)


def test_an_option_that_is_missing_would_be_found() -> None:
    with pytest.raises(click.UsageError):
        test_the_options_of_an_example_exist("dotterel sql --nonsense > file")
