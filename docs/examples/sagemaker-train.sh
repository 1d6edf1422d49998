#!/bin/sh
# A training image's own program that knows nothing of Sihwang, only what SageMaker gives every container: for every series
# the last price, judged seven prices ahead. POSIX shell and awk; started as `IMAGE train`.
set -eu

snapshot=/opt/ml/input/data/snapshot
model=/opt/ml/model
[ "${1:-}" = train ] || { echo "expected the word train" >/opt/ml/output/failure; exit 78; }
[ -s "$snapshot/prices.csv" ] || { echo "the channel snapshot has no prices.csv" >/opt/ml/output/failure; exit 65; }

# hyperparameters are texts: {"spread":"0.2"}
spread=$(sed -n 's/.*"spread": *"\([0-9.]*\)".*/\1/p' /opt/ml/input/config/hyperparameters.json)

# prices.csv: series,day,price,units, in the order of series and day; a series may hold commas, so fields count from the end
awk -F, -v out="$model" -v spread="${spread:-0.15}" '
  function name_of(  text) { text = $0; sub(/,[^,]*,[^,]*,[^,]*$/, "", text); return text }
  function judge(  at) {
    for (at = 1; at + 7 <= n; at += 7) {
      printf "%s,W1,%s,%s,%s,%.6g,%.6g,%s\n", name, day[at], price[at + 7], price[at], price[at] * (1 - spread),
        price[at] * (1 + spread), price[at] > (out "/outcomes.csv")
      error += price[at] > price[at + 7] ? price[at] - price[at + 7] : price[at + 7] - price[at]; cases++
    }
    if (n > 0) printf "%s,%s\n", name, price[n] > (out "/last-prices.csv")
  }
  BEGIN {
    print "series,horizon,origin_day,actual,mean,lo80,hi80,naive" > (out "/outcomes.csv")
    print "series,price" > (out "/last-prices.csv")
  }
  NR == 1 { next }
  name_of() != name { if (name != "") judge(); name = name_of(); n = 0 }
  $(NF - 1) != "" { n++; day[n] = $(NF - 2); price[n] = $(NF - 1) }
  END {
    judge()
    # SageMaker finds figures in the log; metrics.json in the model would do as well
    printf "trained: mae=%.6g cases=%d\n", cases ? error / cases : 0, cases
  }
' "$snapshot/prices.csv"
