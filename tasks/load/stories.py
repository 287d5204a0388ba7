"""Loads the table of stories: the articles of all sources, month after month, each month only when it changed."""

import calendar
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tasks.contract import DAY, STORIES, TEXT
from tasks.errors import LakeError
from tasks.load.lake import Lake, Origin
from tasks.staging import content_id
from tasks.transform.stories import DAYS_APART, VERSION, stories

_TEXT_COLUMNS: Final = ("article_id", "published_date", "title", "body")
_LEADERS: Final = pa.schema([("article_id", TEXT), ("published_date", DAY), ("title", TEXT), ("body", TEXT)])


def load_stories(lake: Lake) -> list[str]:
    """Write `stories` for every source and period that has articles; returns the names of the partitions written.

    Near-copies are looked for across sources. A month depends on its articles and on the stories that were begun in
    the last days of the month before; while neither changes it is not computed again, and a file that would not
    change is left alone. One month of articles is in memory at a time. Raises LakeError when a partition of articles
    is damaged or the lake cannot be written.
    """
    written: list[str] = []
    for period, sources, leading, origin in _outdated(lake):
        leaders = _texts_of(lake, _month_before(period), leading)
        written += _load_period(lake, period, sources, leaders, origin)
    return written


def are_current(lake: Lake) -> bool:
    """Whether `load_stories` has nothing to do; reads no text of articles. Raises LakeError like it."""
    return next(_outdated(lake), None) is None


def _outdated(lake: Lake) -> Iterator[tuple[str, list[str], list[tuple[str, str]], Origin]]:
    """The periods whose stories are missing or were made of other articles, in order of time.

    Each with its sources, the leading articles of the month before, and the origin that its stories are to have. A
    month must be written before the next one is asked for.
    """
    of_period: dict[str, list[str]] = defaultdict(list)
    for partition in lake.partitions("articles"):
        of_period[partition.period].append(partition.source)
    for period, sources in sorted(of_period.items()):
        before = _month_before(period)
        leading = list(_leading(lake, before, of_period.get(before, ()))) if before else []
        origin = _origin(lake, period, sources, leading)
        if any(lake.origin("stories", source, period) != origin for source in sources):
            yield period, sources, leading, origin


def _load_period(lake: Lake, period: str, sources: Sequence[str], leaders: pa.Table, origin: Origin) -> Iterator[str]:
    found = stories(pa.concat_tables([_articles(lake, source, period) for source in sources]), leaders)
    for source in sources:
        rows = found.filter(pc.equal(found.column("source"), source)).select(STORIES.schema.names)
        if lake.write("stories", source, period, rows, origin) is not None:
            yield f"stories/source={source}/period={period}"


def _articles(lake: Lake, source: str, period: str) -> pa.Table:
    rows = lake.read("articles", source, period, _TEXT_COLUMNS).cast(_LEADERS)
    for name, value in (("source", source), ("period", period)):
        rows = rows.append_column(name, pa.array([value] * rows.num_rows, TEXT))
    return rows


def _origin(lake: Lake, period: str, sources: Sequence[str], leading: Sequence[tuple[str, str]]) -> Origin:
    """Names all that a period's stories depend on: articles are named by the batches that they were made of."""
    articles = []
    for source in sources:
        made = lake.origin("articles", source, period)
        if made is None:
            raise LakeError(
                f"{lake.path('articles', source, period)}: is damaged and cannot be read; remove it and run again."
            )
        articles.append((source, made.batches, made.contract))
    leaders = sorted({article_id for _, article_id in leading})
    return Origin(batches=(content_id("stories", VERSION, period, articles, leaders),))


def _leading(lake: Lake, period: str, sources: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Source and id of the articles that lead a story and were published in the last DAYS_APART days of a month."""
    since = _last_day(period) - timedelta(days=DAYS_APART - 1)
    for source in sources:
        days = lake.read("articles", source, period, ("article_id", "published_date"))
        late = days.filter(pc.greater_equal(days.column("published_date"), pa.scalar(since, DAY)))
        if not late.num_rows:
            continue
        begun = lake.read("stories", source, period, ("article_id", "story_id"))
        begun = begun.filter(pc.equal(begun.column("article_id"), begun.column("story_id")))
        here = pc.is_in(late.column("article_id"), value_set=begun.column("article_id"))
        for article_id in late.filter(here).column("article_id").to_pylist():
            yield source, article_id


def _texts_of(lake: Lake, period: str, leading: Sequence[tuple[str, str]]) -> pa.Table:
    """The texts of these articles of one month, each once."""
    tables = [_LEADERS.empty_table()]
    seen: set[str] = set()
    for source in sorted({source for source, _ in leading}):
        wanted = {article_id for of, article_id in leading if of == source} - seen
        seen |= wanted
        rows = lake.read("articles", source, period, _TEXT_COLUMNS).cast(_LEADERS)
        tables.append(rows.filter(pc.is_in(rows.column("article_id"), value_set=pa.array(sorted(wanted), TEXT))))
    return pa.concat_tables(tables)


def _month_before(period: str) -> str:
    """The month before a month (`2023-10`); empty for other periods."""
    try:
        first = date.fromisoformat(f"{period}-01")
        return (first - timedelta(days=1)).isoformat()[:7]
    except (ValueError, OverflowError):
        return ""


def _last_day(period: str) -> date:
    year, month = (int(part) for part in period.split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])
