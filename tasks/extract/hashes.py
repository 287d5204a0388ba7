"""Remembers the SHA-256 of raw files by place, size and time of change, so that a large archive is read once for it."""

from dataclasses import dataclass, field
from pathlib import Path

from tasks.load.parquet_files import write_bytes


@dataclass
class Hashes:
    """The hashes in one file of lines `sha256 size time path`; a file that is damaged or missing remembers nothing."""

    file: Path
    _known: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    _is_new: bool = False

    def __post_init__(self) -> None:
        try:
            lines = self.file.read_text(encoding="utf-8", errors="surrogateescape").split("\0")
        except OSError:
            return
        for line in lines:
            parts = line.split(" ", 3)
            if len(parts) == 4 and len(parts[0]) == 64:
                self._known[parts[3]] = (parts[0], parts[1], parts[2])

    def get(self, path: Path, size: int, changed: int) -> str:
        """The hash of a file of this size, changed at this time in nanoseconds; empty where it is not known."""
        sha256, *of = self._known.get(str(path.resolve()), ("", "", ""))
        return sha256 if of == [str(size), str(changed)] else ""

    def put(self, path: Path, size: int, changed: int, sha256: str) -> None:
        """Remember a hash."""
        self._known[str(path.resolve())] = (sha256, str(size), str(changed))
        self._is_new = True

    def save(self) -> None:
        """Write the file anew where there is anything new. Raises LakeError."""
        if self._is_new:
            lines = (
                f"{sha256} {size} {changed} {path}" for path, (sha256, size, changed) in sorted(self._known.items())
            )
            write_bytes(self.file, "\0".join(lines).encode("utf-8", "surrogateescape"))
            self._is_new = False
