"""LightGBM on the rows that bench/boosting.ts has written: one training, one thread.

    python bench/peers/boosting.py FOLDER SETTINGS     SETTINGS: a JSON object, see bench/boosting.ts

FOLDER holds train.bin and test.bin (float32, one column after the other) and train-target.bin and test-target.bin
(float64). Prints one JSON object: binSeconds and trainSeconds (CPU time of this process), loss (mean on the test rows:
squared error, or pinball for a quantile).
"""

import json
import os
import sys
import time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import lightgbm as lgb
import numpy as np

folder, settings = sys.argv[1], json.loads(sys.argv[2])


def read(part):
    target = np.fromfile(os.path.join(folder, f"{part}-target.bin"))
    columns = np.fromfile(os.path.join(folder, f"{part}.bin"), dtype=np.float32)
    return np.ascontiguousarray(columns.reshape(-1, len(target)).T), target


values, target = read("train")
parameters = {
    "objective": {"l2": "regression", "quantile": "quantile", "l1": "regression_l1"}[settings["objective"]],
    "alpha": settings["q"],
    "num_leaves": settings["leaves"],
    "learning_rate": settings["learningRate"],
    "min_data_in_leaf": settings["minRowsPerLeaf"],
    "lambda_l2": settings["lambdaL2"],
    "max_bin": 255,
    "num_threads": 1,
    "verbose": -1,
}
before = time.process_time()
data = lgb.Dataset(values, target, params=parameters).construct()
binned = time.process_time()
model = lgb.train(parameters, data, settings["trees"])
trained = time.process_time()

values, target = read("test")
off = target - model.predict(values, num_threads=1)
if settings["objective"] == "l2":
    loss = np.mean(off**2)
else:
    q = settings["q"]
    loss = np.mean(np.where(off > 0, q * off, (q - 1) * off))
print(json.dumps({"binSeconds": binned - before, "trainSeconds": trained - binned, "loss": float(loss)}))
