"""Reference values of statsmodels for the fifteen stable forms of exponential smoothing, parameters and start given.

    OMP_NUM_THREADS=1 python bench/peers/golden-ets.py

writes src/models/statistical/fixtures/ets.json: for each form the log likelihood, the last states' forecasts and the
forecast variances. Additive errors: all of statsmodels. Relative errors: variances from 400,000 simulated paths of the
book's equations (Hyndman et al. 2008, table 2.3). Seasons that multiply are run by those equations too: statsmodels
divides the error of the season by the level after its update, the book and R by the level before."""
import json
import math
import sys
import warnings

import numpy as np
import pandas as pd
import statsmodels
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

warnings.simplefilter("ignore")
M, N, HORIZON = 4, 48, 9
PATHS, SHARE_VARIANCE = 400_000, 0.0025
SEASON_ADDED, SEASON_TIMES = [12.0, -7.0, 3.0, -8.0], [1.12, 0.93, 1.03, 0.92]
VALUES = [
    round(100 + 0.9 * t + 10 * math.sin(2 * math.pi * t / M) + 6 * math.sin(1.3 * t * t), 4) for t in range(N)
]
GIVEN = {"alpha": 0.35, "beta": 0.08, "gamma": 0.2, "phi": 0.9, "level": 99.0, "slope": 1.1}
FORMS = ["ANN", "AAN", "AAdN", "ANA", "AAA", "AAdA", "MNN", "MAN", "MAdN", "MNA", "MAA", "MAdA", "MNM", "MAM", "MAdM"]



def step(form, state, phi, share):
    """One step of table 2.3 with a relative error: the value, and the next state. Arrays are paths."""
    level, slope, season = state
    base = level + phi * slope
    s = season[0]
    added = s if form.endswith("A") else 0.0
    y = (base + added) * (s if form.endswith("M") else 1.0) * (1 + share)
    size = base + added
    beta = GIVEN["beta"] if "A" in form[1:2] else 0.0
    new = s * (1 + GIVEN["gamma"] * share) if form.endswith("M") else s + GIVEN["gamma"] * size * share
    turn = season[1:] + [new if form[-1] != "N" else s]
    return y, (base + GIVEN["alpha"] * size * share, phi * slope + beta * size * share, turn)


def run_shares(form, start, phi):
    """Log likelihood and last state of a form with relative errors."""
    state = (GIVEN["level"], GIVEN["slope"] if form[1] == "A" else 0.0, list(start) if start else [0.0])
    squares = logs = 0.0
    for y in VALUES:
        expected, _ = step(form, state, phi, 0.0)
        share = y / expected - 1
        squares += share * share
        logs += math.log(expected)
        _, state = step(form, state, phi, share)
    return -N / 2 * (math.log(2 * math.pi * squares / N) + 1) - logs, state


def simulated_variance(form, state, phi):
    rng = np.random.default_rng(20261124)
    state = (np.full(PATHS, state[0]), np.full(PATHS, state[1]), [np.full(PATHS, s) for s in state[2]])
    found = []
    for _ in range(HORIZON):
        y, state = step(form, state, phi, rng.normal(0, math.sqrt(SHARE_VARIANCE), PATHS))
        found.append(float(np.var(y)))
    return found


cases = []
for form in FORMS:
    error = {"A": "add", "M": "mul"}[form[0]]
    trend = "add" if form[1] == "A" else None
    damped = "d" in form
    seasonal = {"N": None, "A": "add", "M": "mul"}[form[-1]]
    start = SEASON_TIMES if seasonal == "mul" else SEASON_ADDED
    known = {"initial_level": GIVEN["level"]}
    params = [GIVEN["alpha"]]
    if trend:
        known["initial_trend"] = GIVEN["slope"]
        params.append(GIVEN["beta"])
    if seasonal:
        known["initial_seasonal"] = start
        params.append(GIVEN["gamma"])
    if damped:
        params.append(GIVEN["phi"])
    model = ETSModel(
        pd.Series(VALUES, index=pd.RangeIndex(N)), error=error, trend=trend, damped_trend=damped, seasonal=seasonal,
        seasonal_periods=M if seasonal else None, initialization_method="known", **known,
    )
    result = model.smooth(np.array(params))
    case = {"form": form, "season": start if seasonal else [], "llf": float(result.llf),
            "mean": [float(v) for v in result.forecast(HORIZON)]}
    if error == "add":
        prediction = result.get_prediction(start=N, end=N + HORIZON - 1)
        case["variance"] = [float(v) for v in np.asarray(prediction.forecast_variance)]
        case["mse"] = float(result.mse)
    else:
        phi = GIVEN["phi"] if damped else 1.0
        llf, state = run_shares(form, case["season"], phi)
        case["mse"] = SHARE_VARIANCE
        case["variance"] = simulated_variance(form, state, phi)
        if seasonal == "mul":
            case["llf"] = llf
            case["mean"] = []
            for _ in range(HORIZON):
                y, state = step(form, state, phi, 0.0)
                case["mean"].append(y)
        else:
            assert abs(llf - case["llf"]) < 1e-8
    cases.append(case)
json.dump({"made by": f"statsmodels {statsmodels.__version__}", "values": VALUES, "given": GIVEN, "horizon": HORIZON, "cases": cases},
          open(sys.argv[1] if len(sys.argv) > 1 else "src/models/statistical/fixtures/ets.json", "w"), indent=1)
