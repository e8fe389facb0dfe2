#!/usr/bin/env bash
# A whole sweep, against its trials one by one in libtorch: 90 trials of CIFAR-10 (sweep.yaml), on one core each. Prints Markdown.
#
#   workers/src/bench/sweep.sh DATA [--sample N] [--model NAME --width W]      (DATA holds cifar-10-batches-bin)
#
# --sample N measures N of libtorch's trials, spread over the grid, and extrapolates by a line: so many seconds for a trial without
# fine-tuning, so many more for an epoch of it. The output says so. All 90 take hours.
#
# The trials of libtorch train, prune, fine-tune with zeros held, cluster and predict the validation and test images once, at their
# end; one process runs them all, so that none pays for starting it or for reading images. Espalier's sweep is all of `espalier run`:
# it also evaluates after each epoch, encodes each network in every format of docs/metrics.md, writes checkpoints, front and report.
#
# Printed by wall time and by processor time:
#   together  seconds of libtorch's trials / seconds of Espalier's sweep
#   sharing   seconds of Espalier's sweep if each trial ran all of its stages itself / seconds of the sweep as it is.
#             The former: the seconds of the stages of each trial's path, added up over the trials, and what the sweep spends outside
#             of stages, once. Both from one and the same run.
#   engine    together / sharing: seconds of libtorch's trials / those of the same trials by Espalier without sharing
#
# Needs a JDK and Python 3. In the environment: LIMIT=avx2, ESPALIER as in compare.sh; OUT=FOLDER keeps measured lines and sweep.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
usage="usage: sweep.sh DATA [--sample N] [--model NAME] [--width W]"
data=${1:?"$usage"}
shift
sample=90 model=mobilenetv2 width=0.35
while [ $# -gt 0 ]; do
  case $1 in
    --sample) sample=$2 ;;
    --model) model=$2 ;;
    --width) width=$2 ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
  shift 2
done
case ${LIMIT:-} in
  '') ;;
  avx2) export ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 DNNL_MAX_CPU_ISA=AVX2 MKL_ENABLE_INSTRUCTIONS=AVX2 ;;
  *) echo "sweep.sh: LIMIT must be avx2, found $LIMIT" >&2; exit 2 ;;
esac
if ! [[ $sample =~ ^[0-9]+$ ]] || [ "$sample" -lt 3 ] || [ "$sample" -gt 90 ]; then
  echo "sweep.sh: --sample must be in [3, 90], found $sample" >&2
  exit 2
fi
images=$data/cifar-10-batches-bin
[ -d "$images" ] || images=$data
out=${OUT:-}
if [ -z "$out" ]; then
  out=$(mktemp -d)
  trap 'rm -rf "$out"' EXIT
fi
mkdir -p "$out"
ours=${ESPALIER:-$here/../../../espalier}
$ours models >/dev/null # builds it, where it is not built
rm -rf "$out/sweep"

trials=()
for sparsity in 0.5 0.6 0.7 0.8 0.9; do
  for scope in flat layerwise; do
    for epochs in 0 1 3; do
      for centroids in none 16 32; do trials+=("$sparsity,$scope,$epochs,$centroids"); done
    done
  done
done
# Steps of 67 come to each once; the first 3, 6, 9 or 12 have as many of each fine-tuning and of each clustering.
chosen=()
for ((i = 0; i < sample; i++)); do chosen+=("${trials[$((i * 67 % 90))]}"); done

"$here/torch.sh" TorchBench resnet18 0.25 2 16 0.01 train >/dev/null # downloads and compiles it, where that is to do
TIMEFORMAT='{"wall":%R,"user":%U,"system":%S}'
{ time $ours run "$here/sweep.yaml" --data "$data" --slots 1 --out "$out/sweep" --set "model.architecture=$model" \
  --set "model.width=$width" >"$out/run.txt" 2>&1; } 2>"$out/run.json"
"$here/torch.sh" TorchTrials "$images" "$model" "$width" 5000 500 6 "${chosen[@]}" | tee "$out/trials.jsonl" >&2
"${PYTHON:-python3}" "$here/factors.py" "$out"
