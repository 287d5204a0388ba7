"""Every reason that anything goes to quarantine for is declared, with its meaning and what to do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.extract.reasons import REASONS
from tasks.extract.unpack import unpacker_of

ROOT = Path(__file__).resolve().parents[2]
PACKINGS = [unpacker_of(head)[0] for head in (b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\x00")]  # type: ignore[index]
FILES = sorted((ROOT / "tasks").rglob("*.py"))


def takers(trees: list[ast.Module]) -> dict[str, int]:
    """Functions and classes that are given a `reason`, and as which of their arguments."""
    found = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args if argument.arg not in ("self", "cls")]
            if "reason" in names and node.name != "__init__":
                found[node.name] = names.index("reason")
        elif isinstance(node, ast.ClassDef):
            makers = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
            names = [argument.arg for maker in makers for argument in maker.args.args[1:]] or [
                item.target.id
                for item in node.body
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
            ]
            if "reason" in names:
                found[node.name] = names.index("reason")
    for node in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        bases = [base.id for base in node.bases if isinstance(base, ast.Name) and base.id in found]
        if bases and not any(isinstance(item, ast.FunctionDef) and item.name == "__init__" for item in node.body):
            found.setdefault(node.name, found[bases[0]])
    return found


def given(trees: list[ast.Module]) -> Iterator[tuple[str, int]]:
    """Every literal that is given as a reason, also by the name of a constant or as a row, and its line."""
    places = takers(trees)
    for tree in trees:
        constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            values: list[ast.expr] = []
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                at = places.get(name)
                if at is not None and len(node.args) > at and not any(isinstance(a, ast.Starred) for a in node.args):
                    values.append(node.args[at])
                values += [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
            elif isinstance(node, ast.Dict):
                values += [
                    value
                    for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant) and key.value == "reason"
                ]
            for value in values:
                known = constants.get(value.id, value) if isinstance(value, ast.Name) else value
                for literal in (known.body, known.orelse) if isinstance(known, ast.IfExp) else (known,):
                    if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                        yield literal.value, literal.lineno
                    elif isinstance(literal, ast.JoinedStr):
                        template = ast.unparse(literal)[2:-1]
                        for kind in PACKINGS:  # as `corrupt_gzip`; no other template is known
                            yield template.replace("{kind}", kind), literal.lineno


USED = {reason for reason, _ in given([ast.parse(path.read_text(encoding="utf-8")) for path in FILES])}


def test_every_reason_that_is_given_is_declared() -> None:
    assert USED - set(REASONS) == set(), "declare it in tasks/extract/reasons.py, in one line"


def test_every_reason_that_is_declared_is_given() -> None:
    assert set(REASONS) - USED == set()


@pytest.mark.parametrize(
    "line",
    [
        'Rejected("#1", "odd_thing", "it is odd")',
        'Rejected(record="#1", reason="odd_thing", detail="it is odd")',
        'drafts.Rejected("#1", "odd_thing" if x else "empty", "it is odd")',
        'raise UnreadableError("odd_thing", "it is odd")',
        'def _bad(text, reason): ...\n_bad("text", "odd_thing")',
        'WHY: Final = "odd_thing"\nRejected("#1", WHY, "it is odd")',
        'row = {"reason": "odd_thing"}',
    ],
)
def test_a_reason_is_seen_in_whatever_way_it_is_given(line: str) -> None:
    declared = [ast.parse((ROOT / "tasks" / name).read_text()) for name in ("extract/drafts.py", "errors.py")]
    assert "odd_thing" in {reason for reason, _ in given([*declared, ast.parse(line)])}


def test_reasons_are_codes_in_order_with_words() -> None:
    assert list(REASONS) == sorted(REASONS)
    for code, about in REASONS.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", code)
        assert about.meaning
        assert about.remedy
        assert not (about.meaning + about.remedy).endswith(".")
