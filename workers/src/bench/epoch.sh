#!/usr/bin/env bash
# How much of the layers' speed a real sweep keeps, from file to checkpoint: stages of CIFAR-10 as `espalier run` does them
# (decoding, augmentation, steps with masks held, evaluation, checkpoint) against `espalier bench` before and after.
# Prints Markdown.
#
#   workers/src/bench/epoch.sh DATA [NAME=VALUE of --set ...]      (DATA holds cifar-10-batches-bin; some 15 minutes)
#
# It runs with Java Flight Recorder, which says what the rest of the time went into.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../../..
data=${1:?"usage: epoch.sh DATA [PATH=VALUE ...]"}
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/epoch.yaml" <<'CONFIG'
name: epoch
dataset: {name: cifar10, validation: 5000}
model: {architecture: resnet18, width: 0.25}
baseline: {epochs: 3, batch: 64, learning-rate: 0.05}
grid:
  sparsity: [0.8]
  fine-tune-epochs: [2]
CONFIG
bench() { "$root/espalier" bench --json --model resnet18 --width 0.25 --batch "$1" --mode "$2" --seconds 6; }

set_options=()
for one in "$@"; do set_options+=(--set "$one"); done
{ bench 64 train; bench 256 infer; } >"$work/bench.jsonl"
ESPALIER_JAVA_OPTS="-XX:StartFlightRecording=settings=profile,filename=$work/samples.jfr ${ESPALIER_JAVA_OPTS:-}" \
  "$root/espalier" run "$work/epoch.yaml" --data "$data" --slots 1 --out "$work/out" "${set_options[@]}" >&2
{ bench 64 train; bench 256 infer; } >>"$work/bench.jsonl"
jfr=${JAVA_HOME:+$JAVA_HOME/bin/}jfr
"$jfr" print --json --stack-depth 64 --events jdk.ExecutionSample,jdk.NativeMethodSample "$work/samples.jfr" >"$work/samples.json"
"${PYTHON:-python3}" "$here/epoch.py" "$work"
