"""The files of triggers can be read by a person and by the coder: every cell says something that exists."""

import csv
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tasks.contract import EVENT_TYPES
from tasks.settings import shipped

CODEBOOK = shipped("config") / "codebook"
HEADER = ("trigger", "pos", "with", "object", "without", "actor", "recipient", "needs", "reciprocal", "mode", "cameo",
          "contexts", "example")  # fmt: skip
QUAD_CLASSES = {
    1: {"AGREE", "CONSULT", "SUPPORT", "CONCEDE"},
    2: {"COOPERATE", "AID", "RETREAT"},
    3: {"REQUEST", "ACCUSE", "REJECT", "THREATEN"},
    4: {"PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"},
}
PLACES_OF_A_PARTY = {"subject", "object", "indirect", "clause", "none", "poss", "modifier", "adjective", "light"}
PREPOSITIONS = {
    "about", "across", "after", "against", "along", "alongside", "among", "around", "as", "at", "back from", "before",
    "behind", "between", "by", "for", "from", "in", "into", "near", "of", "off", "on", "out of", "outside", "over",
    "past", "regarding", "round", "through", "throughout", "to", "toward", "towards", "under", "upon", "with", "within",
}  # fmt: skip
CONDITIONS = ("trigger", "pos", "with", "object", "without", "actor", "recipient", "needs")


@dataclass(frozen=True)
class Row:
    """One line of a file of triggers."""

    event_type: str
    cells: dict[str, str]
    where: str

    def values(self, column: str) -> list[str]:
        return [value for value in self.cells[column].split("|") if value]


def read(name: str) -> list[dict[str, str]]:
    lines = [line for line in (CODEBOOK / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def rows() -> Iterator[Row]:
    for event_type in EVENT_TYPES:
        name = f"triggers/{event_type.lower()}.csv"
        for number, cells in enumerate(read(name), 1):
            yield Row(event_type, cells, f"{event_type.lower()}.csv row {number} ({cells['trigger']})")


ROWS = list(rows())
CLASSES = tomllib.loads((CODEBOOK / "word_classes.toml").read_text(encoding="utf-8"))


def wrong(column: str, allowed: set[str]) -> list[str]:
    return [f"{row.where}: {value}" for row in ROWS for value in row.values(column) if value not in allowed]


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_a_file_has_the_columns_of_the_readme_and_no_line_of_another_width(event_type: str) -> None:
    with (CODEBOOK / "triggers" / f"{event_type.lower()}.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = (line for line in csv.reader(file, strict=True) if line and not line[0].startswith("#"))
    assert tuple(header) == HEADER
    assert [line for line in lines if len(line) != len(HEADER)] == []


def test_every_type_has_senses_of_verbs_and_of_nouns() -> None:
    found = defaultdict(set)
    for row in ROWS:
        found[row.event_type].add(row.cells["pos"])
    assert {t: {"verb", "noun"} <= found[t] for t in EVENT_TYPES} == dict.fromkeys(EVENT_TYPES, True)


def test_a_trigger_is_a_word_in_lower_case_or_a_noun_with_the_word_before_it() -> None:
    shapes = {"verb": r"[a-z]+(-[a-z]+)*", "adj": r"[a-z]+(-[a-z]+)*", "noun": r"([a-z]+ )?[a-z]+(-[a-z]+)*"}
    odd = [row.where for row in ROWS if not re.fullmatch(shapes[row.cells["pos"]], row.cells["trigger"])]
    assert odd == []


def test_parts_of_speech_are_verb_noun_or_adj() -> None:
    assert wrong("pos", {"verb", "noun", "adj"}) == []
    assert [row.where for row in ROWS if not row.cells["pos"]] == []


def test_modes_are_those_of_the_type() -> None:
    modes = {(row["type"], row["mode"]) for row in read("modes.csv")}
    assert [row.where for row in ROWS if row.cells["mode"] and (row.event_type, row.cells["mode"]) not in modes] == []


def test_contexts_are_known() -> None:
    assert wrong("contexts", {row["context"] for row in read("contexts.csv")}) == []


@pytest.mark.parametrize(
    ("column", "special"), [("object", {"@actor", "@named_person"}), ("without", {"@object", "@stated"})]
)
def test_classes_of_words_exist(column: str, special: set[str]) -> None:
    named = {value for row in ROWS for value in row.values(column) if value.startswith("@")} - special
    assert {name for name in named if name[1:] not in CLASSES} == set()


def test_an_object_before_a_preposition_rules_out_only_verbs_that_ask_for_one() -> None:
    ruled_out = [row for row in ROWS if "@object" in row.values("without")]
    assert [row.where for row in ruled_out if row.cells["pos"] != "verb" or not row.cells["with"]] == []


def test_a_statement_rules_out_only_verbs_with_a_clause() -> None:
    ruled_out = [row for row in ROWS if "@stated" in row.values("without")]
    assert [
        row.where for row in ruled_out if row.cells["pos"] != "verb" or "clause" not in row.values("recipient")
    ] == []


@pytest.mark.parametrize("column", ["actor", "recipient"])
def test_a_party_stands_in_a_place_that_the_coder_knows(column: str) -> None:
    assert wrong(column, PLACES_OF_A_PARTY | PREPOSITIONS) == []


def test_a_sense_needs_an_actor_or_a_recipient_or_both_or_a_union_or_the_model() -> None:
    assert wrong("needs", {"actor", "recipient", "labour", "model"}) == []
    assert [row.where for row in ROWS if "labour" in row.values("needs") and "actor" not in row.values("needs")] == []


def test_what_is_not_reciprocal_is_left_empty() -> None:
    assert wrong("reciprocal", {"yes"}) == []


def test_a_sense_that_needs_a_recipient_does_not_leave_it_out() -> None:
    bare = [row.where for row in ROWS if row.values("recipient") == ["none"] and "recipient" in row.values("needs")]
    assert bare == []


@pytest.mark.parametrize("name", ["event_types.csv", "modes.csv"])
def test_cameo_codes_of_types_and_modes_are_those_of_a_root_from_01_to_20(name: str) -> None:
    assert [row for row in read(name) if not is_cameo(row["cameo"])] == []


def test_cameo_codes_of_senses_are_those_of_a_root_from_01_to_20() -> None:
    assert [row.where for row in ROWS if row.cells["cameo"] and not is_cameo(row.cells["cameo"])] == []


def is_cameo(code: str) -> bool:
    return bool(re.fullmatch(r"\d{2,4}", code)) and 1 <= int(code[:2]) <= 20


def test_quad_classes_are_those_of_plover() -> None:
    assert {row["type"]: int(row["quad_class"]) for row in read("event_types.csv")} == {
        event_type: quad for quad, types in QUAD_CLASSES.items() for event_type in types
    }


@pytest.mark.parametrize("name", ["event_types.csv", "modes.csv"])
def test_intensity_has_the_sign_of_its_quad_class(name: str) -> None:
    hostile = QUAD_CLASSES[3] | QUAD_CLASSES[4]
    off = [r for r in read(name) if not 0 < float(r["intensity"]) * (-1 if r["type"] in hostile else 1) <= 10]
    assert off == []


def test_every_sense_has_an_example_that_is_a_sentence() -> None:
    assert [row.where for row in ROWS if not re.fullmatch(r"[A-Z].*\s.*[.?!]", row.cells["example"])] == []


def test_no_example_shows_two_senses_of_one_type() -> None:
    found = defaultdict(list)
    for row in ROWS:
        found[row.event_type, row.cells["trigger"], row.cells["example"]].append(row.where)
    assert {key: where for key, where in found.items() if len(where) > 1} == {}


def test_no_two_senses_have_the_same_conditions() -> None:
    """The second of them could never be meant; where its parties are sought is one of the conditions."""
    assert [where for where in alike(CONDITIONS).values() if len(where) > 1] == []


def test_no_two_types_claim_the_same_words() -> None:
    words = tuple(column for column in CONDITIONS if column not in ("actor", "recipient"))
    assert [where for where in alike(words).values() if len({w.split(".csv")[0] for w in where}) > 1] == []


def alike(columns: tuple[str, ...]) -> dict[tuple[frozenset[str], ...], list[str]]:
    """The senses that have the same values in some columns, in whatever order these stand in a cell."""
    found = defaultdict(list)
    for row in ROWS:
        found[tuple(frozenset(row.values(column)) for column in columns)].append(row.where)
    return dict(found)
