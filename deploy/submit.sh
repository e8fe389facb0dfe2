#!/bin/sh
# Runs a sweep with its driver inside a standalone Spark cluster (cluster deploy mode):
#
#   deploy/submit.sh spark://HOST:PORT CONFIG [OPTIONS of espalier run]
#
# This distribution must lie at the same path on every machine of the cluster. Everything else is found by
# address, since the driver may start on any of them: CONFIG, --out and --data are hdfs://host:port/...,
# s3a://bucket/..., or file:/... for what all machines see at that path. --tracking-uri is needed: the URI of
# an MLflow server, or none to send it later with espalier track. Workers need OMP_NUM_THREADS=1 in their
# environment (conf/spark-env.sh), which drivers inherit. If the driver is lost, the same command goes on.
#
# ESPALIER_CLUSTER_HOME  where the distribution lies there, if not where it lies here
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
case $master in spark://*) ;; *) die "the master must be spark://HOST:PORT, found $master; see deploy/README.md for others" ;; esac
case $config in /* | [a-z]*:/*) ;; *) die "the config must be an address, such as hdfs://host:port/sweep.yaml, or an absolute path that the driver's machine shares, found $config" ;; esac
there=${ESPALIER_CLUSTER_HOME:-$home}
sweep=$(cd "$home/lib" && ls sweep-*.jar)

# The REST gateway has no authentication; without it, submitting goes by Spark's own protocol.
# shellcheck disable=SC2154,SC2086 # find-home sets $java; one option or none
SPARK_HOME=$home/spark SPARK_SCALA_VERSION=2.13 exec "$java" "@$home/bin/java.options" -cp "$home/spark/jars/*" \
  org.apache.spark.deploy.SparkSubmit --master "$master" --deploy-mode cluster \
  ${SPARK_PROPERTIES:+--properties-file "$SPARK_PROPERTIES"} \
  --conf spark.master.rest.enabled=false \
  --conf spark.standalone.submit.waitAppCompletion=true \
  --conf "spark.driver.extraClassPath=$there/lib/*" \
  --conf "spark.executor.extraClassPath=$there/lib/*" \
  --conf "spark.driver.defaultJavaOptions=-Dorg.bytedeco.javacpp.maxphysicalbytes=0 -Dorg.bytedeco.javacpp.maxbytes=0 -Dorg.bytedeco.javacpp.cachedir=javacpp" \
  --class dev.espalier.sweep.cli.Main "file:$there/lib/$sweep" run "$config" --master "$master" "$@"
