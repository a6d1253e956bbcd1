"""Paths between conventions: each step one aspect, the last one the other convention itself."""

import itertools
from collections.abc import Iterator

import pytest

from xentcli.conventions import Convention, Rule
from xentcli.conventions.differences import ASPECTS, Aspect, Variant, path
from xentcli.conventions.registry import CONVENTIONS

TOLD = {"function", "options", "reductions"}
"""What a rule says for people: two rules that differ in these alone compute the same."""
SETTLED = {"focal_squashes", "ignores", "pos_weight_form", "refuses_nan", "weights_together"}
"""What has been applied, or refused, before a variant is made."""


def variants() -> dict[tuple[str, str], dict[str, Variant]]:
    """Of each kind of loss and scale, the variants of the conventions that have it."""
    found: dict[tuple[str, str], dict[str, Variant]] = {}
    for name, convention in CONVENTIONS.items():
        for key, rule in convention.rules.items():
            variant = Variant.of(rule, rule.reductions[0][1], convention)
            found.setdefault(key, {})[name] = variant
    return found


def pairs() -> Iterator[tuple[str, Variant, Variant]]:
    for key, each in variants().items():
        for one, other in itertools.permutations(each, 2):
            yield f"{'-'.join(key)}: {one} to {other}", each[one], each[other]


PAIRS = list(pairs())


def differing(one: Variant, other: Variant) -> list[Aspect]:
    return [aspect for aspect in ASPECTS if aspect.differs(one, other)]


def test_there_are_pairs_of_every_kind() -> None:
    assert len(variants()) == 6
    assert len(PAIRS) == sum(len(each) * (len(each) - 1) for each in variants().values()) > 300


def test_a_path_takes_one_aspect_a_step_in_order() -> None:
    for name, first, last in PAIRS:
        wanted = differing(first, last)
        steps = path(first, last)
        assert [aspect for aspect, _ in steps] == wanted, name
        at = first
        for aspect, variant in steps:
            assert differing(at, variant) == [aspect], (name, aspect.name)
            assert aspect not in differing(variant, last), (name, aspect.name)
            at = variant
        assert not differing(at, last), name


def test_a_path_ends_at_the_other_convention() -> None:
    for name, first, last in PAIRS:
        if first != last:
            assert path(first, last)[-1][1] == last, name


def test_there_is_no_path_to_itself() -> None:
    for each in variants().values():
        for variant in each.values():
            assert path(variant, variant) == []


def test_each_field_belongs_to_one_aspect() -> None:
    of_rule = [field for aspect in ASPECTS for field in aspect.of_rule]
    of_variant = [field for aspect in ASPECTS for field in aspect.of_variant]
    assert len(set(of_rule)) == len(of_rule)
    assert set(of_rule) == set(Rule._fields) - TOLD - SETTLED
    assert set(of_variant) | {"rule"} == set(Variant._fields)
    assert len(set(of_variant)) == len(of_variant)


def test_what_is_done_to_probabilities_is_said_in_different_words() -> None:
    for name, first, last in PAIRS:
        for aspect in differing(first, last):
            if aspect.of_rule and not aspect.of_variant:
                assert aspect.said(first) != aspect.said(last), (name, aspect.name)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_variant_makes_a_convention_of_its_types(name: str) -> None:
    convention = CONVENTIONS[name]
    rule = next(iter(convention.rules.values()))
    made: Convention = Variant.of(rule, "count", convention).convention()
    assert made.computes_in == convention.computes_in
    assert made.result == (convention.result or convention.computes_in)
    for field in ("labels_in", "missing_class_weight"):
        assert getattr(made, field) == getattr(convention, field)
