#!/bin/sh
# A real YARN cluster with HDFS on this machine: a NameNode, a DataNode, a ResourceManager and a NodeManager,
# on loopback only. For trying things out, and for the tests.
#
#   deploy/local-yarn.sh start     starts it and prints the options for espalier
#   deploy/local-yarn.sh status    lists running processes with their ids
#   deploy/local-yarn.sh stop
#
# It has no authentication: while it runs, everybody with an account on this machine can run programs as you.
#
# The distribution does not contain Hadoop's servers. A checkout downloads them with its Maven wrapper (66 MB); elsewhere
# HADOOP_HOME must name an unpacked Hadoop.
#
# HADOOP_HOME    an unpacked Hadoop whose servers to use
# HADOOP_JARS    a folder with the jars that a checkout would download
# MEMORY, CORES  that YARN may allocate (6144 MB, 6)
# PORT           of the ResourceManager (8032); its other ports are those before and after it, its web page
#                is at PORT + 56, the NameNode at PORT - 12
# CLUSTER_DIR    logs, configuration, files of HDFS, process ids ($XDG_RUNTIME_DIR or /tmp, espalier-yarn-PORT)
# ESPALIER_HOME  the distribution; by default the one that contains this script, or the latest build of the checkout
# JAVA_HOME      the JDK; by default the java of the PATH
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/find-home"

memory=${MEMORY:-6144}
cores=${CORES:-6}
port=${PORT:-8032}
files=hdfs://127.0.0.1:$((port - 12))
dir=${CLUSTER_DIR:-${XDG_RUNTIME_DIR:-/tmp}/espalier-yarn-$port}

. "$here/daemons"

# Prints the class path of Hadoop's servers.
servers() {
  if [ -n "${HADOOP_HOME:-}" ]; then
    [ -d "$HADOOP_HOME/share/hadoop/yarn" ] || die "HADOOP_HOME must be an unpacked Hadoop, found no share/hadoop/yarn in $HADOOP_HOME"
    for part in common common/lib hdfs hdfs/lib yarn yarn/lib; do printf '%s/share/hadoop/%s/*:' "$HADOOP_HOME" "$part"; done
    return
  fi
  jars=${HADOOP_JARS:-}
  if [ -z "$jars" ]; then
    [ -x "$here/../mvnw" ] || die "Hadoop's servers are not in the distribution: set HADOOP_HOME to an unpacked Hadoop, or start them from a checkout, which fetches them"
    jars=$here/target/hadoop-servers
    [ -d "$jars" ] || (cd "$here/.." && ./mvnw -B -q dependency:copy@hadoop-servers -pl deploy) >&2 || die "Hadoop's servers could not be fetched"
  fi
  [ -d "$jars" ] || die "HADOOP_JARS must be a folder, found none at $jars"
  # shellcheck disable=SC2154 # find-home sets $home
  printf '%s/*:%s/spark/jars/*' "$jars" "$home"
}

# configuration FILE NAME VALUE [NAME VALUE] ...
configuration() {
  file=$dir/conf/$1
  shift
  {
    echo '<configuration>'
    while [ $# -ge 2 ]; do
      echo "  <property><name>$1</name><value>$2</value></property>"
      shift 2
    done
    echo '</configuration>'
  } >"$file"
}

# daemon NAME CLASS
daemon() {
  # shellcheck disable=SC2154 # find-java sets $java
  HADOOP_CONF_DIR=$dir/conf JAVA_HOME=$jdk \
    nohup "$java" "@$home/bin/java.options" -Xmx384m "-Dhadoop.log.dir=$dir" \
    -cp "$dir/conf:$dir/log:$classes" "$2" >"$dir/$1.log" 2>&1 </dev/null &
  echo $! >"$dir/$1.pid"
}

start() {
  ! alive resource-manager || die "a cluster runs already, see: $0 status"
  mkdir -p "$dir/conf" "$dir/log"
  chmod 700 "$dir"
  classes=$(servers)
  # Containers look for Java here.
  jdk=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
  rm -f "$dir"/*.pid "$dir"/*.log
  rm -rf "$dir/hdfs" "$dir/containers" "$dir/logs"
  configuration core-site.xml \
    fs.defaultFS "$files" \
    hadoop.tmp.dir "$dir/tmp"
  configuration hdfs-site.xml \
    dfs.replication 1 \
    dfs.namenode.name.dir "file:$dir/hdfs/name" \
    dfs.datanode.data.dir "file:$dir/hdfs/data" \
    dfs.namenode.http-address 127.0.0.1:0 \
    dfs.datanode.address 127.0.0.1:0 \
    dfs.datanode.http.address 127.0.0.1:0 \
    dfs.datanode.ipc.address 127.0.0.1:0
  configuration yarn-site.xml \
    yarn.resourcemanager.address "127.0.0.1:$port" \
    yarn.resourcemanager.scheduler.address "127.0.0.1:$((port - 2))" \
    yarn.resourcemanager.resource-tracker.address "127.0.0.1:$((port - 1))" \
    yarn.resourcemanager.admin.address "127.0.0.1:$((port + 1))" \
    yarn.resourcemanager.webapp.address "127.0.0.1:$((port + 56))" \
    yarn.resourcemanager.scheduler.class org.apache.hadoop.yarn.server.resourcemanager.scheduler.fifo.FifoScheduler \
    yarn.scheduler.minimum-allocation-mb 256 \
    yarn.nodemanager.hostname 127.0.0.1 \
    yarn.nodemanager.address 127.0.0.1:0 \
    yarn.nodemanager.localizer.address 127.0.0.1:0 \
    yarn.nodemanager.webapp.address 127.0.0.1:0 \
    yarn.nodemanager.resource.memory-mb "$memory" \
    yarn.nodemanager.resource.cpu-vcores "$cores" \
    yarn.nodemanager.vmem-check-enabled false \
    yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage 99.5 \
    yarn.nodemanager.local-dirs "$dir/containers" \
    yarn.nodemanager.log-dirs "$dir/logs"
  # Beside the configuration: espalier has that on its class path.
  cat >"$dir/log/log4j2.properties" <<EOF
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
EOF
  # Loopback for drivers too, and no web page of their own.
  properties=$dir/conf/spark-defaults.conf
  cat >"$properties" <<EOF
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.ui.enabled false
EOF
  # shellcheck disable=SC2154 # find-java sets $java
  "$java" "@$home/bin/java.options" -cp "$dir/conf:$dir/log:$classes" org.apache.hadoop.hdfs.server.namenode.NameNode \
    -format -force -nonInteractive >"$dir/format.log" 2>&1 || {
    tail -n 20 "$dir/format.log" >&2
    die "HDFS could not be formatted; the last lines of $dir/format.log stand above"
  }
  daemon name-node org.apache.hadoop.hdfs.server.namenode.NameNode
  daemon resource-manager org.apache.hadoop.yarn.server.resourcemanager.ResourceManager
  wait_for name-node 'NameNode RPC up' 90
  daemon data-node org.apache.hadoop.hdfs.server.datanode.DataNode
  wait_for resource-manager 'Transitioned to active state' 90
  daemon node-manager org.apache.hadoop.yarn.server.nodemanager.NodeManager
  wait_for data-node 'Successfully sent block report' 90
  wait_for node-manager 'Registered with ResourceManager' 90
  echo "YARN with $cores cores and $memory MB runs at 127.0.0.1:$port, its web page at http://127.0.0.1:$((port + 56)); HDFS at $files"
  echo "  export HADOOP_CONF_DIR=$dir/conf"
  echo "  espalier run CONFIG --out $files/sweeps/NAME --tracking-uri none --master yarn --properties-file $properties"
}

status() { show "$dir"; }

# Without a master, others would search for it. Containers end with their node.
stop() {
  for name in node-manager resource-manager data-node name-node; do
    ! alive "$name" || kill "$(cat "$dir/$name.pid")"
    for _ in $(seq 1 100); do
      alive "$name" || break
      sleep 0.1
    done
    ! alive "$name" || kill -9 "$(cat "$dir/$name.pid")"
  done
  rm -f "$dir"/*.pid
  rm -rf "$dir/hdfs" "$dir/containers" "$dir/tmp"
}

case ${1:-} in
  start | status | stop) "$1" ;;
  *) die "give start, status or stop" ;;
esac
