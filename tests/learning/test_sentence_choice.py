"""The model of sentences chooses before the parse, by words and kinds of names."""

from pathlib import Path

import pytest

from tasks.learning.fit import Case
from tasks.learning.linear_model import SENTENCES, LinearModel, load
from tasks.learning.sentence_choice import EVENT, NOTHING, QUOTATION, SAYS
from tasks.learning.train_sentences import cases, train
from tasks.settings import Settings, shipped
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.codebook import load as load_codebook
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.version import coder_version

TWO_SENTENCES = "Norway attacked Denmark. Norway had long attacked the problem of snow."


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(shipped("config") / "codebook")


@pytest.fixture(scope="module")
def rules(codebook: Codebook) -> Coder:
    return Coder(codebook, "test")


def model(**weights: float) -> LinearModel:
    """A model that is sure that nothing is found, but for the words with a weight."""
    known = {f"word {word}": (weight, 0.0, 0.0) for word, weight in weights.items()}
    return LinearModel((EVENT, NOTHING, QUOTATION), (0.0, 9.0, 0.0), known)


def article(text: str) -> dict[str, str]:
    return {"article_id": "1", "body": text}


def parsed(codebook: Codebook, text: str, **weights: float) -> int:
    (result,) = Coder(codebook, "test", {SENTENCES: model(**weights)}).code([article(text)])
    return result.parsed


def features(rules: Coder, text: str) -> dict[str, float]:
    ((_, found),) = rules.considered(article(text))
    return dict(found)


def test_the_rules_alone_parse_both_sentences(rules: Coder) -> None:
    (result,) = rules.code([article(TWO_SENTENCES)])
    assert result.parsed == 2


def test_a_sentence_in_which_the_model_expects_nothing_is_not_parsed(codebook: Codebook) -> None:
    assert parsed(codebook, TWO_SENTENCES) == 0
    assert parsed(codebook, TWO_SENTENCES, snow=20.0) == 1


def test_whom_a_pronoun_of_a_chosen_sentence_may_mean_is_parsed_too(codebook: Codebook) -> None:
    assert parsed(codebook, "Norway attacked Denmark. It then attacked Sweden.", then=20.0) == 2
    assert parsed(codebook, "Norway attacked Denmark. Finland then attacked Sweden.", then=20.0) == 1


def test_one_country_is_as_good_as_another(rules: Coder) -> None:
    assert features(rules, "Norway attacked Denmark.") == features(rules, "Kenya attacked Peru.")


def test_a_name_that_nobody_knows_is_not_learnt_by_heart(rules: Coder) -> None:
    assert not any("Qwertyham" in name or "qwertyham" in name for name in features(rules, "Norway attacked Qwertyham."))


def test_a_word_of_saying_is_told(rules: Coder) -> None:
    assert SAYS in features(rules, "Norway said the plan was good.")
    assert SAYS not in features(rules, "Norway attacked Denmark.")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Norway attacked Denmark.", EVENT),
        ("Norway said the winters had become too short for skiers.", QUOTATION),
        ("Norway had long attacked the problem of snow.", NOTHING),
    ],
    ids=[EVENT, QUOTATION, NOTHING],
)
def test_a_sentence_teaches_what_the_coder_finds_in_it(rules: Coder, text: str, label: str) -> None:
    assert [case.label for case in cases([article(text)], rules)] == [label]


def test_training_gives_the_same_model_again_and_leaves_rare_features_out() -> None:
    some = [Case({f"word {label}": 1.0}, label) for label in (EVENT, NOTHING, QUOTATION) for _ in range(12)]
    some.append(Case({"word once": 1.0}, EVENT))
    first, second = train(some), train(some)
    assert first == second
    assert sorted(first.weights) == ["word event", "word nothing", "word quotation"]
    assert first.best({"word event": 1.0}) == EVENT


def test_nothing_is_learnt_where_a_class_is_missing() -> None:
    with pytest.raises(ValueError, match="quotation"):
        train([Case({}, EVENT), Case({}, NOTHING)])


def test_the_model_that_ships_is_small_and_knows_the_three_classes() -> None:
    path = shipped("data/models") / f"{SENTENCES}.json.gz"
    assert path.stat().st_size < 200_000
    assert set(load(path).classes) == {EVENT, NOTHING, QUOTATION}


def test_the_version_of_the_coder_depends_on_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in shipped("data/models").glob("*.json.gz"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = coder_version(Settings())
    model().save(tmp_path / f"{SENTENCES}.json.gz")
    monkeypatch.setattr(Settings, "models", tmp_path)
    assert coder_version(Settings()) != before
