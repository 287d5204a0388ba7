"""The `dotterel` command: its errors and exit statuses; the commands themselves are in `*_commands.py`."""

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

import click

from flows.diff_command import diff
from flows.evaluate_command import evaluate
from flows.examples import epilog
from flows.export_commands import catalog, export
from flows.options import FORMATS, PLACE, Common
from flows.read_commands import check, clean, code, learn, report, sql, status
from flows.reference_commands import reference
from flows.run_commands import backfill, run, serve
from flows.site_command import site
from tasks.errors import DotterelError

INTERRUPTED: Final = 130
"""Exit status after Ctrl-C, as shells have it."""


class Dotterel(click.Group):
    """The group of commands, with one place where errors become a line on stderr and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; where nobody reads its rows any more, end it quietly (click would fail)."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _drop_stdout()
            ctx.exit(0)

    def main(self, *given: Any, **extra: Any) -> Any:
        """Run a command and leave with its status: 0 done, 1 something failed, 2 wrong usage, 130 Ctrl-C."""
        args = given[0] if given else extra.pop("args", None)
        words = list(sys.argv[1:] if args is None else args)
        debug = "--debug" in words
        extra = {**extra, "prog_name": extra.get("prog_name") or "dotterel", "standalone_mode": False}
        before = _end_cleanly_on_sigterm()
        try:
            result = super().main(words, **extra)
            sys.stdout.flush()
            leave(result if isinstance(result, int) else 0)
        except (KeyboardInterrupt, click.Abort):
            say("interrupted; what was finished is kept, and the same command goes on from there")
            leave(INTERRUPTED)
        except click.ClickException as error:
            error.show()
            leave(error.exit_code)
        except DotterelError as error:
            show_error(str(error), debug=debug)
            leave(error.exit_status)
        except BrokenPipeError:
            _drop_stdout()
            leave(0)
        except OSError as error:
            show_error(f"{error.filename or 'the output'}: {error.strerror or error}.", debug=debug)
            leave(1)
        except Exception as error:  # noqa: BLE001 - the last resort: a sentence, not a traceback
            hint = "" if debug else " Run again with --debug to see where."
            show_error(f"this should not have happened: {type(error).__name__}: {error}.{hint}", debug=debug)
            leave(1)
        finally:
            if before is not None:
                signal.signal(signal.SIGTERM, before)


@click.group(
    cls=Dotterel,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
@click.version_option(package_name="dotterel", message="%(prog)s %(version)s")
@click.option("--lake", type=PLACE, metavar="DIR", help="Folder of the lake, or s3://bucket/folder.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="The file dotterel.toml to use.")
@click.option("--format", type=click.Choice(FORMATS), help="How rows are printed.  [default: table]")
@click.option("--debug", is_flag=True, help="Show tracebacks, and what Prefect says.")
@click.option("-q", "--quiet", is_flag=True, help="Show errors only.")
@click.pass_context
def dotterel(context: click.Context, /, **given: Any) -> None:
    """Turn news archives into event data: who did what to whom, where and when, with the sentence behind every row."""
    context.obj = Common(**given)
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for _command in (
    *(run, backfill, reference, serve, code, evaluate, report, sql, site, export, catalog, diff),
    *(status, check, clean, learn),
):
    dotterel.add_command(_command)


def commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """A command and all below it, each with its path (`dotterel reference load`)."""
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(f"{path} {name}", below)


for _path, _command in commands("dotterel", dotterel):
    _command.epilog = epilog(_path)


def main() -> None:
    """The entry point of the `dotterel` command."""
    dotterel.main()


def say(text: str) -> None:
    """One line for the user."""
    click.echo(f"dotterel: {text}", err=True)


def show_error(text: str, *, debug: bool) -> None:
    """One line, after the traceback where that was asked for."""
    if debug:
        traceback.print_exc()
    say(" ".join(text.split()))


def leave(status: int) -> None:
    """End the command."""
    sys.exit(status)


def _drop_stdout() -> None:
    """Nobody reads on: keep Python from complaining about that once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end_cleanly_on_sigterm() -> Any:
    """Let SIGTERM unwind the program like Ctrl-C does, so that workers and Prefect's server end with it."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        return signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not in the main thread, where signals are none of ours
        return None


if __name__ == "__main__":
    main()
