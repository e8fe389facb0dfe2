#!/usr/bin/env bash
# Where the time of a step goes: oneDNN by kind of primitive, the rest by what Java was doing, and the share of the core's
# peak. Prints Markdown.
#
#   workers/src/bench/profile.sh --model resnet18 --width 0.25 [--batch 64] [--mode train] [--seconds 6]
#
# Three runs of `espalier bench`: plain, for the speed; with DNNL_VERBOSE=1, by which oneDNN prints each primitive with its
# milliseconds; with Java Flight Recorder, which samples stacks. Then a large sgemm of the same oneDNN for the peak.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../../..
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=1
cell=("$@")
[[ " $* " == *" --mode "* ]] || cell+=(--mode train)
[[ " $* " == *" --seconds "* ]] || cell+=(--seconds 6)
bench() { "$root/espalier" bench --json "${cell[@]}"; }

"$root/espalier" models >/dev/null # builds it, where it is not built
bench >"$work/plain.jsonl"
[ "$(wc -l <"$work/plain.jsonl")" = 1 ] || { echo "profile.sh: must be one cell: give --model and --width" >&2; exit 2; }
DNNL_VERBOSE=1 bench >"$work/verbose.txt"
ESPALIER_JAVA_OPTS="-XX:StartFlightRecording=settings=profile,filename=$work/samples.jfr" bench >/dev/null 2>&1
jfr=${JAVA_HOME:+$JAVA_HOME/bin/}jfr
"$jfr" print --json --stack-depth 64 --events jdk.ExecutionSample,jdk.NativeMethodSample "$work/samples.jfr" >"$work/samples.json"
"$python" "$here/peak.py" >"$work/peak.txt"
"$python" "$here/profile.py" "$work"
