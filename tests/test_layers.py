"""The layers hold: who imports whom, and what stays off the path of help and completion."""

import subprocess
import sys
from pathlib import Path

import import_graph
import pytest

import xentcli

PACKAGE = Path(xentcli.__file__).parent
GRAPH = import_graph.graph(PACKAGE)

LAYERS = (
    "text errors remarks kernels conventions blocks job sources formats losses inputs measures "
    "engines render cli"
).split()
"""The top level: each imports those before it."""

INNER = {
    "formats": (
        "grammar encoding foreign class_names column_names classes open_options columns cells "
        "tables format delimited frames json+numpy registry"
    ).split(),
    "measures": (
        "samples sums fingerprints layouts groups class_sums entropy_floor label_frequencies "
        "float_limits worst sanity loss reconcile accuracy"
    ).split(),
}
"""One folder deeper: each imports those before it, and those it is joined to by +."""

NEVER = (
    ("formats", "inputs"),
    ("formats", "job"),
    ("inputs", "job"),
    ("inputs", "conventions"),
    ("sources", "formats"),
    ("measures.reconcile", "measures.loss"),
    ("measures.accuracy", "measures.loss"),
    ("measures.accuracy", "measures.reconcile"),
    ("engines", "measures.loss"),
    ("engines", "measures.reconcile"),
    ("engines", "measures.accuracy"),
)

OWNERS = {
    "typer": {"cli"},
    "rich": {"render/table.py", "cli/progress.py"},
    "polars": {"formats/frames", "formats/json/polars_lines.py", "sources"},
    "distributed": {"engines/dask"},
}
MODULES = sorted(GRAPH)


def test_the_top_level_is_small() -> None:
    names = import_graph.entries(GRAPH)
    assert names == set(LAYERS)
    assert len(names) <= 15


def _floor(room: str, name: str) -> int:
    """The place of ``name`` in its room; names joined by + share one."""
    return next(at for at, own in enumerate(INNER[room]) if name in own.split("+"))


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    room, _, inside = name.partition(".")
    if room not in LAYERS:
        return
    for other in GRAPH[name]:
        below, _, behind = other.partition(".")
        assert LAYERS.index(below) <= LAYERS.index(room), f"{name} imports {other}"
        if below == room in INNER and inside and behind:
            one, two = inside.partition(".")[0], behind.partition(".")[0]
            assert _floor(room, two) <= _floor(room, one), f"{name} imports {other}"


@pytest.mark.parametrize(("one", "other"), NEVER)
def test_what_must_not_be_known(one: str, other: str) -> None:
    for name in MODULES:
        if f"{name}.".startswith(f"{one}."):
            assert not [own for own in GRAPH[name] if f"{own}.".startswith(f"{other}.")], name


def test_no_modules_import_each_other() -> None:
    assert import_graph.cycles(GRAPH) == []


@pytest.mark.parametrize("name", MODULES)
def test_packages_stay_where_they_belong(name: str) -> None:
    path = import_graph.modules(PACKAGE)[name]
    relative = path.relative_to(PACKAGE).as_posix()
    used = {module.partition(".")[0] for module in import_graph.imports(path)}
    for package, owners in OWNERS.items():
        own = any(relative == owner or relative.startswith(f"{owner}/") for owner in owners)
        assert own or package not in used


def test_nothing_imports_click() -> None:
    paths = import_graph.modules(PACKAGE).values()
    assert not any("click" in import_graph.imports(path) for path in paths)


NO_NUMPY = {
    "version": (["--version"], {}),
    "help": (["--help"], {}),
    "bce-help": (["bce", "--help"], {}),
    "completion": (
        [],
        {"_XENT_COMPLETE": "complete_bash", "COMP_WORDS": "xent bce -", "COMP_CWORD": "2"},
    ),
}


@pytest.mark.parametrize("case", NO_NUMPY)
def test_numpy_is_not_loaded_for(case: str) -> None:
    assert "numpy" not in _loaded(*NO_NUMPY[case])


def test_arrays_load_no_file_formats() -> None:
    loaded = _loaded(["bce", "--labels", "1,0", "--logits", "2,-1"], {})
    assert "numpy" in loaded
    assert not loaded & {"json", "csv", "zipfile", "xentcli.sources.source", "rich.progress"}


def test_delimited_text_loads_no_other_format(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("y,z\n1,2\n")
    loaded = _loaded(["bce", str(tmp_path / "a.csv")], {})
    inside = {name for name in loaded if name.startswith("xentcli.formats.")}
    readers = {name for name in inside if name.count(".") > 2 and not name.endswith(".format")}
    assert {name.split(".")[2] for name in readers} == {"delimited"}
    assert "xentcli.sources.objects" not in loaded


def _loaded(args: list[str], env: dict[str, str]) -> set[str]:
    """The modules that a run of the program has loaded at its end."""
    program = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        f"sys.argv = ['xent', *{args!r}]\n"
        "from xentcli.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=env, check=False
    )
    assert done.stdout
    return set(done.stderr.split())


def test_version_is_the_metadata_version() -> None:
    from importlib.metadata import version

    assert version("xentcli") == xentcli.__version__
