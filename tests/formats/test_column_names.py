"""Columns that are found by name: no predictions among labels, scores of one family only."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from reading import refused

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Loss
from xentcli.errors import InputError
from xentcli.formats.columns import Header, Selection
from xentcli.inputs.selectors import select


def found(names: str, loss: Loss = "ce", **options: Any) -> Selection:
    columns = tuple(names.split(","))
    return select(Input(loss, **options), Header(columns, len(columns), "a.csv"))


def asked(names: str, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        found(names, **options)
    return caught.value


MADE = (
    "y_hat y_Score y_scores y_prob y_probs y_proba y_probability y_pred y_pred_class y_predicted "
    "y_prediction y_logit y_logits y_conf y_confidence y_output y_softmax y_estimate y_weight "
    "label_pred label_predicted label_score label_prob label_proba label_confidence label_logit"
).split()


@pytest.mark.parametrize("made", MADE)
def test_what_a_model_made_is_no_label(made: str) -> None:
    for names, place in ((f"y,{made},p_0,p_1", 0), (f"{made},label,p_0,p_1", 1)):
        assert found(names).positions == {"labels": (place,), "scores": (2, 3)}
    assert asked(f"{made},p_0,p_1").problem == "has no column named like labels"


FAMILIES = {
    "p-value": ("y,p_value,p_0,p_1", "p_0, p_1 and p_value", "--probs p_0,p_1"),
    "maximum": ("y,logit_max,logit_0,logit_1", "logit_0, logit_1 and logit_max", "logit_0,logit_1"),
    "of-words": ("y,p_cat,p_dog,p_value", "p_cat, p_dog and p_value", "--probs p_cat,p_dog"),
    "class": (
        "y,prob_cat,prob_dog,prob_class",
        "prob_cat, prob_dog and prob_class",
        "--probs prob_cat,prob_dog",
    ),
    "inner": (
        "y,prob_class_0,prob_class_1,prob_class_max",
        "prob_class_0, prob_class_1 and prob_class_max",
        "prob_class_0",
    ),
    "word": ("y,p_0,p_1,p_other", "p_0, p_1 and p_other", "--probs p_0,p_1"),
    "bare": ("y,p,p_0,p_1", "p_0, p_1 and p", "--probs p_0,p_1"),
    "stems": ("y,prob_a,prob_b,p_a", "prob_a, prob_b and p_a", "--probs prob_a,prob_b"),
    "separators": ("y,p0,p1,p_0", "p0, p1 and p_0", "--probs p0,p1"),
    "two-labels": ("label,target,p_0,p_1", "label and target", "--labels label"),
    "label-and-id": ("label,label_id,p_0,p_1", "label and label_id", "--labels label"),
    "label-and-more": ("y,y_cat,y_dog,p_cat,p_dog", "y_cat, y_dog and y", "--labels y_cat,y_dog"),
}


@pytest.mark.parametrize("case", FAMILIES)
def test_names_of_several_kinds_are_asked_about(case: str) -> None:
    names, problem, hint = FAMILIES[case]
    error = asked(names)
    assert f"has {problem}, which are not named alike as " in error.problem
    assert hint in str(error.hint)
    option, _, columns = str(error.hint).partition("--")[2].partition(" ")
    assert found(names, **{option: columns}).positions[
        "labels" if option == "labels" else "scores"
    ] == tuple(names.split(",").index(name) for name in columns.split(","))


FIGURES = (
    "p_value prob_max logit_mean p_class prob_pred z_score Z_Score z_scores z_stat p_adj "
    "p_Adjusted p_value_adj p_val_2 p_adj_BH p_fdr p_raw"
).split()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_alone_is_asked_about(name: str) -> None:
    assert f"has {name}, which may be something else than " in asked(f"y,{name}").problem


@pytest.mark.parametrize(
    "names",
    [
        "y,p_+1,p_-1",
        "y,prob_cat,prob_dog",
        "y,prob_True,prob_False",
        "y,p_target,p_other",
        "y,prob_p,prob_e",
        "y,prob_grade 1,prob_grade 2",
        "y,prob_10-20,prob_20-30,prob_30+",
        "y,Prob_a,prob_b",
        "y,probCat,probDog",
        "y,Probability.a,Probability.b",
        "y,p_adj,p_noun,p_verb",
        "y,p_raw,p_cooked",
        "label_name,p_0,p_1",
    ],
)
def test_one_family(names: str) -> None:
    assert found(names).positions["scores"] == tuple(range(1, names.count(",") + 1))


def test_statistics_beside_scores_are_asked_about() -> None:
    assert asked("y,p_adj,p", loss="bce").hint == "say which: --probs p"
    assert asked("y,p_raw,p_adj", loss="bce").hint == "say which: --probs p_raw,p_adj"


SCORES = (
    "prob probs proba probas probability probabilities PROB Prob prob_yes prob-yes prob.yes prob1 "
    "probYes probaYes probabilityYes probs_1 proba_1 probability_1 probability1 p p1 p_1 "
    "logit logits Logits logit_1 logits_1 logit1 logitYes z z1 z_1"
).split()


@pytest.mark.parametrize("name", SCORES)
def test_words_for_scores(name: str) -> None:
    selected = found(f"id,y,{name}", "bce")
    assert selected.positions == {"labels": (1,), "scores": (2,)}
    assert selected.scale == ("logits" if name[0] in "lLz" else "probs")


OTHERS = "problem PROBLEM problem_id Problems probe probe_1 problog logitech logitudinal config"


@pytest.mark.parametrize("name", OTHERS.split())
def test_words_that_only_begin_like_them(name: str) -> None:
    error = asked(f"y,{name}", loss="bce")
    assert error.problem == "has no column named like logits or probabilities"
    assert "such as" not in str(error.hint)
    assert found(f"y,{name},p", "bce").positions["scores"] == (2,)


@pytest.mark.parametrize(
    "name", ["label_smoothing", "y_coord", "y_pos", "Y_Position", "y_axis", "y_max", "y_coord_2"]
)
def test_settings_places_and_figures_are_no_labels(name: str) -> None:
    assert asked(f"{name},p", loss="bce").problem == "has no column named like labels"
    assert found(f"{name},p", "bce", labels=name).positions["labels"] == (0,)
    assert found(f"{name},y,p", "bce").positions["labels"] == (1,)


def test_positive_and_negative_are_labels() -> None:
    selected = found("y_pos,y_neg,p_pos,p_neg", "bce")
    assert selected.positions == {"labels": (0, 1), "scores": (2, 3)}


@pytest.mark.parametrize(
    "name", ["pred", "prediction", "predictions", "y_pred", ".pred_class", "predicted", "Pred"]
)
def test_predicted_classes_are_not_suggested(name: str) -> None:
    assert "such as" not in str(asked(f"label,{name}"))
    assert ", such as --probs score_a,score_b;" in str(asked(f"label,{name},score_a,score_b"))
    assert ", such as --probs y_prob;" in str(asked(f"label,{name},y_prob"))


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json", "a.parquet"])
def test_a_selector_that_catches_a_text_column_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    frame = pl.DataFrame({"y": ["a"], ".pred_class": ["a"], ".pred_a": [0.9], ".pred_b": [0.1]})
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".csv":
        frame.write_csv(path)
    elif path.suffix == ".jsonl":
        frame.write_ndjson(path)
    else:
        path.write_text('{"y":["a"],".pred_class":["a"],".pred_a":[0.9],".pred_b":[0.1]}')
    hint = "; .pred_class was picked by --probs .pred_*; if it is not a score, say --probs "
    picked = {"labels": "y", "probs": ".pred_*"}
    assert str(refused("ce", path, **picked)).endswith(f"{hint}.pred_a,.pred_b")
    assert ".pred_class was picked by" not in str(refused("bce", path, labels="y", probs=":2"))
    scores = f"@{path}#.pred_*"
    assert str(refused("ce", labels="0", probs=scores)).endswith(f"{hint}.pred_a,.pred_b")


def test_a_text_column_that_was_found_by_its_name_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p_cat,p_dog,p_group\ncat,0.9,0.1,A\n")
    hint = "p_group was found by its name; if it is not a score, say --probs p_cat,p_dog"
    assert str(refused("ce", path)).endswith(f"column p_group: not a number: 'A'; {hint}")


@pytest.mark.parametrize("stem", ["logprob_", "log_prob_", "LogP_", "model_logprob_", "logp"])
def test_logarithms_of_probabilities_are_logits_of_ce_only(stem: str) -> None:
    names = f"{stem}0,{stem}1"
    logits = f", such as --logits {names}, for softmax leaves logarithms of probabilities as they"
    assert logits in str(asked(f"label,{names}"))
    assert "exp makes probabilities of logarithms" in str(asked(f"label,{stem}1", loss="bce"))
    assert "such as" not in str(asked(f"label,{stem}1", loss="bce"))


@pytest.mark.parametrize("names", ["score_log_price_0,score_log_price_1", "catalog_prob_0"])
def test_other_names_with_log_are_none(names: str) -> None:
    assert f"such as --probs {names}" in str(asked(f"label,{names}"))
