"""Stages one raw file: reads all its records, makes articles, and writes them in batches with a manifest."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from tasks.contract import ARTICLES
from tasks.errors import DotterelError, LakeError, UnreadableError
from tasks.extract import members
from tasks.extract.choose import READERS, records
from tasks.extract.drafts import Draft, Rejected, Remark, plain, sample
from tasks.extract.raw_files import RawFile, sha256_of
from tasks.load.parquet_files import read_table, write_bytes, write_table
from tasks.settings import Settings, Source
from tasks.staging import Manifest, StagedBatch, Staging, content_id, raw_id, reading_id
from tasks.transform import articles, dates, language
from tasks.transform.articles import to_article

READER_VERSION: Final = " ".join(
    f"{name}:{version}"
    for name, version in (
        *READERS,
        ("members", members.VERSION),
        ("articles", articles.VERSION),
        ("dates", dates.VERSION),
        ("language", language.VERSION),
    )
)
"""Names all that turns bytes into rows: a new version of any of it stages a raw file anew."""

CHANGED: Final = "changed_while_read"
"""The reason of a raw file whose bytes were not the same from beginning to end."""

SCHEMA: Final = ARTICLES.schema.append(pa.field("period", pa.string(), nullable=False))
"""Columns of a staged batch: those of `articles`, and the period that each row falls into."""


def reading_of(source: Source, settings: Settings) -> str:
    """Names what would make the same batches of a raw file again: readers, the source's settings, and limits."""
    limits = {
        "batch_size": settings.batch_size,
        "max_member_bytes": settings.max_member_bytes,
        "max_members": settings.max_members,
        "max_expansion": settings.max_expansion,
    }
    return reading_id(READER_VERSION, {**source.reading(), **limits})


def staged(raw: RawFile, source: Source, settings: Settings) -> Manifest | None:
    """The manifest of a raw file that was staged in this way before and whose batches are all there; else None."""
    staging = Staging(settings.lake)
    manifest = _manifest(staging.manifest(source.name, raw_id(raw.raw_uri, raw.sha256)))
    if manifest is None or manifest.reading != reading_of(source, settings):
        return None
    return manifest if all(staging.articles(batch.batch_id).is_file() for batch in manifest.batches) else None


def stage_raw_file(raw: RawFile, source: Source, settings: Settings, again: bool = False) -> Manifest:
    """Reads a raw file into staged batches, writes its manifest after them, and returns it.

    A file that was staged before is read again only when `again` says so; until it is read to its end its old manifest
    stays, and where nothing came out otherwise than before no file is replaced. A file that changed under our hands
    gives no article: it is in quarantine as `changed_while_read`, and the next run reads it. Memory holds one member,
    one batch and the ids of the file's articles. Raises LakeError where the file cannot be read or the lake cannot be
    written.
    """
    if not again and (manifest := staged(raw, source, settings)):
        return manifest
    dates.check_zone(source.timezone)
    staging = Staging(settings.lake)
    reading = reading_of(source, settings)
    work = _Work(raw, source, settings, staging, reading)
    for record in _records(raw, source, settings):
        work.take(record)
    work.flush()
    manifest = work.manifest()
    path = staging.manifest(source.name, manifest.raw_id)
    before = _manifest(path)
    if changed := _changed(raw):
        work.undo()
        manifest = _without_articles(manifest, before, changed)
    if before is None or manifest.to_json() != before.to_json():
        write_bytes(path, manifest.to_json().encode("utf-8"))
    return manifest


def _manifest(path: Path) -> Manifest | None:
    """The manifest at a place; None where there is none, or one that is damaged or of another version."""
    try:
        return Manifest.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _changed(raw: RawFile) -> str:
    """How a raw file differs from what was found before it was read; empty where it does not.

    It is read once more for that, which costs little beside making articles (a second for a GB), since neither size
    nor time of change show everything: clocks are coarse, and copying programs set them back.
    """
    try:
        same = sha256_of(raw.path)[0] == raw.sha256
    except OSError as error:
        return f"it could not be read a second time ({error.strerror})"
    return "" if same else "its bytes are others than when the run began"


def _without_articles(read: Manifest, before: Manifest | None, why: str) -> Manifest:
    """The manifest of a file that changed while it was read: what was known of these bytes before, and that row.

    Its `reading` is that of no reader, so the file is read again whenever it is found.
    """
    empty = replace(read, articles=0, merged=0, quarantine=(), batches=(), warnings=())
    known = before or empty
    rows = [row for row in known.quarantine if row["reason"] != CHANGED]
    name = read.raw_uri.rsplit("/", 1)[-1]
    taken = any(row["record"] == name for row in rows)
    row = {
        "raw_uri": read.raw_uri,
        "raw_sha256": read.raw_sha256,
        "record": f"{name} as a whole" if taken else name,
        "stage": "extract",
        "reason": CHANGED,
        "detail": why,
        "sample": "",
    }
    return replace(
        known,
        reading="",
        found=known.articles + known.merged + len(rows) + 1,
        quarantine=(*rows, row),
        location=read.location,
        gone=False,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A record with the member that it stands in."""

    member: str
    what: Draft | Rejected | Remark


def _records(raw: RawFile, source: Source, settings: Settings) -> Iterator[_Found]:
    for member in members.members(raw.path, settings):
        if isinstance(member, Rejected):
            yield _Found(member.record, replace(member, record=""))
            continue
        for what in records(member, source, settings):
            yield _Found(member.name, what)


@dataclass
class _Work:
    """What is known of a raw file while it is read."""

    raw: RawFile
    source: Source
    settings: Settings
    staging: Staging
    reading: str
    latest_year: int = field(default_factory=lambda: datetime.now(UTC).year + 1)
    found: int = 0
    merged: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    batches: list[StagedBatch] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    quarantine: list[dict[str, Any]] = field(default_factory=list)
    places: Counter[str] = field(default_factory=Counter)
    remarks: dict[str, list[str]] = field(default_factory=dict)

    def take(self, record: _Found) -> None:
        """Makes a row of a record: of an article, a merged copy, or quarantine."""
        what = record.what
        if isinstance(what, Remark):
            self.remarks.setdefault(plain(what.text), []).append(self._uri(record.member))
            return
        self.found += 1
        if isinstance(what, Rejected):
            self._reject(record.member, what)
            return
        try:
            row = to_article(
                what,
                self.source,
                raw_uri=self._uri(record.member),
                raw_sha256=self.raw.sha256,
                name=self._uri(record.member),
                latest_year=self.latest_year,
            )
        except UnreadableError as error:
            self._reject(
                record.member,
                Rejected(what.record, error.reason, str(error), sample(what.body or what.title), what.start, what.end),
            )
            return
        if row["article_id"] in self.ids:
            self.merged += 1
            return
        self.ids.add(row["article_id"])
        self.rows.append(row)
        if len(self.rows) >= self.settings.batch_size:
            self.flush()

    def flush(self) -> None:
        """Writes the rows in hand as a batch."""
        if not self.rows:
            return
        batch_id = self._written()
        days = sorted(row["published_date"].isoformat() for row in self.rows if row["published_date"])
        periods = Counter(row["period"] for row in self.rows)
        self.batches.append(
            StagedBatch(
                batch_id,
                len(self.rows),
                dict(sorted(periods.items())),
                days[0] if days else "",
                days[-1] if days else "",
            )
        )
        self.rows = []

    def _written(self) -> str:
        """Sees to it that the rows in hand are a staged batch, and gives its name.

        A batch that is there keeps its rows. Where the same reading gives others now (a reader or a library was
        changed and its version was not), they become a batch of another name, and so are coded and loaded.
        """
        table = pa.Table.from_pylist(self.rows, schema=SCHEMA)
        made_by = ("batch", self.raw.sha256, self.raw.raw_uri, self.reading, len(self.batches))
        batch_id = content_id(*made_by)
        there = _rows_at(self.staging.articles(batch_id))
        if there is not None and not there.equals(table):
            batch_id = content_id(*made_by, content_id(self.rows))
            there = _rows_at(self.staging.articles(batch_id))
        if there is None:
            write_table(table, self.staging.articles(batch_id))
            self.written.append(self.staging.articles(batch_id))
        return batch_id

    def undo(self) -> None:
        """Removes the batches that were written; nothing names them yet."""
        for path in self.written:
            path.unlink(missing_ok=True)

    def manifest(self) -> Manifest:
        """The account of the whole file. DotterelError when its sum is wrong, which is a fault of a reader."""
        articles_staged = sum(batch.articles for batch in self.batches)
        if self.found != articles_staged + self.merged + len(self.quarantine):
            raise DotterelError(
                f"{self.raw.raw_uri}: {self.found} records were found, but {articles_staged} articles, {self.merged} "
                f"merged copies and {len(self.quarantine)} in quarantine; please report this fault."
            )
        return Manifest(
            raw_id=raw_id(self.raw.raw_uri, self.raw.sha256),
            source=self.source.name,
            raw_uri=self.raw.raw_uri,
            raw_sha256=self.raw.sha256,
            reading=self.reading,
            found=self.found,
            articles=articles_staged,
            merged=self.merged,
            quarantine=tuple(self.quarantine),
            batches=tuple(self.batches),
            warnings=tuple(_remark(text, where) for text, where in self.remarks.items()),
            location=str(self.raw.path.absolute()),
        )

    def _uri(self, member: str) -> str:
        return f"{self.raw.raw_uri}!{member}" if member else self.raw.raw_uri

    def _reject(self, member: str, rejected: Rejected) -> None:
        separator = "" if rejected.record.startswith("#") or not (member and rejected.record) else " "
        place = f"{member}{separator}{plain(rejected.record)}" or self.raw.raw_uri.rsplit("/", 1)[-1]
        self.places[place] += 1
        again = self.places[place]
        row: Mapping[str, Any] = {
            "raw_uri": self._uri(member),
            "raw_sha256": self.raw.sha256,
            "record": place if again == 1 else f"{place} ({again})",
            "stage": "extract",
            "reason": rejected.reason,
            "detail": rejected.detail,
            "sample": rejected.sample,
            "raw_start": rejected.start if rejected.end else None,
            "raw_end": rejected.end or None,
        }
        self.quarantine.append(dict(row))


def _rows_at(path: Path) -> pa.Table | None:
    """The rows of a staged batch; None where it is missing or damaged."""
    try:
        return read_table(path)
    except LakeError:
        return None


def _remark(text: str, where: list[str]) -> str:
    """One warning for all members that it holds for."""
    return f"{where[0]}{f' and {len(where) - 1} more' if len(where) > 1 else ''}: {text}"
