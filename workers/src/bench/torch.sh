#!/usr/bin/env bash
# Runs a program of torch/ in the official libtorch 2.7.1, on one thread (Linux on x86_64).
#
#   workers/src/bench/torch.sh TorchBench MODEL WIDTH BATCH SIZE SECONDS MODE...
#
# Needs a JDK of 17 or newer and Maven Central. Jars (220 MB) and unpacked libraries (450 MB) go to a cache, which TORCH_HOME
# names (without it, ~/.cache/espalier-bench). Nothing of them is a part of Espalier.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${TORCH_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/espalier-bench}/libtorch-2.7.1
jdk=${JAVA_HOME:+$JAVA_HOME/bin/}

if [ ! -e "$cache/complete" ]; then
  echo "torch.sh: downloading libtorch 2.7.1 into $cache" >&2
  "$here/../../../mvnw" -q -B -f "$here/torch/pom.xml" dependency:copy-dependencies -DoutputDirectory="$cache/jars" >&2
  mkdir -p "$cache/natives"
  (cd "$cache/natives" && "${jdk}jar" xf "$cache"/jars/pytorch-native-cpu-*.jar)
  rm "$cache"/jars/pytorch-native-cpu-*.jar
  touch "$cache/complete"
fi
if [ ! -e "$cache/classes/compiled" ] || [ -n "$(find "$here/torch" -name '*.java' -newer "$cache/classes/compiled")" ]; then
  "${jdk}javac" -Xlint:all,-path,-try -d "$cache/classes" -cp "$cache/jars/*" "$here"/torch/*.java
  touch "$cache/classes/compiled"
fi

# JavaCPP would unpack libraries of its own and crash with these: the folder must come first.
export LD_LIBRARY_PATH=$cache/natives/pytorch/cpu/linux-x86_64${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
# Scopes free what a step makes, so the garbage collector has nothing to follow.
exec "${jdk}java" -Dorg.bytedeco.javacpp.pathsFirst=true -Dorg.bytedeco.javacpp.nopointergc=true -cp "$cache/classes:$cache/jars/*" "$@"
