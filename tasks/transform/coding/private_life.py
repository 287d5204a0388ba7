"""Says what is everyday life: the acts of private people that are no events between those alone."""

from collections.abc import Sequence
from typing import Final

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.parties import Party

PRIVATE: Final = frozenset({"CVL", "REF", "EDU", "MED", "BUS", "LAB", "CRM"})
"""Sectors of people who act for themselves."""
EVERYDAY: Final = frozenset({"SUPPORT", "COOPERATE", "AID", "RETREAT", "ASSAULT"})
"""Types of what private people do to each other every day."""
_CRIMINAL: Final = frozenset({"arrest", "investigate", "litigate"})
"""Modes of what police and courts do about a crime."""
_OF_THE_LAW: Final = frozenset({"COP", "JUD", "GOV"})
"""Sectors of those who do it."""
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


def is_domestic_trip(event: Coded) -> bool:
    """Whether somebody only travels to a place in his own country: "Biden travels to Alaska". He visits nobody."""
    own = {p.country for p in event.actors}
    away = [p for p in event.recipients if p.kind != "place" or {p.country} != own]
    return event.mode == "visit" and bool(event.recipients) and not away


class OrdinaryCrimes:
    """Crimes of private life, with which police and courts deal every day, by the words of `language.toml`."""

    def __init__(self, codebook: Codebook) -> None:
        named: Sequence[str] = codebook.language["quiet"]["crimes"]
        self._words = frozenset(word for word in named if " " not in word)
        self._phrases = tuple(f" {phrase} " for phrase in named if " " in phrase)

    def told(self, event: Coded, lower: Sequence[str]) -> bool:
        """Whether an event is what police or courts do about such a crime: theft, drunken driving, family violence.

        `lower` are the words of the sentence in lower case. What is done to officials, to people whom the codebook
        knows by name, or across a border counts nevertheless.
        """
        if event.mode not in _CRIMINAL:
            return False
        parties = (*event.actors, *event.recipients)
        private = all(p.sector in PRIVATE or not p.sector for p in event.recipients)
        private = private and all(p.sector in PRIVATE | _OF_THE_LAW or not p.sector for p in event.actors)
        if not private or any(p.how == "name" and p.kind == "person" for p in parties):
            return False
        return len({p.country for p in parties} - {""}) < 2 and self._names_one(lower)

    def _names_one(self, lower: Sequence[str]) -> bool:
        if not self._words.isdisjoint(lower):
            return True
        text = f" {' '.join(lower)} "
        return any(phrase in text for phrase in self._phrases)
