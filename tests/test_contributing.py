"""What contributors are told is so: the map has all rooms, and the hooks run what .ci/run does."""

import re
from pathlib import Path

import import_graph

import xentcli

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_map_has_all_rooms() -> None:
    rooms = import_graph.entries(import_graph.graph(Path(xentcli.__file__).parent))
    told = {
        word.removesuffix("/").removesuffix(".py") for word in re.findall(r"`([a-z_.]+/?)`", GUIDE)
    }
    assert rooms <= told


def test_files_that_it_names_are_there() -> None:
    for path in re.findall(r"`((?:tests|formats|conventions|cli)/[a-z_./]+)`", GUIDE):
        assert (ROOT / path).exists() or (ROOT / "xentcli" / path).exists(), path


def test_the_hooks_are_the_linters_of_the_whole_check() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    whole = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    entries = re.findall(r"entry: (\w+)(.*)", hooks)
    assert [tool for tool, _ in entries] == ["ruff", "ruff", "mypy", "mypy"]
    for tool, rest in entries:
        words = rest.replace(" --force-exclude", "").strip()
        assert re.search(rf'/{tool}"? {re.escape(words)}'.rstrip(), whole), (tool, words)
