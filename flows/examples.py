"""The examples at the end of each help page; a test holds them against the commands' options."""

from typing import Final

EXAMPLES: Final = {
    "dotterel": """
        dotterel run                                   the sample archive into data/lake
        dotterel run ~/archive news.zip --lake out     your own files and folders
        dotterel report dyads --lake out               who did what to whom, by month
        dotterel site --lake out                       HTML pages, with the sentence behind every number
        dotterel sql "select * from quotes limit 5"    any question, in DuckDB's SQL
        echo '{"id": 1, "text": "Finland joined NATO on 4 April 2023."}' | dotterel code -
        """,
    "dotterel run": """
        dotterel run                                         all sources of sources.toml, at first the sample archive
        dotterel run ~/archive news.zip --lake out           your own files and folders
        dotterel run ~/archive --since 2023-09-01 --until 2023-10-31
        dotterel run --live                                  the feeds and pages of sources.toml alone
        dotterel run --retry-quarantined --source sample --reason broken_json
        """,
    "dotterel backfill": """
        dotterel backfill --since 2022-01-01 --until 2023-12-31 --dry-run      what would be done
        dotterel backfill --since 2022-01-01 --until 2023-12-31 --recode       after a change of the codebook
        dotterel backfill --only sample/2023-10                                one month of one source
        """,
    "dotterel serve": """
        dotterel serve                                  what config/prefect.yaml says, until Ctrl-C
        dotterel serve --schedules nightly.yaml --lake out
        dotterel serve --log-format json                one object a line, for a program that reads logs
        """,
    "dotterel reference": """
        dotterel reference                               which there are, and what of them is in the lake
        dotterel reference load auto ~/downloads         each file tells what it is
        """,
    "dotterel reference load": """
        dotterel reference load auto ~/downloads --lake out          each file tells what it is
        dotterel reference load ucdp-ged GEDEvent_v25_1.csv          one data set, from one file
        dotterel reference load gdelt --since 2023-10-01 --until 2023-10-07
        """,
    "dotterel code": """
        echo '{"id": 1, "text": "Hungary refused to send weapons to Ukraine."}' | dotterel code -
        dotterel code sentences.jsonl --explain --format text        for people, step by step
        dotterel code sentences.jsonl --rows quotes,claims > rows.jsonl
        """,
    "dotterel evaluate": """
        dotterel evaluate gold.jsonl                      precision, recall and F1 of types, actors and dyads
        dotterel evaluate news.jsonl gsr.jsonl --by-type  two sets, each apart, with a row for each event type
        dotterel evaluate gold.jsonl --errors --format csv > errors.csv
        echo '{"id": 1, "text": "Norway praised Chad.", "event_type": "SUPPORT", "source": ["NOR"]}' |
          dotterel evaluate /dev/stdin
        """,
    "dotterel report": """
        dotterel report                                              which reports there are, with their parameters
        dotterel report dyads --describe                             what its parameters and columns mean
        dotterel report dyads --param country=ARM --param since=2023-09-01
        dotterel report claims_check --param show=tested --format csv > tested.csv
        dotterel report border_watch --as-of 2023-09-30              as it could be known that day
        """,
    "dotterel sql": """
        dotterel sql                                                    a shell; `.help` there says what it can do
        dotterel sql "select * from quotes where speaker_country = 'ARM' limit 5"
        dotterel sql "from incidents where outlets > 2" --format csv > incidents.csv
        dotterel sql - --format parquet < question.sql > answer.parquet
        """,
    "dotterel site": """
        dotterel site                                   data/site, beside the lake
        dotterel site --lake out --out ~/site --param focus=ARM
        dotterel site --as-of 2023-09-30                as it could be known that day
        """,
    "dotterel export": """
        dotterel export --as icews --out events.tab                          for a script that was written for ICEWS
        dotterel export --as gdelt --out 2023.export.CSV --since 2023-01-01 --until 2023-12-31
        dotterel export --as geojson --out armenia.geojson --country ARM     points with sentences, for QGIS or the web
        dotterel export --as datapackage --out package                       all tables with the data dictionary
        """,
    "dotterel catalog": """
        dotterel catalog                                        data/lake.duckdb, beside the lake
        dotterel catalog --lake out --out ~/lake.duckdb --force
        harlequin --read-only data/lake.duckdb
        """,
    "dotterel diff": """
        dotterel sql "select run_id, flow, coder_version from runs order by started_at"     the runs of this lake
        dotterel diff 20261130T004719Z-1f2e3d                        what that run changed, by type and by rule
        dotterel diff 20261130T004719Z-1f2e3d 20261201 --rows        from after one run to after another, event by event
        """,
    "dotterel status": """
        dotterel status                                 sources, the last run, failed periods, size
        dotterel status --quarantine                    what could not be read, why, and what to do
        dotterel status --quarantine --source sample --format csv > quarantine.csv
        """,
    "dotterel check": """
        dotterel check                                  all checks
        dotterel check checksums foreign_files          only these
        dotterel check --format json > checks.json
        """,
    "dotterel clean": """
        dotterel clean --dry-run                        only shows what would go
        dotterel clean --yes --keep-runs 10             `dotterel diff` can still show the last ten runs
        """,
    "dotterel learn": """
        dotterel learn                                  people whom at least three stories introduce
        dotterel learn --least 5 --out people.csv       stricter, and into another file to look at first
        """,
}
"""By path of the command, one line an example, with what it does after it where that needs saying."""


def epilog(path: str) -> str:
    """The block of examples of a command's help, which click leaves as it is laid out. Raises KeyError without any."""
    lines = [line.removeprefix("        ") for line in EXAMPLES[path].strip("\n").rstrip().splitlines()]
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
