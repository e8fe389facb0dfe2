#!/bin/sh
# Runs a sweep with its driver inside a Spark cluster (cluster deploy mode):
#
#   deploy/submit.sh spark://HOST:PORT CONFIG [OPTIONS of espalier run]
#   deploy/submit.sh yarn CONFIG [OPTIONS of espalier run]
#   deploy/submit.sh k8s://https://HOST:PORT CONFIG [OPTIONS of espalier run]
#
# The driver may start on any machine, so everything needs an address: CONFIG, --out and --data are
# hdfs://host:port/..., s3a://bucket/..., or file:/... for a path that all machines share. --tracking-uri is required:
# the URI of an MLflow server, or none to send it later with espalier track. If the driver is lost, the same command
# continues.
#
# This distribution must be at the same path on every machine of a standalone cluster, whose workers need
# OMP_NUM_THREADS=1 in their environment (conf/spark-env.sh), which drivers inherit. To YARN it is uploaded from here, and
# HADOOP_CONF_DIR or YARN_CONF_DIR names the folder with the configuration of the cluster. On Kubernetes it is in the
# image.
#
# SPARK_PROPERTIES       a file of Spark settings that override those of driver.properties beside this script
# ESPALIER_CLUSTER_HOME  the distribution's path there (default: for a standalone cluster the path here, for an image /opt/espalier)
# SPARK_LOCAL_IP         address at which the cluster can reach this machine
# ESPALIER_HOME, JAVA_HOME  as for local-cluster.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/find-home"
[ $# -ge 2 ] || die "give the address of the master and a config, see the head of $0"
master=$1
config=$2
shift 2
case $config in /* | [a-z]*:/*) ;; *) die "the config must be an address, such as hdfs://host:port/sweep.yaml, or an absolute path that the driver's machine shares, found $config" ;; esac
sweep=$(cd "$home/lib" && ls sweep-*.jar)
case $master in
  spark://*)
    there=${ESPALIER_CLUSTER_HOME:-$home}
    jar=file:$there/lib/$sweep
    ;;
  yarn)
    [ -n "${HADOOP_CONF_DIR:-}${YARN_CONF_DIR:-}" ] || die "yarn needs HADOOP_CONF_DIR or YARN_CONF_DIR, found neither; set one to the folder that holds the cluster's yarn-site.xml and core-site.xml"
    there=
    jar=file:$home/lib/$sweep
    ;;
  k8s://*)
    there=${ESPALIER_CLUSTER_HOME:-/opt/espalier}
    jar=local://$there/lib/$sweep
    ;;
  *) die "the master must be spark://HOST:PORT, yarn or k8s://https://HOST:PORT, found $master; see deploy/README.md for others" ;;
esac

# Whether SPARK_PROPERTIES sets this key.
given() { [ -n "${SPARK_PROPERTIES:-}" ] && grep -Eq "^[[:space:]]*$1([[:space:]=:]|\$)" "$SPARK_PROPERTIES"; }

set -- --class dev.espalier.sweep.cli.Main "$jar" run "$config" --master "$master" "$@"
if [ "$master" = yarn ] && ! given spark.driver.extraClassPath; then
  set -- --jars "$(for one in "$home"/lib/*.jar; do [ "$one" = "$home/lib/$sweep" ] || printf 'file:%s,' "$one"; done)" "$@"
fi
while IFS='=' read -r key value; do
  case $key in '' | '#'*) continue ;; esac
  ! given "$key" || continue
  case $value in
    /opt/espalier/*)
      [ -n "$there" ] || continue
      value=$there${value#/opt/espalier}
      ;;
  esac
  set -- --conf "$key=$value" "$@"
done <"$here/driver.properties"
# shellcheck disable=SC2154 # find-home sets $java
SPARK_HOME=$home/spark SPARK_SCALA_VERSION=2.13 exec "$java" "@$home/bin/java.options" \
  -cp "$home/lib/$sweep:$home/spark/jars/*${HADOOP_CONF_DIR:+:$HADOOP_CONF_DIR}${YARN_CONF_DIR:+:$YARN_CONF_DIR}" \
  dev.espalier.sweep.cli.Submit \
  --master "$master" --deploy-mode cluster ${SPARK_PROPERTIES:+--properties-file "$SPARK_PROPERTIES"} "$@"
