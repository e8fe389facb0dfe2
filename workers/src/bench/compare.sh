#!/usr/bin/env bash
# Espalier against PyTorch on this machine, one core each, in turn: a Markdown table on standard output.
#
#   workers/src/bench/compare.sh [ROUNDS] [SECONDS]     (3 rounds of 3 seconds a cell: some 15 minutes)
#
# Needs PyTorch: `apt install python3-torch` (PYTHON names the interpreter, /usr/bin/python3 without it).
# RAW=FILE keeps the measured lines. Run it on a machine that does nothing else.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../../..
rounds=${1:-3}
seconds=${2:-3}
python=${PYTHON:-/usr/bin/python3}
raw=${RAW:-$(mktemp)}
[ "$rounds" -ge 3 ] || { echo "compare.sh: must have at least 3 rounds, found $rounds" >&2; exit 2; }
"$python" -c 'import torch' || { echo "compare.sh: $python has no PyTorch: apt install python3-torch" >&2; exit 2; }
export OMP_NUM_THREADS=1
: >"$raw"

espalier() { "$root/espalier" bench --json --model "$1" --width "$2" --batch "$3" --seconds "$seconds" "${@:4}"; }
torch() { "$python" "$here/torch_bench.py" --model "$1" --width "$2" --batch "$3" --seconds "$seconds" "${@:4}"; }

# Two processes of PyTorch at once; each is marked as one of two, and table.py adds them up.
torch_pair() {
  local first
  first=$(mktemp)
  torch "$@" --mode train >"$first" &
  torch "$@" --mode train | sed 's/"threads":1/"threads":2/'
  wait $!
  sed 's/"threads":1/"threads":2/' "$first"
  rm "$first"
}

for ((round = 1; round <= rounds; round++)); do
  while read -r model width batch; do
    echo "round $round of $rounds: $model $width" >&2
    # Rounds begin in turn with one and the other.
    if ((round % 2)); then
      espalier "$model" "$width" "$batch" >>"$raw"
      torch "$model" "$width" "$batch" >>"$raw"
    else
      torch "$model" "$width" "$batch" >>"$raw"
      espalier "$model" "$width" "$batch" >>"$raw"
    fi
  done <<'CELLS'
resnet18 0.25 64
resnet18 1.0 32
mobilenetv2 0.35 64
mobilenetv2 1.0 32
CELLS
  for cell in "resnet18 0.25 64" "mobilenetv2 0.35 64"; do
    echo "round $round of $rounds: $cell, two at once" >&2
    read -r model width batch <<<"$cell"
    espalier "$model" "$width" "$batch" --threads 2 --mode train >>"$raw"
    torch_pair "$model" "$width" "$batch" >>"$raw"
  done
done
"$python" "$here/table.py" "$raw" "$rounds"
