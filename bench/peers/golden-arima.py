"""Golden numbers for ARIMA: statsmodels' SARIMAX on small made-up series.

    OMP_NUM_THREADS=1 python bench/peers/golden-arima.py > src/models/statistical/fixtures/arima.json

For each case: the series (null = missing), the order, the log likelihood at given parameters, the fitted parameters with
their log likelihood, and forecasts with standard errors from the parameters that statsmodels fitted. A case without gaps
differences first (simple_differencing), so that its likelihood is that of the differenced values; a case with gaps keeps
them in an exactly diffuse state. A mean or drift is a regressor (1, or t), as in ARIMA with drift.
"""

import json
import warnings

import numpy as np
import statsmodels
from statsmodels.tsa.statespace.sarimax import SARIMAX

warnings.simplefilter("ignore")
rng = np.random.default_rng(20261124)
HORIZON = 10


def arma(n, ar, ma, sigma=1.0):
    e = rng.normal(0, sigma, n + 200)
    w = np.zeros(n + 200)
    for t in range(len(w)):
        w[t] = e[t]
        w[t] += sum(a * w[t - k - 1] for k, a in enumerate(ar) if t > k)
        w[t] += sum(b * e[t - k - 1] for k, b in enumerate(ma) if t > k)
    return w[200:]


def seasonal_walk(n, m, theta, seasonal_theta):
    ma = np.zeros(m + 1)
    ma[0], ma[m - 1], ma[m] = theta, seasonal_theta, theta * seasonal_theta
    w = arma(n, [], ma)
    y = np.zeros(n)
    for t in range(n):
        y[t] = w[t] + (y[t - 1] if t else 0) + (y[t - m] if t >= m else 0) - (y[t - m - 1] if t > m else 0)
    return 500 + y


with_gaps = arma(90, [0.7], [0.3]) + 40
with_gaps[[7, 8, 30, 55, 56, 57]] = np.nan
walk_with_gaps = 200 + np.cumsum(arma(90, [0.5], []) + 0.4)
walk_with_gaps[[12, 40, 41, 70]] = np.nan

cases = [
    ("ARMA(2,1) with a mean", arma(120, [1.1, -0.4], [0.5]) + 25, (2, 0, 1), (0, 0, 0, 1), True),
    ("ARIMA(1,1,1)", 300 + np.cumsum(arma(100, [0.6], [-0.3])), (1, 1, 1), (0, 0, 0, 1), False),
    ("ARIMA(0,1,2) with a drift", 100 + np.cumsum(arma(80, [], [0.4, 0.3]) + 0.8), (0, 1, 2), (0, 0, 0, 1), True),
    ("ARIMA(0,1,1)(0,1,1)12", seasonal_walk(108, 12, -0.4, -0.5), (0, 1, 1), (0, 1, 1, 12), False),
    ("ARIMA(1,0,0)(1,1,0)4 with a drift", 80 + np.cumsum(arma(60, [0.2], [])), (1, 0, 0), (1, 1, 0, 4), True),
    ("ARIMA(1,0,1)(1,0,1)7 with a mean", arma(140, [0.5, 0, 0, 0, 0, 0, 0.5, -0.25], [0.2]) + 60, (1, 0, 1), (1, 0, 1, 7), True),
    ("ARIMA(0,2,1)", 50 + np.cumsum(np.cumsum(arma(70, [], [-0.5]))), (0, 2, 1), (0, 0, 0, 1), False),
    ("ARMA(1,1) with a mean and gaps", with_gaps, (1, 0, 1), (0, 0, 0, 1), True),
    ("ARIMA(1,1,0) with gaps", walk_with_gaps, (1, 1, 0), (0, 0, 0, 1), False),
]


def case(name, y, order, seasonal, constant):
    y = np.round(y, 4)
    gaps = bool(np.isnan(y).any())
    d, D, m = order[1], seasonal[1], seasonal[3]
    x = None
    if constant:
        x = np.ones(len(y)) if d + D == 0 else np.arange(1.0, len(y) + 1)
    period = seasonal if m > 1 else (0, 0, 0, 0)
    kept = dict(use_exact_diffuse=True) if gaps else dict()
    model = SARIMAX(y, exog=x, order=order, seasonal_order=period, simple_differencing=not gaps, **kept)
    names = model.param_names
    given = {n: 0.3 / (1 + 0.5 * i) for i, n in enumerate(names)}
    if constant:
        given[names[0]] = float(np.nanmean(y)) if d + D == 0 else 0.5
    given["sigma2"] = 1.3
    vector = [given[n] for n in names]
    fitted = model.fit(vector, disp=0, maxiter=500, method="lbfgs", pgtol=1e-9, factr=10)
    fitted = model.fit(fitted.params, disp=0, maxiter=2000, method="nm", xtol=1e-9, ftol=1e-12)
    # Forecasts of the levels need the model on the levels.
    levels = SARIMAX(y, exog=x, order=order, seasonal_order=period, use_exact_diffuse=True)
    ahead = None
    if x is not None:
        ahead = np.ones(HORIZON) if d + D == 0 else np.arange(len(y) + 1.0, len(y) + HORIZON + 1)
    forecast = levels.smooth(fitted.params).get_forecast(HORIZON, exog=ahead)
    # The exactly diffuse filter counts log(2 pi) for each value that only tells the start.
    uncounted = 0.5 * np.log(2 * np.pi) * (d + D * m) if gaps else 0.0
    return {
        "name": name,
        "order": list(order),
        "seasonalOrder": list(seasonal[:3]),
        "season": m,
        "constant": constant,
        "values": [None if np.isnan(v) else float(v) for v in y],
        "given": {n: float(v) for n, v in given.items()},
        "givenLogLikelihood": float(model.loglike(vector) + uncounted),
        "fitted": {n: float(v) for n, v in zip(names, fitted.params)},
        "fittedLogLikelihood": float(fitted.llf + uncounted),
        "mean": [float(v) for v in forecast.predicted_mean],
        "sigma": [float(v) for v in forecast.se_mean],
    }


print(json.dumps({"made": f"statsmodels {statsmodels.__version__}", "cases": [case(*one) for one in cases]}, indent=1))
