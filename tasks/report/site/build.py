"""Builds the whole site: asks the lake, reads the articles that are cited, writes the pages, puts them in place."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from tasks.contract import EVENT_DATASETS
from tasks.errors import LakeError, UsageError
from tasks.extract.reference.registry import every
from tasks.load.lake import Lake
from tasks.report.data_sets import data_sets
from tasks.report.quarantine import quarantine_groups
from tasks.report.reports import run_report
from tasks.report.site import ledger, places, reader, subjects, today
from tasks.report.site.charts import Bar, bars
from tasks.report.site.cited import cited_events
from tasks.report.site.library import Library
from tasks.report.site.listing import of_source
from tasks.report.site.questions import Questions, questions
from tasks.report.site.rendering import Site, country_names, measured
from tasks.report.site.replaced import replaced
from tasks.report.site.world_map import circles, outline, regions, view_of
from tasks.report.status import status

ALLIANCES: Final = ("CSTO", "NATO", "EU", "Organization of Turkic States")
"""Alliances on the page of the ledger; `dotterel report ally_ledger` knows others, and pairs."""
PARAMETERS: Final = ("dataset", "focus")
MONTHS_OF_SOURCES: Final = 600
"""Rows of coverage on the page of sources; `dotterel report coverage` has all."""
ARTICLES_OF_A_SOURCE: Final = 5
"""Newest articles of each source that the page of sources leads to."""


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: where, how many pages, bytes in all and of the largest page, articles that can be read."""

    folder: Path
    pages: int
    articles: int
    bytes: int
    largest: str
    largest_bytes: int

    def __str__(self) -> str:
        """What was built, in a line."""
        return (
            f"{self.pages:,} pages, {self.articles:,} of them articles, {self.bytes / 1e6:,.1f} MB in {self.folder}; "
            f"the largest is {self.largest} with {self.largest_bytes / 1e6:,.2f} MB"
        )


def build_site(
    lake: Path,
    out: Path,
    codebook: Path,
    focus: str = "RUS",
    as_of: date | None = None,
    dataset: str = "coded",
) -> Built:
    """Write the site of a lake into the folder `out`, in place of the site that was there.

    `focus` is the country whose borders are watched, `dataset` whose events the pages count. With `as_of`, only what
    was published up to that day counts. Raises UsageError for a lake or a folder that will not do, LakeError for a
    damaged lake; the old site stays then.
    """
    if dataset not in EVENT_DATASETS:
        raise UsageError(f"dataset={dataset}: is unknown; choose one of {', '.join(EVENT_DATASETS)}.")
    for is_last in (False, True):
        try:
            with questions(lake, dataset, as_of) as asked, replaced(out) as folder:
                site = _write(asked, lake, folder, country_names(codebook), focus, as_of)
            break
        except LakeError:
            if is_last:
                raise  # a damaged file; the first time a run may have replaced it while it was read
    articles = sum(path.startswith("articles/") for path in site.sizes)
    largest = max(site.sizes, key=lambda path: site.sizes[path])
    return Built(out, len(site.sizes), articles, sum(site.sizes.values()), largest, site.sizes[largest])


def _write(
    asked: Questions, lake: Path, folder: Path, names: Mapping[str, str], focus: str, as_of: date | None
) -> Site:
    reach = asked.row("reach")
    if reach["last_day"] is None:
        raise UsageError(
            f"{lake}: holds no dated event of the data set '{asked.dataset}'; read archives with `dotterel run` first, "
            "or choose another with --param dataset=gdelt."
        )
    last: date = reach["last_day"]

    def report(name: str, **given: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = run_report(lake, name, given, as_of, focus).to_pylist()
        return rows

    has_relations = bool(Lake(lake).partitions("relations"))

    # What the reports say.
    counted = asked.dataset if asked.dataset != "own" else "coded"
    watched = report("border_watch", dataset=counted)
    treated = counted if counted in ("coded", "gdelt") else "coded"
    ledgers = {name: report("ally_ledger", alliance=name, dataset=treated) for name in ALLIANCES}
    checked = report("claims_check")
    shown = ledger.shown_claims(checked)
    agreed = [row for row in report("agreement") if row["days"]]
    coverage = report("coverage")

    # What is behind the numbers, and the articles that it stands in.
    subject_rows = subjects.ask_subjects(asked, last)
    new = today.ask_today(asked, last, watched)
    place_rows = places.ask_places(asked, subject_rows.since)
    cited = cited_events(asked, new.borders, ("evidence",))
    for rows in ledgers.values():
        cited |= cited_events(asked, rows[: ledger.MOST_PAIRS], ledger.COLUMNS)
    newest = asked.rows("newest_articles", each=ARTICLES_OF_A_SOURCE)
    library = Library(
        asked,
        [*new.events, *cited.values(), *ledger.events_alone(agreed), *place_rows.events, *subject_rows.events],
        [row["article_id"] for row in (*shown, *newest, *subject_rows.quotes)],
    )

    # The pages.
    site = Site(folder, names, last=last, as_of=as_of, dataset=asked.dataset, focus=focus, reach=reach)
    made = subjects.make_subjects(subject_rows, library, asked.dataset)
    for subject in made:
        site.write(subject.path, "subject.html", subject=subject, title=_title(site, subject.code))
    of_all = next(subject for subject in made if subject.code == subjects.ALL)
    have_page = {subject.code: subject.path for subject in made}
    for is_pair, path, title in ((False, "countries/index.html", "Countries"), (True, "dyads/index.html", "Dyads")):
        listed = [s for s in made if s.is_pair == is_pair and s.code != subjects.ALL]
        site.write(path, "subjects.html", title=title, subjects=listed, is_pair=is_pair, of_all=of_all)
    site.write(
        "index.html",
        "today.html",
        title="Today",
        new=new,
        days=today.DAYS,
        top=subjects.most_told(new.top, library, asked.dataset, today.TOP),
        types=today.new_types(new, library, asked.dataset),
        entries=today.ENTRIES,
        pledges=today.pledges(new, library),
        borders=today.borders(new, library, cited),
        have_page=have_page,
        has_relations=has_relations,
        watched_dataset=counted,
        of_all=of_all,
        chart=bars(
            Bar(month.month, quad, count, f"countries/all.html#m-{month.month}-{quad}")
            for month in of_all.months
            if month.month > f"{last.year - 2:04d}-{last.month:02d}"
            for quad, count in month.counts.items()
            if count
        ),
    )
    _write_map(site, places.make_places(place_rows, library, asked.dataset))
    claims = ledger.claims(shown, library)
    site.write(
        "claims.html", "claims.html", title="Claims", tested=[claim for claim in claims if claim.sql],
        others=[claim for claim in claims if not claim.sql], total=len(checked),
        all_tested=sum(row["observed"] is not None for row in checked),
    )  # fmt: skip
    site.write(
        "allies.html", "allies.html", title="Allies", entries=ledger.PLURALS, have_page=have_page,
        alliances=ledger.alliances(ledgers, library, cited) if has_relations else [],
    )  # fmt: skip
    _write_sources(site, lake, library, coverage, newest, ledger.agreements(agreed, library, focus))
    site.write("method.html", "method.html", title="Method", measured=measured())
    for article_id in library.articles:
        site.write(f"articles/{article_id}.html", "article.html", read=reader.read_article(article_id, library))
    return site


def _title(site: Site, code: str) -> str:
    return "All countries" if code == subjects.ALL else site.name(code)


def _write_map(site: Site, found: list[places.Place]) -> None:
    months = sorted({month for place in found for month in place.months})
    near = view_of("Where most is told", [(place.x, place.y) for place in found])
    site.write(
        "map.html", "map.html", title="Map", places=found, months=months, outline=outline(), circles=circles(),
        largest=places.LARGEST, smallest=places.SMALLEST,
        views=[near, *regions()],
    )  # fmt: skip


def _write_sources(
    site: Site,
    lake: Path,
    library: Library,
    coverage: list[dict[str, Any]],
    newest: list[dict[str, Any]],
    agreed: list[ledger.Agreement],
) -> None:
    by_month: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in coverage:
        if row["day"] is not None:
            for what in ("articles", "in_english", "events", "quotes", "claims"):
                by_month[row["source"], f"{row['day']:%Y-%m}"][what] += row[what]
    articles: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in newest:
        if article := library.articles.get(row["article_id"]):
            articles[row["source"]].append({**article, "reader": library.reader(row["article_id"])})
    found = status(lake)
    sources = found.sources.to_pylist()
    site.write(
        "sources.html",
        "sources.html",
        title="Sources",
        sources=sources,
        anchors={row["source"]: f"#source-{number}" for number, row in enumerate(sources, 1)},
        queries={row["source"]: of_source(row["source"]) for row in sources},
        most_months=MONTHS_OF_SOURCES,
        status=found,
        months=sorted(by_month.items(), key=lambda item: (item[0][0], item[0][1]), reverse=True),
        articles=articles,
        quarantine=quarantine_groups(lake),
        agreed=agreed,
        references=[row for row in data_sets(Lake(lake), every()).to_pylist() if row["rows"]],
    )
