"""Loads the coding rules of `config/codebook` and says what is wrong with them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from tasks.contract import EVENT_TYPES
from tasks.errors import ConfigError
from tasks.transform.coding.codebook_files import parts, read_rows, read_toml
from tasks.transform.coding.gazetteer import us_states
from tasks.transform.coding.inflection import inflections

POS: Final = ("verb", "noun", "adj")
NO_NAME: Final = "no name"
"""Kind of a phrase that holds a name and does not mean it ("Vietnam War", "French Open")."""

LEARNED_PEOPLE: Final = "learned_people.csv"
"""People whom an archive taught (`dotterel learn`), in the columns of `people.csv`; it need not be there."""


NAMED: Final = frozenset({"@actor", "@named_person"})
"""Words of `object` and `without` that stand for any name of the codebook, and for any name of a person."""
SPECIAL: Final = NAMED | {"@object", "@stated"}
"""Words of `object` and `without` that are no class: those of `NAMED`, any direct object, any statement."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a name can stand for, on the days from `since` to `until` (either may be open).

    `kind` is that of `mentions.kind`; `form` says how the word names it: by its `name`, as an `adjective`, as its
    `people`, or by the `seat` of its government; `introduced` is a person whom only the article tells. `learned`: from
    `learned_people.csv`.
    """

    kind: str
    name: str
    country: str
    sector: str
    role: str = ""
    form: str = "name"
    tied_to: str = ""
    since: date | None = None
    until: date | None = None
    latitude: float | None = None
    longitude: float | None = None
    geonames_id: int | None = None
    admin1: str = ""
    place_kind: str = ""
    learned: bool = False


@dataclass(frozen=True, slots=True)
class TypeRule:
    """What belongs to a type, or to a mode of it: quad class, intensity (-10 to 10), closest CAMEO code."""

    quad_class: int
    intensity: float
    cameo: str

    @property
    def is_conflict(self) -> bool:
        """Whether it is done or said against somebody: verbal or material conflict."""
        return self.quad_class in (3, 4)


@dataclass(frozen=True, slots=True)
class Sense:
    """One sense of a trigger: the conditions under which it holds, and the event that it then makes.

    The cells are those of `triggers/<type>.csv` (see the codebook's README), with `@classes` spelt out.
    """

    event_type: str
    trigger: str
    pos: str
    with_: frozenset[str]
    objects: frozenset[str]
    without: frozenset[str]
    actor: tuple[str, ...]
    recipient: tuple[str, ...]
    needs: frozenset[str]
    reciprocal: bool
    mode: str
    cameo: str
    contexts: tuple[str, ...]
    example: str
    where: str

    @property
    def conditions(self) -> int:
        """How many conditions it sets: of the senses that fit, the one with the most wins."""
        return 2 * bool(self.with_) + 2 * bool(self.objects) + len(self.needs - {"model"})

    @property
    def doubtful(self) -> bool:
        """Whether the rules alone never code it, and leave it to the trained model."""
        return "model" in self.needs


@dataclass(frozen=True, slots=True)
class Outer:
    """A word that rules the act under it; `effect` is becomes, negated, ended, intended, conditional, decided, begun,
    same or silent.
    """

    lemma: str
    pos: str
    effect: str
    event_type: str
    type_if_conflict: str
    mode: str
    cameo: str
    example: str


@dataclass(frozen=True)
class Codebook:
    """All coding rules, read once and never changed.

    `names` maps what stands in text to what it may mean; `forms` maps an inflected form (lower case) to the
    (part of speech, lemma) pairs that it can be.
    """

    types: Mapping[str, TypeRule]
    modes: Mapping[tuple[str, str], TypeRule]
    senses: Mapping[tuple[str, str], tuple[Sense, ...]]
    outer: Mapping[tuple[str, str], Outer]
    agents: Mapping[str, str]
    contexts: Mapping[str, tuple[str, ...]]
    names: Mapping[str, tuple[Entry, ...]]
    places: Mapping[str, Entry]
    forms: Mapping[str, frozenset[tuple[str, str]]]
    language: Mapping[str, Any]

    def lemmas(self, word: str, pos: str) -> tuple[str, ...]:
        """The lemmas of the codebook that a lower-case word can be a form of, in order."""
        return self._lemmas.get((word, pos), ())

    def said_by(self, lower: Sequence[str]) -> set[str]:
        """Some words in a row, in lower case, with the lemmas that each, and each two neighbours, can be forms of."""
        said = set(lower)
        for word in lower:
            said.update(self._meant.get(word, ()))
        for one, other in pairwise(lower):
            if one in self._beginnings:
                said.update(self._meant.get(f"{one} {other}", ()))
        return said

    def forms_of(self, lemmas: Collection[str], pos: str) -> frozenset[str]:
        """All forms, in lower case, that some lemmas have as one part of speech."""
        return frozenset(f for f, meanings in self.forms.items() if any(p == pos and m in lemmas for p, m in meanings))

    @cached_property
    def _lemmas(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The lemmas of each form by its part of speech: looking for them is what the coder does most."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for form, meanings in self.forms.items():
            for pos, lemma in sorted(meanings):
                found[form, pos] = (*found.get((form, pos), ()), lemma)
        return found

    @cached_property
    def _meant(self) -> Mapping[str, tuple[str, ...]]:
        """The lemmas that each form can be of, whatever the part of speech."""
        return {form: tuple({lemma for _, lemma in meanings}) for form, meanings in self.forms.items()}

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        """The first words of forms of two words."""
        return frozenset(form.partition(" ")[0] for form in self.forms if " " in form)

    @cached_property
    def words_with_senses(self) -> frozenset[str]:
        """The words, in lower case, that are a form of a trigger or the last word of one ("peace talks")."""
        meant = (form for form, meanings in self.forms.items() if any(one in self.senses for one in meanings))
        return frozenset(form.rpartition(" ")[2] for form in meant)

    def rule(self, event_type: str, mode: str) -> TypeRule:
        """Quad class, intensity and CAMEO code of a type and mode."""
        return self.modes.get((event_type, mode)) or self.types[event_type]


@cache
def load(folder: Path) -> Codebook:
    """The codebook in `folder`; ConfigError names file and line of the first thing that cannot be meant."""
    language = read_toml(folder / "language.toml")
    classes = {name: tuple(words) for name, words in read_toml(folder / "word_classes.toml").items()}
    types = {r["type"]: _type_rule(r, where) for r, where in read_rows(folder / "event_types.csv")}
    if missing := set(EVENT_TYPES) - set(types):
        raise ConfigError(f"{folder / 'event_types.csv'}: lacks {', '.join(sorted(missing))}.")
    modes = {
        (r["type"], r["mode"]): _type_rule(r | {"quad_class": str(types[r["type"]].quad_class)}, where)
        for r, where in read_rows(folder / "modes.csv")
    }
    senses: dict[tuple[str, str], list[Sense]] = {}
    for event_type in EVENT_TYPES:
        for row, where in read_rows(folder / "triggers" / f"{event_type.lower()}.csv"):
            sense = _sense(event_type, row, classes, modes, where)
            senses.setdefault((sense.pos, sense.trigger), []).append(sense)
    outer = {
        (r["pos"], r["lemma"]): Outer(
            r["lemma"], r["pos"], r["effect"], r["type"], r["type_if_conflict"], r["mode"], r["cameo"], r["example"]
        )
        for r, _ in read_rows(folder / "outer.csv")
    }
    agents = {r["noun"].lower(): r["sector"] for r, _ in read_rows(folder / "agents.csv")}
    contexts = {r["context"]: parts(r["words"].lower()) for r, _ in read_rows(folder / "contexts.csv")}
    places = _places(folder)
    frozen = {key: tuple(sorted(some, key=lambda s: -s.conditions)) for key, some in senses.items()}
    return Codebook(
        types=MappingProxyType(types),
        modes=MappingProxyType(modes),
        senses=MappingProxyType(frozen),
        outer=MappingProxyType(outer),
        agents=MappingProxyType(agents),
        contexts=MappingProxyType(contexts),
        names=MappingProxyType(_names(folder)),
        places=MappingProxyType(places),
        forms=MappingProxyType(_forms(frozen, outer, agents, classes, language)),
        language=MappingProxyType(language),
    )


def _words(text: str, classes: Mapping[str, tuple[str, ...]], where: str) -> frozenset[str]:
    """The lemmas of a cell, with every `@class` replaced by its lemmas; those of SPECIAL stay."""
    words: list[str] = []
    for part in parts(text):
        if part in SPECIAL or not part.startswith("@"):
            words.append(part.lower())
        elif part[1:] in classes:
            words.extend(word.lower() for word in classes[part[1:]])
        else:
            raise ConfigError(f"{where}: there is no word class {part}.")
    return frozenset(words)


def _type_rule(row: Mapping[str, str], where: str) -> TypeRule:
    if row["type"] not in EVENT_TYPES:
        raise ConfigError(f"{where}: {row['type']} is no PLOVER type.")
    return TypeRule(int(row["quad_class"]), float(row["intensity"]), row["cameo"])


def _sense(
    event_type: str,
    row: Mapping[str, str],
    classes: Mapping[str, tuple[str, ...]],
    modes: Mapping[tuple[str, str], TypeRule],
    where: str,
) -> Sense:
    if row["pos"] not in POS:
        raise ConfigError(f"{where}: part of speech '{row['pos']}' must be one of {', '.join(POS)}.")
    if row["mode"] and (event_type, row["mode"]) not in modes:
        raise ConfigError(f"{where}: {event_type} has no mode '{row['mode']}'.")
    return Sense(
        event_type=event_type,
        trigger=row["trigger"].lower(),
        pos=row["pos"],
        with_=frozenset(parts(row["with"].lower())),
        objects=_words(row["object"], classes, where),
        without=_words(row["without"], classes, where),
        actor=parts(row["actor"]),
        recipient=parts(row["recipient"]),
        needs=frozenset(parts(row["needs"])),
        reciprocal=row["reciprocal"] == "yes",
        mode=row["mode"],
        cameo=row["cameo"],
        contexts=parts(row["contexts"]),
        example=row["example"],
        where=where,
    )


def _day(text: str, where: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigError(f"{where}: '{text}' is no ISO date.") from None


def _names(folder: Path) -> dict[str, tuple[Entry, ...]]:
    """Every name as it stands in text, with what it may mean."""
    found: dict[str, list[Entry]] = {}

    def add(surfaces: Iterable[str], entry: Entry) -> None:
        for surface in surfaces:
            if surface and entry not in found.setdefault(surface, []):
                found[surface].append(entry)

    for r, _ in read_rows(folder / "countries.csv"):
        country, name = r["country"], r["name"]
        add((name, *parts(r["aliases"])), Entry("country", name, country, ""))
        add(parts(r["adjectives"]), Entry("country", name, country, "", form="adjective"))
        add(parts(r["people"]), Entry("country", name, country, "CVL", form="people"))
        add(parts(r["seats"]), Entry("country", name, country, "GOV", form="seat"))
    for r, where in read_rows(folder / "people.csv"):
        entry = Entry(
            "person", r["name"], r["country"], r["sector"], r["role"],
            since=_day(r["from"], where), until=_day(r["until"], where),
        )  # fmt: skip
        add((r["name"], *parts(r["aliases"])), entry)
    for r, _ in read_rows(folder / "organisations.csv"):
        add((r["name"], *parts(r["aliases"])), Entry("organisation", r["name"], r["country"], r["sector"]))
    for r, where in read_rows(folder / "groups.csv"):
        entry = Entry(
            "group", r["name"], r["country"], r["sector"], tied_to=r["tied_to"],
            since=_day(r["from"], where), until=_day(r["until"], where),
        )  # fmt: skip
        add((r["name"], *parts(r["aliases"])), entry)
    for surface, entry in _places(folder).items():
        if surface not in found:
            add((surface,), entry)
    for r, _ in read_rows(folder / "not_names.csv"):
        add((r["phrase"], *parts(r["aliases"])), Entry(NO_NAME, r["phrase"], "", ""))
    for state in us_states():
        if state not in found:
            add((state,), Entry("place", state, "USA", "", admin1=state, place_kind="admin1"))
    for surface, entry in _learned(folder / LEARNED_PEOPLE):
        if surface not in found:  # what somebody wrote by hand wins
            add((surface,), entry)
    return {surface: tuple(entries) for surface, entries in found.items()}


def _learned(file: Path) -> Iterator[tuple[str, Entry]]:
    """The names of the people whom the archive taught, each with what it means."""
    if not file.is_file():
        return
    for r, where in read_rows(file):
        if missing := {"name", "aliases", "country", "sector", "role", "from", "until"} - r.keys():
            raise ConfigError(f"{file}: lacks the column {min(missing)}.")
        entry = Entry(
            "person", r["name"], r["country"], r["sector"], r["role"],
            since=_day(r["from"], where), until=_day(r["until"], where), learned=True,
        )  # fmt: skip
        for surface in (r["name"], *parts(r["aliases"])):
            yield surface, entry


def _places(folder: Path) -> dict[str, Entry]:
    places: dict[str, Entry] = {}
    for r, where in read_rows(folder / "places.csv"):
        try:
            latitude, longitude = (float(r[side]) if r[side] else None for side in ("latitude", "longitude"))
        except ValueError:
            raise ConfigError(f"{where}: latitude and longitude must be degrees.") from None
        entry = Entry(
            "place", r["name"], r["country"], "",
            latitude=latitude, longitude=longitude,
            geonames_id=int(r["geonames_id"]) if r["geonames_id"] else None,
            tied_to=r["tied_to"], admin1=r["admin1"], place_kind=r["kind"],
        )  # fmt: skip
        for surface in (r["name"], *parts(r["aliases"])):
            places.setdefault(surface, entry)
    return places


def _forms(
    senses: Mapping[tuple[str, str], tuple[Sense, ...]],
    outer: Mapping[tuple[str, str], Outer],
    agents: Mapping[str, str],
    classes: Mapping[str, tuple[str, ...]],
    language: Mapping[str, Any],
) -> dict[str, frozenset[tuple[str, str]]]:
    """Every inflected form of every lemma that a rule names."""
    irregular: Mapping[str, list[str]] = language["inflection"]["irregular"]
    clauses: Mapping[str, list[str]] = language["clauses"]
    places: list[str] = language["places"]["kinds"]
    lemmas: set[tuple[str, str]] = set(senses) | set(outer)
    for key in ("object_control", "light", "saying", "reporting", "idle", "transitive", "undergoing", "hitting"):
        lemmas |= {("verb", lemma) for lemma in clauses[key]}
    lemmas |= {
        ("noun", lemma)
        for lemma in (
            *clauses["instruments"],
            *clauses["quantities"],
            *clauses["measures"],
            *clauses["suffered"],
            *clauses["targeted"],
            *places,
        )
    }
    bystanders: Mapping[str, list[str]] = language["bystanders"]
    lemmas |= {("noun", lemma) for lemma in bystanders["occasions"]}
    lemmas |= {("verb", lemma) for lemma in bystanders["coinciding"]}
    modality: Mapping[str, list[str]] = language["modality"]
    not_yet = [lemma for key in ("wanted", "feared", "averted", "doubted") for lemma in modality[key]]
    lemmas |= {(pos, lemma) for pos in ("verb", "noun") for lemma in not_yet}
    lemmas |= {("verb", lemma) for lemma in modality["broken"]}
    lemmas |= {("noun", lemma) for lemma in (*modality["counted"], *modality["truces"])}
    lemmas |= {("noun", lemma) for lemma in (*language["units"]["people"], *language["units"]["things"])}
    lemmas |= {("noun", noun) for noun in agents}
    listed = {word for some in senses.values() for s in some for word in (*s.objects, *s.without)}
    listed |= {word.lower() for words in classes.values() for word in words}
    lemmas |= {(pos, word) for word in listed - SPECIAL for pos in POS}
    forms: dict[str, set[tuple[str, str]]] = {}
    for pos, lemma in lemmas:
        for form in (*inflections(lemma, pos), *irregular.get(lemma, ())):
            forms.setdefault(form, set()).add((pos, lemma))
    return {form: frozenset(meanings) for form, meanings in forms.items()}
