"""Class names in the names of score columns: whole, or without their common parts.

``prob_cat, prob_dog`` name cat and dog, ``Class_1, Class_2`` name themselves or 1 and 2, and
``p_+1, p_-1`` name 1 and -1. Pure Python, for completion uses it too.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

_SCORES: Final = (
    "p z q prob probs proba probas probability probabilities logit logits score scores pred preds "
    "predicted prediction predictions output outputs out conf confidence softmax sigmoid"
)
_LABELS: Final = "y t true truth label labels target targets class classes actual"
SCORE_WORDS: Final = frozenset(_SCORES.split())
"""Words in names of score columns."""
ROLES: Final = SCORE_WORDS | frozenset(_LABELS.split())
"""Words for the role of a column, which do not name a class."""

MOST_COMPARED: Final = 10_000
"""Names among which a near one is looked for: it takes 20 microseconds for each."""

Names = tuple[str, ...]
_SEPARATORS: Final = re.compile(r"^(?:[^\w+-]|_|[+-](?!\d))+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_OWN: Final = re.compile(rf"^(?:(?:{'|'.join(sorted(ROLES))})[\W_]+)+", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?<!\d)(?:(?<![^\W_])[+-])?\d+(?:\.\d+)?")


class Named(NamedTuple):
    """The classes that columns name.

    ``shown`` is what results call them. ``levels`` are all names they may go by, what is cut
    least first; the first level is the whole names.
    """

    shown: Names = ()
    levels: tuple[Names, ...] = ()


class _Cut(NamedTuple):
    """So many characters of one end; ``scores``: their words are those of scores."""

    size: int
    scores: bool


@lru_cache(maxsize=4)
def named(whole: Names) -> Named:
    """The classes that score columns of these names stand for.

    >>> named(("prob_cat", "prob_New York")).shown
    ('cat', 'New York')
    >>> named(("class_1_prob", "class_2_prob")).levels[-1]
    ('1', '2')
    >>> named(("p_+1", "p_-1")).shown, named(("prob-1", "prob-2")).shown
    (('+1', '-1'), ('1', '2'))
    >>> named(("p", "p"))
    Named(shown=(), levels=())
    """
    if len(whole) < 2 or len(set(whole)) < len(whole) or "" in whole:
        return Named()
    shown, levels = whole, [whole]
    ends = _cuts(whole, backwards=True)
    for end in ends:
        for start in _cuts(whole, backwards=False):
            level = _without(whole, start.size, end.size)
            if level and level not in levels:
                levels.append(level)
                if start.scores and end.scores:
                    shown = level
    if len(levels) == 1:
        own = _without_own(whole)
        shown = own or whole
        levels += [level for level in (own, _numbers(whole)) if level]
    return Named(shown, tuple(levels))


def _cuts(names: Names, *, backwards: bool) -> list[_Cut]:
    """What may be cut from one end of all names: nothing, words of roles, all that is common."""
    turned = [name[::-1] for name in names] if backwards else list(names)
    first, last = min(turned), max(turned)
    pairs = zip(first, last, strict=False)
    common = first[: next((i for i, (a, b) in enumerate(pairs) if a != b), len(first))]

    def possible(size: int) -> bool:
        """Whether all names may be cut there, to judge by what stands around it."""
        some = turned[:1] if size + 1 < len(common) else turned
        around = {name[max(0, size - 2) : size + 2] for name in some}
        at = min(2, size)
        if backwards:
            return all(_is_boundary(own[::-1], len(own) - at) for own in around)
        return all(_is_boundary(own, at) for own in around)

    cuts, at, scores = [_Cut(0, scores=True)], 0, True
    while True:
        word = _LETTERS.match(common, at)
        if word is not None:
            text = word[0][::-1] if backwards else word[0]
            if text.lower() not in ROLES:
                break
            scores = scores and text.lower() in SCORE_WORDS
            at = word.end()
        start = at
        while at < len(common) and not common[at].isalnum():
            at += 1
        sizes = range(at, start - 1 if word else start, -1)
        size = next((size for size in sizes if size and possible(size)), None)
        if size is None:
            break
        cuts.append(_Cut(size, scores))
        if size < at or at == start:
            break
    whole = next((size for size in range(len(common), 0, -1) if possible(size)), 0)
    if whole > cuts[-1].size:
        cuts.append(_Cut(whole, scores=False))
    return cuts


def _is_boundary(name: str, at: int) -> bool:
    """Whether ``name`` may be cut at ``at``: not inside of a word or a number, nor at an end."""
    if not 0 < at < len(name):
        return False
    before, after = name[at - 1], name[at]
    if before.isalpha() and after.isalpha():
        return False
    if after.isdigit():
        earlier = name[at - 2] if at > 1 else ""
        if before in "+-":
            return earlier.isalnum()  # a hyphen between words; else it is the number's sign
        return not (before.isdigit() or (before in ".eE" and earlier.isdigit()))
    later = name[at + 1] if at + 1 < len(name) else ""
    return not (before.isdigit() and after in ".eE" and later.isdigit())


def _without(names: Names, start: int, end: int) -> Names:
    """The names without ``start`` and ``end`` characters; empty if they are no longer distinct."""
    if min(map(len, names)) <= start + end:
        return ()
    cut = tuple([name[start : len(name) - end] for name in names])
    if start and names[0][start - 1].isalnum():  # separators are not the same in all names
        cut = tuple([_SEPARATORS.sub("", rest) if not rest[0].isalnum() else rest for rest in cut])
    return () if "" in cut or len(set(cut)) < len(cut) else cut


def _without_own(names: Names) -> Names:
    """The names without the words of roles that each begins with, as in ``prob_cat, p_dog``."""
    cut = tuple(_OWN.sub("", name) for name in names)
    return () if "" in cut or cut == names or len(set(cut)) < len(cut) else cut


def _numbers(names: Names) -> Names:
    """The single number in each name; empty if a name has none or several, or numbers repeat."""
    found = [_NUMBER.findall(name) for name in names]
    if any(len(own) != 1 for own in found) or len({own[0] for own in found}) < len(names):
        return ()
    return tuple(own[0] for own in found)


def typed(names: Sequence[str], places: Sequence[int], most: int) -> str:
    """Selectors of columns that can be typed: names, or positions where names are no words.

    >>> typed(["p_0", "p[1]"], [3, 4], 6)
    'p_0,:5'
    """
    pairs = zip(names[:most], places, strict=False)
    listed = [
        own if re.fullmatch(r"\.?[A-Za-z_][\w.]*", own) else f":{at + 1}" for own, at in pairs
    ]
    return ",".join(listed) + (",..." if len(names) > most else "")


def few(names: Sequence[str], most: int = 4) -> str:
    """Names for a sentence, some of them left out where there are many.

    >>> few("abcdef")
    'a, b, ..., f'
    """
    return ", ".join(names if len(names) <= most else [*names[:2], "...", names[-1]])


def words(name: str) -> Iterator[str]:
    """The words of letters in a name, in lower case.

    >>> list(words("y_Hat2"))
    ['y', 'hat']
    """
    return (word.lower() for word in _LETTERS.findall(name))
