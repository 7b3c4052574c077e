"""The ``simkit`` command: a thin layer over the functions of the same names."""

import argparse
import json
import math
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

import simkit
from simkit.errors import UserError
from simkit.experiments.compare import Comparison, Estimate
from simkit.experiments.ledgers import write
from simkit.reporting.measures import MEASURES, Measure
from simkit.scenario import json_schema, parse_overrides
from simkit.scenario.check import check_paths

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 2 wrong input (said on standard error), 130 interrupted."""
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _tell
            code: int = options.command(options)
        sys.stdout.flush()
    except UserError as error:
        print(error, file=sys.stderr)
        return EXIT_USER_ERROR
    except KeyboardInterrupt:
        print("simkit: stopped; nothing was left half-written", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _tell(message: Warning | str, *_: object, **__: object) -> None:
    """Say a warning in one line, not where in the code it came up."""
    print(f"simkit: {message}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="simkit", description="What credit and sales policies do to growth and to getting paid."
    )
    parser.add_argument("--version", action="version", version=f"simkit {simkit.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    report = commands.add_parser("report", help="render the report as HTML")
    report.add_argument(
        "scenarios",
        nargs="*",
        metavar="SCENARIO",
        help="status quo first, or policies that extend it; the shipped four if none",
    )
    report.add_argument("--ledger", metavar="FILE", help="calibrate the world on this receivables ledger")
    report.add_argument("--mapping", metavar="FILE", help="YAML that names the ledger's columns")
    _customers(report)
    report.add_argument("--lang", default="en", help="en or zh (default en)")
    report.add_argument(
        "--out", default="reports/", metavar="FOLDER", help="where the report goes (default reports/)"
    )
    _workers(report)
    report.set_defaults(command=_report)

    run = commands.add_parser("run", help="run one replication of a scenario and print its outcomes")
    run.add_argument("scenario", metavar="SCENARIO")
    run.add_argument(
        "--replication", type=int, default=0, metavar="N", help="number of the repetition (default 0)"
    )
    run.add_argument("--out", metavar="FOLDER", help="write the ledger here, one Parquet file a table")
    _laid_over(run)
    run.set_defaults(command=_run)

    compare = commands.add_parser("compare", help="compare scenarios with the first, pair by pair")
    compare.add_argument("scenarios", nargs="+", metavar="SCENARIO")
    compare.add_argument("--replications", type=int, metavar="N")
    _laid_over(compare)
    _workers(compare)
    _scheduler(compare)
    _ledgers(compare)
    compare.set_defaults(command=_compare)

    sweep = commands.add_parser(
        "sweep", help="run a grid or a search over levers and print the efficient frontier"
    )
    sweep.add_argument("sweep", metavar="SWEEP")
    sweep.add_argument("--world", metavar="FILE", help="calibrated world laid over every point")
    _workers(sweep)
    _scheduler(sweep)
    _ledgers(sweep)
    sweep.set_defaults(command=_sweep)

    _add_calibrate(commands)
    _add_backtest(commands)

    _add_whatif(commands)

    check = commands.add_parser("check", help="validate parameter files without running anything")
    check.add_argument("paths", nargs="+", metavar="PATH")
    check.set_defaults(command=_check)

    verify = commands.add_parser("verify", help="recheck a report against its receipt")
    verify.add_argument("report", metavar="REPORT", help="a report's folder or one of its files")
    verify.set_defaults(command=_verify)

    schema = commands.add_parser("schema", help="print the JSON schema of scenario files")
    schema.set_defaults(command=_schema)
    return parser


def _add_backtest(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backtest = commands.add_parser("backtest", help="foretell a ledger from an earlier day, beside what came")
    backtest.add_argument("ledger", metavar="LEDGER")
    backtest.add_argument("--cut", required=True, metavar="DATE", help="last day that is known, YYYY-MM-DD")
    backtest.add_argument(
        "--paths", type=int, default=500, metavar="N", help="simulated futures (default 500)"
    )
    backtest.add_argument("--months", type=int, default=6, metavar="N", help="how far ahead (default 6)")
    backtest.add_argument("--mapping", metavar="FILE", help="YAML that names the ledger's columns")
    backtest.add_argument("--out", metavar="FILE", help="write every forecast and what came here, as CSV")
    backtest.set_defaults(command=_backtest)


def _add_calibrate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    calibrate = commands.add_parser("calibrate", help="fit a world to a receivables ledger")
    calibrate.add_argument("ledger", metavar="LEDGER")
    _customers(calibrate)
    calibrate.add_argument("--mapping", metavar="FILE", help="YAML that names the ledger's columns")
    calibrate.add_argument("--leads", metavar="FILE", help="table of leads, which tells the funnel")
    calibrate.add_argument("--name", help="name of the world (default: the ledger's)")
    calibrate.add_argument(
        "--out", default="params/calibrated", metavar="FOLDER", help="default params/calibrated"
    )
    calibrate.set_defaults(command=_calibrate)


def _add_whatif(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    whatif = commands.add_parser("whatif", help="levers on sliders, answered at once, in the browser")
    whatif.add_argument(
        "scenario",
        nargs="?",
        metavar="SCENARIO",
        help="where the sliders start (default the shipped baseline)",
    )
    whatif.add_argument("--lang", default="en", help="en or zh (default en)")
    whatif.add_argument(
        "--customers", type=int, default=5_000, metavar="N", help="of each replication (default 5000)"
    )
    whatif.add_argument("--replications", type=int, default=4, metavar="N", help="default 4")
    whatif.add_argument("--port", type=int, default=8866, metavar="N", help="on 127.0.0.1 (default 8866)")
    whatif.add_argument("--no-browser", action="store_true", help="only say where it is")
    whatif.set_defaults(command=_whatif)


def _customers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", metavar="FILE", help="customer master: financials and defaults")
    parser.add_argument(
        "--customers-mapping", metavar="FILE", help="YAML that names the customer master's columns"
    )


def _workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, metavar="N", help="processes (default: all cores)")


def _scheduler(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="Dask scheduler whose workers run it, such as tcp://10.0.0.5:8786; 'local' for one on this machine",
    )


def _ledgers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ledgers",
        metavar="FOLDER",
        help="write every ledger here as Parquet, partitioned by scenario, replication and region",
    )


def _laid_over(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--world", metavar="FILE", help="calibrated world laid over the scenario")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="override one parameter; may be repeated",
    )


def _report(options: argparse.Namespace) -> int:
    # Drawing and notebooks take seconds to import; the other commands do without.
    from simkit.reporting.report import build_report

    index = build_report(
        options.scenarios or None,
        ledger=options.ledger,
        mapping=options.mapping,
        customers=options.customers,
        customers_mapping=options.customers_mapping,
        language=options.lang,
        out=options.out,
        workers=options.workers,
        tell=lambda line: print(line, file=sys.stderr),
    )
    print(f"written: {index}")
    return 0


def _run(options: argparse.Namespace) -> int:
    scenario = simkit.load(options.scenario, parse_overrides(options.set), options.world)
    folder = Path(options.out) if options.out else None
    if folder and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"--out {folder}: exists already; give a new or empty folder")
    result = simkit.simulate(scenario, replication=options.replication)
    if folder:
        write(result, folder)
    values = [_value(result.kpis[name], measure) for name, measure in MEASURES.items()]
    _print_table(pd.DataFrame({scenario.name: values}, index=list(MEASURES)))
    return 0


def _compare(options: argparse.Namespace) -> int:
    overrides = parse_overrides(options.set)
    scenarios = [simkit.load(path, overrides, options.world) for path in options.scenarios]
    comparison = simkit.compare(
        scenarios,
        options.replications,
        options.workers,
        scheduler=options.scheduler,
        progress=sys.stderr.isatty(),
        ledgers=options.ledgers,
    )
    _print_comparison(comparison)
    return 0


def _print_comparison(comparison: Comparison) -> None:
    reference, *others = comparison.names
    table = pd.DataFrame(index=list(MEASURES))
    table[reference] = [
        _value(comparison.estimate(reference, name).mean, measure) for name, measure in MEASURES.items()
    ]
    for other in others:
        table[other] = [
            _difference(comparison.difference(other, name), measure) for name, measure in MEASURES.items()
        ]
    _print_table(table)
    print(f"{comparison.replications} replications; differences from {reference!r} with 95 % intervals")
    if (plan := comparison.stopping) is not None:
        outcome = "met" if plan.met else f"not met: {plan.wanted} replications would be needed"
        print(f"precision of {plan.precision:.2%} for growth and overdue rate: {outcome}")
    for name, changes in zip(others, comparison.changes[1:], strict=True):
        print(f"{name!r} differs in" + (":" if changes else " nothing"))
        for path, before, after in changes:
            print(f"  {path}: {before} -> {after}")
    for failure in comparison.failed:
        print(f"failed: {failure}", file=sys.stderr)


def _difference(found: Estimate, measure: Measure) -> str:
    if math.isnan(found.mean):
        return "-"
    if math.isnan(found.low):
        return measure.difference(found.mean, "en")
    spread = measure.range(found.low, found.high, "en", differences=True)
    return f"{measure.difference(found.mean, 'en')} ({spread})"


def _sweep(options: argparse.Namespace) -> int:
    found = simkit.frontier(
        options.sweep,
        options.workers,
        options.world,
        scheduler=options.scheduler,
        progress=sys.stderr.isatty(),
        ledgers=options.ledgers,
    )
    points = found.points
    shown = pd.DataFrame(
        {
            "growth": points["sales_growth"].map("{:.1%}".format),
            "overdue 30 days": points["overdue_rate_cohort_30"].map("{:.1%}".format),
            "profit": points["profit_fen"].map(lambda fen: MEASURES["profit_fen"].value(fen, "en")),
            "efficient": points["p_efficient"].map("{:.0%}".format),
            "": [
                "recommended" if recommended else "efficient" if efficient else ""
                for efficient, recommended in zip(points["efficient"], points["recommended"], strict=True)
            ],
        }
    )
    _print_table(shown.set_index(points["name"].rename(None)))
    print(
        f"{found.comparison.replications} replications; efficient: how often when they are drawn again"
        + ("" if found.search is None else f"; {len(found.search.points)} points searched")
    )
    if found.search is not None and len(found.search.rejected):
        print(f"{len(found.search.rejected)} points drawn contradict themselves and were not run")
    for failure in found.comparison.failed if found.search is None else found.search.failed:
        print(f"failed: {failure}", file=sys.stderr)
    if found.recommendation is None:
        print("no point keeps to the constraints")
    return 0


def _calibrate(options: argparse.Namespace) -> int:
    from simkit.portfolio.customer_file import read_customers
    from simkit.portfolio.ledger_import import read_ledger

    ledger = read_ledger(options.ledger, options.mapping)
    if options.customers_mapping is not None and options.customers is None:
        raise UserError(
            "--customers-mapping: it names the columns of a customer master, and no --customers is given"
        )
    customers = None
    if options.customers is not None:
        customers = read_customers(options.customers, options.customers_mapping)
    print(ledger.summary())
    if customers is not None:
        print(f"\n{customers.summary()}\n")
    fitted = simkit.calibrate(ledger, customers, options.name, leads=options.leads)
    print(fitted.summary())
    print(f"written: {fitted.write(Path(options.out))}")
    return 0


def _backtest(options: argparse.Namespace) -> int:
    from simkit.portfolio.ledger_import import read_ledger

    if options.out and not Path(options.out).absolute().parent.is_dir():
        raise UserError(f"--out {options.out}: there is no such folder")
    tested = simkit.backtest(
        read_ledger(options.ledger, options.mapping), options.cut, options.paths, options.months
    )
    print(tested.summary())
    if options.out:
        tested.points.to_csv(options.out, index=False)
        print(f"written: {options.out}")
    return 0


def _whatif(options: argparse.Namespace) -> int:
    from simkit.reporting.app import serve

    return serve(
        options.scenario,
        language=options.lang,
        customers=options.customers,
        replications=options.replications,
        port=options.port,
        browser=not options.no_browser,
    )


def _check(options: argparse.Namespace) -> int:
    print("\n".join(check_paths(options.paths)))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from simkit.reporting.receipt import verify

    findings = verify(Path(options.report))
    if not findings:
        print(f"{options.report}: the report is as it was written")
        return 0
    raise UserError("\n".join(str(finding) for finding in findings))


def _schema(_: argparse.Namespace) -> int:
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0


def _value(value: float | None, measure: Measure) -> str:
    return "-" if value is None or math.isnan(value) else measure.value(value, "en")


def _print_table(table: pd.DataFrame) -> None:
    print(table.to_string())
