"""A global LightGBM that forecasts log(price at the target / last price) directly, as a practitioner would set it up.

Standard input: one JSON object {items, scored, firstDay, stepDays, horizon, origins, prices, volumesKg, rounds,
originStep}; prices and volumes are lists by item, null = no trade; origins are numbers of columns known. Answers one
line a scored item, {"item", "mean", "lo", "hi"}: the quantiles .5, .1 and .9 at every origin x step, and last
{"cpuSeconds", "versions"}.

One model a quantile and origin, the step ahead a feature. Features: step, item, moves over 1, 2, 3, 4, 8, 13 and 52
steps (weekly; 1, 2, 3, 5, 7, 14, 28, 91 and 364 days daily), the move from the same point to the target a year
and two years ago, the level against the year-ago one, spread of recent moves, volume against its own mean, the mean
move of all items, and the season by sine and cosine of the target's day of the year; daily also the target's weekday.
Training cases are origins whose target was known at the origin forecast from.
"""

import json
import math
import sys
import time
import warnings

import lightgbm
import numpy as np

# Before an item's first trade all is missing, and so are the means there.
warnings.filterwarnings("ignore", category=RuntimeWarning)

task = json.load(sys.stdin)
step_days, horizon = task["stepDays"], task["horizon"]
year = 364 // step_days
lags = [1, 2, 3, 4, 8, 13, 52] if step_days == 7 else [1, 2, 3, 5, 7, 14, 28, 91, 364]
traded = np.array([[math.nan if v is None else v for v in row] for row in task["prices"]])
kg = np.array([[math.nan if v is None else v for v in row] for row in task["volumesKg"]])
items, columns = traded.shape
target = np.log(traded)


def filled(table):
    out = table.copy()
    for c in range(1, columns):
        gap = np.isnan(out[:, c])
        out[gap, c] = out[gap, c - 1]
    return out


level = filled(target)
volume = filled(np.log(kg))


def shifted(table, by):
    """Column c holds column c - by, NaN before the start."""
    out = np.full_like(table, np.nan)
    if by < columns:
        out[:, by:] = table[:, : columns - by]
    return out


def trailing(table, width, of):
    stack = np.stack([shifted(table, k) for k in range(width)])
    return of(stack, axis=0)


moves = [level - shifted(level, lag) for lag in lags]
recent = 8 if step_days == 7 else 28
spread = trailing(level - shifted(level, 1), recent, np.nanstd if step_days == 7 else np.std)
against_mean = level - trailing(level, recent, np.mean)
against_year = level - trailing(shifted(level, year), 5, np.mean)
volume_move = volume - trailing(volume, recent, np.mean)
volume_year = volume - trailing(shifted(volume, year), 5, np.mean)
market = np.broadcast_to(np.nanmean(moves[0], axis=0), level.shape)
market_month = np.broadcast_to(np.nanmean(moves[3], axis=0), level.shape)
fixed = [*moves, spread, against_mean, against_year, volume_move, volume_year, market, market_month]
item_id = np.repeat(np.arange(items), columns).reshape(items, columns)


def cases(c, h):
    """Features of every item from the last known column c to c + h."""
    day = task["firstDay"] + (c + h) * step_days
    angle = 2 * math.pi * (day % 365.2425) / 365.2425
    ago = []
    for back in (year, 2 * year):
        here, there = c - back, c - back + h
        ago.append(level[:, there] - level[:, here] if here >= 0 else np.full(items, np.nan))
    rows = [
        item_id[:, c],
        np.full(items, h),
        *(table[:, c] for table in fixed),
        *ago,
        np.full(items, math.sin(angle)),
        np.full(items, math.cos(angle)),
    ]
    if step_days == 1:
        rows.append(np.full(items, (day + 3) % 7))
        rows.append(np.full(items, (task["firstDay"] + c + 3) % 7))
    return np.column_stack(rows)


start = time.process_time()
# Every origin's cases once; a fit takes those whose target it may know.
known_from = list(range(year + 8, columns, task["originStep"]))
blocks, answers, due = [], [], []
for c in known_from:
    for h in range(1, horizon + 1):
        if c + h >= columns:
            continue
        y = target[:, c + h] - level[:, c]
        use = ~np.isnan(y) & ~np.isnan(traded[:, c] if step_days == 7 else level[:, c])
        blocks.append(cases(c, h)[use].astype(np.float32))
        answers.append(y[use])
        due.append(np.full(use.sum(), c + h))
features, answer, due = np.concatenate(blocks), np.concatenate(answers), np.concatenate(due)

shape = (len(task["origins"]), horizon)
out = {tau: np.full((items, *shape), np.nan) for tau in (0.1, 0.5, 0.9)}
for j, origin in enumerate(task["origins"]):
    use = due < origin
    table = lightgbm.Dataset(features[use], answer[use], categorical_feature=[0], free_raw_data=True)
    asked = [cases(origin - 1, h) for h in range(1, horizon + 1)]
    for tau in out:
        model = lightgbm.train(
            {
                "objective": "quantile",
                "alpha": tau,
                "learning_rate": 0.05,
                "num_leaves": 31,
                "min_data_in_leaf": 40,
                "feature_fraction": 0.7,
                "bagging_fraction": 0.7,
                "bagging_freq": 1,
                "num_threads": 1,
                "verbose": -1,
                "seed": 1,
            },
            table,
            task["rounds"],
        )
        for k, rows in enumerate(asked):
            out[tau][:, j, k] = np.exp(level[:, origin - 1] + model.predict(rows, num_threads=1))

ordered = np.sort(np.stack([out[0.1], out[0.5], out[0.9]]), axis=0)
for i in task["scored"]:
    lo, mean, hi = ([float(f"{v:.7g}") for v in part[i].ravel()] for part in ordered)
    print(json.dumps({"item": task["items"][i], "mean": mean, "lo": lo, "hi": hi}))
print(
    json.dumps(
        {
            "cpuSeconds": round(time.process_time() - start, 1),
            "versions": {"lightgbm": lightgbm.__version__, "numpy": np.__version__},
        }
    )
)
