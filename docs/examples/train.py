"""A training in Python's standard library: an exponential smoothing of every series, its weight learnt on all of them.

Run by the task `custom-command`; docs/bring-your-own-model.md says what each folder is.
"""
import csv
import json
import os
import signal
import sys
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

INPUT, OUTPUT = Path(os.environ["SIHWANG_INPUT"]), Path(os.environ["SIHWANG_OUTPUT"])
CHECKPOINT = Path(os.environ["SIHWANG_CHECKPOINT"])
AHEAD = 5
tried = json.loads(CHECKPOINT.read_text()) if CHECKPOINT.exists() else {}


def stop(*_):
    """Keeps what was tried; the next start goes on from it."""
    new = CHECKPOINT.with_name("new")
    new.write_text(json.dumps(tried))
    new.replace(CHECKPOINT)
    sys.exit(143)


signal.signal(signal.SIGTERM, stop)


def levels(prices, weight):
    level = prices[0]
    for price in prices:
        level += weight * (price - level)
        yield level


with open(INPUT / "prices.csv", encoding="utf-8", newline="") as file:
    rows = [row for row in csv.DictReader(file) if row["price"]]
series = {
    name: [(row["day"], float(row["price"])) for row in group]
    for name, group in groupby(rows, key=lambda row: row["series"])
}
settings = json.loads((INPUT / "job.json").read_text(encoding="utf-8"))["settings"]

for weight in settings.get("weights", [0.2, 0.4, 0.6, 0.8, 1.0]):
    if str(weight) in tried:
        continue
    errors = [
        abs(level - prices[at + AHEAD][1])
        for prices in series.values()
        for at, level in enumerate(levels([price for _, price in prices], weight))
        if at + AHEAD < len(prices)
    ]
    tried[str(weight)] = sum(errors) / max(1, len(errors))
    print(f"weight {weight}: mae {tried[str(weight)]:.4g}", flush=True)

best = min(tried, key=tried.get)
with open(OUTPUT / "outcomes.csv", "w", encoding="utf-8", newline="") as file:
    out = csv.writer(file)
    out.writerow(["series", "horizon", "origin_day", "actual", "mean", "lo80", "hi80", "naive"])
    for name, prices in series.items():
        for at, level in enumerate(levels([price for _, price in prices], float(best))):
            if at % AHEAD == 0 and at + AHEAD < len(prices):
                day, last = prices[at]
                out.writerow([name, "W1", day, prices[at + AHEAD][1], level, level * 0.85, level * 1.15, last])
# a week ahead of the newest day: by this it is watched when that day has come
target = date.fromisoformat(max(row["day"] for row in rows)) + timedelta(days=7)
with open(OUTPUT / "forecasts.csv", "w", encoding="utf-8", newline="") as file:
    out = csv.writer(file)
    out.writerow(["series", "horizon", "target_day", "mean", "lo50", "hi50", "lo80", "hi80", "lo95", "hi95"])
    for name, prices in series.items():
        *_, level = levels([price for _, price in prices], float(best))
        ends = [level * share for share in (0.93, 1.07, 0.85, 1.15, 0.75, 1.25)]
        out.writerow([name, "W1", target.isoformat(), level, *ends])
(OUTPUT / "model.json").write_text(json.dumps({"weight": float(best)}))
(OUTPUT / "metrics.json").write_text(json.dumps({"mae": tried[best], "tried": tried}))
