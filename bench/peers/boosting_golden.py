"""Makes src/models/boosting/fixtures/lightgbm.json: what LightGBM predicts, for the tests of src/models/boosting.

    python bench/peers/boosting_golden.py > src/models/boosting/fixtures/lightgbm.json

Columns are small integers, so that both lay the same bins; column 1 has missing values (null), column 3 is a category.
The first `trained` rows are learnt from. Each case: its parameters in LightGBM's words, and its predictions
of the other rows after 3 and after 40 trees.
"""

import json

import lightgbm as lgb
import numpy as np

ROWS, TRAINED = 900, 600
random = np.random.default_rng(4)
values = random.integers(0, 40, (ROWS, 5)).astype(float)
values[:, 3] = random.integers(0, 9, ROWS)
values[random.random(ROWS) < 0.15, 1] = np.nan
category = np.array([0, 5, -3, 2, 8, -6, 1, 4, -1])[values[:, 3].astype(int)]
score = 0.2 * values[:, 0] + np.where(np.isnan(values[:, 1]), 4, np.sin(values[:, 1] / 6) * 3) + category
score += random.standard_normal(ROWS) * 1.5
targets = {
    "real": np.round(score, 3),
    "count": random.poisson(np.exp(score / 8)).astype(float),
    "flag": (score > 5).astype(float),
}
base = {
    "num_leaves": 12,
    "learning_rate": 0.1,
    "min_data_in_leaf": 10,
    "min_data_in_bin": 1,
    "min_sum_hessian_in_leaf": 0,
    "lambda_l2": 0.5,
    "enable_bundle": False,
    "feature_pre_filter": False,
    "num_threads": 1,
    "deterministic": True,
    "verbose": -1,
}
cases = [
    ("l2", "real", {"objective": "regression"}, []),
    ("l2 with a category", "real", {"objective": "regression", "min_data_per_group": 100}, [3]),
    ("l1", "real", {"objective": "regression_l1"}, []),
    ("quantile", "real", {"objective": "quantile", "alpha": 0.9}, []),
    ("huber", "real", {"objective": "huber", "alpha": 2.0}, []),
    ("poisson", "count", {"objective": "poisson"}, []),
    ("binary", "flag", {"objective": "binary"}, []),
    ("monotone", "real", {"objective": "regression", "monotone_constraints": [1, 0, -1, 0, 0]}, []),
]
answers = []
for name, target, extra, categorical in cases:
    parameters = {**base, **extra}
    data = lgb.Dataset(
        values[:TRAINED], targets[target][:TRAINED], categorical_feature=categorical or "auto", params=parameters
    )
    model = lgb.train(parameters, data, 40)
    held = {
        f"after{trees}": [round(float(value), 6) for value in model.predict(values[TRAINED:], num_iteration=trees)]
        for trees in (3, 40)
    }
    answers.append({"name": name, "target": target, "parameters": extra, "categorical": categorical, **held})
columns = [[None if np.isnan(value) else int(value) for value in column] for column in values.T]
print(
    json.dumps(
        {
            "trained": TRAINED,
            "trees": 40,
            "columns": columns,
            "targets": {name: target.tolist() for name, target in targets.items()},
            "cases": answers,
        }
    )
)
