"""Run every benchmark and write what they print, and on what machine, into ``benchmarks/README.md``."""

import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- measured: written by `make bench` -->", "<!-- end of what is measured -->"
BENCHMARKS = {
    "benchmarks.engines": "Compiled engine against the SimPy engine (goal: 200 x, 2,000,000 lines/s of days alone)",
    "benchmarks.stages": "Where the time and the memory of the compiled engine go",
    "benchmarks.limit.walk": "The limit: the bare payment walk in C++ (goal: 0.7 of its speed)",
    "benchmarks.peers.day_loop": "An analyst's pandas day loop",
    "benchmarks.peers.desk": "A desk alone, beside a queueing library",
    "benchmarks.des": "The SimPy engine beside bare SimPy",
    "benchmarks.purchase_model": "Purchases, funnel and price response on real data, beside lifetimes",
    "benchmarks.whatif": "A what-if (goal: 0.5 s)",
    "benchmarks.scaling": "Growth of cost and memory, and a second worker (goals: exponent 1.00 ± 0.05, 1.8 x)",
    "benchmarks.stopping": "Replications until a difference is known: what the interval covers (goal: 95 %)",
    "benchmarks.report": "The report (goals: 60 s, first ever 120 s)",
}


def machine() -> str:
    """Return what the figures were measured on."""
    info = Path("/proc/cpuinfo")
    models = [
        line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
    ]
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "pandas", "simpy"))
    return (
        f"{len(models)} cores of {models[0]}, {pages:.0f} GB, {platform.system()}, Python {platform.python_version()}, "
        f"{libraries}"
    )


def measured(module: str) -> str:
    """Return what a benchmark prints; why it could not be run, where it could not."""
    done = subprocess.run([sys.executable, "-m", module], capture_output=True, text=True)
    if done.returncode:
        return f"Not measured: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"
    return done.stdout.strip()


def written(page: str) -> dict[str, str]:
    """Return what stands on a page by title, as it was measured before."""
    found = page.partition(BEGIN)[2].partition(END)[0].split("\n## ")[1:]
    return {title: text.strip() for title, _, text in (part.partition("\n") for part in found)}


def main(asked: Sequence[str]) -> None:
    """Run the benchmarks that are asked for, all where none is, and write the page; the others stay as they were."""
    unknown = [name for name in asked if f"benchmarks.{name}" not in BENCHMARKS]
    if unknown:
        allowed = ", ".join(module.removeprefix("benchmarks.") for module in BENCHMARKS)
        sys.exit(f"benchmarks: {', '.join(unknown)}: not known; allowed are {allowed}")
    page = README.read_text(encoding="utf-8")
    parts = written(page)
    for module, title in BENCHMARKS.items():
        if not asked or module.removeprefix("benchmarks.") in asked:
            print(f"running {module}", file=sys.stderr)
            parts[title] = f"`python -m {module}`, {machine()}\n\n{measured(module)}"
    before, _, rest = page.partition(BEGIN)
    sections = "\n\n".join(f"## {title}\n\n{parts[title]}" for title in BENCHMARKS.values() if title in parts)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n\n{sections}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
