"""Where a report goes: checked before anything runs, written when everything has."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simkit.errors import UserError
from simkit.reporting.receipt import FILE, Receipt, read_receipt

HIDDEN = ".simkit-"


@dataclass(frozen=True, slots=True)
class Destination:
    """A folder for a report: new, empty, with an earlier report in it, or with files of other kinds beside it."""

    folder: Path

    @property
    def ground(self) -> Path:
        """The folder itself, or the nearest one above it that exists."""
        return next(place for place in (self.folder, *self.folder.absolute().parents) if place.exists())

    def check(self, files: Sequence[str]) -> None:
        """Refuse a place that cannot be written to, or where a file that is no report's would be overwritten."""
        if not self.ground.is_dir():
            raise UserError(f"{self.folder}: {self.ground} is a file; the report needs a folder")
        try:
            tempfile.TemporaryDirectory(dir=self.ground, prefix=HIDDEN).cleanup()
        except OSError as error:
            raise UserError(f"{self.folder}: cannot be written: {error.strerror}") from None
        for name in (*files, FILE):
            if (self.folder / name).exists() and name not in self._earlier():
                raise UserError(
                    f"{self.folder / name}: exists and belongs to no report; give another folder, or move the file away"
                )

    def publish(self, made: Path) -> None:
        """Move a finished report in: as one folder where there is none, else file by file with the receipt last."""
        earlier = self._earlier()
        new = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
        with tempfile.TemporaryDirectory(dir=self.ground, prefix=HIDDEN) as near:
            # First onto the same disk, so that every move that follows is a rename: whole or not at all.
            staged = Path(shutil.copytree(made, Path(near) / "report"))
            if not self.folder.exists():
                self.folder.parent.mkdir(parents=True, exist_ok=True)
                staged.replace(self.folder)
                return
            for name in sorted(new, key=lambda name: name == FILE):
                (self.folder / name).parent.mkdir(exist_ok=True)
                (staged / name).replace(self.folder / name)
        for name in earlier.difference(new):
            (self.folder / name).unlink(missing_ok=True)

    def _earlier(self) -> set[str]:
        """Return the files of the report that is there already; its receipt speaks for nothing outside the folder."""
        path = self.folder / FILE
        receipt = read_receipt(path) if path.is_file() else None
        if not isinstance(receipt, Receipt):
            return set()
        return {
            FILE,
            *(
                name
                for name in receipt.files
                if ".." not in Path(name).parts and not Path(name).is_absolute()
            ),
        }
