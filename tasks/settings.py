"""One frozen Settings, and the only reader of config files and environment."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Self

from tasks.errors import ConfigError
from tasks.storage import is_remote, located

_CHECKOUT: Final = Path(__file__).resolve().parent.parent
_SHIPPED: Final = Path(__file__).resolve().parent / "shipped"
LOG_FORMATS: Final = ("text", "json")
_MODELS: Final = ("auto", "none")
_WEB: Final = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?")  # without a user and password: those would be kept
_ENDINGS: Final = (
    *(
        ".gz",
        ".bz2",
        ".xz",
        ".zip",
        ".tar",
        ".json",
        ".jsonl",
        ".csv",
        ".tsv",
        ".txt",
        ".md",
        ".html",
        ".htm",
        ".mhtml",
    ),
    *(".xml", ".rss", ".atom", ".mbox", ".eml", ".warc", ".arc", ".sgm"),
)
OWN: Final = "own"
"""The `dataset` of a table of the user's own; which of its columns means what stands beside it in `sources.toml`."""
_SOURCE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")


def shipped(relative: str) -> Path:
    """A file or folder that travels with Dotterel (`config`, `data/sample`): in the package, or in its checkout."""
    installed = _SHIPPED / relative
    return installed if installed.exists() else _CHECKOUT / relative


def is_installed(path: Path) -> bool:
    """Whether a path is part of the installed package, which an update replaces."""
    return path.resolve().is_relative_to(_SHIPPED)


def source_name(text: str) -> str:
    """A name that can be a folder of the lake, from a file or folder name: lower case, letters, digits, `. _ -`."""
    name = re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._")
    return name or "source"


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where a user's programs keep what they remember, such as a history: `$XDG_STATE_HOME`, or `~/.local/state`."""
    named = environ.get("XDG_STATE_HOME", "")
    return (Path(named) if Path(named).is_absolute() else Path.home() / ".local" / "state") / "dotterel"


@dataclass(frozen=True, slots=True)
class Source:
    """One place to read from, as `sources.toml` or a path on the command line describes it.

    `fields` maps our field names (title, body, date, outlet, author, url, language, categories, poster) to the names
    of the archive, where the readers would not find them by themselves. `outlet`, `language` and `timezone` stand in
    where a record has none; `timezone` is an IANA name. A raw file that gives fewer than `least_rows` articles is
    reported.

    A live source has `urls`, and `path` is where its responses are kept. They are feeds, or pages where `feed` is
    false; `follow`: the pages that their items link to are fetched too.

    A source with a `dataset` is reference data of that name, which is loaded after the news; its `urls`, if it has
    any, is the one list of its files. Where that is `own`, `mapping` says how a table of the user's own is read: see
    `tasks.extract.reference.own_tables`. `version` is the newest version of a data set that its reader was tried on.
    """

    name: str
    path: Path
    urls: tuple[str, ...] = ()
    follow: bool = False
    feed: bool = True
    dataset: str = ""
    enabled: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, Any] = field(default_factory=dict)
    outlet: str = ""
    language: str = ""
    timezone: str = "UTC"
    publisher: str = ""
    licence: str = ""
    citation: str = ""
    address: str = ""
    version: str = ""
    cadence: str = ""
    least_rows: int = 0
    note: str = ""

    @property
    def is_live(self) -> bool:
        """Whether the source is fetched from the network, not read from a folder of the user."""
        return bool(self.urls)

    def reading(self) -> dict[str, Any]:
        """What changes the rows that a reader makes, and so belongs into the name of a staged batch."""
        return {
            "fields": dict(sorted(self.fields.items())),
            "outlet": self.outlet,
            "language": self.language,
            "timezone": self.timezone,
        }


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run can be told. Paths are as the user gave them, relative ones to the working directory.

    `workers` is the number of coding processes (0: one a core). `batch_size` is in articles, `max_member_bytes` in
    bytes after unpacking (of a record, where a format is read as a stream), `max_members` in members of one archive.
    `max_fetch_bytes` and `fetch_timeout` (seconds) limit one response, `fetch_interval` is the least number of seconds
    between two requests to one host, `contact` tells hosts whom to ask about them. `model` says whether the trained
    model that ships with Dotterel judges the events of the rules (`auto`) or not (`none`). `real_data` is the folder
    with real files for tests. `cluster` is the address of a Dask scheduler whose workers do the work in place of
    processes here, and empty for none. `notify_command` and `notify_url` are told of runs that failed. `log_format` is
    how a run says what it does, where no person watches it. `site` is the folder of the HTML site, and empty for
    `site` beside the lake.
    """

    lake: Path = Path("data/lake")
    site: str = ""
    config: Path = field(default_factory=lambda: shipped("config") / "dotterel.toml")
    workers: int = 0
    cluster: str = ""
    focus: str = "RUS"
    batch_size: int = 2000
    max_member_bytes: int = 100_000_000
    max_members: int = 100_000
    max_expansion: int = 1000
    max_fetch_bytes: int = 50_000_000
    fetch_timeout: int = 120
    fetch_interval: float = 1.0
    contact: str = ""
    notify_command: str = ""
    notify_url: str = ""
    log_format: str = "text"
    model: str = "auto"
    real_data: Path = field(default_factory=lambda: _CHECKOUT.parent / "shared")

    @classmethod
    def load(cls, config: Path | None = None, environ: Mapping[str, str] = os.environ, **given: Any) -> Self:
        """Settings from, last wins: defaults, the config file, `DOTTEREL_*` variables, and what was `given`.

        The config file is `config`, else DOTTEREL_CONFIG, else `config/dotterel.toml` in the working directory, else
        the one that ships with Dotterel. Values of None in `given` count as not given.
        """
        chosen = config or (Path(environ["DOTTEREL_CONFIG"]) if environ.get("DOTTEREL_CONFIG") else None)
        if chosen is None:
            here = Path("config/dotterel.toml")
            chosen = here if here.is_file() else shipped("config") / "dotterel.toml"
        known = {f.name: f for f in fields(cls)}
        values: dict[str, Any] = {}
        for name, value in _toml(chosen).items():
            if name not in known or name == "config":
                raise ConfigError(f"{chosen}: unknown setting '{name}'. Known: {', '.join(sorted(known))}.")
            values[name] = value
        for name in known:
            if (value := environ.get(f"DOTTEREL_{name.upper()}")) and name != "config":
                values[name] = value
        values |= {name: value for name, value in given.items() if value is not None}
        return cls(config=chosen, **{name: _typed(name, value, chosen) for name, value in values.items()})

    @property
    def codebook(self) -> Path:
        """The folder of coding rules: beside the config file, else the one that ships with Dotterel."""
        beside = self.config.parent / "codebook"
        return beside if beside.is_dir() else shipped("config") / "codebook"

    @property
    def site_folder(self) -> Path:
        """The folder of the HTML site: as set, else `site` beside the lake, or in `data` where that is remote."""
        if self.site:
            return Path(self.site).expanduser()
        return Path("data/site") if is_remote(self.lake) else self.lake.parent / "site"

    @property
    def models(self) -> Path | None:
        """The folder of the models that judge events; None where the rules are to code alone."""
        return shipped("data/models") if self.model == "auto" else None

    @property
    def processes(self) -> int:
        """How many processes code batches side by side."""
        if self.workers:
            return self.workers
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def sources(self) -> list[Source]:
        """The sources of `sources.toml` beside the config file, in the order in which they stand there.

        A relative `path` is looked for beside the config folder, where the sample archive of a checkout or of an
        installed package lies, and then in the working directory. That of a live source is `raw_folder`.
        """
        file = self.config.parent / "sources.toml"
        if not file.is_file():
            file = shipped("config") / "sources.toml"
        table = _toml(file)
        return [_source(name, entry, file, self.lake) for name, entry in table.items()]


def raw_folder(lake: Path) -> Path:
    """Where the responses of live sources are kept: in the lake, or on this machine where the lake is remote."""
    return Path("data/raw") if is_remote(lake) else lake / "raw"


def path_source(path: Path, name: str | None = None) -> Source:
    """The source that a path on the command line stands for: named after its folder or file, unless `name` is given."""
    stem = path.resolve().name
    for ending in _ENDINGS:
        stem = stem.removesuffix(ending) or stem
    return Source(name=source_name(name or stem), path=path)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such config file.") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not valid TOML ({error}).") from None


def _typed(name: str, value: Any, origin: Path) -> Any:
    """The value in the type of the setting: paths from text, whole numbers from variables."""
    if name == "lake":
        return located(value)
    if name == "real_data":
        return Path(value)
    if name == "model":
        if value not in _MODELS:
            raise ConfigError(f"Setting 'model' is '{value}' and must be one of {', '.join(_MODELS)} (see {origin}).")
        return str(value)
    if name == "focus":
        return str(value).upper()
    if name in ("cluster", "notify_command", "site"):
        return str(value)
    if name == "notify_url":
        if value and not _WEB.fullmatch(str(value)):
            raise ConfigError(f"Setting 'notify_url' must begin with http:// or https:// (see {origin}).")
        return str(value)
    if name == "log_format":
        if value not in LOG_FORMATS:
            raise ConfigError(f"Setting 'log_format' is '{value}' and must be text or json (see {origin}).")
        return str(value)
    if name == "contact":
        if not str(value).isascii() or not str(value).isprintable():
            raise ConfigError(f"Setting 'contact' must be plain ASCII, such as a mail address (see {origin}).")
        return str(value)
    if name == "fetch_interval":
        return _seconds(name, value, origin)
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise ConfigError(f"Setting '{name}' is '{value}' and must be a whole number (see {origin}).") from None
    if number < 0 or (number == 0 and name != "workers"):
        raise ConfigError(f"Setting '{name}' is {number} and must be positive (see {origin}).")
    return number


def _seconds(name: str, value: Any, origin: Path) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = -1.0
    if not 0 <= seconds < 86_400:
        raise ConfigError(f"Setting '{name}' is '{value}' and must be a number of seconds (see {origin}).")
    return seconds


def _source(name: str, entry: Any, file: Path, lake: Path) -> Source:
    known = {f.name for f in fields(Source)} - {"name", "urls", "mapping"} | {"url"}
    if not isinstance(entry, dict) or ("path" in entry) == ("url" in entry):
        raise ConfigError(f"{file}: source '{name}' needs either a path or a url.")
    if entry.get("dataset") == OWN:
        if "path" not in entry:
            raise ConfigError(f"{file}: source '{name}' is a table of your own and needs a path.")
        # Its reader knows these words, and says which it does not know.
        mapping = {key: value for key, value in entry.items() if key not in known}
        entry = {key: value for key, value in entry.items() if key in known} | {"mapping": mapping}
    elif unknown := sorted(set(entry) - known):
        raise ConfigError(f"{file}: source '{name}' has unknown settings: {', '.join(unknown)}.")
    if not _SOURCE_NAME.fullmatch(name):
        raise ConfigError(f"{file}: source '{name}' may only use lower-case letters, digits and . _ -")
    if "url" in entry:
        rest = {key: value for key, value in entry.items() if key != "url"}
        if entry.get("dataset") and {"follow", "feed"} & set(entry):
            raise ConfigError(f"{file}: source '{name}' is a data set; follow and feed go with feeds and pages.")
        return Source(
            **{**rest, "name": name, "path": raw_folder(lake) / name, "urls": _urls(name, entry["url"], file)}
        )
    if live_only := sorted({"follow", "feed"} & set(entry)):
        raise ConfigError(f"{file}: source '{name}' has a path; {' and '.join(live_only)} go with a url.")
    path = Path(entry["path"]).expanduser()
    if not path.is_absolute():
        beside = file.parent.parent / path
        path = beside if beside.exists() else path
    return Source(**{**entry, "name": name, "path": path})


def _urls(name: str, given: Any, file: Path) -> tuple[str, ...]:
    """The addresses of a live source: one, or a list of them."""
    urls = [given] if isinstance(given, str) else given
    if not isinstance(urls, list) or not urls:
        raise ConfigError(f"{file}: the url of source '{name}' must be an address or a list of addresses.")
    for url in urls:
        if not isinstance(url, str) or not _WEB.fullmatch(url):
            raise ConfigError(f"{file}: '{url}' of source '{name}' is no address that begins with http:// or https://.")
    return tuple(url.partition("#")[0] for url in urls)
