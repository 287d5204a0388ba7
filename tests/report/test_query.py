"""Queries: answered, or refused with one sentence that says why."""

import subprocess
import sys
import time
import warnings
from pathlib import Path

import pyarrow as pa
import pytest
from rows import article, event, put

from tasks.errors import LakeError, UsageError
from tasks.load.lake import Lake
from tasks.report.query import ask, explain_refusal, run_sql


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    put(lake, "articles", [article()])
    put(lake, "events", [event()])
    return lake


@pytest.mark.parametrize(
    "query",
    [
        "select event_id from events",
        "SELECT event_id FROM events;",
        "-- a comment\nselect event_id /* und noch einer: ä😀 */ from events -- end",
        "with x as (select event_id from events) from x",
        "from events select event_id",
        "values (1)",
        "(select 1)",
        "describe events",
        "show tables",
        "summarize articles",
        "explain select * from events",
        "explain analyze select 'ä' from events",
        "explain (analyze, format json) select 1",
        "explain (select 1) union (select 2)",
        "pivot (select event_type from events) on event_type in ('ASSAULT') using count(*)",
        "select 'copy, insert; drop table x' as text",
        'select 1 as "update"',
    ],
)
def test_queries_that_only_read_are_answered(lake: Lake, query: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert run_sql(lake.root, query).num_rows > 0


def test_rows_come_with_their_types(lake: Lake) -> None:
    rows = run_sql(lake.root, "select event_id, intensity, event_date, contexts from events")
    assert rows.schema.types == [pa.string(), pa.float64(), pa.date32(), pa.list_(pa.string())]
    assert rows.to_pylist()[0]["contexts"] == ["military"]


WRITES = "the lake is read-only here; send the rows to a file with --format csv"
SETTINGS = "changes settings, and they are fixed here"
EXTENSION = "and none can be loaded here"
OTHER = "is not answered here; a query begins with SELECT, WITH, FROM"
REFUSED = {
    "insert into events select * from events": f"INSERT writes, and {WRITES}",
    "update events set modality = 'actual'": f"UPDATE writes, and {WRITES}",
    "delete from events": f"DELETE writes, and {WRITES}",
    "truncate events": f"TRUNCATE writes, and {WRITES}",
    "create table t (a int)": f"CREATE writes, and {WRITES}",
    "create view v as select 1": f"CREATE writes, and {WRITES}",
    "drop view events": f"DROP writes, and {WRITES}",
    "alter view events rename to e": f"ALTER writes, and {WRITES}",
    "copy events to 'out.csv'": f"COPY writes, and {WRITES}",
    "export database 'out'": f"EXPORT writes, and {WRITES}",
    "import database 'out'": f"IMPORT writes, and {WRITES}",
    "checkpoint": f"CHECKPOINT writes, and {WRITES}",
    "/* ä */ explain analyze copy events to 'out.csv'": f"COPY writes, and {WRITES}",
    "explain create table t (a int)": f"CREATE writes, and {WRITES}",
    "with x as (copy (select 1) to 'out.csv') select * from x": f"it writes, and {WRITES}",
    "explain analyze with x as (copy (select 1) to 'out.csv') from x": f"it writes, and {WRITES}",
    "with x as (insert into events select * from events) select 1": f"it writes, and {WRITES}",
    "with x as (delete from events returning *) from x": f"it writes, and {WRITES}",
    "attach 'other.db'": "ATTACH reaches for other databases",
    "detach memory": "DETACH reaches for other databases",
    "use memory": "USE reaches for other databases",
    "from read_csv('/etc/passwd')": "it reads '/etc/passwd', and only the lake can be read here: articles, stories",
    "from read_text('/etc/passwd')": "it reads '/etc/passwd'",
    "from '/etc/passwd'": "it reads '/etc/passwd'",
    "from 'other.parquet'": "it reads 'other.parquet'",
    "from glob('/*')": "it reads '/\\*'",
    "from 'https://example.org/a.csv'": "it reads 'https://example.org/a.csv'",
    "describe 'other.parquet'": "it reads 'other.parquet'",
    "from sniff_csv('/etc/passwd')": "it reads '/etc/passwd'",
    "from duckdb_extensions()": "it reads a folder",
    "install httpfs": f"INSTALL is for extensions of DuckDB, {EXTENSION}",
    "load httpfs": f"LOAD is for extensions of DuckDB, {EXTENSION}",
    "from read_xlsx('a.xlsx')": f"it needs an extension of DuckDB, {EXTENSION}",
    "set threads = 1": f"SET {SETTINGS}",
    "set variable x = 1": f"SET {SETTINGS}",
    "reset threads": f"RESET {SETTINGS}",
    "pragma enable_profiling": f"PRAGMA {SETTINGS}",
    "select 1; select 2": "these are 2 statements; ask them one at a time",
    "select 1; drop view events; select 2": "these are 3 statements",
    "call pragma_version()": f"CALL {OTHER}",
    "prepare x as select 1": f"PREPARE {OTHER}",
    "execute x": f"EXECUTE {OTHER}",
    "begin transaction": f"BEGIN {OTHER}",
    "pivot events on event_type using count(*)": "PIVOT needs its values named here",
}


@pytest.mark.parametrize(("query", "message"), REFUSED.items(), ids=REFUSED)
def test_a_query_that_does_more_than_read_is_refused(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str, message: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with pytest.raises(UsageError, match=f"^The query is refused: {message}") as caught:
        run_sql(lake.root, query)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith((".", "FILE."))
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("how", ["with x as ({}) from x", "explain analyze with x as ({}) from x", "{}"])
def test_not_even_a_file_of_the_lake_can_be_overwritten(lake: Lake, how: str) -> None:
    path = lake.path("events", "plover", "2023-10")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="writes"):
        run_sql(lake.root, how.format(f"copy (select 1 as a) to '{path}' (format parquet, use_tmp_file false)"))
    assert path.read_bytes() == before


def test_a_file_inside_the_lake_that_is_no_partition_cannot_be_read(lake: Lake) -> None:
    other = lake.root / "events" / "other.parquet"
    other.write_bytes(lake.path("events", "plover", "2023-10").read_bytes())
    for query in (f"from '{other}'", f"from read_parquet('{other}')", f"from read_blob('{other}')"):
        with pytest.raises(UsageError, match=r"other\.parquet', and only the lake can be read here"):
            run_sql(lake.root, query)


def test_the_environment_cannot_be_read(lake: Lake) -> None:
    with pytest.raises(UsageError, match="getenv"):
        run_sql(lake.root, "select getenv('HOME')")


def test_variables_of_the_program_cannot_be_read(lake: Lake) -> None:
    secret = pa.table({"a": [1]})
    with pytest.raises(UsageError, match="secret"):
        run_sql(lake.root, "from secret")
    assert secret.num_rows == 1


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("selec 1", 'The query is wrong: it cannot be understood from "selec" on; look at the words before'),
        ("select nope from events", r'The query is wrong: there is no column "nope" in these tables\. Names near it: '),
        ("from event", "The query is wrong: there is no table 'event'\\. Did you mean 'events'\\? Tables: articles"),
        ("from nothing", "The query is wrong: there is no table 'nothing'\\. Tables: "),
        ("select 'a", "The query is wrong: unterminated"),
        ("select sqrt('a')", "The query is wrong: Could not convert string 'a'"),
        ("select $a", "The query is wrong: Values were not provided"),
        ("explain", "The query is wrong: it cannot be understood from"),
        ("", "There is no query"),
        (" ; -- nothing", "There is no query"),
    ],
)
def test_a_wrong_query_is_said_on_one_line(lake: Lake, query: str, message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}") as caught:
        run_sql(lake.root, query)
    assert "\n" not in str(caught.value)


def test_refusals_need_no_lake() -> None:
    assert explain_refusal("select 1") is None
    assert "COPY writes" in str(explain_refusal("copy x to 'y'"))


def test_a_damaged_file_is_not_the_query_s_fault(lake: Lake) -> None:
    path = lake.path("events", "plover", "2023-10")
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(LakeError, match=r"cannot be read.*events.parquet"):
        run_sql(lake.root, "select * from events")


def test_parameters_are_bound_and_not_pasted(lake: Lake) -> None:
    rows = ask(lake.root, "select $x::text as x", {"x": "'; drop view events; --"})
    assert rows.to_pylist() == [{"x": "'; drop view events; --"}]


def test_a_question_is_answered_quickly_and_without_heavy_imports(lake: Lake) -> None:
    program = (
        "import sys; from pathlib import Path; from tasks.report.query import run_sql\n"
        "assert run_sql(Path(sys.argv[1]), 'select 1').num_rows == 1\n"
        "heavy = {'prefect', 'spacy', 'pandas', 'dateparser', 'pycountry'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", program, str(lake.root)], cwd=Path(__file__).parents[2], check=True, timeout=60
    )
    assert time.monotonic() - began < 5  # 0.5 s alone on two cores; the bound of 1.5 s is measured, not tested
