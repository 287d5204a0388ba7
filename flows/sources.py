"""Chooses the sources of a run, from the paths and the name that a user gave or from `sources.toml`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tasks.errors import UsageError, did_you_mean
from tasks.settings import OWN, Settings, Source, path_source, source_name
from tasks.staging import Staging

AUTO: Final = "auto"
"""In place of the name of a data set: each file tells by its content what it is of."""


def chosen_sources(
    settings: Settings, paths: Sequence[Path] = (), name: str | None = None, *, live: bool = False
) -> list[Source]:
    """The sources to read, each (name, place) once.

    Without paths: all of news that `sources.toml` enables, or the one called `name`, enabled or not. A path is a
    source named after its file or folder, or `name`; where `sources.toml` describes that place or that name, its
    settings hold. `live`: only those of them that are fetched. Reference data has `reference_sources_of_run`.
    Raises UsageError for a name that is not there and for a `name` that cannot be one.
    """
    everything = settings.sources()
    configured = [source for source in everything if not source.dataset]
    if reference := next((source for source in everything if source.dataset and source.name == name), None):
        if not paths:
            return []
        words = f"load files of it with `dotterel reference load {data_set_name(reference)} PATH`"
        raise UsageError(f"Source '{name}' is reference data: {words}.")
    if name is not None and source_name(name) != name:
        raise UsageError(f"'{name}' cannot name a source: use lower-case letters, digits and . _ -")
    if not paths:
        if name is None:
            return [source for source in configured if source.enabled and (source.is_live or not live)]
        return [source for source in (_named(configured, name),) if source.is_live or not live]
    if live:
        raise UsageError("--live is for sources of sources.toml; a path on the command line is read, not fetched.")
    found: dict[tuple[str, Path], Source] = {}
    for path in paths:
        source = _of_path(configured, path, name)
        found.setdefault((source.name, path.resolve()), source)
    return list(found.values())


def reference_sources_of_run(
    settings: Settings, paths: Sequence[Path] = (), name: str | None = None, *, live: bool = False
) -> list[Source]:
    """The sources of reference data that a run loads after the news: all that are enabled, or the one called `name`.

    None where paths are given, which hold news, nor where feeds and pages alone (`live`) are asked for.
    """
    if paths or live:
        return []
    return [s for s in settings.sources() if s.dataset and (s.enabled if name is None else s.name == name)]


def sources_of_backfill(
    settings: Settings, paths: Sequence[Path] = (), name: str | None = None
) -> tuple[list[Source], list[str]]:
    """The sources to read, and the names of all sources to bring up to date: also those that are only in the lake."""
    in_lake = Staging(settings.lake).sources()
    if not paths and name in in_lake and name not in {source.name for source in settings.sources()}:
        return [], [name]
    sources = chosen_sources(settings, paths, name)
    names = {source.name for source in sources} | (set(in_lake) if not paths and name is None else set())
    # A source that was switched off is not brought up to date either.
    return sources, sorted(names - {source.name for source in settings.sources() if not source.enabled and not name})


def sources_of_retry(settings: Settings, name: str | None = None) -> list[str]:
    """The sources whose quarantine is tried again: the one called `name`, or all in the lake that are not switched off.

    Raises UsageError for a name of which nothing was ever read.
    """
    in_lake = Staging(settings.lake).sources()
    if name is None:
        off = {source.name for source in settings.sources() if not source.enabled}
        return [source for source in in_lake if source not in off]
    if name not in in_lake:
        known = ", ".join(in_lake) or "none"
        raise UsageError(f"Nothing of a source '{name}' is in this lake. Known: {known}.")
    return [name]


def data_set_name(source: Source) -> str:
    """What `dotterel reference load` calls the data set of a source: a table of the user's own by its own name."""
    return source.name if source.dataset == OWN else source.dataset


def reference_sources(settings: Settings, dataset: str | None = None, paths: Sequence[Path] = ()) -> list[Source]:
    """What to load of reference data, as sources with a `dataset`, which is `auto` where each file is to tell it.

    Without paths: the sources of `sources.toml` with this data set, or any, that are enabled; where none of a data set
    that was named is enabled, all that it has whose files are there. A table of the user's own is a data set called
    like its source. Raises UsageError where there is nothing to load.
    """
    there = [s for s in settings.sources() if s.dataset and dataset in (None, AUTO, data_set_name(s))]
    if paths:
        own = next((source for source in there if source.dataset == OWN and source.name == dataset), None)
        if own:
            return [replace(own, path=path) for path in paths]
        return [replace(path_source(path), dataset=dataset or AUTO) for path in paths]
    chosen = [source for source in there if source.enabled]
    if not chosen and dataset not in (None, AUTO):
        chosen = [source for source in there if source.is_live or source.path.exists()]
    if not chosen:
        what = "a data set" if dataset in (None, AUTO) else f'dataset = "{dataset}"'
        raise UsageError(
            f"There is nothing to load: name files or folders, or enable a source with {what} in sources.toml."
        )
    return chosen


def check_there(sources: Sequence[Source], *, all_of_them: bool) -> None:
    """Raise UsageError when a place is unknown or holds no file: all of them must be there, or at least one.

    Raises it also for an unknown data set, or a table of the user's own whose mapping cannot be meant.

    This is a look before anything starts; it opens no file.
    """
    for source in sources:
        if source.dataset not in ("", AUTO):
            from tasks.extract.reference.registry import of_source  # only here, since it takes a second

            of_source(source)
    if not sources:
        raise UsageError("There is no source to read: name a file or folder, or enable one in sources.toml.")
    problems = [problem for source in sources if not source.is_live and (problem := _problem(source.path.expanduser()))]
    if problems and (all_of_them or len(problems) == len(sources)):
        raise UsageError(problems[0])


def _problem(path: Path) -> str:
    """What is wrong with a place, or nothing."""
    try:
        if not path.exists():
            return f"{path}: there is no such file or folder."
        if path.is_dir() and not _holds_files(path):
            return f"{path}: this folder holds no files to read."
    except OSError as error:
        return f"{path}: cannot be read ({error.strerror})."
    return ""


def _holds_files(folder: Path) -> bool:
    """Whether a file lies in a folder, however deep. Raises OSError where the folder itself cannot be read."""
    left = list(folder.iterdir())
    while left:
        path = left.pop()
        try:
            if path.name.startswith(".") or path.is_symlink():
                continue
            if path.is_file():
                return True
            left.extend(path.iterdir() if path.is_dir() else ())
        except OSError:
            continue  # the run says of each what it could not read
    return False


def _named(configured: Sequence[Source], name: str) -> Source:
    for source in configured:
        if source.name == name:
            return source
    known = [source.name for source in configured]
    near = did_you_mean(name, known)
    raise UsageError(f"There is no source '{name}' in sources.toml.{near} Known: {', '.join(known) or 'none'}.")


def _of_path(configured: Sequence[Source], path: Path, name: str | None) -> Source:
    given = path_source(path, name)
    for source in configured:
        if source.name == name or (name is None and source.path.expanduser().resolve() == path.resolve()):
            return replace(source, path=path, urls=())
    return given
