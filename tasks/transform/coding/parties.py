"""Who acts and who is acted on: the parties of events, and what an article has told of them so far."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tasks.transform.coding.names import Name

STAND_ALONE: Final = frozenset({"IGO", "NGO", "IMG", "ISM", "MNC"})
"""Sectors that stand in place of a country."""
_BELOW: Final = ("deputy", "vice")
"""Before a title: who has it is next to its holder."""


@dataclass(frozen=True, slots=True)
class Party:
    """An actor or recipient: where it stands in the body, and who it is.

    `how` says on what that rests: `name` (a name of the codebook), `agent` (a common noun with a country or group
    before it), `known` (named earlier in the article), `pronoun`, `loose` (any noun with a country before it), `alone`
    (a common noun without a country), `near` (the only name deeper in the clause), `unknown` (a proper name nobody
    knows), `place` (those at the place), `implied` (left out by the text: authorities or people there). By the trained
    model: `chosen` (another noun of the sentence), `context` (only the title or the actor's own country tells),
    `in doubt` (whom the sentence names may be on the other side as well).
    `tied_to` is the second country of a contested place. `abroad`: people who are in another country than their own
    ("a Peruvian migrant").
    """

    start: int
    end: int
    text: str
    name: str
    country: str
    sector: str
    role: str
    how: str
    kind: str = ""
    tied_to: str = ""
    abroad: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it has a country or a sector that stands in place of one."""
        return bool(self.country or self.sector)

    @property
    def code(self) -> str:
        """Country, or the sector where it has none."""
        return self.country or self.sector


@dataclass(slots=True)
class Article:
    """What the sentences of one article have told so far, for pronouns, surnames and unnamed agents."""

    country: str = ""
    people: dict[str, Party | None] = field(default_factory=dict)
    """People by surname; None where two have the same."""
    person: Party | None = None
    group: Party | None = None

    def remember(self, party: Party, *, one: bool = False) -> None:
        """Keep a party as what "he" or "it" may mean next, and a titled person by surname.

        `one`: a single office holder without a name ("Turkey's foreign minister"), whom "he" may mean as well.
        """
        if not party.code or party.how in ("pronoun", "loose", "alone"):
            return
        if party.kind == "person":
            self.person = party
            if " " in party.name:
                surname = party.name.rsplit(" ", 1)[-1]
                known = self.people.setdefault(surname, replace(party, how="known"))
                if known is not None and known.name != party.name:
                    self.people[surname] = None
        else:
            self.group = party
            if one and party.how == "agent":
                self.person = party


def standing_code(country: str, sector: str) -> str:
    """The country, or the sector that stands in place of one; empty for people of no known country."""
    return country or (sector if sector in STAND_ALONE else "")


def main_country(names: Sequence[Name]) -> str:
    """The country that an article names most often, if it stands out: at least half of all that are named."""
    counts = Counter(name.entry.country for name in names if name.entry.country)
    if not counts:
        return ""
    (country, most), *_ = counts.most_common(1)
    return country if 2 * most >= counts.total() else ""


def known_from(title: Sequence[Name], country: str, shared: Iterable[str] = ()) -> Article:
    """What an article's title tells before its first sentence: whom "he" and "it" may mean there.

    `shared`: surnames that several people of the article have.
    """
    article = Article(country, dict.fromkeys(shared))
    for name in title:
        entry = name.entry
        if entry.kind in ("person", "country", "organisation", "group"):
            party = Party(
                name.start, name.end, name.text, entry.name, entry.country, entry.sector, entry.role, "name", entry.kind
            )
            if (article.person if entry.kind == "person" else article.group) is None:
                article.remember(party)
    return article


def contested(parties: Sequence[Party], others: Sequence[Party]) -> list[Party]:
    """The parties, a contested place standing for its second country where the first one is on the other side."""
    acting = {other.country for other in others if not other.tied_to}
    return [replace(p, country=p.tied_to) if p.tied_to and p.country in acting else p for p in parties]


def named(parties: Sequence[Party]) -> list[Party]:
    """The parties without those of whom nothing is known, where others are known: "Gov. Ann Lee", read as two."""
    known = [party for party in parties if party.is_known]
    return known or list(parties)


def of_a_meeting(parties: Sequence[Party]) -> list[Party]:
    """The parties of a meeting without those of no country where two others have one: "the two leaders, A and B"."""
    told = [party for party in parties if standing_code(party.country, party.sector)]
    return told if len({party.code for party in told}) > 1 else list(parties)


def holds(person: Party, word: str, premiers: Collection[str]) -> bool:
    """Whether a person's role is what a word says: "the minister", "the PM" of a prime minister (one of `premiers`)."""
    role = f" {person.role.lower()} "
    if word not in premiers:
        return f" {word} " in role
    return any(f" {one} " in role for one in premiers) and not any(f" {x} " in role for x in _BELOW)


def among(party: Party, others: Sequence[Party]) -> bool:
    """Whether a party is one of the others: the same words, or the same name ("Azerbaijan moved its troops")."""
    return any(
        (party.start, party.end) == (o.start, o.end) or (party.name, party.code) == (o.name, o.code) for o in others
    )
