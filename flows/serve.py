"""Runs the schedules of `config/prefect.yaml` until it is told to stop."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

from prefect.runner import Runner

from flows.options import Common
from flows.prefect_server import prefect_server
from flows.schedules import Deployment, read_schedules, schedule_file
from flows.sources import AUTO, chosen_sources
from tasks.errors import UsageError
from tasks.load.lake import check_writable
from tasks.settings import Settings


def serve(settings: Settings, common: Common, schedules: Path | None, say: Callable[[str], None]) -> None:
    """Run the schedules until SIGINT or SIGTERM; a run in hand is ended then, and goes on the next time.

    Each scheduled run is a process of its own, and only one works at a time. Raises ConfigError, LakeError.
    """
    lake = common.lake.resolve() if common.lake else None
    config = common.config.resolve() if common.config else None
    file = schedules or schedule_file(settings)
    deployments = read_schedules(file, {"lake": lake and str(lake), "config": config and str(config)})
    check_writable(settings.lake)
    # The flows' own lines: when each run begins and ends, and what it did.
    os.environ.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL", "INFO")
    if settings.log_format == "json":
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER", "json")
    with prefect_server(schedules=True) as server:
        if server is not None:
            say("starting a Prefect server on this machine")
            server.wait()
        runner = Runner(name="dotterel", limit=1)
        for deployment in deployments:
            if lacks_sources(deployment, settings):
                say(f"{deployment.name}: not scheduled, since sources.toml enables no source for it")
                continue
            runner.add_deployment(deployment.to_prefect())
            say(_line(deployment))
        say(f"serving the schedules of {file}; Ctrl-C ends it")
        asyncio.run(_until_told(runner))
    say("ended")


def lacks_sources(deployment: Deployment, settings: Settings) -> bool:
    """Whether a deployment is for live sources, or for reference data, alone, and none of that is enabled."""
    given = deployment.parameters
    is_reference = deployment.flow.name == "reference" and not given.get("paths")
    if not given.get("live") and not is_reference:
        return False
    config = given.get("config")
    try:
        used = Settings.load(Path(config)) if config else settings
        if is_reference:
            asked = given.get("dataset")
            return not any(s.enabled and s.dataset and asked in (None, AUTO, s.dataset) for s in used.sources())
        return not chosen_sources(used, (), given.get("source"), live=True)
    except UsageError:
        return False  # the run itself will say what is wrong


async def _until_told(runner: Runner) -> None:
    """Start the runner, and stop it on the first SIGINT or SIGTERM."""
    told = asyncio.Event()
    running = asyncio.create_task(runner.start())
    await asyncio.sleep(0)  # the runner sets a handler of its own first, which leaves its children behind
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if told.is_set() and runner.started:
        await runner.astop()
    await running


def _line(deployment: Deployment) -> str:
    return f"{deployment.name}: {deployment.flow.name}, {deployment.when}"
