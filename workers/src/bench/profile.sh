#!/usr/bin/env bash
# Where the time of a step goes: oneDNN by kind of primitive, the rest by what Java was doing, and the share of the core's
# peak. Prints Markdown.
#
#   workers/src/bench/profile.sh --model resnet18 --width 0.25 [--batch 64] [--mode train] [--seconds 6]
#
# Three runs of `espalier bench`: plain, for the speed; with DNNL_VERBOSE=1, by which oneDNN prints each primitive with its
# milliseconds; with async-profiler, which samples stacks by processor time, in Java and in native code alike (Java Flight
# Recorder sees too few of a thread that goes in and out of native code). Then a large sgemm of the same oneDNN for the peak.
#
# Downloads async-profiler 4.0 (0.8 MB) from Maven Central into the cache that torch.sh uses. Linux on x86_64 only.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../../..
python=${PYTHON:-python3}
cache=${TORCH_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/espalier-bench}/async-profiler-4.0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=1
cell=("$@")
[[ " $* " == *" --mode "* ]] || cell+=(--mode train)
[[ " $* " == *" --seconds "* ]] || cell+=(--seconds 6)
bench() { "$root/espalier" bench --json "${cell[@]}"; }

if [ ! -e "$cache/linux-x64/libasyncProfiler.so" ]; then
  artifact=tools.profiler:async-profiler:4.0
  "$root/mvnw" -q -B -N -f "$root/pom.xml" dependency:copy -Dartifact=$artifact -DoutputDirectory="$cache" >&2
  (cd "$cache" && "${JAVA_HOME:+$JAVA_HOME/bin/}jar" xf async-profiler-4.0.jar)
fi
"$root/espalier" models >/dev/null # builds it, where it is not built
bench >"$work/plain.jsonl"
[ "$(wc -l <"$work/plain.jsonl")" = 1 ] || { echo "profile.sh: must be one cell: give --model and --width" >&2; exit 2; }
DNNL_VERBOSE=1 bench >"$work/verbose.txt"
ESPALIER_JAVA_OPTS="-agentpath:$cache/linux-x64/libasyncProfiler.so=start,event=ctimer,interval=1ms,collapsed,file=$work/stacks.txt" bench >/dev/null 2>&1
"$python" "$here/peak.py" >"$work/peak.txt"
"$python" "$here/profile.py" "$work"
