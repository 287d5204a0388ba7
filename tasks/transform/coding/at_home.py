"""Adds to the parties of an event what its place tells of them."""

from dataclasses import replace
from typing import Final

from tasks.transform.coding.actors import OTHERS
from tasks.transform.coding.coded import OFTEN_UNKNOWN, Coded
from tasks.transform.coding.parties import Party
from tasks.transform.coding.places import Place

_OF_A_STATE: Final = frozenset({"GOV", "MIL", "LEG", "JUD", "SPY"})
"""Sectors whose unnamed members need not be of the country in which they meet."""

_ARREST: Final = "arrest"
_DEPORT: Final = "deport"
"""Mode of what is done to people who are mostly abroad."""


def at_home(event: Coded, place: Place | None) -> Coded:
    """The event with what its place tells of its parties.

    Unnamed people ("protesters", "police") are of the country where it happened. An attack on a place in another
    country than the attacker's is one on that country. Arrests and the like are by the authorities there and of people
    there, where the text names only one side: that side has a country then, and no words. So have both sides of an
    arrest of which the text names neither ("a clerk was arrested in London"). Whom somebody deports is not of his
    country.
    """
    country = place.country if place else ""

    def placed(parties: tuple[Party, ...]) -> tuple[Party, ...]:
        alone = (
            bool(country) and p.how == "alone" and p.kind != OTHERS and p.sector not in _OF_A_STATE for p in parties
        )
        return tuple(replace(p, country=country) if a else p for p, a in zip(parties, alone, strict=True))

    actors, recipients = placed(event.actors), placed(event.recipients)
    if event.mode == _DEPORT:
        recipients = tuple(replace(p, abroad=True) for p in recipients)
    if event.event_type == "PROTEST":
        against = {p.country for p in recipients if p.how in ("name", "agent")}
        actors = tuple(replace(p, country="") if p.how == "alone" and p.country in against else p for p in actors)
    if place is not None and country and event.event_type == "ASSAULT" and not recipients and not event.reciprocal:
        attackers = {actor.country for actor in actors}
        attacked = place.tied_to if country in attackers else country
        if attacked and attackers and attacked not in attackers:
            there = Party(place.start, place.end, place.text, place.name, attacked, "", "", "place", "place")
            recipients = (there,)
    if event.event_type == "COERCE" and event.mode not in OFTEN_UNKNOWN and len(actors) + len(recipients) == 1:
        side = (*actors, *recipients)[0]
        here = side.how in ("alone", "agent", "loose", "implied") and not side.abroad
        where = country or (side.country if here else "")
        if where and not actors:
            actors = (_implied(where, "GOV"),)
        elif where and side.country == where:
            recipients = (_implied(where, "CVL"),)
    if event.mode == _ARREST and country and not actors and not recipients:
        actors, recipients = (_implied(country, "GOV"),), (_implied(country, "CVL"),)
    return replace(event, actors=actors, recipients=recipients)


def _implied(country: str, sector: str) -> Party:
    """A party that the text leaves out."""
    return Party(-1, -1, "", "", country, sector, "", "implied")
