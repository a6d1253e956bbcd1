"""The package's own imports as a graph: python tests/helpers/import_graph.py [PACKAGE].

Prints how many rooms there are (entries of the top level), the arrows between them, and cycles of
modules. Imports inside of functions and for types only count as well.
"""

import ast
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

Graph = Mapping[str, set[str]]


def modules(package: Path) -> dict[str, Path]:
    """The package's modules by their dotted names, without that of the package."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path) -> set[str]:
    """The dotted names that a module imports; ``from a import b`` imports ``a`` and ``a.b``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def graph(package: Path) -> Graph:
    """Which of its own modules each module imports."""
    known = modules(package)
    own = f"{package.name}."
    return {
        name: {one.removeprefix(own) for one in imports(path)}
        & (known.keys() - {name, ""}) - _parents(path, package)
        for name, path in known.items()
    }


def _parents(path: Path, package: Path) -> set[str]:
    """Packages that a module only goes through on the way to another one."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            base = node.module.removeprefix(f"{package.name}.")
            names = {f"{base}.{alias.name}" for alias in node.names}
            if names <= modules(package).keys():
                found.add(base)
    return found


def rooms(found: Graph) -> set[tuple[str, str]]:
    """The arrows between entries of the top level."""
    return {
        (one.partition(".")[0], other.partition(".")[0])
        for one, others in found.items()
        for other in others
        if one and one.partition(".")[0] != other.partition(".")[0]
    }


def cycles(found: Graph) -> list[list[str]]:
    """Groups of modules that import each other, directly or through others (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in found[name]:
            if other not in index:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == index[name]:
            at = stack.index(name)
            groups.append(stack[at:])
            del stack[at:]

    for name in found:
        if name not in index:
            visit(name)
    return [sorted(group) for group in groups if len(group) > 1]


def entries(names: Iterable[str]) -> set[str]:
    """The entries of the top level, without those whose names begin with two underscores."""
    return {name.partition(".")[0] for name in names if name and not name.startswith("__")}


def main() -> None:
    """Print the figures."""
    here = Path(__file__).parents[2] / "xentcli"
    package = Path(sys.argv[1]) if len(sys.argv) > 1 else here
    found = graph(package)
    print(f"{len(entries(found))} rooms, {len(rooms(found))} arrows between them")
    for group in cycles(found):
        print("cycle:", ", ".join(group))


if __name__ == "__main__":
    main()
