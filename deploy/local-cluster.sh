#!/bin/sh
# A real Spark cluster on this machine: a standalone master and workers, on loopback only, with
# spark.authenticate, from the jars of the distribution. For trying things out, and for the tests.
#
#   deploy/local-cluster.sh start     starts it and prints the options for espalier
#   deploy/local-cluster.sh history   starts Spark's history server too, for sweeps that have run
#   deploy/local-cluster.sh status    lists running processes with their ids
#   deploy/local-cluster.sh stop
#
# WORKERS        number of workers (2)
# CORES, MEMORY  of each worker (1, 4g)
# PORT           of the master (7077); its web page is at PORT + 1003, those of the workers
#                come after it, the history server is at PORT + 2003
# CLUSTER_DIR    logs, work folders, process ids and the secret ($XDG_RUNTIME_DIR or /tmp, espalier-cluster-PORT)
# ESPALIER_HOME  the distribution; by default the one that contains this script, or the latest build of the checkout
# JAVA_HOME      the JDK; by default the java of the PATH
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/find-home"

workers=${WORKERS:-2}
cores=${CORES:-1}
memory=${MEMORY:-4g}
port=${PORT:-7077}
page=$((port + 1003))
dir=${CLUSTER_DIR:-${XDG_RUNTIME_DIR:-/tmp}/espalier-cluster-$port}
master=spark://127.0.0.1:$port

. "$here/daemons"
names() { seq -f 'worker-%g' 1 "$workers"; }

# daemon NAME CLASS ARGUMENTS: Spark starts executors with these variables.
daemon() {
  name=$1
  shift
  # shellcheck disable=SC2154 # find-java sets $java
  SPARK_HOME=$home/spark SPARK_SCALA_VERSION=2.13 SPARK_CONF_DIR=$dir/conf SPARK_LOCAL_IP=127.0.0.1 \
    SPARK_LOCAL_DIRS=$dir/local JAVA_HOME=${JAVA_HOME:-} OMP_NUM_THREADS=1 \
    nohup "$java" "@$home/bin/java.options" -Xmx256m -cp "$dir/conf:$home/spark/jars/*" \
    "$@" >"$dir/$name.log" 2>&1 </dev/null &
  echo $! >"$dir/$name.pid"
}

start() {
  ! alive master || die "a cluster runs already, see: $0 status"
  mkdir -p "$dir/conf" "$dir/local" "$dir/events"
  chmod 700 "$dir"
  rm -f "$dir"/*.pid "$dir"/*.log
  rm -rf "$dir/work"
  properties=$dir/conf/spark-defaults.conf
  (
    umask 077
    cat >"$properties" <<EOF
spark.authenticate true
spark.authenticate.secret $(od -An -N 32 -tx1 /dev/urandom | tr -d ' \n')
# Loopback for the driver too, and no web page of its own: the history server shows the same.
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.ui.enabled false
spark.eventLog.enabled true
spark.eventLog.compress false
spark.eventLog.dir file:$dir/events
spark.history.fs.logDirectory file:$dir/events
spark.history.ui.port $((port + 2003))
# It has no authentication.
spark.master.rest.enabled false
# Folders of applications that have ended, with the jars that were sent to them, are removed.
spark.worker.cleanup.enabled true
spark.worker.cleanup.appDataTtl 3600
EOF
  )
  daemon master org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port "$page" \
    --properties-file "$properties"
  wait_for master 'New state: ALIVE' 60
  i=0
  for name in $(names); do
    i=$((i + 1))
    daemon "$name" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port $((page + i)) \
      --cores "$cores" --memory "$memory" --work-dir "$dir/work/$name" --properties-file "$properties" "$master"
  done
  for name in $(names); do wait_for "$name" 'Successfully registered with master' 60; done
  echo "A Spark cluster of $workers workers with $cores cores and $memory each runs at $master, its web page at http://127.0.0.1:$page"
  echo "  espalier run CONFIG --master $master --properties-file $properties"
}

history() {
  alive master || die "no cluster runs at $master"
  daemon history org.apache.spark.deploy.history.HistoryServer --properties-file "$dir/conf/spark-defaults.conf"
  wait_for history 'started at http' 60
  echo "Spark's history server runs at http://127.0.0.1:$((port + 2003))"
}

status() { show "$master"; }

# Workers first: without a master they would search for it. Their executors end with them.
stop() {
  for name in $(recorded | sort -r); do
    ! alive "$name" || kill "$(cat "$dir/$name.pid")"
  done
  for _ in $(seq 1 100); do
    left=
    for name in $(recorded); do ! alive "$name" || left=yes; done
    [ -n "$left" ] || break
    sleep 0.1
  done
  rm -f "$dir"/*.pid "$dir/conf/spark-defaults.conf"
  rm -rf "$dir/local"
}

case ${1:-} in
  start | history | status | stop) "$1" ;;
  *) die "give start, history, status or stop" ;;
esac
