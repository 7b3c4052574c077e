"""How long ``simkit report`` takes for the status quo and six policies: first ever, then with everything kept.

``python -m benchmarks.report`` renders it three times: with nothing kept, with compiled code kept, with results kept.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import seconds

SCENARIOS = ["params/baseline.yaml", *sorted(map(str, Path("params/policies").glob("*.yaml")))]


def main() -> None:
    """Measure and print."""
    print(f"| report of {len(SCENARIOS)} scenarios | seconds |")
    print("|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        code, results = Path(folder, "code"), Path(folder, "results")
        for name, kept in (
            ("first ever", results),
            ("compiled code kept", results / "2"),
            ("results kept", results / "2"),
        ):
            env = os.environ | {"NUMBA_CACHE_DIR": str(code), "SIMKIT_CACHE": str(kept)}
            command = [sys.executable, "-m", "simkit", "report", *SCENARIOS, "--out", str(Path(folder, name))]
            took = seconds(lambda: subprocess.run(command, env=env, check=True, capture_output=True))  # noqa: B023
            print(f"| {name} | {took:.0f} |", flush=True)


if __name__ == "__main__":
    main()
