"""Texts get the label that a reader of ACLED's definitions would give them, by rules that can be read."""

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import ConfigError
from tasks.evaluation.acled_labels import OTHER, AcledLabels
from tasks.settings import Settings, shipped
from tasks.transform.code_text import code_records
from tasks.transform.coding.version import coder_version

CODEBOOK = shipped("config") / "codebook"
FILE = Path(__file__).parent.parent / "cases" / "acled_labels.txt"
CASES = [
    tuple(line.rsplit(" => ", 1))
    for line in FILE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
BAR = 0.62
"""Weighted F1 on the development half of CASE 2021, without training, below which the mapping is not worth having."""
WORDS = 'attack = ["attack", "shell"]\ntown = ["town"]\nprotest = ["demonstration"]\nfixed = ["heart attack"]\n'
HEADER = "label,points,scope,events,actors,recipients,words,without,note\n"

Events = dict[str, list[dict[str, Any]]]


def events_of(texts: Sequence[str]) -> Events:
    lines = (json.dumps({"id": text, "text": text}) for text in texts)
    found: Events = defaultdict(list)
    for event in code_records(lines, Settings.load()):
        found[event["id"]].append(event)
    return found


@pytest.fixture(scope="module")
def labels() -> AcledLabels:
    return AcledLabels(CODEBOOK)


@pytest.fixture(scope="module")
def case_events() -> Events:
    return events_of([text for text, _ in CASES])


@pytest.mark.parametrize(("text", "label"), CASES, ids=[text[:50] for text, _ in CASES])
def test_a_text_has_the_label_of_its_definition(
    labels: AcledLabels, case_events: Events, text: str, label: str
) -> None:
    assert labels.label(text, case_events[text]) == label


def test_the_cases_show_every_label_but_other_at_least_twice(labels: AcledLabels) -> None:
    shown = Counter(label for _, label in CASES)
    assert {rule.label for rule in labels.rules if rule.label != OTHER} == set(shown)
    assert min(shown.values()) >= 2


def test_every_class_of_words_is_named_by_a_rule(labels: AcledLabels) -> None:
    assert labels.unused_classes == []


def write(folder: Path, rules: str, words: str = WORDS) -> AcledLabels:
    """The labels by rules of a test's own."""
    (folder / "language.toml").write_bytes((CODEBOOK / "language.toml").read_bytes())
    (folder / "acled_types.csv").write_text(HEADER + rules, encoding="utf-8")
    (folder / "acled_words.toml").write_text(words, encoding="utf-8")
    return AcledLabels(folder)


def event(event_type: str, mode: str = "", sector: str = "", modality: str = "actual") -> dict[str, Any]:
    return {
        "event_type": event_type, "event_mode": mode or None, "modality": modality, "trigger_start": 0,
        "actors": [{"sector": sector or None}], "recipients": [],
    }  # fmt: skip


def test_a_text_of_which_no_rule_speaks_is_other(labels: AcledLabels) -> None:
    assert labels.label("The museum opens at ten.", []) == OTHER
    assert labels.label("", []) == OTHER


def test_the_label_with_most_points_wins(tmp_path: Path) -> None:
    made = write(tmp_path, "ATTACK,3,,,,,@attack,,\nPEACE_PROTEST,4,,,,,@protest,,\n")
    assert made.label("An attack on a demonstration.", []) == "PEACE_PROTEST"


def test_on_a_tie_the_first_label_of_the_file_wins(tmp_path: Path) -> None:
    made = write(tmp_path, "ATTACK,4,,,,,@attack,,\nPEACE_PROTEST,4,,,,,@protest,,\n")
    assert made.label("A demonstration after an attack.", []) == "ATTACK"


def test_a_later_sentence_counts_half(tmp_path: Path) -> None:
    made = write(tmp_path, "ATTACK,4,,,,,@attack,,\n")
    assert made.scores("It rained. The town was attacked.", []) == {"ATTACK": 2.0}
    assert made.scores("The town was attacked. It rained.", []) == {"ATTACK": 4.0}


def test_a_rule_of_the_whole_text_joins_words_of_two_sentences(tmp_path: Path) -> None:
    made = write(tmp_path, "ATTACK,4,text,,,,@attack & @town,,\n")
    assert made.label("They shelled it. The town burnt.", []) == "ATTACK"


def test_a_chain_wants_its_words_in_order_and_near(tmp_path: Path) -> None:
    made = write(tmp_path, "ATTACK,4,,,,,@attack > @town,,\n")
    assert made.label("They shelled the town.", []) == "ATTACK"
    assert made.label("The town was shelled.", []) == OTHER
    assert made.label("They shelled one two three four five six seven eight nine towns.", []) == OTHER


def test_a_word_of_without_rules_the_line_out(tmp_path: Path) -> None:
    made = write(tmp_path, "ATTACK,4,,,,,@attack,@protest,\n")
    assert made.label("An attack during a demonstration.", []) == OTHER


def test_words_inside_a_fixed_phrase_do_not_count(tmp_path: Path) -> None:
    made = write(tmp_path, "ATTACK,4,,,,,@attack,,\n")
    assert made.label("He died of a heart attack.", []) == OTHER


def test_a_rule_may_ask_for_an_event_of_a_mode_and_a_sector(tmp_path: Path) -> None:
    made = write(tmp_path, "GOV_REGAINS_TERIT,4,,ASSAULT:capture,GOV|MIL,,,,\n")
    assert made.label("It fell.", [event("ASSAULT", "capture", "MIL")]) == "GOV_REGAINS_TERIT"
    assert made.label("It fell.", [event("ASSAULT", "capture", "REB")]) == OTHER
    assert made.label("It fell.", [event("ASSAULT", "clash", "MIL")]) == OTHER


def test_an_event_that_did_not_happen_speaks_for_nothing(tmp_path: Path) -> None:
    made = write(tmp_path, "ATTACK,4,,ASSAULT,,,,,\n")
    assert made.label("They did not attack.", [event("ASSAULT", modality="negated")]) == OTHER


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ("ATTACK,many,,,,,@attack,,\n", "acled_types.csv:2: points"),
        ("ATTACK,4,page,,,,@attack,,\n", "acled_types.csv:2: scope"),
        ("ATTACK,4,,WAR,,,,,\n", "acled_types.csv:2: WAR"),
        ("ATTACK,4,,,,,@nothing,,\n", "acled_types.csv:2: there is no class of words called '@nothing'"),
        ("ATTACK,4,,,,,@attack,\n", "acled_types.csv:2: has 8 cells"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_named_with_its_line(tmp_path: Path, rules: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        write(tmp_path, rules)


def test_rules_of_labels_are_no_part_of_the_coder_version(tmp_path: Path) -> None:
    """Measuring differently must not make anybody recode a lake."""
    shutil.copytree(CODEBOOK, tmp_path / "codebook")
    write(tmp_path / "codebook", "ATTACK,4,,,,,@attack,,\n")
    settings = Settings.load()
    other = replace(settings, config=tmp_path / "dotterel.toml")
    assert other.codebook != settings.codebook
    assert coder_version(other) == coder_version(settings)


def weighted_f1(gold: Sequence[str], given: Sequence[str]) -> float:
    """Mean F1 of the gold labels, weighted by how often each is the true one (as scikit-learn defines it)."""
    right = Counter(g for g, c in zip(gold, given, strict=True) if g == c)
    wanted, made = Counter(gold), Counter(given)
    return sum(n * 2 * right[label] / (n + made[label]) for label, n in wanted.items()) / len(gold)


def test_the_mapping_reaches_the_bar_on_case_2021(labels: AcledLabels, real_data: Path) -> None:
    lines = (real_data / "gold" / "case2021_dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    events = events_of([row["text"] for row in rows])
    given = [labels.label(row["text"], events[row["text"]]) for row in rows]
    assert weighted_f1([row["event_type"] for row in rows], given) >= BAR
