"""Says what is everyday life: the acts of private people that are no events between those alone."""

from collections.abc import Sequence
from typing import Final

from tasks.transform.coding.parties import Party

PRIVATE: Final = frozenset({"CVL", "REF", "EDU", "MED", "BUS", "LAB", "CRM"})
"""Sectors of people who act for themselves."""
EVERYDAY: Final = frozenset({"SUPPORT", "COOPERATE", "AID", "RETREAT", "ASSAULT"})
"""Types of what private people do to each other every day."""
COMPANIES: Final = frozenset({"MNC", "BUS"})
"""Sectors of companies."""


def is_private(event_type: str, actors: Sequence[Party], known: Sequence[Party]) -> bool:
    """Whether it is everyday life or private crime: only people of no state or group, known by a noun alone.

    What such people demand, protest or suffer from the police is politics; whom they visit or hurt is not. Nor is what
    companies of no one country do among themselves.
    """
    if actors and event_type != "PROTEST" and all(p.sector in COMPANIES and not p.country for p in known):
        return any(p.is_known for p in actors)
    if event_type == "CONSULT" and actors and all(p.sector in PRIVATE for p in actors) and len(known) < 3:
        return not any(p.sector not in PRIVATE and p.kind == "person" for p in known)
    return event_type in EVERYDAY and all(p.how == "alone" and p.sector in PRIVATE for p in known)
