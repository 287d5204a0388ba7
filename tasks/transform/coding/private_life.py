"""Says what is everyday life: the acts of private people that are no events between those alone."""

from typing import Final

PRIVATE: Final = frozenset({"CVL", "REF", "EDU", "MED", "BUS", "LAB", "CRM"})
"""Sectors of people who act for themselves."""
EVERYDAY: Final = frozenset({"SUPPORT", "COOPERATE", "AID", "RETREAT", "ASSAULT"})
"""Types of what private people do to each other every day."""
COMPANIES: Final = frozenset({"MNC", "BUS"})
"""Sectors of companies."""
