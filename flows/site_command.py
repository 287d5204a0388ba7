"""The command `dotterel site`: HTML pages over the lake. It starts no Prefect."""

from datetime import date
from pathlib import Path

import click

from flows.options import DAY, Common, common_options
from flows.read_commands import lake_of, parameters, tell
from tasks.errors import UsageError


@click.command(short_help="Write HTML pages over the lake, with the sentence behind every number.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder to write, as a whole, or replace.")
@click.option("--as-of", type=DAY, metavar="DAY", help="Only what was published up to this day.")
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE",
    help="focus=ARM: whose borders are watched; dataset=gdelt: whose events are shown.",
)  # fmt: skip
@common_options(rows=False)
def site(common: Common, out: Path | None, as_of: date | None, params: tuple[str, ...]) -> None:
    """Write HTML pages over the lake: today, map, countries, dyads, claims, allies, sources, method.

    They need no network and no server: open index.html. Every number, bar and dot leads to its sentences, and each of
    these to its article with all that was read from it. The folder (default: `site` beside the lake) is replaced as a
    whole, and only where it holds a site or nothing.
    """
    from tasks.report.reports import country_code
    from tasks.report.site.build import PARAMETERS, build_site

    given = dict(parameters(params))
    if unknown := sorted(set(given) - set(PARAMETERS)):
        raise UsageError(f"The site has no parameter '{unknown[0]}'. Parameters: {', '.join(PARAMETERS)}.")
    settings = common.settings()
    focus = country_code("focus", given.get("focus", settings.focus))
    built = build_site(
        lake_of(common), out or settings.site_folder, settings.codebook, focus, as_of, given.get("dataset", "coded")
    )
    tell(common, str(built))
    if not common.quiet:
        click.echo(built.folder / "index.html")
