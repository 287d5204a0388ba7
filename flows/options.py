"""The options that every command takes, and what they come to."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, Self

import click

from tasks.errors import UsageError
from tasks.settings import LOG_FORMATS, Settings
from tasks.storage import located

FORMATS: Final = ("table", "csv", "json", "jsonl", "parquet")


class Day(click.ParamType[date]):
    """A day as ISO writes it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date; a usage error for anything else."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"'{value}' is not a day: write it as 2023-10-05.", param, ctx)


DAY: Final = Day()


class Place(click.ParamType[Path]):
    """Where a lake lies; an error of `located` reaches the user as it is."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The folder, which need not be there. Raises ConfigError."""
        return located(value)


PLACE: Final = Place()


@dataclass(frozen=True, slots=True)
class Common:
    """What was said before or after the name of the command; None and False where nothing was said."""

    lake: Path | None = None
    config: Path | None = None
    format: str | None = None
    debug: bool = False
    quiet: bool = False
    log_format: str | None = None

    def settings(self, *, no_model: bool = False) -> Settings:
        """The settings of this call; `no_model`: the rules alone, whatever the setting says. Raises ConfigError."""
        return Settings.load(
            self.config, lake=self.lake, model="none" if no_model else None, log_format=self.log_format
        )

    def over(self, other: Self) -> Self:
        """These options, and the `other` ones where these say nothing."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) not in (None, False)}
        return replace(other, **said)


without_models: Final = click.option("--no-model", is_flag=True, help="Code by the rules alone, without the models.")
"""The option of commands that code by themselves."""


def common_options(*, rows: bool, runs: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the common options; its function gets them as `common`. `rows`: it prints rows; `runs`: a log."""
    options = [
        click.option("--lake", type=PLACE, metavar="DIR", help="Folder of the lake, or s3://bucket/folder."),
        click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="The dotterel.toml to use."),
        click.option("--debug", is_flag=True, help="Show tracebacks, and what Prefect says."),
        click.option("-q", "--quiet", is_flag=True, help="Show errors only."),
    ]
    if rows:
        options.insert(
            0, click.option("--format", type=click.Choice(FORMATS), help="How rows are printed.  [default: table]")
        )
    if runs:
        options.append(
            click.option("--log-format", type=click.Choice(LOG_FORMATS), help="Lines of a log.  [default: text]")
        )

    def give(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def command(**given: Any) -> Any:
            known = {f.name for f in fields(Common)}
            here = Common(**{name: value for name, value in given.items() if name in known})
            before = click.get_current_context().find_object(Common) or Common()
            rest = {name: value for name, value in given.items() if name not in known}
            return function(common=here.over(before), **rest)

        for option in reversed(options):
            option(command)
        return command

    return give


def check_range(since: date | None, until: date | None) -> None:
    """Raise UsageError for a range that ends before it begins."""
    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}.")
