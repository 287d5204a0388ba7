"""Reads the schedules of `config/prefect.yaml`: Prefect's own format of deployments, as far as it is used here."""

import importlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import yaml
from prefect import Flow
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval, Schedule
from prefect.types.entrypoint import EntrypointType

from tasks.errors import ConfigError
from tasks.settings import Settings, shipped

_KEYS: Final = {"name", "entrypoint", "description", "parameters", "schedules", "tags", "version"}


@dataclass(frozen=True, slots=True)
class Deployment:
    """One entry of the file: a flow, what it is given, and when it runs; `when` says that in words."""

    name: str
    flow: "Flow[..., Any]"
    parameters: dict[str, Any]
    schedules: tuple[Schedule, ...]
    when: str
    description: str = ""

    def to_prefect(self) -> RunnerDeployment:
        """The deployment as Prefect's runner takes it; the flow is named by its module, wherever that is installed."""
        deployment = self.flow.to_deployment(
            name=self.name,
            parameters=self.parameters,
            schedules=list(self.schedules),
            description=self.description or None,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        return cast(RunnerDeployment, deployment)  # it is a coroutine only where a loop runs already


def schedule_file(settings: Settings) -> Path:
    """`prefect.yaml` beside the config file, else the one that ships with Dotterel."""
    beside = settings.config.parent / "prefect.yaml"
    return beside if beside.is_file() else shipped("config") / "prefect.yaml"


def read_schedules(file: Path, always: dict[str, Any]) -> list[Deployment]:
    """The deployments of a file; `always` are parameters that every flow is given where the file does not say.

    Raises ConfigError for a file that is missing or says what cannot be meant.
    """
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{file}: there is no such file.") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}).") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: is not valid YAML ({' '.join(str(error).split())}).") from None
    entries = content.get("deployments") if isinstance(content, dict) else None
    if not isinstance(entries, list) or not entries:
        raise ConfigError(f"{file}: has no list of `deployments`.")
    found = [_deployment(entry, file, always) for entry in entries]
    names = [deployment.name for deployment in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"{file}: two deployments are called '{twice[0]}'.")
    return found


def _deployment(entry: Any, file: Path, always: dict[str, Any]) -> Deployment:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"]:
        raise ConfigError(f"{file}: each deployment needs a name.")
    where = f"{file}: deployment '{entry['name']}'"
    if unknown := sorted(set(map(str, entry)) - _KEYS):
        raise ConfigError(f"{where} has unknown keys: {', '.join(unknown)}. Known: {', '.join(sorted(_KEYS))}.")
    flow = _flow(entry.get("entrypoint"), where)
    schedules = entry.get("schedules")
    if not isinstance(schedules, list) or not schedules:
        raise ConfigError(f"{where} needs a list of schedules, each with cron or interval.")
    read = [_schedule(schedule, where) for schedule in schedules]
    return Deployment(
        name=entry["name"],
        flow=flow,
        parameters=_parameters(entry.get("parameters") or {}, flow, always, where),
        schedules=tuple(schedule for schedule, _ in read),
        when=", ".join(words for _, words in read),
        description=str(entry.get("description") or ""),
    )


def _flow(entrypoint: Any, where: str) -> "Flow[..., Any]":
    file, _, name = str(entrypoint).partition(":")
    module = file.removesuffix(".py").replace("/", ".")
    try:
        flow = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        flow = None
    if not isinstance(flow, Flow):
        raise ConfigError(f"{where}: there is no flow '{entrypoint}'; write it as flows/ingest.py:ingest.")
    return flow


def _parameters(given: Any, flow: "Flow[..., Any]", always: dict[str, Any], where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ConfigError(f"{where}: parameters must be names with values.")
    known = flow.parameters.properties
    if unknown := sorted(set(map(str, given)) - set(known)):
        raise ConfigError(f"{where} has unknown parameters: {', '.join(unknown)}. Known: {', '.join(known)}.")
    everything = {name: value for name, value in always.items() if value is not None and name in known} | given
    try:
        flow.validate_parameters(everything)
    except Exception as error:  # noqa: BLE001 - Prefect raises several kinds, and each means the same here
        raise ConfigError(f"{where}: its parameters are not right ({' '.join(str(error).split())}).") from None
    return everything


def _schedule(schedule: Any, where: str) -> tuple[Schedule, str]:
    if not isinstance(schedule, dict) or ("cron" in schedule) == ("interval" in schedule):
        raise ConfigError(f"{where}: a schedule has either cron or interval.")
    if unknown := sorted(set(map(str, schedule)) - {"cron", "interval", "timezone"}):
        raise ConfigError(f"{where}: a schedule has unknown keys: {', '.join(unknown)}.")
    zone = str(schedule.get("timezone") or "UTC")
    try:
        ZoneInfo(zone)  # Prefect does not look
        if "cron" in schedule:
            return Cron(str(schedule["cron"]), timezone=zone), f"cron {schedule['cron']} ({zone})"
        seconds = float(schedule["interval"])
        return Interval(timedelta(seconds=seconds), timezone=zone), f"every {seconds:,.0f} seconds"
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError(f"{where}: its schedule is not right ({' '.join(str(error).split())}).") from None
