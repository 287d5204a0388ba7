"""The commands that hand the lake to other programs: export, catalog. Neither starts Prefect."""

from datetime import date
from pathlib import Path
from typing import Final

import click

from flows.options import DAY, Common, common_options
from flows.read_commands import lake_of, tell
from tasks.words import counted

FORMATS: Final = ("polecat", "icews", "gdelt", "csv", "parquet", "jsonl", "geojson", "datapackage")
"""As in tasks.report.export.formats, which is not loaded to show a help page; a test holds the two together."""


@click.command(short_help="Write events for other programs: POLECAT, ICEWS, GDELT, ...")
@click.option("--as", "form", required=True, type=click.Choice(FORMATS), help="The format, see above.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="PATH", help="File or folder to write.")
@click.option("--since", type=DAY, metavar="DAY", help="Only what was published from this day on.")
@click.option("--until", type=DAY, metavar="DAY", help="Only what was published up to this day.")
@click.option("--country", metavar="CODE", help="Only events by, to or in this country (ARM).")
@click.option("--dataset", metavar="NAME", help="Only events of this data set: coded, gdelt, ucdp_ged, acled, own.")
@click.option("--as-of", type=DAY, metavar="DAY", help="Only what was public on this day.")
@click.option("--texts", is_flag=True, help="With datapackage: the texts too, whose rights are their publishers'.")
@click.option("--force", is_flag=True, help="Replace what is there.")
@common_options(rows=False)
def export(
    common: Common,
    form: str,
    out: Path,
    since: date | None,
    until: date | None,
    country: str | None,
    dataset: str | None,
    as_of: date | None,
    texts: bool,
    force: bool,
) -> None:
    """Write the events for other programs, as one file that is there whole or not at all.

    polecat, icews and gdelt have the columns, codes and dates of those data sets, so that scripts for them run. They
    hold acts that were done on a known day; what else there is, is counted on stderr. gdelt is version 2.0, without a
    line of column names; there, one row is an event with the number of articles that tell it. What we do not know is
    empty.

    csv, parquet and jsonl have the columns of the table `events`, and the sentence of each. geojson has a point for
    each event whose place has coordinates. datapackage is a folder: a CSV file for each table, and datapackage.json
    with the meaning of each column (Frictionless).
    """
    from tasks.report.export.formats import export as write
    from tasks.report.export.selection import Selection
    from tasks.report.reports import country_code

    selection = Selection(since, until, country_code("--country", country) if country else None, dataset, as_of)
    done = write(lake_of(common), form, out, selection, force=force, texts=texts)
    tell(common, f"{out}: {counted(done.rows, 'row')}")
    for reason, count in done.left_out.items():
        tell(common, f"left out: {counted(count, 'event')} {reason}")


@click.command(short_help="Write a .duckdb file of views, for DBeaver, notebooks and others.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to.  [default: <lake>.duckdb]")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@common_options(rows=False)
def catalog(common: Common, out: Path | None, force: bool) -> None:
    """Write a small .duckdb file of views over the lake: all tables, `incidents` and the other views, with a comment on
    each column. DBeaver, Harlequin, notebooks and R open it read-only at once, also while a run writes, and see what
    runs write later. It holds the lake's place on this machine and none of its rows.
    """
    from tasks.report.catalog import write_catalog

    lake = lake_of(common)
    place = out or lake.with_name(f"{lake.name}.duckdb")
    views = write_catalog(lake, place, force=force)
    tell(common, f"{place}: {views} views of {lake}")
