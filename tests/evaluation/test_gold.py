"""Gold files: which form they have, what is read from them, and what is wrong with others."""

import json
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import UsageError
from tasks.evaluation.gold import (
    AnnotatedTwice,
    BetweenParties,
    GoldEvent,
    WithClass,
    WithEvents,
    WithLabel,
    WithSpans,
    read_gold,
)

TEXT = "Chad attacked Niger."


def written(folder: Path, *records: Any) -> Path:
    file = folder / "mine.jsonl"
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return file


def read_one(folder: Path, **fields: Any) -> Any:
    (sentence,) = read_gold(written(folder, {"id": 1, "text": TEXT} | fields)).sentences
    return sentence


def complaint(folder: Path, *records: Any) -> str:
    file = written(folder, *records)
    with pytest.raises(UsageError) as caught:
        read_gold(file)
    assert str(caught.value).startswith(str(file))
    return str(caught.value).removeprefix(str(file))


@pytest.mark.parametrize(
    ("fields", "form"),
    [
        ({"a": [], "b": []}, AnnotatedTwice),
        ({"event_type": "ASSAULT", "source": ["TCD"], "target": ["NER"]}, WithEvents),
        ({"event_type": "YIELD", "meta": {"marked": "<s>Chad</s> attacked <t>Niger</t>."}}, BetweenParties),
        ({"event_type": 4}, WithClass),
        ({"event_type": None, "meta": {"tokens": TEXT.split(" "), "tags": ["B-S", "O", "B-T"]}}, WithSpans),
        ({"event_type": "AIR_STRIKE"}, WithLabel),
    ],
    ids=["annotated twice", "events", "between parties", "class", "spans", "label of another scheme"],
)
def test_the_form_is_told_by_the_fields(fields: dict[str, Any], form: type, tmp_path: Path) -> None:
    assert type(read_one(tmp_path, **fields)) is form


def test_the_simplest_gold_needs_id_text_type_and_codes(tmp_path: Path) -> None:
    found = read_one(tmp_path, date="2020-05-01", event_type="ASSAULT", source=["TCD"], target=["NER"])
    assert found == WithEvents("1", TEXT, "2020-05-01", "", (GoldEvent("ASSAULT", ("TCD",), ("NER",)),))


def test_a_party_may_be_an_object_with_its_code(tmp_path: Path) -> None:
    found = read_one(tmp_path, event_type="ASSAULT", source=[{"text": "Chad", "code": "TCDMIL"}], target=[])
    assert found.events[0].actors == ("TCDMIL",)


def test_older_names_of_types_are_read_as_those_of_today(tmp_path: Path) -> None:
    assert read_one(tmp_path, event_type="FIGHT").events[0].event_type == "ASSAULT"


def test_lines_of_one_id_and_text_are_the_events_of_one_sentence(tmp_path: Path) -> None:
    lines = [{"id": "x", "text": TEXT, "event_type": kind} for kind in ("ASSAULT", "ACCUSE")]
    (found,) = read_gold(written(tmp_path, *lines)).sentences
    assert isinstance(found, WithEvents)
    assert [event.event_type for event in found.events] == ["ASSAULT", "ACCUSE"]


def test_two_texts_of_one_id_are_two_sentences(tmp_path: Path) -> None:
    lines = [{"id": "x", "text": text, "event_type": "ASSAULT"} for text in (TEXT, "Mali attacked Togo.")]
    assert len(read_gold(written(tmp_path, *lines)).sentences) == 2


def test_no_event_type_means_that_nothing_must_be_coded(tmp_path: Path) -> None:
    assert read_one(tmp_path, event_type=None).events == ()


def test_what_is_told_in_passing_is_not_main(tmp_path: Path) -> None:
    told = {"type": "ASSAULT", "actors": ["TCD"], "recipients": ["NER"], "main": False}
    assert read_one(tmp_path, a=[told], b=[]).first == (GoldEvent("ASSAULT", ("TCD",), ("NER",), main=False),)


def test_marked_parties_have_a_span_for_each_place(tmp_path: Path) -> None:
    text = "Niger said Chad attacked Niger."
    marked = "<t>Niger</t> said <s>Chad</s> attacked <t>Niger</t>."
    found = read_one(tmp_path, text=text, event_type="ASSAULT", meta={"marked": marked})
    assert [text[a:b] for a, b in (*found.actor_spans, *found.recipient_spans)] == ["Chad", "Niger", "Niger"]
    assert found.recipient_spans == ((0, 5), (25, 30))


def test_tags_become_spans_of_characters_and_reciprocal_ones_are_both_sides(tmp_path: Path) -> None:
    tokens = ["The", "army", "met", "rebels", "and", "Chad"]
    tags = ["B-S", "I-S", "O", "B-T", "O", "B-R"]
    found = read_one(tmp_path, text=" ".join(tokens), meta={"tokens": tokens, "tags": tags})
    assert found.actor_spans == ((0, 8), (24, 28))
    assert found.recipient_spans == ((13, 19), (24, 28))


def test_two_spans_side_by_side_stay_two(tmp_path: Path) -> None:
    found = read_one(tmp_path, text="Chad Niger", meta={"tokens": ["Chad", "Niger"], "tags": ["B-S", "B-S"]})
    assert found.actor_spans == ((0, 4), (5, 10))


def test_a_type_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    right, wrong = ({"id": 1, "text": TEXT, "event_type": kind} for kind in ("AID", "ASALT"))
    assert complaint(tmp_path, right, wrong).startswith(", line 2: this line has the event type 'ASALT', which is none")


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("no object", 'has no "id" and "text"'),
        ({"id": 1}, 'has no "id" and "text"'),
        ({"id": 1, "text": TEXT}, "has no form that is known"),
        ({"id": 1, "text": TEXT, "event_type": 7}, "has class 7; the classes are 0 to 4"),
        ({"id": 1, "text": TEXT, "event_type": "AID", "source": "TCD"}, 'has no list in "source"'),
        ({"id": 1, "text": TEXT, "event_type": "AID", "source": [3]}, "neither a code nor an object"),
        ({"id": 1, "text": TEXT, "event_type": "AID", "meta": {"marked": "<s>Mali</s>"}}, 'that is not its "text"'),
        ({"id": 1, "text": TEXT, "event_type": "AID", "meta": {"marked": "<s>" + TEXT}}, 'that is not its "text"'),
        ({"id": 1, "text": TEXT, "meta": {"tokens": ["Chad"], "tags": ["O"]}}, '"tokens" that are not its "text"'),
        ({"id": 1, "text": "Chad", "meta": {"tokens": ["Chad"], "tags": ["B-X"]}}, "has the tag 'B-X'"),
        ({"id": 1, "text": TEXT, "a": ["ASSAULT"], "b": []}, "has an event that is no object"),
    ],
)
def test_what_cannot_be_meant_is_said_with_its_line(record: Any, words: str, tmp_path: Path) -> None:
    said = complaint(tmp_path, record)
    assert said.startswith(", line 1: ")
    assert words in said


def test_two_forms_in_one_file_are_an_error(tmp_path: Path) -> None:
    said = complaint(tmp_path, {"id": 1, "text": TEXT, "event_type": 4}, {"id": 2, "text": TEXT, "a": [], "b": []})
    assert said.startswith(", line 2: this line has another form than the first line")


def test_what_is_no_json_is_said_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('\n{"id": 1,\n')
    with pytest.raises(UsageError, match="line 2: this is not JSON"):
        read_gold(tmp_path / "x.jsonl")


def test_an_empty_file_and_no_file_are_errors(tmp_path: Path) -> None:
    assert "no gold sentences" in complaint(tmp_path)
    with pytest.raises(UsageError, match="no such file"):
        read_gold(tmp_path / "nothere.jsonl")
