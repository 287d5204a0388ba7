"""The model fills the side of an event that the rules left empty, from all whom a sentence names."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tasks.learning.linear_model import RIGHT, WRONG, LinearModel
from tasks.learning.party_choice import Limits, PartyChooser
from tasks.learning.party_examples import Recorder
from tasks.settings import shipped
from tasks.transform.coding.codebook import Codebook, load
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.coder import Coder

LIMITS = Limits(actor=0.5, country=0.5, open_actor=0.5, nobody=0.0)


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load(shipped("config") / "codebook")


def model(weights: Mapping[str, float], intercept: float) -> LinearModel:
    """A model that weighs a few features."""
    return LinearModel((WRONG, RIGHT), (intercept,), {name: (weight,) for name, weight in weights.items()})


def chooser(actors: LinearModel, recipients: LinearModel) -> PartyChooser:
    """One that chooses as a recipient whom the second model finds likelier than not, before nobody."""
    limits = replace(LIMITS, nobody=-recipients.intercepts[0])
    return PartyChooser(actors, recipients, recipients, limits)


def assigned(codebook: Codebook, text: str, actors: LinearModel, recipients: LinearModel, title: str = "") -> Coded:
    """The only event of a text as the rules have it, with its parties chosen."""
    recorder = Recorder()
    list(Coder(codebook, "test", watch=recorder).code([{"article_id": "1", "body": text, "title": title}]))
    ((parsed, event, nouns, about),) = recorder.seen
    return chooser(actors, recipients).fill(parsed, event, nouns, about)


def codes(event: Coded) -> tuple[list[str], list[str]]:
    return [p.country for p in event.actors], [p.country for p in event.recipients]


ALL = model({}, 5.0)
NOBODY = model({}, -5.0)
SUBJECTS = model({"dep nsubj": 10.0}, -5.0)
BEHIND_FROM = model({"prep from": 10.0}, -5.0)


def test_the_parties_of_the_rules_stay_whatever_the_model_thinks(codebook: Codebook) -> None:
    assert codes(assigned(codebook, "Norway attacked Denmark.", NOBODY, NOBODY)) == (["NOR"], ["DNK"])


def test_an_empty_side_is_filled_with_the_noun_that_fits(codebook: Codebook) -> None:
    event = assigned(codebook, "Under pressure from Denmark, Norway mobilised its army.", SUBJECTS, BEHIND_FROM)
    assert codes(event) == (["NOR"], ["DNK"])
    assert event.recipients[0].how == "chosen"


def test_all_who_are_named_together_are_chosen_together(codebook: Codebook) -> None:
    text = "Under pressure from Denmark, Sweden and Iceland, but not from Chad, Norway mobilised its army."
    event = assigned(codebook, text, SUBJECTS, BEHIND_FROM)
    assert codes(event)[1] == ["DNK", "SWE", "ISL"]


def test_a_country_of_the_title_can_be_the_recipient_without_words(codebook: Codebook) -> None:
    from_title = model({"ctx title MOBILIZE": 10.0}, -5.0)
    event = assigned(codebook, "Norway mobilised its army.", SUBJECTS, from_title, title="Fear in Denmark")
    assert codes(event)[1] == ["DNK"]
    assert event.recipients[0].text == ""


def test_the_country_that_an_article_names_most_often_besides_its_own_can_be_the_recipient(codebook: Codebook) -> None:
    second = model({"ctx second": 10.0}, -5.0)
    behind = "\n\nNorway fears Denmark. Denmark said nothing to Norway, nor did Sweden."
    assert codes(assigned(codebook, f"Norway mobilised its army.{behind}", SUBJECTS, second))[1] == ["DNK"]
    assert codes(assigned(codebook, "Norway mobilised its army. It was cold in Norway.", SUBJECTS, second))[1] == []
    assert codes(assigned(codebook, f"Norway's offensive went on.{behind}", SUBJECTS, second))[1] == []


def test_an_actor_whom_the_text_leaves_out_is_of_the_country_of_the_other_side(codebook: Codebook) -> None:
    domestic = model({"ctx other side": 10.0}, -5.0)
    event = assigned(codebook, "Norway's government was urged to act.", domestic, NOBODY)
    assert codes(event) == (["NOR"], ["NOR"])
    assert event.actors[0].text == ""


def test_an_agent_of_no_country_gets_one_from_the_context_and_keeps_its_words(codebook: Codebook) -> None:
    by_title = model({"ctx title": 10.0}, -5.0)
    body = "Police arrested the leader.\n\nSweden and Denmark and Iceland watched."
    event = assigned(codebook, body, by_title, NOBODY, title="Norway")
    assert (event.actors[0].text, event.actors[0].country, event.actors[0].sector) == ("Police", "NOR", "COP")


def test_parties_of_the_rules_are_as_sure_as_the_model_of_their_side_says(codebook: Codebook) -> None:
    event = assigned(codebook, "Norway attacked Denmark.", SUBJECTS, ALL)
    assert event.sure == (pytest.approx(0.993, abs=0.001), pytest.approx(0.993, abs=0.001))


def test_people_of_no_known_country_give_the_context_no_code(codebook: Codebook) -> None:
    own = model({"ctx": 10.0}, -5.0)
    event = assigned(codebook, "Protesters demanded free elections.", SUBJECTS, own)
    assert codes(event)[1] == []


def test_the_title_tells_nothing_of_what_stands_below_the_lead(codebook: Codebook) -> None:
    recorder = Recorder()
    body = "Norway mobilised its army.\n\nNorway mobilised its fleet."
    list(Coder(codebook, "test", watch=recorder).code([{"article_id": "1", "body": body, "title": "Fear in Denmark"}]))
    assert [about.title for _, _, _, about in recorder.seen] == [("DNK",), ()]


def test_an_act_of_which_the_rules_know_nobody_needs_a_likely_actor(codebook: Codebook) -> None:
    recorder = Recorder()
    list(Coder(codebook, "test", watch=recorder).code([{"article_id": "1", "body": "Norway attacked Denmark."}]))
    ((parsed, event, nouns, about),) = recorder.seen
    nobody = replace(event, actors=(), recipients=())
    filled = chooser(SUBJECTS, NOBODY).fill(parsed, nobody, nouns, about)
    left = chooser(NOBODY, ALL).fill(parsed, nobody, nouns, about)
    assert codes(filled) == (["NOR"], [])
    assert codes(left) == ([], [])


@pytest.mark.parametrize(("as_recipient", "named"), [(NOBODY, True), (ALL, False)])
def test_whom_the_model_could_put_on_either_side_is_named_on_none(
    codebook: Codebook, as_recipient: LinearModel, named: bool
) -> None:
    recorder = Recorder()
    list(Coder(codebook, "test", watch=recorder).code([{"article_id": "1", "body": "Norway attacked on Monday."}]))
    ((parsed, event, nouns, about),) = recorder.seen
    nobody, domestic = replace(event, actors=(), recipients=()), model({"ctx other side": 10.0}, -5.0)
    filled = chooser(SUBJECTS, domestic).fill(parsed, nobody, nouns, about)
    told = chooser(SUBJECTS, as_recipient).unnamed(parsed, filled, nouns, about)
    assert codes(told) == codes(filled) == (["NOR"], ["NOR"])
    assert [bool(p.text) for p in told.actors] == [named]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("Danes attacked when it rained.", True),
        ("Danes fled when rebels attacked.", False),
        ("Danes said rebels attacked.", False),
        ("Danes, who attacked, fled when it rained.", True),
    ],
)
def test_who_only_stands_beside_an_act_is_not_named_as_who_did_it(codebook: Codebook, body: str, named: bool) -> None:
    recorder = Recorder()
    list(Coder(codebook, "test", watch=recorder).code([{"article_id": "1", "body": body}]))
    ((parsed, event, nouns, about),) = recorder.seen
    nobody, domestic = replace(event, actors=(), recipients=()), model({"ctx other side": 10.0}, -5.0)
    first = model({"first True": 10.0}, -5.0)
    filled = chooser(first, domestic).fill(parsed, nobody, nouns, about)
    told = chooser(first, NOBODY).unnamed(parsed, filled, nouns, about)
    assert codes(told) == (["DNK"], ["DNK"])
    assert [bool(p.text) for p in told.actors] == [named]


@pytest.mark.parametrize(
    ("body", "likely", "actors"),
    [
        ("Crowds protested in Crimea.", SUBJECTS, ["Crowds"]),
        ("Copenhagen protested.", SUBJECTS, []),
        ("Crowds protested in Crimea.", model({"prep in": 10.0}, -5.0), [""]),
    ],
)
def test_people_protest_and_neither_their_government_nor_a_town(
    codebook: Codebook, body: str, likely: LinearModel, actors: list[str]
) -> None:
    recorder = Recorder()
    list(Coder(codebook, "test", watch=recorder).code([{"article_id": "1", "body": body}]))
    ((parsed, event, nouns, about),) = recorder.seen
    nobody = replace(event, actors=(), recipients=())
    filled = chooser(likely, NOBODY).fill(parsed, nobody, nouns, about)
    assert [p.text for p in filled.actors] == actors
    assert set(codes(filled)[0]) <= {"UKR"}


def test_who_did_what_is_mostly_done_unseen_is_not_taken_from_the_context(codebook: Codebook) -> None:
    assert codes(assigned(codebook, "A cyberattack crippled the Norwegian parliament.", ALL, NOBODY)) == ([], ["NOR"])


def test_no_state_is_taken_for_the_attacker_of_itself(codebook: Codebook) -> None:
    assert codes(assigned(codebook, "The attack on Norway went on.", ALL, NOBODY)) == ([], ["NOR"])


@pytest.mark.parametrize(
    ("body", "recipients"),
    [("Norway stepped up its attacks.", []), ("Norwegian soldiers stepped up their attacks.", ["NOR"])],
)
def test_a_state_named_itself_is_not_taken_for_what_it_attacks(
    codebook: Codebook, body: str, recipients: list[str]
) -> None:
    assert codes(assigned(codebook, body, NOBODY, ALL)) == (["NOR"], recipients)


@pytest.mark.parametrize(
    ("body", "actors"),
    [("Norway has been accused of fraud.", []), ("Norway's prime minister has been accused of fraud.", ["NOR"])],
)
def test_a_state_accused_by_its_name_is_not_taken_for_its_accuser(
    codebook: Codebook, body: str, actors: list[str]
) -> None:
    assert codes(assigned(codebook, body, model({"ctx": 10.0}, -5.0), NOBODY)) == (actors, ["NOR"])


@pytest.mark.parametrize(
    ("body", "recipients"),
    [
        ("The report by UN agencies says that Norway imposed sanctions.", []),
        ("The Danish report says that Norway imposed sanctions.", ["DNK"]),
        ("In Denmark the ceasefire between Norway and armed groups held.", []),
        ("In Denmark Norway mobilised its army.", ["DNK"]),
    ],
)
def test_it_is_not_done_to_the_body_that_reports_it_nor_to_others_than_those_between_whom_it_is(
    codebook: Codebook, body: str, recipients: list[str]
) -> None:
    chosen = model({"ctx": -10.0}, 5.0)
    event = assigned(codebook, body, NOBODY, chosen)
    assert [p.code for p in event.recipients] == recipients


@pytest.mark.parametrize(
    ("body", "actors"),
    [
        ("Norwegian troops with ties to Denmark were attacked.", []),
        ("Norwegian troops were attacked near Denmark.", ["DNK"]),
        ("Norwegian troops chased by Denmark were attacked.", ["DNK"]),
        ("Norwegian troops were attacked when it rained in Denmark.", []),
    ],
)
def test_whom_only_the_sufferer_has_to_do_with_is_not_taken_for_the_doer(
    codebook: Codebook, body: str, actors: list[str]
) -> None:
    assert codes(assigned(codebook, body, model({"ctx": -10.0}, 5.0), NOBODY)) == (actors, ["NOR"])


@pytest.mark.parametrize(
    ("body", "actors"),
    [
        ("A bomb near Mosul in Iraq killed a Norwegian soldier.", ["IRQ"]),
        ("A bomb in Oslo killed a Norwegian soldier.", ["NOR"]),
    ],
)
def test_people_are_attacked_by_their_own_at_home_and_not_abroad(
    codebook: Codebook, body: str, actors: list[str]
) -> None:
    other_side = model({"ctx other side": 10.0, "ctx place": 1.0}, 1.0)
    assert codes(assigned(codebook, body, other_side, NOBODY)) == (actors, ["NOR"])


def test_whom_somebody_served_neither_seized_him_nor_was_seized(codebook: Codebook) -> None:
    event = assigned(codebook, "A soldier was arrested for spying for Laos.", ALL, ALL, title="Norway and Laos")
    assert codes(event) == (["NOR"], ["NOR"])


def test_those_who_are_of_no_named_country_get_none(codebook: Codebook) -> None:
    assert codes(assigned(codebook, "Chad condemned its neighbours.", ALL, ALL)) == (["TCD"], [""])
    assert codes(assigned(codebook, "World leaders condemned the war.", ALL, NOBODY, title="Chad")) == ([""], [])


@pytest.mark.parametrize(
    ("body", "actors"),
    [
        ("Chad said the arrest of the Kenyan general was wrong.", ["KEN"]),
        ("Chad described the arrest of the Kenyan general.", ["KEN"]),
        ("Chad welcomed news of the arrest of the Kenyan general.", ["TCD"]),
    ],
)
def test_who_says_what_an_arrest_is_did_not_make_it(codebook: Codebook, body: str, actors: list[str]) -> None:
    others = model({"ctx article": 3.0}, 0.5)
    recorder = Recorder()
    list(Coder(codebook, "test", watch=recorder).code([{"article_id": "1", "body": body}]))
    arrests = [seen for seen in recorder.seen if seen[1].event_type == "COERCE"]
    ((parsed, event, nouns, about),) = arrests
    nobody = replace(event, actors=())
    assert codes(chooser(others, NOBODY).fill(parsed, nobody, nouns, about))[0] == actors


@pytest.mark.parametrize(
    "body",
    ["Norway called for peace on the sidelines of the UN General Assembly.", "Norway called for calm at the G20."],
)
def test_a_venue_is_not_asked_for_anything(codebook: Codebook, body: str) -> None:
    assert "IGO" not in {p.code for p in assigned(codebook, body, NOBODY, ALL).recipients}


def test_an_organisation_or_firm_is_no_party_of_which_the_sentence_has_no_words(codebook: Codebook) -> None:
    event = assigned(codebook, "Google was sued.", ALL, ALL)
    assert ([p.code for p in event.actors], [p.code for p in event.recipients]) == ([], ["MNC"])


@pytest.mark.parametrize(
    ("body", "who"),
    [
        ("A state dinner followed the visit to Norway.", []),
        ("Police cars were attacked in protests against Norway.", []),
        ("Police raids were followed by protests against Norway.", ["Police"]),
    ],
)
def test_what_only_says_what_kind_of_thing_another_is_does_nothing(
    codebook: Codebook, body: str, who: list[str]
) -> None:
    recorder = Recorder()
    list(Coder(codebook, "test", watch=recorder).code([{"article_id": "1", "body": body, "title": ""}]))
    nouns = {noun.party.text for *_, found, _ in recorder.seen for noun in found}
    assert [text for text in nouns if "orway" not in text] == who


@pytest.mark.parametrize(
    ("body", "recipients"),
    [
        ("Norway's offensive is a relic of Danish failures.", []),
        ("Norway's offensive is a blow to Danish troops.", ["DNK"]),
        ("Norway captured a camp on the Thai border.", []),
        ("Norway captured a camp of Thai rebels.", ["THA"]),
    ],
)
def test_it_is_done_to_nobody_in_what_it_is_said_to_be_nor_to_a_state_along_its_border(
    codebook: Codebook, body: str, recipients: list[str]
) -> None:
    chosen = model({"dep pobj": 10.0}, -5.0)
    assert codes(assigned(codebook, body, NOBODY, chosen)) == (["NOR"], recipients)
