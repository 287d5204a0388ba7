"""Scores of each form of gold, on sentences small enough to count by hand."""

from typing import Any

import pytest
from coded_events import coded, event

from tasks.evaluation.answers import Answers
from tasks.evaluation.evaluate import evaluate_set
from tasks.evaluation.gold import (
    AnnotatedTwice,
    BetweenParties,
    GoldEvent,
    GoldSentence,
    GoldSet,
    WithClass,
    WithEvents,
    WithLabel,
    WithSpans,
)
from tasks.evaluation.result import Judged, Result
from tasks.evaluation.score_labels import score_other_labels
from tasks.evaluation.score_spans import trimmed
from tasks.learning.seen import fingerprint
from tasks.settings import Settings

TEXT = "The army of Chad attacked Niger."
OTHER = "Norway spoke with Sweden."
QUIET = "It rained in Oslo."
ATTACK = event(TEXT, "ASSAULT", [("army of Chad", "TCD")], [("Niger", "NER")])
TALKS = event(OTHER, "CONSULT", [("Norway", "NOR"), ("Sweden", "SWE")], reciprocal=True)


def result_of(sentences: list[GoldSentence], events: dict[str, list[dict[str, Any]]], **how: Any) -> Result:
    texts = {sentence.text: events.get(sentence.text, []) for sentence in sentences}
    return evaluate_set(GoldSet("mine", tuple(sentences)), coded(texts), Settings.load().codebook, **how)


def value(result: Result, measure: str) -> float:
    (row,) = (row for row in result.scores if row["measure"] == measure)
    return float(row["value"])


def gold(text: str, *events: GoldEvent) -> WithEvents:
    return WithEvents(text, text, "", "", events)


def twice(text: str, first: list[GoldEvent], second: list[GoldEvent]) -> AnnotatedTwice:
    return AnnotatedTwice(text, text, "", "", tuple(first), tuple(second))


def test_a_wrong_recipient_costs_the_dyad_alone() -> None:
    result = result_of([gold(TEXT, GoldEvent("ASSAULT", ("TCDMIL",), ("MLI",)))], {TEXT: [ATTACK]})
    assert [value(result, level) for level in ("type", "actor", "dyad")] == [1, 1, 0]
    assert [row["level"] for row in result.errors] == ["dyad"]


def test_codes_that_are_no_country_count_as_unknown_on_both_sides() -> None:
    result = result_of(
        [gold(TEXT, GoldEvent("ASSAULT", ("JAP",), ("---MIL",)))],
        {TEXT: [event(TEXT, "ASSAULT", [("army", "JPN")], [("Niger", "GOV")])]},
    )
    assert value(result, "dyad") == 1


def test_what_is_coded_in_a_quiet_sentence_costs_precision_and_is_counted() -> None:
    result = result_of([gold(TEXT, GoldEvent("ASSAULT", ("TCD",), ("NER",))), gold(QUIET)],
                       {TEXT: [ATTACK], QUIET: [event(QUIET, "AID", [("Oslo", "NOR")])]})  # fmt: skip
    assert result.scores[0]["precision"] == 0.5
    assert result.scores[0]["recall"] == 1
    assert value(result, "quiet sentences coded") == 1


def test_a_coded_event_is_right_when_one_annotator_has_it_and_asked_for_when_both_have() -> None:
    one, both = GoldEvent("ASSAULT", ("TCD",), ("NER",)), GoldEvent("THREATEN", ("TCD",), ("NER",))
    row = result_of([twice(TEXT, [one, both], [both])], {TEXT: [ATTACK]}).scores[0]
    assert (row["precision"], row["recall"], row["gold"]) == (1, 0, 1)


def test_annotators_that_agree_on_the_type_alone_ask_for_the_type_alone() -> None:
    first, second = ([GoldEvent("ASSAULT", ("TCD",), (code,))] for code in ("NER", "MLI"))
    result = result_of([twice(TEXT, first, second)], {TEXT: [ATTACK]})
    assert [(row["measure"], row["gold"]) for row in result.scores] == [("type", 1), ("actor", 1), ("dyad", 0)]


def test_what_is_told_in_passing_is_not_asked_for() -> None:
    passing = GoldEvent("ASSAULT", ("TCD",), ("NER",), main=False)
    row = result_of([twice(TEXT, [passing], [passing])], {TEXT: [ATTACK]}).scores[0]
    assert (row["precision"], row["gold"]) == (1, 0)


def test_talks_may_be_annotated_as_done_by_one_to_the_other() -> None:
    annotated = [GoldEvent("CONSULT", ("SWE",), ("NOR",))]
    assert value(result_of([twice(OTHER, annotated, annotated)], {OTHER: [TALKS]}), "dyad") == 1


def test_each_type_has_a_row() -> None:
    result = result_of([gold(TEXT, GoldEvent("AID", ("TCD",), ("NER",)))], {TEXT: [ATTACK]})
    assert [(row["label"], row["coded"], row["gold"]) for row in result.by_label] == [("AID", 0, 1), ("ASSAULT", 1, 0)]


def test_an_event_is_judged_by_its_type_and_by_all_of_its_dyads() -> None:
    two = event(TEXT, "ASSAULT", [("army of Chad", "TCD")], [("Niger", "NER"), ("The", "MLI")], confidence=0.6)
    annotated = gold(TEXT, GoldEvent("ASSAULT", ("TCD",), ("NER",)))
    assert result_of([annotated], {TEXT: [ATTACK, two]}).judged == [Judged(0.8, True, True), Judged(0.6, True, False)]


def test_the_type_between_parties_folds_what_the_set_does_not_part() -> None:
    parties = BetweenParties("1", TEXT, "", "", "YIELD", ((12, 16),), ((26, 31),))
    retreat = event(TEXT, "RETREAT", [("Chad", "TCD")], [("Niger", "NER")])
    assert value(result_of([parties], {TEXT: [retreat]}), "accuracy") == 1


def test_nothing_coded_between_parties_is_wrong_and_not_counted_as_coded() -> None:
    parties = BetweenParties("1", TEXT, "", "", "ASSAULT", ((12, 16),), ((26, 31),))
    row = result_of([parties], {}).scores[0]
    assert (row["value"], row["right"], row["coded"], row["gold"]) == (0, 0, 0, 1)


def test_classes_are_scored_by_accuracy() -> None:
    sentences: list[GoldSentence] = [WithClass(t, t, "", "", n) for t, n in ((TEXT, 4), (OTHER, 2), (QUIET, 0))]
    result = result_of(sentences, {TEXT: [ATTACK], OTHER: [TALKS]})
    assert value(result, "accuracy") == pytest.approx(2 / 3)
    assert [(row["gold"], row["coded"]) for row in result.errors] == [
        ("2 material cooperation", "1 verbal cooperation")
    ]


def test_spans_overlap_or_are_the_same_or_would_be_without_article() -> None:
    spans = WithSpans("1", TEXT, "", "", ((0, 16),), ((26, 31),))
    result = result_of([spans], {TEXT: [ATTACK]})
    assert value(result, "overlap") == 1
    assert value(result, "exact") == 0.5
    assert value(result, "exact but for articles") == 1


def test_a_span_counts_for_its_role_alone() -> None:
    turned = WithSpans("1", TEXT, "", "", ((26, 31),), ((0, 16),))
    assert value(result_of([turned], {TEXT: [ATTACK]}), "overlap") == 0


def test_spans_of_the_best_event_are_scored_by_themselves() -> None:
    doubtful = event(TEXT, "AID", [("Niger", "NER")], confidence=0.1)
    result = result_of([WithSpans("1", TEXT, "", "", ((4, 16),), ((26, 31),))], {TEXT: [ATTACK, doubtful]})
    assert value(result, "exact") < 1
    assert value(result, "exact, best event") == 1


@pytest.mark.parametrize(
    ("words", "kept"),
    [("the Senate", "Senate"), ("The U.S.", "U.S"), ("Theo Senate", "Theo Senate"), ("the", "the"), ("Oslo ,", "Oslo")],
)
def test_a_span_is_trimmed_of_its_article_and_its_last_stop(words: str, kept: str) -> None:
    start, end = trimmed(f"So {words} said", (3, 3 + len(words)), ["the"])
    assert f"So {words} said"[start:end] == kept


def test_labels_of_another_scheme_are_asked_of_who_knows_them() -> None:
    class Labeller:
        def label(self, text: str, events: Any) -> str:
            return "RAIN" if not events else "ATTACK"

    sentences = [WithLabel(text, text, "", "", label) for text, label in ((TEXT, "ATTACK"), (QUIET, "SNOW"))]
    result = Result("mine")
    score_other_labels(sentences, coded({TEXT: [ATTACK], QUIET: []}), Labeller(), result)
    assert [row["value"] for row in result.scores] == [0.5, 0.5]
    assert result.errors[0]["coded"] == "RAIN"


def test_the_sector_of_an_actor_without_a_country_is_no_code_unless_it_stands_for_one() -> None:
    for words, code, asked in (("army of Chad", "GOV", ""), ("army of Chad", "IGO", "IGO")):
        attack = event(TEXT, "ASSAULT", [(words, code)], [("Niger", "NER")])
        annotated = [GoldEvent("ASSAULT", (asked,), ("NER",))]
        assert value(result_of([twice(TEXT, annotated, annotated)], {TEXT: [attack]}), "dyad") == 1


def test_what_the_model_answers_of_given_parties_is_scored_beside_what_is_coded() -> None:
    parties = BetweenParties("1", TEXT, "", "", "ASSAULT", ((12, 16),), ((26, 31),))
    result = result_of([parties], {}, answers=Answers({parties: "ASSAULT"}))
    assert (value(result, "accuracy"), value(result, "accuracy, by the model")) == (0, 1)


def test_a_type_that_the_model_does_not_know_is_wrong_and_not_coded() -> None:
    parties = BetweenParties("1", TEXT, "", "", "ASSAULT", (), ())
    result = result_of([parties], {TEXT: [ATTACK]}, answers=Answers({parties: ""}))
    (row,) = (row for row in result.scores if row["measure"] == "accuracy, by the model")
    assert (row["right"], row["coded"], row["gold"]) == (0, 0, 1)


def test_the_class_that_the_model_answers_is_scored_beside_what_is_coded() -> None:
    sentence = WithClass("1", TEXT, "", "", 1)
    result = result_of([sentence], {TEXT: [ATTACK]}, answers=Answers({sentence: 1}))
    assert (value(result, "accuracy"), value(result, "accuracy, by the model")) == (0, 1)


def test_spans_that_the_model_finds_are_scored_beside_those_of_events() -> None:
    sentence = WithSpans("1", TEXT, "", "", ((0, 16),), ((26, 31),))
    result = result_of([sentence], {}, answers=Answers({sentence: ([(0, 16)], [(26, 31)])}))
    assert (value(result, "exact"), value(result, "exact, by the model")) == (0, 1)


def test_each_set_says_how_many_of_its_sentences_the_models_were_trained_on() -> None:
    seen = Answers(seen=frozenset({fingerprint(TEXT.lower())}))
    (row,) = (r for r in result_of([gold(TEXT), gold(QUIET)], {}, answers=seen).scores if r["measure"] == "trained on")
    assert (row["value"], row["coded"], row["gold"]) == (0.5, 1, 2)


def test_the_rules_alone_were_trained_on_nothing() -> None:
    assert [row for row in result_of([gold(TEXT)], {}).scores if row["measure"] == "trained on"] == []


def test_standard_errors_are_given_where_they_are_asked_for() -> None:
    sentences: list[GoldSentence] = [gold(TEXT, GoldEvent("ASSAULT", ("TCD",), ("NER",))), gold(QUIET)]
    assert {row["standard_error"] for row in result_of(sentences, {TEXT: [ATTACK]}).scores} == {None}
    asked = result_of(sentences, {TEXT: [ATTACK]}, bootstrap=True)
    assert all(isinstance(row["standard_error"], float) for row in asked.scores)
