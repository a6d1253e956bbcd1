"""Input that is refused or remarked on with advice to type an option, and what typing it makes.

A case is the command, the advice (as a regular
expression) and the command as advised.
"""

from typing import NamedTuple


class Case(NamedTuple):
    """A command, the advice that it gets, and the command as advised."""

    typed: str
    advice: str
    advised: str


B, C = "--labels 1,0 --probs 0.9,0.2", "--labels 0,1 --probs 0.9,0.1;0.2,0.8"

VALUES = {
    "gap": Case("bce gap.csv", "--missing skip", "bce gap.csv --missing skip"),
    "nan": Case("bce nan.csv", "missing value, .* --missing skip", "bce nan.csv --missing skip"),
    "placeholder": Case(
        "bce placeholder.csv",
        r"--missing-values '\?' --missing skip",
        "bce placeholder.csv --missing-values ? --missing skip",
    ),
    "empty-word": Case(
        "bce placeholder.csv --missing-values ?,",
        "such as --missing-values",
        "bce placeholder.csv --missing-values ?,nan",
    ),
    "gaps-of-classes": Case(
        "ce classes.csv --missing skip-element", "--missing skip", "ce classes.csv --missing skip"
    ),
    "mask": Case(f"bce {B} --mask 1,2", "use --weights", f"bce {B} --weights 1,2"),
    "logits": Case("bce --labels 1 --probs=-2", "say --logits", "bce --labels 1 --logits=-2"),
    "rounding": Case(
        "bce --labels 1 --probs 1.0000001",
        "rounding: --eps 1e-7",
        "bce --labels 1 --probs 1.0000001 --eps 1e-7",
    ),
    "logarithms": Case(
        "ce --labels 0 --probs=-0.6931471805599453,-0.6931471805599453",
        "logarithms of probabilities: say --logits",
        "ce --labels 0 --logits=-0.6931471805599453,-0.6931471805599453",
    ),
    "renormalise": Case(
        "ce --labels 0 --probs 0.51,0.29;",
        "with --renormalise, or take them --as-is",
        "ce --labels 0 --probs 0.51,0.29; --renormalise",
    ),
    "as-is": Case(
        "ce --labels 0 --probs 0.51,0.29;",
        "with --renormalise, or take them --as-is",
        "ce --labels 0 --probs 0.51,0.29; --as-is",
    ),
    "nan-score": Case(
        "bce --labels 1 --probs nan -c sklearn",
        "--convention exact",
        "bce --labels 1 --probs nan --convention exact",
    ),
    "clipped": Case(
        "bce --labels 1 --probs 1.5 -c keras3",
        "if these are logits, say --logits",
        "bce --labels 1 --logits 1.5 -c keras3",
    ),
    "softmax": Case(
        "ce --labels 0 --logits 0.5,0.5",
        "then say --probs",
        "ce --labels 0 --probs 0.5,0.5",
    ),
    "in-unit": Case(
        "bce --labels 1 --logits 0.5", "probabilities, say --probs", "bce --labels 1 --probs 0.5"
    ),
    "off-strictly": Case(
        "bce --labels 1 --logits 0.5 --strict",
        "--strict makes warnings errors",
        "bce --labels 1 --logits 0.5",
    ),
}

LABELS = {
    "two-ways": Case(
        "bce --labels yes,F --probs 0.9,0.2",
        "name the classes with --classes",
        "bce --labels yes,F --probs 0.9,0.2 --classes F,yes",
    ),
    "marker": Case(
        "ce --labels 0,255 --probs 0.9,0.1;0.2,0.8",
        "say --ignore-index 255",
        "ce --labels 0,255 --probs 0.9,0.1;0.2,0.8 --ignore-index 255",
    ),
    "binary-marker": Case(
        "bce --labels=-1,0 --probs 0.9,0.2",
        "say --ignore-index -1",
        "bce --labels=-1,0 --probs 0.9,0.2 --ignore-index -1",
    ),
    "all-minus-one": Case(
        "bce --labels=-1 --probs 0.9",
        "say --ignore-index -1",
        "bce --labels=-1 --probs 0.9 --ignore-index -1",
    ),
    "minus-among-shards": Case(
        "bce minus.csv zero.csv",
        "what to leave out, say --ignore-index -1",
        "bce minus.csv zero.csv --ignore-index -1",
    ),
    "base": Case(
        "bce --labels 2,3 --probs 0.9,0.2 --label-base 1",
        "with --label-base 1 labels are 1 to 2",
        "bce --labels 2,3 --probs 0.9,0.2 --label-base 2",
    ),
    "from-one": Case(
        "ce --labels 1,2 --probs 0.9,0.1;0.2,0.8",
        "1 to 2, say --label-base 1",
        "ce --labels 1,2 --probs 0.9,0.1;0.2,0.8 --label-base 1",
    ),
    "binary-from-one": Case(
        "bce --labels 1,2 --probs 0.9,0.2",
        "1 and 2, say --label-base 1",
        "bce --labels 1,2 --probs 0.9,0.2 --label-base 1",
    ),
    "no-zero": Case(
        "ce --labels 1,2 --probs 0.5,0.25,0.25;0.5,0.25,0.25",
        "count from 1, say --label-base 1",
        "ce --labels 1,2 --probs 0.5,0.25,0.25;0.5,0.25,0.25 --label-base 1",
    ),
    "rows": Case(
        "ce --labels 1,0;0,1 --probs 0.9,0.1;0.2,0.8 --ignore-index 1",
        "leave rows out with --mask",
        "ce --labels 1,0;0,1 --probs 0.9,0.1;0.2,0.8 --mask 1,0",
    ),
    "three-names": Case(
        "bce animals.csv --classes ant,bee,cow",
        "three classes or more are for xent ce",
        "ce animals.csv --classes ant,bee,cow --probs p,q,r",
    ),
    "names": Case("bce names.csv", "--classes NAME", "bce names.csv --classes dog,cat"),
    "typed-names": Case(
        "ce --labels cow,emu --probs 0.9,0.1;0.2,0.8",
        "add --classes NAME",
        "ce --labels cow,emu --probs 0.9,0.1;0.2,0.8 --classes cow,emu",
    ),
    "empty-name": Case(
        "bce names.csv --classes dog,", "such as --classes", "bce names.csv --classes dog,cat"
    ),
    "names-and-base": Case(
        "bce names.csv --classes dog,cat --label-base 1",
        "or leave out --classes",
        "bce names.csv --label-base 1",
    ),
    "wrong-count": Case(
        "ce classes.csv --classes cat", "--classes has 1 name", "ce classes.csv --classes cat,dog"
    ),
    "numbers-of-named": Case(
        "ce numbers.csv --classes cat,dog",
        "their numbers, say --classes 0,1",
        "ce numbers.csv --classes 0,1",
    ),
    "no-names-of-numbers": Case(
        "ce numbers.csv --classes cat,dog", "or leave it out", "ce numbers.csv"
    ),
    "late-names": Case(
        "ce late-names.csv", "classes with --classes", "ce late-names.csv --classes cat,dog"
    ),
    "names-and-numbers": Case(
        "ce classes.csv numbers.csv",
        "name the classes: --classes",
        "ce classes.csv numbers.csv --classes cat,dog",
    ),
    "soft": Case(
        "bce --labels 0.5 --probs 0.9 -c sklearn",
        "--convention exact",
        "bce --labels 0.5 --probs 0.9 --convention exact",
    ),
    "soft-balanced": Case(
        "bce --labels 0.5,1 --probs 0.9,0.2 --class-weight balanced",
        "such as --class-weight 0=1,1=3",
        "bce --labels 0.5,1 --probs 0.9,0.2 --class-weight 0=1,1=3",
    ),
    "smoothed-terms": Case(
        f"ce {C} --class-weight balanced --label-smoothing 0.1",
        "without --label-smoothing",
        f"ce {C} --class-weight balanced",
    ),
}

SHAPES = {
    "one-sample": Case(
        "ce --labels 1,0 --logits 2,-1",
        "2 samples of one output use xent bce",
        "bce --labels 1,0 --logits 2,-1",
    ),
    "axis": Case(
        "ce --labels [[0,1]] --logits [[[1,2],[3,4],[5,6]]]",
        "say --axis 1",
        "ce --labels [[0,1]] --logits [[[1,2],[3,4],[5,6]]] --axis 1",
    ),
    "several-axes": Case(
        "ce --labels [[0,1]] --logits [[[1,2],[3,5]]]",
        "say --axis 1 or --axis 2",
        "ce --labels [[0,1]] --logits [[[1,2],[3,5]]] --axis 2",
    ),
    "axis-of-a-library": Case(
        "ce --labels [[0,1]] --logits [[[1,2],[3,5]]] -c torch",
        "if they are on another, say --axis 2",
        "ce --labels [[0,1]] --logits [[[1,2],[3,5]]] -c torch --axis 2",
    ),
    "one-class": Case(
        "ce --labels 1,0 --probs 0.5;0.5", "--force", "ce --labels 1,0 --probs 0.5;0.5 --force"
    ),
    "rows-of-a-file": Case(
        "ce classes.csv --axis 0",
        "such as --logits @FILE",
        "ce --labels 0,1 --logits @classes.csv#p_cat,p_dog --axis 0",
    ),
    "square": Case(
        "reconcile --labels 1,0;0,1 --logits 1,2;3,4",
        "say --loss bce or --loss ce",
        "reconcile --labels 1,0;0,1 --logits 1,2;3,4 --loss ce",
    ),
    "three-axes": Case(
        "ce image.npy --labels :1 --logits :2",
        "such as --logits @FILE",
        "ce --labels [[0,1],[0,1]] --logits @image.npy",
    ),
}

SOURCES = {
    "pretty": Case(
        "bce pretty.jsonl", "say --input-format json", "bce pretty.jsonl --input-format json"
    ),
    "npy": Case("bce npy.csv", "say --input-format npy", "bce npy.csv --input-format npy"),
    "counting": Case("ce counts.csv", "say --header or --no-header", "ce counts.csv --no-header"),
    "semicolons": Case(
        "bce semicolons.csv", "say --delimiter ';'", "bce semicolons.csv --delimiter ;"
    ),
    "logarithms": Case(
        "ce logarithms.csv",
        "such as --logits logprob_0,logprob_1, for softmax leaves logarithms",
        "ce logarithms.csv --logits logprob_0,logprob_1",
    ),
    "likely": Case("bce score.csv", "such as --probs y_score", "bce score.csv --probs y_score"),
    "scores": Case("bce x.csv", "say which with --logits or --probs", "bce x.csv --probs x"),
    "nameless": Case(
        "bce nameless.csv --probs :2",
        "say --header or --no-header",
        "bce nameless.csv --probs :2 --header",
    ),
    "headless": Case(
        "bce headless.csv --probs p",
        "positions such as --probs :2, or --header",
        "bce headless.csv --probs :2",
    ),
    "labels": Case(
        "bce unlabelled.csv", "say which with --labels", "bce unlabelled.csv --labels a"
    ),
    "headless-labels": Case(
        "bce headless.csv --probs :1",
        "such as --labels :2",
        "bce headless.csv --probs :1 --labels :2",
    ),
    "no-labels": Case(
        "bce --probs 0.5,1", "such as --labels 1,0,1", "bce --probs 0.5,1 --labels 1,0"
    ),
    "no-scores": Case(
        "bce --labels 1,0", "such as --logits 2,-1", "bce --labels 1,0 --logits 2,-1"
    ),
    "crossed": Case(
        "bce crossed.csv", "--probs p_a,p_b", "bce crossed.csv --labels y_* --probs p_a,p_b"
    ),
    "crossed-as-typed": Case(
        "bce crossed.csv --labels y_a,y_b --probs p_b,p_a",
        "by the names the order is --probs p_a,p_b",
        "bce crossed.csv --labels y_a,y_b --probs p_a,p_b",
    ),
    "partly": Case("bce partly.csv", "--probs p_0,p_1", "bce partly.csv --probs p_0,p_1"),
    "other-order": Case(
        "ce classes.csv other-order.csv",
        "in one order: --probs NAME",
        "ce classes.csv other-order.csv --probs p_cat,p_dog",
    ),
    "other-columns": Case(
        "bce good.csv turned.csv --labels :1 --probs :2",
        "pick columns by name, such as --labels label --probs p",
        "bce good.csv turned.csv --labels label --probs p",
    ),
    "passed-over": Case(
        "bce weights.csv other-weights.csv --labels :1 --probs :2",
        "has p too.*pick columns by name, such as --probs p",
        "bce weights.csv other-weights.csv --labels :1 --probs p",
    ),
    "by-place": Case(
        "ce numbers.csv", "if that is right say --label-base 0", "ce numbers.csv --label-base 0"
    ),
    "listed": Case(
        "ce numbers.csv",
        "else list the columns: --probs p_cat,p_dog",
        "ce numbers.csv --probs p_cat,p_dog",
    ),
    "two-scales": Case(
        "bce good.csv logits.csv",
        "say --logits or --probs",
        "bce good.csv logits.csv --probs p",
    ),
    "two-types": Case(
        "bce single.npz double.npz -c sklearn",
        "--dtype says which type",
        "bce single.npz double.npz -c sklearn --dtype float64",
    ),
    "position": Case(
        "ce named.csv", "count the columns say --label-base 0", "ce named.csv --label-base 0"
    ),
    "label-beyond-counted": Case(
        "ce counted.csv", ", for others say --classes", "ce counted.csv --classes 0,7"
    ),
    "scores-of-label-0": Case("bce no.csv", "1: --classes yes,no;", "bce no.csv --classes yes,no"),
    "scores-of-label-1": Case(
        "bce no.csv",
        "yes: --classes no,yes --probs :2",
        "bce no.csv --classes no,yes --labels label --probs :2",
    ),
    "scores-of-base": Case(
        "bce base.csv --label-base 1",
        "--classes 2,1, and no --label-base;",
        "bce base.csv --classes 2,1",
    ),
    "scores-of-minus": Case("bce signs.csv", "--classes 1,-1;", "bce signs.csv --classes 1,-1"),
    "nan-scores": Case(
        "bce nan-scores.csv --missing skip",
        "--missing-values nan leaves out",
        "bce nan-scores.csv --missing skip --missing-values nan",
    ),
    "one-number": Case(
        "ce one-number.csv",
        "columns say --label-base 0, else --classes NAME",
        "ce one-number.csv --label-base 0",
    ),
    "other-names": Case("ce named.csv", "for others say --classes", "ce named.csv --classes 0,1"),
    "swapped": Case(
        "ce swapped.csv", "in order, --probs p_0,p_1", "ce swapped.csv --probs p_0,p_1"
    ),
    "by-name": Case("ce swapped.csv", "say --classes 1,0", "ce swapped.csv --classes 1,0"),
    "by-position": Case("ce swapped.csv", "or --label-base 0 for", "ce swapped.csv --label-base 0"),
    "families": Case("ce families.csv", "--probs p_0,p_1", "ce families.csv --probs p_0,p_1"),
    "whole": Case(
        "bce whole.json --memory 1M", "allow more: --memory", "bce whole.json --memory 1G"
    ),
    "headers": Case(
        "bce good.csv headless.csv --labels :1 --probs :2",
        "see --header and --no-header",
        "bce good.csv headless.csv --labels :1 --probs :2 --header",
    ),
}

OPTIONS = {
    "slip": Case(f"bce {B.replace('labels', 'lables')}", "did you mean --labels", f"bce {B}"),
    "batches": Case(f"bce {B} --batch-size 8", "--jobs N", f"bce {B} --jobs 1"),
    "verbose": Case(f"bce {B} --verbose", "--debug shows", f"bce {B} --debug"),
    "rows": Case(f"reconcile {B} --rows few", "such as --rows 5", f"reconcile {B} --rows 5"),
    "tolerance": Case(f"bce {B} --tol 1", "add --expect X", f"bce {B} --tol 1 --expect 1"),
    "smoothing": Case(
        f"bce {B} --label-smoothing 2",
        "such as --label-smoothing 0.1",
        f"bce {B} --label-smoothing 0.1",
    ),
    "eps": Case(f"bce {B} --eps 2", "such as --eps 1e-7", f"bce {B} --eps 1e-7"),
    "focal": Case(
        f"bce {B} --focal-alpha 1",
        "add --focal-gamma 2",
        f"bce {B} --focal-alpha 1 --focal-gamma 2",
    ),
    "grad": Case(f"bce {B} --grad", "give --logits", "bce --labels 1,0 --logits 2,-1 --grad"),
    "scheduler": Case(
        "bce good.csv --scheduler nowhere",
        "add --engine dask",
        "bce good.csv --scheduler nowhere --engine dask",
    ),
    "all-rows": Case("bce long.csv --rows 5", "--rows all", "bce long.csv --rows all"),
}

CASES = {
    f"{kind}-{name}": case
    for kind, cases in (
        ("values", VALUES),
        ("labels", LABELS),
        ("shapes", SHAPES),
        ("sources", SOURCES),
        ("options", OPTIONS),
    )
    for name, case in cases.items()
}
