"""How well purchases, funnels and price responses are foretold, beside `lifetimes`, on the real data sets.

``python -m benchmarks.purchase_model`` prints tables: each model is fitted to what was known on a day and judged on
what came after. The data lie beside the repository (``../shared/data``); without them nothing is measured. Peer: the
BG/NBD model of the package lifetimes (Fader, Hardie & Lee 2005, Marketing Science 24:275), installed into a temporary
environment.
"""

import math
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from simkit.calibration.funnel_step import fit_step
from simkit.calibration.order_law import YEAR, Floats, OrderHistories, OrderLaw
from simkit.calibration.order_rates import OrderLikelihood, fit_orders
from simkit.calibration.price_response import demand_of, fit_price_response

DATA = Path(__file__).resolve().parents[2] / "shared/data"
EXPECTED = OrderLaw(6 / YEAR, 1.2, 0.75, 0.08 / YEAR, 0.1, 0.5)
DRAWS = 100
PEER = """
import sys, numpy as np, pandas as pd
from lifetimes import BetaGeoFitter
from lifetimes.utils import summary_data_from_transaction_data
from scipy.special import betaln, gammaln

orders = pd.read_csv(sys.argv[1], parse_dates=["date"])
known = orders[orders["date"] < sys.argv[2]]
end = pd.Timestamp(sys.argv[2]) - pd.Timedelta(days=1)
told = summary_data_from_transaction_data(known, "customer", "date", observation_period_end=end)
x, tx, T = told["frequency"], told["recency"], told["T"]
model = BetaGeoFitter().fit(x, tx, T)
r, alpha, a, b = (model.params_[name] for name in ("r", "alpha", "a", "b"))
stays = betaln(a, b + x) - (r + x) * np.log(alpha + T)
leaves = np.where(x > 0, betaln(a + 1, b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + tx), -np.inf)
likelihood = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b) + np.logaddexp(stays, leaves)
print(f"log-likelihood {likelihood.sum():,.1f}, r {r:.3f}, alpha {alpha:.1f}, a {a:.3f}, b {b:.3f}", file=sys.stderr)
weeks = int(sys.argv[3]) // 7
pd.DataFrame({week: model.conditional_expected_number_of_purchases_up_to_time(7 * week, x, tx, T)
              for week in range(1, weeks + 1)}, index=told.index).to_csv(sys.argv[4])
"""


@dataclass(frozen=True)
class Split:
    """Order days of customers, and the days on which the known part ends and the judged part does."""

    name: str
    orders: pd.DataFrame
    cut: pd.Timestamp
    end: pd.Timestamp
    cohort: bool

    @property
    def days(self) -> int:
        """Days of the judged part, in whole weeks."""
        return (self.end - self.cut).days // 7 * 7

    def histories(self) -> tuple[OrderHistories, list[str]]:
        """Return what was known."""
        known = self.orders[self.orders["date"] < self.cut]
        window = (self.cut - known["date"].min()).days
        day = (known["date"] - known["date"].min()).dt.days.to_numpy()
        return OrderHistories.of(known["customer"], day, window), sorted(known["customer"].unique())

    def came(self, customers: list[str]) -> Floats:
        """Return, customers x weeks, the days with an order up to each week's end."""
        later = self.orders[(self.orders["date"] >= self.cut) & self.orders["customer"].isin(customers)]
        week = (later["date"] - self.cut).dt.days // 7
        counts = pd.crosstab(later["customer"], week).reindex(
            index=customers, columns=range(self.days // 7), fill_value=0
        )
        return counts.to_numpy(float).cumsum(axis=1)


def splits() -> Iterator[Split]:
    """Return the real logs, orders of a customer and day taken together as `lifetimes` does."""
    cdnow = pd.read_csv(DATA / "cdnow/cdnow.csv.gz", parse_dates=["date"]).rename(
        columns={"customer_id": "customer"}
    )
    yield _split("cdnow", cdnow, "1997-07-01", "1997-10-01", cohort=True)
    retail = pd.read_csv(DATA / "online_retail/invoices.csv.gz", parse_dates=["date"])
    retail = retail[~retail["cancel"] & (retail["value"] > 0)].rename(columns={"CustomerID": "customer"})
    retail["date"] = retail["date"].dt.normalize()
    yield _split("online_retail", retail, "2011-07-01", "2011-09-02", cohort=False)
    sme = pd.read_parquet(DATA / "cn_sme_invoices/invoices_rated.parquet")
    sme = sme[(sme["direction"] == "sale") & (sme["void"] == 0) & (sme["net_amount"] > 0)]
    sme["date"] = pd.to_datetime(sme["invoice_date"]).dt.normalize()
    buyers = sme.groupby("firm", observed=True)["counterparty"].nunique()
    for firm in [name for name in buyers.index if buyers[name] > 400]:
        own = sme[(sme["firm"] == firm) & (sme["date"] >= "2017-01-01")].rename(
            columns={"counterparty": "customer"}
        )
        if (own["date"] >= "2019-05-01").sum() > 50:
            yield _split(f"cn_sme {firm}", own, "2019-01-01", "2019-05-01", cohort=False)


def _split(name: str, log: pd.DataFrame, cut: str, end: str, cohort: bool) -> Split:
    orders = log[["customer", "date"]].astype({"customer": str}).drop_duplicates().reset_index(drop=True)
    return Split(name, orders, pd.Timestamp(cut), pd.Timestamp(end), cohort)


def ours(split: Split, even: bool = False) -> tuple[OrderLaw, float, Floats]:
    """Return the fitted law, its log-likelihood and, customers x weeks, the order days foretold.

    A cohort is of new customers alone: its law is fitted given their first orders. `even` holds gaps exponential.
    """
    histories, _ = split.histories()
    likelihood = OrderLikelihood(histories)
    if split.cohort:
        law, told = _cohort(likelihood, even)
    else:
        fit = fit_orders(histories, EXPECTED)
        law, told = fit.law, fit.log_likelihood
    return law, told, _foretold(likelihood, law, split.days)


def _cohort(likelihood: OrderLikelihood, even: bool) -> tuple[OrderLaw, float]:
    def law_of(free: Floats) -> OrderLaw:
        rate, shape, leaving, gap = np.exp(free)
        return OrderLaw(rate, shape, 1.0 if even else gap, leaving, 1e-6, 1e-9)

    def deviance(free: Floats) -> float:
        return -float(likelihood.of_customers(law_of(free))[1].sum())

    start = np.log([6 / YEAR, 0.5, 1 / YEAR, 1.0])
    found = minimize(deviance, start, method="L-BFGS-B", options={"eps": 1e-5})
    return law_of(found.x), -float(found.fun)


def _foretold(likelihood: OrderLikelihood, law: OrderLaw, days: int) -> Floats:
    """Return the expected days with an order up to each week's end: means of draws from the law, given each history."""
    luck = np.random.default_rng(7)
    histories, rates = likelihood.histories, likelihood.rates
    reached, alive = likelihood.rates_of_customers(law).cumsum(axis=1), likelihood.alive(law)
    size, shape = len(reached), law.gap_shape
    counts = np.zeros((size, days // 7))
    for _ in range(DRAWS):
        which = np.minimum((reached < luck.random((size, 1)) * reached[:, -1:]).sum(axis=1), len(rates) - 1)
        pace = rates[which] * math.gamma(1 + 1 / shape)
        until = np.minimum(days, luck.exponential(1 / law.leaving_per_day, size))
        idle = histories.days - histories.last - luck.random(size)
        time = ((pace * idle) ** shape + luck.exponential(size=size)) ** (1 / shape) / pace - idle
        going = (luck.random(size) < alive[np.arange(size), which]) & (time < until)
        before = np.full(size, -1.0)
        while going.any():
            day = np.floor(np.maximum(time, 0))
            new = going & (day > before)
            np.add.at(counts, (np.flatnonzero(new), (day[new] // 7).astype(int)), 1)
            before = np.where(going, day, before)
            time = np.where(going, time + luck.weibull(shape, size) / pace, time)
            going &= time < until
    return counts.cumsum(axis=1) / DRAWS


def peer(split: Split, python: Path, folder: Path) -> tuple[str, Floats | None]:
    """Return what lifetimes fits and, customers x weeks, what it foretells; why it does not, where it fits nothing."""
    log, found, script = folder / "log.csv", folder / "found.csv", folder / "peer.py"
    split.orders.to_csv(log, index=False)
    script.write_text(PEER, encoding="utf-8")
    done = subprocess.run([python, "-W", "ignore", script, log, str(split.cut.date()), str(split.days), found],
                          check=False, capture_output=True, text=True)  # fmt: skip
    if done.returncode:
        return f"no fit: {done.stderr.strip().splitlines()[-1]}", None
    _, customers = split.histories()
    table = pd.read_csv(found, index_col=0)
    table.index = table.index.astype(str)
    return done.stderr.strip().splitlines()[-1], table.loc[customers].to_numpy()


def installed(folder: Path) -> Path:
    """Return the Python of a new environment with lifetimes in it."""
    venv.create(folder / "peer", with_pip=True)
    python = folder / "peer/bin/python"
    wanted = "lifetimes", "pandas<3"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True, capture_output=True)
    return python


def purchases() -> None:
    """Print what each model foretells of orders, and what came."""
    print(
        "| log | customers | model | order days foretold / came | MAE | RMSE | correlation | weekly curve, mean error |"
    )
    print("|---|---|---|---|---|---|---|---|")
    facts = []
    with tempfile.TemporaryDirectory() as name:
        python = installed(Path(name))
        for split in splits():
            _, customers = split.histories()
            came = split.came(customers)
            law, told, found = ours(split)
            facts.append(f"- {split.name}, simkit: log-likelihood {told:,.1f}, {_law(law)}")
            models = {"simkit": found}
            if split.cohort:
                law, told, models["simkit, even gaps"] = ours(split, even=True)
                facts.append(
                    f"- {split.name}, simkit with even gaps: log-likelihood {told:,.1f}, {_law(law)}"
                )
            fact, theirs = peer(split, python, Path(name))
            if theirs is not None:
                models["lifetimes BG/NBD"] = theirs
            facts.append(f"- {split.name}, lifetimes: {fact}")
            for model, foretold in models.items():
                print(f"| {split.name} | {len(customers):,} | {model} | {_scores(foretold, came)} |")
    print("\n" + "\n".join(facts))


def _law(law: OrderLaw) -> str:
    return (f"{law.orders_per_day * YEAR:.2f} orders a year, shape {law.shape:.2f}, gap shape {law.gap_shape:.2f}, "
            f"{law.churn_per_year:.1%} stop in a year")  # fmt: skip


def _scores(foretold: Floats, came: Floats) -> str:
    error = foretold[:, -1] - came[:, -1]
    curve = [np.diff(each.sum(axis=0), prepend=0) for each in (foretold, came)]
    weekly = np.abs(curve[0] - curve[1]).mean() / curve[1].mean()
    correlation = np.corrcoef(foretold[:, -1], came[:, -1])[0, 1]
    return (f"{foretold[:, -1].sum():,.0f} / {came[:, -1].sum():,.0f} | {np.abs(error).mean():.3f} | "
            f"{(error**2).mean() ** 0.5:.3f} | {correlation:.3f} | {weekly:.1%}")  # fmt: skip


def recovery(ledgers: int = 100) -> None:
    """Print how often 95 % intervals hold what made ledgers were made from."""
    from tests.calibration.test_order_rates import LAWS, drawn

    print(
        "\n| law | "
        + " | ".join(["orders a year", "shape", "gap shape", "churn"])
        + " |\n|---|---|---|---|---|"
    )
    for law in LAWS:
        held = []
        for seed in range(1000, 1000 + ledgers):
            low, high = fit_orders(drawn(seed, law, 400, 150, 50), EXPECTED).interval()
            held.append(((low.free() <= law.free()) & (law.free() <= high.free()))[:4])
        print(f"| {_law(law)} | " + " | ".join(f"{share:.0%}" for share in np.mean(held, axis=0)) + " |")
    print(
        f"{ledgers} ledgers each: an interval that is right in 95 % is seen right in 91 to 99 % of so many."
    )


def funnel() -> None:
    """Print the conversions of real leads and the wins foretold."""
    leads = pd.read_csv(DATA / "olist_funnel/leads.csv.gz", parse_dates=["first_contact_date"])
    won = pd.read_csv(DATA / "olist_funnel/closed_deals.csv.gz", parse_dates=["won_date"])
    frame = leads.merge(won[["mql_id", "won_date"]], on="mql_id", how="left")
    frame = frame.rename(columns={"origin": "channel", "first_contact_date": "contact_date"})
    frame["channel"] = frame["channel"].fillna("unknown")
    frame["won_date"] = frame["won_date"].dt.normalize()
    print(
        "\n| leads known on | wins in the next 30 days, foretold / came | 90 days | mean days |\n|---|---|---|---|"
    )
    for cut in map(pd.Timestamp, ("2018-02-01", "2018-03-01", "2018-04-01")):
        known = frame[frame["contact_date"] <= cut]
        known = known.assign(won_date=known["won_date"].where(known["won_date"] <= cut))
        step = fit_step(known, "contact_date", "won_date", cut, "leads")
        chance = known["channel"].map(step.conversion["mean"]).to_numpy()
        waited, open_ = (
            (cut - known["contact_date"]).dt.days.to_numpy(float),
            known["won_date"].isna().to_numpy(),
        )
        before, cells = step.passed_by(waited), []
        for days in (30, 90):
            coming = chance * (step.passed_by(waited + days) - before) / (1 - chance * before)
            later = frame.loc[known.index, "won_date"]
            came = ((later > cut) & (later <= cut + pd.Timedelta(days=days))).sum()
            cells.append(f"{coming[open_].sum():.0f} / {came}")
        mean = f"{step.mean_days:.0f} ({step.low_days:.0f} to {step.high_days:.0f})"
        print(f"| {cut.date()} | {' | '.join(cells)} | {mean} |")
    print("\n| channel | leads | won | raw | passes in the end | 95 % |\n|---|---|---|---|---|---|")
    for row in step.conversion.itertuples():
        raw = f"{row.passed / row.leads:.1%}"
        print(
            f"| {row.Index} | {row.leads:,} | {row.passed} | {raw} | {row.mean:.1%} | {row.low:.1%} to {row.high:.1%} |"
        )


def price() -> None:
    """Print the answer to the price of credit by grade, and how a straight line in the rate would fit."""
    shares = pd.read_csv(DATA / "cn_sme_invoices/rate_vs_churn.csv", skiprows=[1])
    shares = shares.astype(float).set_axis(["rate", "A", "B", "C"], axis=1)
    responses = fit_price_response(shares)
    straight = fit_price_response(shares.assign(rate=np.exp(shares["rate"])))  # the log of this is the rate
    print(
        "\n| grade | elasticity of the odds (95 %) | of staying, at 6 % | at 10 % | deviance, log-rate | rate |"
    )
    print("|---|---|---|---|---|---|")
    for response, other in zip(responses, straight, strict=True):
        low, high = response.slope_interval()
        at = ["{:.2f} ({:.2f} to {:.2f})".format(*response.elasticity(rate)) for rate in (0.06, 0.10)]
        print(f"| {response.grade} | {response.slope:.2f} ({low:.2f} to {high:.2f}) | {at[0]} | {at[1]} | "
              f"{response.deviance:.3f} | {other.deviance:.3f} |")  # fmt: skip
    print("\n" + "\n".join(demand_of(responses)[1]))


def main() -> None:
    """Measure and print."""
    if not DATA.exists():
        sys.exit(f"{DATA} is not here: the real data are kept beside the repository")
    purchases()
    recovery()
    funnel()
    price()


if __name__ == "__main__":
    main()
