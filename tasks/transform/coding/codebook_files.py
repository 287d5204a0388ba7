"""Reads the files of the codebook: tables in CSV with comments, and TOML."""

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.errors import ConfigError


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file holds. ConfigError where it is missing or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: this file of the codebook is missing.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not valid TOML ({error}).") from None


def read_rows(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    """The rows of a CSV of the codebook with their place (`file:line`), without comments and empty lines.

    ConfigError, with the place, where the file is missing or a row has more or fewer cells than the header.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise ConfigError(f"{path}: this file of the codebook is missing.") from None
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    reader = csv.reader((line for _, line in numbered), strict=True)
    try:
        header = next(reader, [])
        for index, cells in enumerate(reader, 1):
            where = f"{path}:{numbered[min(index, len(numbered) - 1)][0]}"
            if len(cells) != len(header):
                raise ConfigError(f"{where}: has {len(cells)} cells where the header has {len(header)}.")
            yield dict(zip(header, (cell.strip() for cell in cells), strict=True)), where
    except csv.Error as error:
        raise ConfigError(f"{path}: is not valid CSV ({error}).") from None


def parts(text: str) -> tuple[str, ...]:
    """The values of a cell, which are parted by `|`."""
    return tuple(part for part in (p.strip() for p in text.split("|")) if part)
