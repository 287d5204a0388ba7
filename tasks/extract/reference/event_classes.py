"""Says what the shipped codebook gives for an event type and mode: quad class, intensity and CAMEO code."""

from functools import cache
from typing import Any, Final

from tasks.settings import shipped
from tasks.transform.coding.codebook_files import read_rows

_CODEBOOK: Final = "config/codebook"


@cache
def event_class(event_type: str, event_mode: str | None = None) -> dict[str, Any]:
    """The columns event_type, event_mode, quad_class, intensity and cameo_code of an event; KeyError for unknown ones.

    It is always the codebook that ships with Dotterel: the rows of a reference data set do not change with a user's.
    """
    kind = _types()[event_type]
    mode = _modes()[event_type, event_mode] if event_mode else kind
    return {
        "event_type": event_type,
        "event_mode": event_mode,
        "quad_class": int(kind["quad_class"]),
        "intensity": float(mode["intensity"]),
        "cameo_code": mode["cameo"],
    }


@cache
def _types() -> dict[str, dict[str, str]]:
    return {row["type"]: row for row, _ in read_rows(shipped(_CODEBOOK) / "event_types.csv")}


@cache
def _modes() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["type"], row["mode"]): row for row, _ in read_rows(shipped(_CODEBOOK) / "modes.csv")}
