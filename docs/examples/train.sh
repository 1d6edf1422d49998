#!/bin/sh
# A training in POSIX shell: for every series the mean of its last three prices, judged five prices ahead.
# Run by the task `custom-command`; docs/bring-your-own-model.md says what each folder is.
set -eu

# asked to end, it says how far it is; the next start finds the same file
done_before=0
[ ! -e "$SIHWANG_CHECKPOINT" ] || done_before=$(cat "$SIHWANG_CHECKPOINT")
trap 'echo 1 >"$SIHWANG_CHECKPOINT.new"; mv "$SIHWANG_CHECKPOINT.new" "$SIHWANG_CHECKPOINT"; exit 143' TERM
echo "begun, $done_before done before"

# prices.csv: series,day,price,units, in the order of series and day; a series may hold commas, so fields are counted
# from the end
awk -F, -v out="$SIHWANG_OUTPUT" '
  function series(  text) { text = $0; sub(/,[^,]*,[^,]*,[^,]*$/, "", text); return text }
  function judge(  at, mean) {
    for (at = 3; at + 5 <= n; at += 5) {
      mean = (price[at] + price[at - 1] + price[at - 2]) / 3
      printf "%s,W1,%s,%s,%.6g,%.6g,%.6g,%s\n", name, day[at], price[at + 5], mean, mean * 0.85, mean * 1.15, price[at] > (out "/outcomes.csv")
      error += mean > price[at + 5] ? mean - price[at + 5] : price[at + 5] - mean; cases++
    }
    if (n >= 3) printf "%s,%.6g\n", name, (price[n] + price[n - 1] + price[n - 2]) / 3 > (out "/model.csv")
  }
  BEGIN {
    print "series,horizon,origin_day,actual,mean,lo80,hi80,naive" > (out "/outcomes.csv")
    print "series,level" > (out "/model.csv")
  }
  NR == 1 { next }
  series() != name { if (name != "") judge(); name = series(); n = 0 }
  $(NF - 1) != "" { n++; day[n] = $(NF - 2); price[n] = $(NF - 1) }
  END {
    judge()
    printf "{\"mae\": %.6g, \"cases\": %d}\n", cases ? error / cases : 0, cases > (out "/metrics.json")
  }
' "$SIHWANG_INPUT/prices.csv"
echo "trained"
