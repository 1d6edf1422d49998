"""StatsForecast models on request: one JSON object a line in, one a line out, in the same order.

    request   {"model": NAME, "values": [..], "horizon": H, "seasons": [M, ..], "level": 80 or absent}
    answer    {"cpuMs": process time of fitting and forecasting, "mean": [..], "lo": [..], "hi": [..]}
              or {"error": "..."} when the model refuses the series

One thread. The first request for a model is answered twice and timed the second time, so that loading is nobody's
cost. The first line printed is {"versions": {..}}.
"""

import json
import sys
import time
import warnings

import numpy as np
import statsforecast
from statsforecast import models as sf

warnings.filterwarnings("ignore")
# Models print remarks: only answers may go to standard output.
answers, sys.stdout = sys.stdout, sys.stderr

makers = {
    "Naive": lambda seasons: sf.Naive(),
    "SeasonalNaive": lambda seasons: sf.SeasonalNaive(season_length=seasons[0]),
    "AutoETS": lambda seasons: sf.AutoETS(season_length=seasons[0]),
    "AutoTheta": lambda seasons: sf.AutoTheta(season_length=seasons[0]),
    "DynamicOptimizedTheta": lambda seasons: sf.DynamicOptimizedTheta(season_length=seasons[0]),
    "CES": lambda seasons: sf.AutoCES(season_length=seasons[0]),
    "MSTL": lambda seasons: sf.MSTL(season_length=seasons if len(seasons) > 1 else seasons[0]),
    "AutoARIMA": lambda seasons: sf.AutoARIMA(season_length=seasons[0]),
}


def answer(request):
    values = np.array(request["values"], dtype=float)
    level = [request["level"]] if request.get("level") else None
    start = time.process_time()
    try:
        got = makers[request["model"]](request["seasons"]).forecast(y=values, h=request["horizon"], level=level)
    except Exception as refusal:
        return {"error": f"{type(refusal).__name__}: {refusal}"}
    out = {"cpuMs": (time.process_time() - start) * 1000, "mean": [float(v) for v in got["mean"]]}
    if level:
        out["lo"] = [float(v) for v in got[f"lo-{level[0]}"]]
        out["hi"] = [float(v) for v in got[f"hi-{level[0]}"]]
    return out


print(
    json.dumps(
        {
            "versions": {
                "python": sys.version.split()[0],
                "statsforecast": statsforecast.__version__,
                "numpy": np.__version__,
            }
        }
    ),
    file=answers,
    flush=True,
)
warm = set()
for line in sys.stdin:
    request = json.loads(line)
    if request["model"] not in warm:
        warm.add(request["model"])
        answer(request)
    print(json.dumps(answer(request)), file=answers, flush=True)
