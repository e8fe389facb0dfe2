package dev.espalier.workers.storage;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Settings of Hadoop's clients that a person gave to Spark, as endpoints and credentials of an
 * object store are given. They come before those of {@code core-site.xml} and travel to executors.
 *
 * @param values by the names that Hadoop knows, such as {@code fs.s3a.endpoint}
 */
public record HadoopSettings(Map<String, String> values) implements Serializable {
  /** How Spark marks those of its settings that are meant for Hadoop. */
  public static final String PREFIX = "spark.hadoop.";

  private static volatile HadoopSettings current = new HadoopSettings(Map.of());

  public HadoopSettings {
    values = Map.copyOf(values);
  }

  /** The settings for Hadoop among settings of Spark. */
  public static HadoopSettings among(Map<String, String> spark) {
    Map<String, String> values = new HashMap<>();
    spark.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) {
            values.put(name.substring(PREFIX.length()), value);
          }
        });
    return new HadoopSettings(values);
  }

  /** Those by which this process reaches file systems. */
  public static HadoopSettings current() {
    return current;
  }

  /** Lets this process reach file systems by these settings from now on. */
  public void use() {
    current = this;
  }

  /** Names alone: values are secrets. */
  @Override
  public String toString() {
    return "HadoopSettings" + new TreeSet<>(values.keySet());
  }
}
