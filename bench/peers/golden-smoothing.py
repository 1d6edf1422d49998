"""Reference forecasts of StatsForecast for the smoothing models: run with a Python that has statsforecast 2.1.1,
writes src/models/statistical/fixtures/smoothing.json. The series are formulas, so that nothing of anyone's data is kept."""
import json
import math
import sys

import numpy as np
import statsforecast
from statsforecast.models import (
    CrostonClassic, CrostonSBA, DynamicOptimizedTheta, DynamicTheta, AutoCES, OptimizedTheta,
    SeasonalWindowAverage, Theta, TSB, WindowAverage,
)

HORIZON = 8


def wave(n, season, slope):
    return [round(100 + slope * t + 20 * math.sin(2 * math.pi * t / season) + 7 * math.sin(1.7 * t * t), 4) for t in range(n)]


def rare(n):
    return [0.0 if (t * 7) % 11 > 3 else float(3 + (t * 5) % 7) for t in range(n)]


SERIES = {"wave": (wave(72, 12, 0.8), 12), "line": (wave(60, 31, 2.0), 1), "rare": (rare(60), 1)}
MODELS = {
    "theta": (lambda m: Theta(m), ("wave", "line")),
    "optimised-theta": (lambda m: OptimizedTheta(m), ("wave", "line")),
    "dynamic-standard-theta": (lambda m: DynamicTheta(m), ("wave", "line")),
    "dynamic-theta": (lambda m: DynamicOptimizedTheta(m), ("wave", "line")),
    "ces-none": (lambda m: AutoCES(m, model="N"), ("wave", "line")),
    "ces-simple": (lambda m: AutoCES(m, model="S"), ("wave",)),
    "ces-partial": (lambda m: AutoCES(m, model="P"), ("wave",)),
    "ces-full": (lambda m: AutoCES(m, model="F"), ("wave",)),
    "croston-classic": (lambda m: CrostonClassic(), ("rare",)),
    "sba": (lambda m: CrostonSBA(), ("rare",)),
    "tsb-0.2-0.1": (lambda m: TSB(0.2, 0.1), ("rare",)),
    "window-average-5": (lambda m: WindowAverage(5), ("wave",)),
    "seasonal-window-average-3": (lambda m: SeasonalWindowAverage(12, 3), ("wave",)),
}

cases = []
for name, (make, names) in MODELS.items():
    for key in names:
        values, season = SERIES[key]
        answer = make(season).forecast(np.array(values), h=HORIZON)
        cases.append({"model": name, "series": key, "mean": [round(float(v), 6) for v in answer["mean"]]})
json.dump(
    {"made by": f"statsforecast {statsforecast.__version__}", "horizon": HORIZON,
     "series": {k: {"values": v, "season": m} for k, (v, m) in SERIES.items()}, "cases": cases},
    open(sys.argv[1] if len(sys.argv) > 1 else "src/models/statistical/fixtures/smoothing.json", "w"), indent=1)
