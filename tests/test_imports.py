"""Imports go one way: settings, contract, errors, staging, storage <- pure modules <- Prefect tasks <- flows."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GROUND = {"tasks.settings", "tasks.contract", "tasks.errors", "tasks.staging", "tasks.storage"}
HEAVY = {"prefect", "spacy"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports anywhere, also inside functions; `from a import b` gives `a` and `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            yield from (node.module or "", *(f"{node.module}.{name.name}" for name in node.names))


FILES = {module_name(path): path for folder in ("flows", "tasks") for path in sorted((ROOT / folder).rglob("*.py"))}


def layer(module: str) -> int:
    if module.split(".")[0] == "flows":
        return 3
    if module.endswith(".prefect_tasks"):
        return 2
    return 0 if module in GROUND else 1


def test_there_are_modules_in_every_layer() -> None:
    assert {layer(module) for module in FILES} == {0, 1, 2, 3}


@pytest.mark.parametrize("module", FILES)
def test_a_module_imports_nothing_above_its_layer(module: str) -> None:
    above = {name for name in imported(FILES[module]) if name in FILES and layer(name) > layer(module)}
    assert not above


@pytest.mark.parametrize("module", [module for module in FILES if layer(module) < 2])
def test_pure_modules_do_not_know_prefect(module: str) -> None:
    assert not {name for name in imported(FILES[module]) if name.split(".")[0] == "prefect"}


def test_the_prefect_tasks_of_a_stage_sit_in_one_file() -> None:
    holders = {module for module in FILES if layer(module) < 3 and _imports_prefect(FILES[module])}
    assert holders == {f"tasks.{stage}.prefect_tasks" for stage in ("extract", "transform", "load", "report")}


@pytest.mark.parametrize(
    "words",
    [["sql", "select 1"], ["report"], ["report", "dyads"], ["status"], ["check"], ["clean", "--dry-run"], ["run", "x"]],
    ids=" ".join,
)
def test_commands_that_do_not_run_anything_load_neither_prefect_nor_spacy(words: list[str], tmp_path: Path) -> None:
    program = (
        "import json, sys\n"
        "from flows.cli import dotterel\n"
        "try:\n"
        f"    dotterel.main({[*words, '--lake', str(tmp_path)]!r})\n"
        "except SystemExit:\n"
        "    pass\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not HEAVY & set(json.loads(result.stdout.splitlines()[-1]))


def _imports_prefect(path: Path) -> bool:
    return any(name.split(".")[0] == "prefect" for name in imported(path))
