#!/bin/sh
# Runs a sweep with its driver inside a cluster (Spark's cluster deploy mode), a standalone one or YARN:
#
#   deploy/submit.sh spark://HOST:PORT CONFIG [OPTIONS of espalier run]
#   deploy/submit.sh yarn CONFIG [OPTIONS of espalier run]
#
# The driver may start on any machine of the cluster, so everything is found by address: CONFIG, --out and --data
# are hdfs://host:port/..., s3a://bucket/..., or file:/... for what all machines see at that path. --tracking-uri
# is needed: the URI of an MLflow server, or none to send it later with espalier track. If the driver is lost, the
# same command goes on.
#
# On a standalone cluster, this distribution must lie at the same path on every machine. Workers need
# OMP_NUM_THREADS=1 in their environment (conf/spark-env.sh), which drivers inherit. On YARN, the distribution is
# sent from here, and HADOOP_CONF_DIR or YARN_CONF_DIR names the folder with the configuration of the cluster.
#
# ESPALIER_CLUSTER_HOME  where the distribution lies on a standalone cluster, if not where it lies here
# SPARK_PROPERTIES       a file of Spark's settings (spark.authenticate.secret, spark.driver.memory, ...)
# SPARK_LOCAL_IP         address of this machine by which the cluster can answer
# ESPALIER_HOME, JAVA_HOME  as for local-cluster.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/find-home"
[ $# -ge 2 ] || die "give the address of the master and a config, see the head of $0"
master=$1
config=$2
shift 2
case $master in
  spark://*) ;;
  yarn) [ -n "${HADOOP_CONF_DIR:-}${YARN_CONF_DIR:-}" ] || die "yarn needs HADOOP_CONF_DIR or YARN_CONF_DIR, found neither; set one to the folder that holds the cluster's yarn-site.xml and core-site.xml" ;;
  *) die "the master must be spark://HOST:PORT or yarn, found $master; see deploy/README.md for others" ;;
esac
case $config in /* | [a-z]*:/*) ;; *) die "the config must be an address, such as hdfs://host:port/sweep.yaml, or an absolute path that the driver's machine shares, found $config" ;; esac
there=${ESPALIER_CLUSTER_HOME:-$home}
sweep=$(cd "$home/lib" && ls sweep-*.jar)

# submit OPTIONS: what both need comes after OPTIONS, what comes after that is for espalier.
submit() {
  # shellcheck disable=SC2154,SC2086 # find-home sets $java; one option or none
  SPARK_HOME=$home/spark SPARK_SCALA_VERSION=2.13 exec "$java" "@$home/bin/java.options" \
    -cp "$home/spark/jars/*${HADOOP_CONF_DIR:+:$HADOOP_CONF_DIR}${YARN_CONF_DIR:+:$YARN_CONF_DIR}" \
    org.apache.spark.deploy.SparkSubmit --master "$master" --deploy-mode cluster \
    ${SPARK_PROPERTIES:+--properties-file "$SPARK_PROPERTIES"} \
    --conf "spark.driver.defaultJavaOptions=-Dorg.bytedeco.javacpp.maxphysicalbytes=0 -Dorg.bytedeco.javacpp.maxbytes=0 -Dorg.bytedeco.javacpp.cachedir=javacpp" \
    --class dev.espalier.sweep.cli.Main "$@"
}

# Whether SPARK_PROPERTIES sets this key.
given() { [ -n "${SPARK_PROPERTIES:-}" ] && grep -q "^[[:space:]]*$1[[:space:]=:]" "$SPARK_PROPERTIES"; }

if [ "$master" = yarn ]; then
  set -- "file:$home/lib/$sweep" run "$config" --master yarn "$@"
  given spark.driver.extraClassPath ||
    set -- --jars "$(for jar in "$home"/lib/*.jar; do [ "$jar" = "$home/lib/$sweep" ] || printf 'file:%s,' "$jar"; done)" "$@"
  # The driver times a few steps of training, in native memory. YARN ends a driver that has no SparkContext in time,
  # and a sweep of which a few executors have died: Espalier gives up the stages that crash instead.
  for setting in spark.driver.memory=2g spark.driver.memoryOverhead=2g \
    spark.yarn.appMasterEnv.OMP_NUM_THREADS=1 spark.yarn.appMasterEnv.MALLOC_ARENA_MAX=1 \
    spark.yarn.appMasterEnv.LC_ALL=C.UTF-8 spark.yarn.am.waitTime=10m spark.executor.maxNumFailures=10000; do
    given "${setting%%=*}" || set -- --conf "$setting" "$@"
  done
  submit "$@"
else
  # The REST gateway has no authentication; without it, submitting goes by Spark's own protocol.
  submit \
    --conf spark.master.rest.enabled=false \
    --conf spark.standalone.submit.waitAppCompletion=true \
    --conf "spark.driver.extraClassPath=$there/lib/*" \
    --conf "spark.executor.extraClassPath=$there/lib/*" \
    "file:$there/lib/$sweep" run "$config" --master "$master" "$@"
fi
