"""The one event that a sentence is judged by."""

from coded_events import event

from tasks.evaluation.choice import best_event, class_of, event_between, party_spans, type_between

TEXT = "Mali said that Chad attacked Niger and sued Togo."
CHAD, NIGER, TOGO, MALI = (15, 19), (29, 34), (44, 48), (0, 4)
ATTACK = event(TEXT, "ASSAULT", [("Chad", "TCD")], [("Niger", "NER")], confidence=0.5)
SUIT = event(TEXT, "ACCUSE", [("Chad", "TCD")], [("Togo", "TGO")], confidence=0.9)
SPEECH = event(TEXT, "SUPPORT", [("Mali", "MLI")], confidence=0.99)
EVENTS = [SPEECH, SUIT, ATTACK]


def test_the_event_of_both_parties_wins_over_surer_ones() -> None:
    assert event_between(EVENTS, [CHAD], [NIGER]) is ATTACK


def test_where_no_event_has_both_one_with_either_wins() -> None:
    assert event_between(EVENTS, [MALI], [(40, 43)]) is SPEECH
    assert event_between(EVENTS, [(5, 9)], [NIGER]) is ATTACK


def test_where_no_event_has_either_the_surest_wins() -> None:
    assert event_between(EVENTS, [(5, 9)], []) is SPEECH


def test_among_events_of_both_parties_the_surest_wins() -> None:
    surer = event(TEXT, "THREATEN", [("Chad", "TCD")], [("Niger", "NER")], confidence=0.7)
    assert event_between([ATTACK, surer], [CHAD], [NIGER]) is surer


def test_a_party_that_is_marked_in_two_places_is_found_in_either() -> None:
    assert event_between(EVENTS, [(5, 9), CHAD], [(0, 2), NIGER]) is ATTACK


def test_the_parties_of_a_reciprocal_event_are_actors_and_recipients() -> None:
    talks = event(TEXT, "CONSULT", [("Chad", "TCD"), ("Niger", "NER")], reciprocal=True)
    assert party_spans(talks) == ([CHAD, NIGER], [CHAD, NIGER])


def test_a_party_that_is_only_implied_stands_nowhere() -> None:
    assert party_spans(event(TEXT, "COERCE", [("", "TCD")], [("Niger", "NER")])) == ([], [NIGER])


def test_nothing_coded_has_no_type_and_is_a_statement() -> None:
    assert type_between(TEXT, [], [CHAD], [NIGER]) is None
    assert best_event([]) is None
    assert class_of([]) == 0


def test_the_class_is_that_of_the_surest_event() -> None:
    assert class_of(EVENTS) == 1
    assert class_of([SUIT, ATTACK]) == 3
    assert class_of([ATTACK]) == 4
