"""Fitted responses as parameter files: one that all companies share, and a world for each that extends it."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from simkit.calibration.fitted_file import file_text, write_text
from simkit.calibration.free_number import laid
from simkit.calibration.response_fit import PathLike, ResponseFit, fit_responses
from simkit.errors import UserError

SHARED = "responses"


def summary(fit: ResponseFit) -> str:
    """Return a fit's tables and notes as text."""
    moments = [
        {
            "case": row["case"],
            "outcome": row["kpi"],
            "": side,
            "reported": f"{row[f'{side}_reported']:.4g}",
            "assumed": f"{row[f'{side}_assumed']:.4g}",
            "fitted": f"{row[f'{side}_fitted']:.4g}",
            "95 % interval": f"{row[f'{side}_low']:.4g} .. {row[f'{side}_high']:.4g}",
        }
        for row in fit.cases.to_dict("records")
        for side in ("before", "after", "change")
    ]
    start, end, prior = fit.misfit
    return "\n".join(
        [
            pd.DataFrame(moments).to_string(index=False),
            "",
            numbers(fit.parameters),
            "",
            f"misfit of the moments: {start:.1f} as assumed, {end:.1f} as fitted (and {prior:.1f} of the priors)",
            *(f"- {note}" for note in fit.notes),
        ]
    )


def numbers(parameters: pd.DataFrame) -> str:
    """Return the fitted numbers as a table."""
    rows = [
        {
            "number": row["path"],
            "company": row["company"],
            "assumed": f"{row['assumed']:.3g}",
            "estimate": f"{row['estimate']:.3g}",
            "se": f"{row['se']:.2g}",
            "95 % interval": f"{row['low']:.3g} .. {row['high']:.3g}",
            "verdict": row["verdict"],
        }
        for row in parameters.to_dict("records")
    ]
    return pd.DataFrame(rows).to_string(index=False)


def write_fit(fit: ResponseFit, folder: PathLike) -> list[Path]:
    """Write a fit as parameter files and return their paths.

    ``responses.yaml`` holds what all companies share, and can be laid over any scenario as its world; each company's
    file extends it by what is its own.

    Raises
    ------
    UserError
        When the folder cannot be made or written to.
    """
    companies = [name for name in fit.values if name]
    shared = file_text(
        "Responses",
        f"How people respond, estimated by simkit from what {len(companies)} known cases report "
        f"({', '.join(companies)}); a number that they do not pin down stays near what is assumed.",
        [summary(fit)],
        laid({}, fit.values[""].items()),
    )
    paths = [write_text(folder, SHARED, shared)]
    for name in companies:
        own = fit.parameters[fit.parameters["company"] == name]
        text = file_text(
            f"{name}, company",
            f"The company of the known case {name!r}: estimated by simkit, so that its figures before come out.",
            [numbers(own)],
            laid({}, fit.values[name].items()),
            extends=f"{SHARED}.yaml",
        )
        paths.append(write_text(folder, re.sub(r"\W+", "_", name).lower(), text))
    return paths


def main(arguments: Sequence[str]) -> int:
    """Fit the cases named and write the files into a folder; return the exit code: 0, or 2 for a user's error."""
    if len(arguments) < 2:
        sys.stderr.write("usage: python -m simkit.calibration.response_file FOLDER CASE...\n")
        return 2
    folder, *cases = arguments
    try:
        fit = fit_responses(cases)
        paths = write_fit(fit, folder)
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(summary(fit) + "\n")
    sys.stdout.writelines(f"written: {path}\n" for path in paths)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
