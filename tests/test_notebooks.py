"""The notebooks run from the sample archive to their findings, and say what is kept of them in the repository.

After a change of the coder or of the sample, `python tests/test_notebooks.py` runs them and keeps what they say now.
Read the findings again then: nothing writes their words anew.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "data" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
DIFFERS = "differs-each-run"
"""The tag of cells that show ids and times of the run."""


def executed(notebook: Path, folder: Path) -> Any:
    """The notebook with what its cells say now, run in an empty folder with this environment's `dotterel`."""
    path = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])
    try:
        read = nbformat.read(notebook, as_version=4)
        where = {"metadata": {"path": str(folder)}}
        return NotebookClient(read, timeout=600, kernel_name="python3", record_timing=False, resources=where).execute()
    finally:
        os.environ["PATH"] = path


def said(cell: Any) -> list[str]:
    """What a cell prints and shows, in words; pictures and addresses of objects are left out."""
    shown = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
    return [text for text in shown if text]


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """A notebook as it is kept, and as it runs now."""
    kept = nbformat.read(request.param, as_version=4)
    return kept, executed(request.param, tmp_path_factory.mktemp("notebook"))


def test_the_cells_say_what_is_kept_of_them(both: tuple[Any, Any]) -> None:
    kept, now = both
    for before, after in zip(kept.cells, now.cells, strict=True):
        if DIFFERS not in before.metadata.get("tags", []):
            assert said(after) == said(before), f"cell {before.id}; to keep what it says now: python {__file__}"


def test_there_are_charts_that_need_no_script(both: tuple[Any, Any]) -> None:
    for notebook in both:
        shown = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
        assert sum("image/png" in data for data in shown) == 2


def test_each_finding_says_what_it_cannot_show(both: tuple[Any, Any]) -> None:
    texts = [cell.source for cell in both[0].cells if cell.cell_type == "markdown"]
    findings = [text for text in texts if "**Finding.**" in text]
    assert len(findings) == 3
    assert all("**What this cannot show.**" in text for text in findings)


if __name__ == "__main__":
    for path in NOTEBOOKS:
        with tempfile.TemporaryDirectory() as scratch:
            nbformat.write(executed(path, Path(scratch)), path)
