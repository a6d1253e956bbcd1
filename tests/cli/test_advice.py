"""No advice runs in a circle: typing the option that a message names changes what happens."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from advice import CASES, Case
from advice_files import FILES
from support import Ran

import xentcli

Xent = Callable[..., Ran]
PACKAGE = Path(xentcli.__file__).parent
OPTION = re.compile(r"(?<![\w-])--(?:[a-z][a-z-]+|\.\*)")

_HELP = (
    "input_options loss_options output_options unknown_options completion_scripts app bce ce "
    "accuracy reconcile"
)
HELP = frozenset(f"cli/{name}.py" for name in _HELP.split())
"""Where options are declared and shown: nothing there is advice on input."""

ELSEWHERE = {
    "try xent .* --labels 1,0 --logits 2,-1": "asks a terminal",
    "--jobs 1 reads in this process alone": "where no process can be started",
    "--memory 8G allows more memory": "a reader that dies",
    "for single samples use --worst K --id COLS": "100,000 groups",
    "say --input-format parquet; else copy": "an object store",
    "--reader polars asks for": "a machine without polars",
    "pip install --upgrade polars": "an old polars",
}
"""Advice that takes more than a command to provoke: its own tests have it."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, content in FILES.items():
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.usefixtures("folder")
def test_typing_what_is_advised_changes_what_happens(xent: Xent, case: Case) -> None:
    before, after = xent(*case.typed.split(" ")), xent(*case.advised.split(" "))
    said = before.out + before.err
    assert re.search(case.advice, said), said
    assert (after.out, after.err) != (before.out, before.err)
    assert after.code in (0, 1, 2)
    assert not (after.code == 2 and re.search(case.advice, after.err)), after.err


@pytest.mark.usefixtures("folder")
def test_every_advice_has_a_case(xent: Xent) -> None:
    said = ""
    for case in CASES.values():
        ran = xent(*case.typed.split(" "))
        said += ran.out + ran.err
    missed = [
        f"{place}: {advice}"
        for place, advice in _advice()
        if not re.search(advice, said) and not any(known in advice for known in ELSEWHERE)
    ]
    assert missed == []


def test_what_is_tested_elsewhere_is_there() -> None:
    found = [advice for _, advice in _advice()]
    for known in ELSEWHERE:
        assert any(known in advice for advice in found), known


def _advice() -> Iterator[tuple[str, str]]:
    """Strings that advise an option, as regular expressions, and where they stand."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name in HELP:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            text = _pattern(node)
            if text is None or isinstance(parents[node], ast.Expr | ast.JoinedStr):
                continue
            named = OPTION.findall(text.replace("\\", ""))
            bare = re.fullmatch(r"--[a-z.*-]+(?:\\? \S+)?", text.replace("\\-", "-"))
            if named and not bare and not _is_problem(node, parents):
                yield f"{name}:{node.lineno}", text  # type: ignore[attr-defined]


def _pattern(node: ast.AST) -> str | None:
    """A string, or one with values in it, as a regular expression."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(part) or ".*" for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value).replace("\\-", "-").replace("\\ ", " ")
    return None


def _is_problem(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a string says what was found, and not what to do."""
    while not isinstance(parents[node], ast.stmt):
        above = parents[node]
        if isinstance(above, ast.keyword):
            return above.arg != "hint"
        if isinstance(above, ast.Call) and node in above.args[:1]:
            kind = above.func
            return isinstance(kind, ast.Name) and kind.id.endswith("Error")
        node = above
    statement = parents[node]
    if isinstance(statement, ast.Assign | ast.AugAssign):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        return isinstance(target, ast.Name) and target.id in ("problem", "option", "words", "asked")
    return False
