"""The layers hold: who imports whom, and what stays off the path of help and completion."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import xentcli

PACKAGE = Path(xentcli.__file__).parent
LAYERS = (
    "text remarks written places errors kernels conventions job readers losses sums limits rows "
    "worst groups class_sums floors frequencies fingerprints evidence tally "
    "aspects comparison accuracies meanings engines signature shares report reasons render cli"
).split()
OWNERS = {
    "typer": {"cli"},
    "rich": {"render/table.py", "cli/progress.py"},
    "polars": {"readers/polars", "readers/json/polars_lines.py"},
    "distributed": {"engines/dask.py", "engines/tree.py", "engines/cluster.py", "engines/alike.py"},
}


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
            if node.module == "xentcli":
                found |= {f"xentcli.{alias.name}" for alias in node.names}
    return found


def _layer(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "xentcli" and len(parts) > 1 else None


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_to_the_left(path: Path) -> None:
    relative = path.relative_to(PACKAGE)
    own = relative.parts[0].removesuffix(".py")
    if own.startswith("__"):
        return
    assert own in LAYERS, f"{relative} is in no layer"
    for module in _imports(path):
        layer = _layer(module)
        if layer is not None and layer in LAYERS:
            assert LAYERS.index(layer) <= LAYERS.index(own), f"{relative} imports {module}"


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_packages_stay_where_they_belong(path: Path) -> None:
    relative = path.relative_to(PACKAGE).as_posix()
    for package, owners in OWNERS.items():
        uses = any(module.split(".")[0] == package for module in _imports(path))
        own = any(relative == owner or relative.startswith(f"{owner}/") for owner in owners)
        assert own or not uses


def test_nothing_imports_click() -> None:
    assert not any("click" in _imports(path) for path in _modules())


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
    readers = {name for name in loaded if name.startswith("xentcli.inputs.")}
    formats = {name.split(".")[2] for name in readers if name.count(".") > 2}
    assert formats == {"text", "polars"}
    assert {name for name in readers if ".polars." in name} == {"xentcli.sources.addresses"}


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
