#!/usr/bin/env bash
# Espalier against PyTorch on this machine, one core each, in turn: Markdown tables on standard output.
#
#   workers/src/bench/compare.sh [ROUNDS] [SECONDS]     (5 rounds of 3 seconds a cell)
#
# PyTorch is the official libtorch 2.7.1, which torch.sh downloads. Where PYTHON (without it /usr/bin/python3) has a PyTorch of
# its own, such as Debian's (apt install python3-torch), that is a second column, for half as much time again.
# Run it on a machine that does nothing else. Needs a JDK and Python 3. In the environment:
#
#   LIMIT=avx2        all sides use AVX2 on a processor that has more
#   RAW=FILE          keeps the measured lines; a comparison that was interrupted goes on where it holds fewer than ROUNDS
#   OTHERS=no         no second column
#   PAIRS=no          no two trainings at once
#   ESPALIER=COMMAND  the command that stands for ./espalier
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rounds=${1:-5}
seconds=${2:-3}
python=${PYTHON:-/usr/bin/python3}
raw=${RAW:-$(mktemp)}
ours=${ESPALIER:-$here/../../../espalier}
others=${OTHERS:-yes}
[ "$others" = no ] || "$python" -c 'import torch' 2>/dev/null || others=no
case ${LIMIT:-} in
  '') ;;
  avx2) export ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 DNNL_MAX_CPU_ISA=AVX2 MKL_ENABLE_INSTRUCTIONS=AVX2 OPENBLAS_CORETYPE=Haswell ;;
  *) echo "compare.sh: LIMIT must be avx2, found $LIMIT" >&2; exit 2 ;;
esac
export OMP_NUM_THREADS=1
touch "$raw"

espalier() { $ours bench --json --model "$1" --width "$2" --batch "$3" --size "$4" --mode "$5" --seconds "$seconds" "${@:6}"; }

libtorch() {
  local modes=train
  case $5 in both) modes="train folded" ;; infer) modes=folded ;; esac
  # shellcheck disable=SC2086 # one word a mode
  "$here/torch.sh" TorchBench "$1" "$2" "$3" "$4" "$seconds" $modes
}

other() {
  [ "$others" = yes ] || return 0
  local modes=train
  case $5 in both) modes="train frozen" ;; infer) modes=frozen ;; esac
  # shellcheck disable=SC2086 # one word a mode
  "$python" "$here/torch_bench.py" --model "$1" --width "$2" --batch "$3" --size "$4" --seconds "$seconds" --mode $modes
}

# Two processes at once; each is marked as one of two, and table.py adds them up.
pair() {
  local first
  first=$(mktemp)
  libtorch "$@" >"$first" &
  libtorch "$@" | sed 's/"threads":1/"threads":2/'
  wait $!
  sed 's/"threads":1/"threads":2/' "$first"
  rm "$first"
}

done=$(grep -c '"width":0.125,.*"libtorch' "$raw" || true) # each round has one such line
if [ "$done" = 0 ]; then # download and compile what is to be, before anything counts
  libtorch resnet18 0.25 2 16 infer >/dev/null
  espalier resnet18 0.25 2 16 infer >/dev/null
fi
for ((round = done + 1; round <= rounds; round++)); do
  while read -r cell; do
    echo "round $round of $rounds: $cell" >&2
    read -ra words <<<"$cell"
    # Sides begin in turn.
    case $((round % 3)) in
      0) sides="espalier libtorch other" ;;
      1) sides="libtorch other espalier" ;;
      2) sides="other espalier libtorch" ;;
    esac
    for side in $sides; do "$side" "${words[@]}" </dev/null >>"$raw"; done
  done <<'CELLS'
resnet18 0.25 64 32 both
resnet18 1.0 32 32 both
mobilenetv2 0.35 64 32 both
mobilenetv2 1.0 32 32 both
resnet18 0.25 32 16 train
mobilenetv2 0.125 32 16 train
CELLS
  [ "${PAIRS:-yes}" = yes ] || continue
  for cell in "resnet18 0.25 64 32 train" "mobilenetv2 0.35 64 32 train"; do
    echo "round $round of $rounds: $cell, two at once" >&2
    read -ra words <<<"$cell"
    espalier "${words[@]}" --threads 2 >>"$raw"
    pair "${words[@]}" >>"$raw"
  done
done
"$python" "$here/table.py" "$raw"
