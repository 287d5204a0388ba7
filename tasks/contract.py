"""Every table of the lake: columns with type, unit and meaning; key; how it is cut into partitions.

This is the only place that knows columns. `tasks.load.lake` checks each table against it when it is written,
and `data/README.md` is generated from it.
"""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

CONTRACT_VERSION: Final = 1
"""Raised when columns are changed or added; written into every file of the lake."""

READABLE_SINCE: Final = 1
"""The oldest contract whose rows mean today what they meant then, so that they lack columns at most.

Raised to CONTRACT_VERSION when a column changes its type or meaning: a lake of an older one is refused then, and raw
files are read and coded anew. Where it stays, such a lake is read with null in the columns that it lacks, and a run
writes its periods again without coding them.
"""

EVENT_TYPES: Final = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip
"""The 16 event types of PLOVER (2021), from verbal cooperation to material conflict."""

EVENT_DATASETS: Final = ("coded", "gdelt", "ucdp_ged", "acled", "own")
"""Where events come from: coded by Dotterel, or from a reference data set."""

MODALITIES: Final = ("actual", "negated", "intended", "conditional")
SECTORS_WITHOUT_COUNTRY: Final = ("IGO", "NGO", "IMG", "ISM", "MNC")
"""Sectors that stand in place of a country: international organisations, groups, movements and companies."""

TEXT: Final = pa.string()
TEXTS: Final = pa.list_(pa.string())
WHOLE: Final = pa.int64()
NUMBER: Final = pa.float64()
FLAG: Final = pa.bool_()
DAY: Final = pa.date32()
MOMENT: Final = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, Arrow type, meaning, unit ("" where it has none) and, if closed, its values."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, its columns without `source` and `period` (the folders say those), and its key.

    A key names columns of one source: two sources may hold the same key, and views join on (source, key).
    `period_of` says in words how rows fall into periods.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    period_of: str

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of one Parquet file of this table."""
        return pa.schema([pa.field(c.name, c.type, nullable=not c.required) for c in self.columns])

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")


def _id(name: str, meaning: str) -> Column:
    return Column(name, TEXT, meaning, required=True)


def _span(prefix: str, what: str, *, required: bool = True) -> tuple[Column, Column]:
    unit = "code points of articles.body"
    return (
        Column(f"{prefix}_start", WHOLE, f"where {what} begins", unit, required=required),
        Column(f"{prefix}_end", WHOLE, f"where {what} ends, exclusive", unit, required=required),
    )


def _party(role: str, what: str) -> tuple[Column, ...]:
    return (
        Column(f"{role}_text", TEXT, f"the words of the article that name {what}"),
        Column(f"{role}_name", TEXT, f"name of the {role} in the codebook, or the words where it is not listed"),
        Column(f"{role}_country", TEXT, f"country of the {role}; null where it has none", "ISO 3166-1 alpha-3"),
        Column(f"{role}_sector", TEXT, f"sector of the {role} (GOV, MIL, REB, OPP, CVL, IGO, ...)", "PLOVER sector"),
        *_span(role, f"{role}_text", required=False),
    )


def _place(latitude_of: str) -> tuple[Column, ...]:
    return (
        Column("latitude", NUMBER, f"latitude of {latitude_of}", "degrees north, WGS 84"),
        Column("longitude", NUMBER, f"longitude of {latitude_of}", "degrees east, WGS 84"),
        Column("geonames_id", WHOLE, f"GeoNames id of {latitude_of}"),
    )


ARTICLES: Final = Table(
    name="articles",
    row="one news item of a source; the same text twice in a source is one row",
    key=("article_id",),
    period_of="month of published_date; `undated` without one",
    columns=(
        _id("article_id", "depends on outlet, title, date and body alone: the same article in two archives has one id"),
        Column("outlet", TEXT, "who published it, as the archive says"),
        Column("title", TEXT, "headline"),
        Column("author", TEXT, "who wrote it"),
        Column("poster", TEXT, "who put it into the archive"),
        Column("categories", TEXTS, "categories or tags of the archive"),
        Column("language", TEXT, "language of title and body as detected; only `en` is coded; null if unknown",
               "ISO 639-1"),
        Column("url", TEXT, "address of the article"),
        Column("published_at", MOMENT, "moment of publication; null where only a date is known", "UTC"),
        Column("published_date", DAY, "day of publication; the first day where only a month or year is known", "UTC"),
        Column("date_basis", TEXT, "where the date was read: in the record, a header, the file name, nowhere",
               values=("stated", "header", "file", "none"), required=True),
        Column("date_precision", TEXT, "how exact the date is; null without a date",
               values=("time", "day", "month", "year")),
        Column("body", TEXT, "text from the standfirst on, cleaned, without page furniture; paragraphs are parted by "
               "an empty line; the title where the record has no other text", required=True),
        Column("word_count", WHOLE, "words in the body", "words", required=True),
        Column("raw_uri", TEXT, "source folder or file, path in it, and member of a zip: `archive/a.zip!b.json`",
               required=True),
        Column("raw_sha256", TEXT, "SHA-256 of the raw file", required=True),
        Column("raw_start", WHOLE, "where the record begins in the raw file or member", "characters, decoded"),
        Column("raw_end", WHOLE, "where the record ends, exclusive", "characters, decoded"),
    ),
)  # fmt: skip

STORIES: Final = Table(
    name="stories",
    row="one article and the story that it is a near-copy of",
    key=("article_id",),
    period_of="month of the article's published_date",
    columns=(
        _id("article_id", "the article"),
        _id("story_id", "the story: the id of its first article"),
        Column("similarity", NUMBER, "estimated Jaccard similarity to the story's first article", "0 to 1"),
    ),
)

MENTIONS: Final = Table(
    name="mentions",
    row="one name of the codebook as it stands in an article",
    key=("mention_id",),
    period_of="month of the article's published_date",
    columns=(
        _id("mention_id", "article and offsets"),
        _id("article_id", "the article"),
        *_span("text", "the name"),
        Column("text", TEXT, "the words", required=True),
        Column("kind", TEXT, "what is named", values=("person", "organisation", "country", "place", "group"),
               required=True),
        Column("name", TEXT, "its name in the codebook", required=True),
        Column("country", TEXT, "its country on the day of publication", "ISO 3166-1 alpha-3"),
        Column("sector", TEXT, "its sector on the day of publication", "PLOVER sector"),
        Column("role", TEXT, "office or role on the day of publication"),
        *_place("the place; null for other kinds"),
    ),
)  # fmt: skip

EVENTS: Final = Table(
    name="events",
    row="one actor, one recipient (or none) and what the first did to the second, as one article tells it",
    key=("event_id",),
    period_of="month of the article's published_date; day of DATEADDED for GDELT; year for yearly sets",
    columns=(
        _id("event_id", "article, trigger, type, actor and recipient; the data set's own id for reference events"),
        Column("dataset", TEXT, "where the event comes from", values=EVENT_DATASETS,
               required=True),
        Column("article_id", TEXT, "the article it was coded from"),
        Column("trigger_id", TEXT, "shared by the rows of one trigger: count these, not rows"),
        Column("event_date", DAY, "day on which it happened, or the first day of the month or year", "UTC"),
        Column("event_end_date", DAY, "last day, where the text gives a range, a month or a year", "UTC"),
        Column("date_basis", TEXT, "stated in the sentence, reckoned from the day of publication, or that day itself",
               values=("explicit", "relative", "published")),
        Column("date_precision", TEXT, "how exact event_date is", values=("day", "month", "year")),
        Column("published_date", DAY, "day on which the article was published", "UTC"),
        Column("event_type", TEXT, "PLOVER type (2021)", values=EVENT_TYPES),
        Column("event_mode", TEXT, "PLOVER mode within the type; null where the type has none"),
        Column("contexts", TEXTS, "PLOVER contexts of the sentence"),
        Column("cameo_code", TEXT, "closest CAMEO code", "CAMEO"),
        Column("quad_class", WHOLE, "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, "
               "4 material conflict"),
        Column("intensity", NUMBER, "from conflict to cooperation, Goldstein-style", "-10 to 10"),
        Column("modality", TEXT, "what the text says of the act", values=MODALITIES),
        *_party("actor", "who did it"),
        *_party("recipient", "to whom it was done; null, like all of the recipient, where nobody is named"),
        Column("place_text", TEXT, "the words that name the place"),
        Column("place_name", TEXT, "the place in the gazetteer"),
        Column("place_country", TEXT, "country of the place", "ISO 3166-1 alpha-3"),
        Column("place_precision", TEXT, "what kind of place it is",
               values=("point", "city", "admin1", "region", "country")),
        Column("admin1", TEXT, "first-level administrative division"),
        *_place("the place"),
        Column("trigger_text", TEXT, "the words that made it an event"),
        *_span("trigger", "the trigger", required=False),
        *_span("evidence", "the sentence", required=False),
        Column("deaths_low", WHOLE, "deaths, low estimate (reference data)", "people"),
        Column("deaths_best", WHOLE, "deaths, best estimate (reference data)", "people"),
        Column("deaths_high", WHOLE, "deaths, high estimate (reference data)", "people"),
        Column("confidence", NUMBER, "the coder's own estimate that type, actor and recipient are right", "0 to 1"),
        Column("rule", TEXT, "the lines of the codebook that made it: the sense of the trigger, then words over it"),
        Column("coder_version", TEXT, "version of code, codebook and language model that made the row"),
        Column("source_url", TEXT, "address of the article or report"),
        Column("outlet", TEXT, "who published it"),
    ),
)  # fmt: skip

QUOTES: Final = Table(
    name="quotes",
    row="one quotation, direct or reported",
    key=("quote_id",),
    period_of="month of the article's published_date",
    columns=(
        _id("quote_id", "article and offsets"),
        _id("article_id", "the article"),
        *_span("text", "the quoted words"),
        Column("text", TEXT, "the quoted words, without the marks", required=True),
        Column("speaker_text", TEXT, "the words that name the speaker"),
        Column("speaker_name", TEXT, "the speaker in the codebook, or the words where not listed"),
        Column("speaker_role", TEXT, "office or role on the day of publication, or as the text says"),
        Column("speaker_country", TEXT, "country of the speaker", "ISO 3166-1 alpha-3"),
        Column("speaker_sector", TEXT, "sector of the speaker on the day of publication", "PLOVER sector"),
        Column("is_direct", FLAG, "in quotation marks, rather than reported", required=True),
        Column("verb", TEXT, "the verb of saying, as a lemma"),
        Column("countries", TEXTS, "countries named in the quoted words", "ISO 3166-1 alpha-3"),
    ),
)

CLAIMS: Final = Table(
    name="claims",
    row="one figure that an article states",
    key=("claim_id",),
    period_of="month of the article's published_date",
    columns=(
        _id("claim_id", "article and offsets"),
        _id("article_id", "the article"),
        *_span("text", "the figure"),
        Column("text", TEXT, "the words of the figure", required=True),
        Column("kind", TEXT, "what kind of figure it is", required=True,
               values=("share", "count", "money", "duration", "casualties", "displaced", "distance", "other")),
        Column("value_low", NUMBER, "lowest value it can mean; null when open (`up to 300`)", "as `unit` says"),
        Column("value_high", NUMBER, "highest value it can mean; null when open (`more than 300`)", "as `unit` says"),
        Column("unit", TEXT, "percent, people, years, kilometres, a currency code, ..."),
        Column("is_approximate", FLAG, "hedged: `about`, `nearly`, `some`", required=True),
        Column("about_text", TEXT, "the words that say what is counted or measured"),
        Column("countries", TEXTS, "countries named in the sentence", "ISO 3166-1 alpha-3"),
        Column("quote_id", TEXT, "the quotation it stands in"),
        Column("speaker_name", TEXT, "who states it, where that is not the outlet"),
    ),
)  # fmt: skip

INTRODUCTIONS: Final = Table(
    name="introductions",
    row="one introduction of a person by country or body, role and full name, whom `people.csv` lacks",
    key=("introduction_id",),
    period_of="month of the article's published_date",
    columns=(
        _id("introduction_id", "article and offsets"),
        _id("article_id", "the article"),
        *_span("text", "the introduction"),
        Column("text", TEXT, "the words of the whole introduction", required=True),
        Column("name", TEXT, "the full name as the article gives it", required=True),
        Column("country", TEXT, "country of the role; null for international bodies", "ISO 3166-1 alpha-3"),
        Column("sector", TEXT, "sector that the role or the body tells", "PLOVER sector"),
        Column("role", TEXT, "the words of the role", required=True),
    ),
)  # fmt: skip

INDICATORS: Final = Table(
    name="indicators",
    row="one figure of a reference data set",
    key=("series", "country", "counterpart", "start_date", "dataset"),
    period_of="year of start_date",
    columns=(
        _id("series", "what is measured: `arms_transfers.tiv`, `refugees`, `military_expenditure.usd`, ..."),
        _id("country", "the country it is about; `XXX` for a party that is no state, which the note names"),
        Column(
            "counterpart",
            TEXT,
            "the other country, `` where there is none, `XXX` as above",
            "ISO 3166-1 alpha-3",
            required=True,
        ),
        Column("start_date", DAY, "first day it covers", "UTC", required=True),
        Column("end_date", DAY, "last day it covers", "UTC"),
        Column("value", NUMBER, "the figure", "as `unit` says"),
        Column("unit", TEXT, "unit of the value", required=True),
        Column("known_from", DAY, "day on which it was published", "UTC"),
        _id("dataset", "the data set"),
        Column("dataset_version", TEXT, "its version"),
        Column("note", TEXT, "what to know about this figure"),
    ),
)

RELATIONS: Final = Table(
    name="relations",
    row="one dated tie between two states, of a state to an organisation or to its capital, or of a leader to a state",
    key=("kind", "name", "country", "counterpart", "start_date"),
    period_of="`all`",
    columns=(
        Column("kind", TEXT, "kind of tie; what leads into and out of a membership has kinds of its own: an "
               "application or a candidacy until it ends, a suspension, a withdrawal from its notice to the last day",
               values=("alliance", "membership", "application", "candidacy", "suspension", "withdrawal", "border",
                       "capital", "leader"), required=True),
        _id("name", "the treaty, organisation, capital, or head of state or government; `land border` for borders"),
        _id("country", "the state"),
        Column("counterpart", TEXT, "the other state of an alliance or border, otherwise ``", "ISO 3166-1 alpha-3",
               required=True),
        Column("start_date", DAY, "first day in force", "UTC", required=True),
        Column("end_date", DAY, "last day in force; null while it lasts", "UTC"),
        Column("known_from", DAY, "day from which it was publicly known", "UTC"),
        Column("dataset", TEXT, "where the fact comes from", required=True),
        Column("note", TEXT, "what to know about this tie; of leaders the office and its rank"),
    ),
)  # fmt: skip

QUARANTINE: Final = Table(
    name="quarantine",
    row="one record, member or file that could not be read, with the reason",
    key=("raw_sha256", "record"),
    period_of="`all`",
    columns=(
        Column("raw_uri", TEXT, "the raw file and member", required=True),
        _id("raw_sha256", "SHA-256 of the raw file"),
        _id("record", "place in the raw file: member, and line or number of the record"),
        Column("stage", TEXT, "where it failed", values=("extract", "transform", "load"), required=True),
        Column("reason", TEXT, "why, as a short code of the list below", required=True),
        Column("detail", TEXT, "why, in words"),
        Column("sample", TEXT, "the first characters of the record, control characters escaped"),
        Column("raw_start", WHOLE, "where the record begins in the raw file or member; null where that is not known",
               "as in `articles`"),
        Column("raw_end", WHOLE, "where the record ends, exclusive", "as in `articles`"),
    ),
)  # fmt: skip

RUNS: Final = Table(
    name="runs",
    row="one run of a flow; the only table with clock times",
    key=("run_id",),
    period_of="the run itself: one small file a run, so that a run never rewrites another's",
    columns=(
        _id("run_id", "start time and a random suffix; also the period"),
        Column("flow", TEXT, "ingest, backfill, reference, ...", required=True),
        Column("parameters", TEXT, "what the run was asked to do", "JSON"),
        Column("started_at", MOMENT, "start", "UTC", required=True),
        Column("finished_at", MOMENT, "end; null while it runs or when it was killed", "UTC"),
        Column("state", TEXT, "how it ended", values=("running", "completed", "failed"), required=True),
        Column("code_version", TEXT, "version of Dotterel"),
        Column("coder_version", TEXT, "version of the coder"),
        Column("partitions_written", TEXTS, "`table/source=S/period=P` of every file that it replaced"),
        Column("sha256", TEXTS, "SHA-256 of each of these files, in the same order"),
        Column("sources", TEXTS, "sources that it looked at"),
        Column(
            "periods_before",
            TEXT,
            "news periods that it set out to write, and what each was made of before: source, "
            "period, version of the coder, ids of its batches",
            "JSON",
        ),
        Column("periods_failed", TEXTS, "`S/P` of those that it could not write, and that stayed as they were"),
        Column("found", WHOLE, "records found in the raw files that it read", "records"),
        Column("articles", WHOLE, "articles staged from them", "articles"),
        Column("merged", WHOLE, "copies merged into those", "records"),
        Column("quarantined", WHOLE, "records, members or files put into quarantine", "records"),
        Column("events", WHOLE, "events coded by it", "rows"),
        Column("seconds_extract", NUMBER, "time in extract, by the clock", "seconds"),
        Column("seconds_transform", NUMBER, "time in transform, by the clock", "seconds"),
        Column("seconds_coding", NUMBER, "time of the worker processes in coding, one added to the other", "seconds"),
        Column("seconds_load", NUMBER, "time in load, by the clock", "seconds"),
        Column("seconds_report", NUMBER, "time in checks and report, by the clock", "seconds"),
        Column("message", TEXT, "warnings and errors, one a line"),
    ),
)

TABLES: Final = {
    table.name: table
    for table in (ARTICLES, STORIES, MENTIONS, EVENTS, QUOTES, CLAIMS, INTRODUCTIONS, INDICATORS, RELATIONS,
                  QUARANTINE, RUNS)
}  # fmt: skip
CODED_TABLES: Final = ("events", "quotes", "claims", "mentions", "introductions")
"""The tables that the coder fills; with `articles` they make up a news partition."""

UNDATED: Final = "undated"
ALL: Final = "all"
