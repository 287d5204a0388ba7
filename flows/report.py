"""The flow behind the schedule of the site: the HTML pages, written anew from what the lake holds."""

from datetime import date
from pathlib import Path

from prefect import flow, get_run_logger

from tasks.report.prefect_tasks import build_site
from tasks.settings import Settings
from tasks.workers import worker_processes


@flow(name="site")
def site(
    lake: str | Path | None = None, config: Path | None = None, as_of: date | None = None, out: str | None = None
) -> str:
    """Write the site into `out`, else where the setting `site` says, in place of the one there, and say what it is.

    It reads the lake and waits for no run: a reader sees each partition before a run or after it.
    """
    settings = Settings.load(config, lake=lake, site=out)
    with worker_processes(1):
        done = build_site(settings, as_of)
    get_run_logger().info(done)
    return done
