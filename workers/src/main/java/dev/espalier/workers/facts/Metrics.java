package dev.espalier.workers.facts;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Named numbers, in the order of their names. The names are the same in the journal, in MLflow and
 * in every table: {@code val/accuracy}, {@code size/compressed_bytes}. Accuracies and sparsities
 * are fractions, sizes are bytes, counts are exact up to 2^53.
 */
public record Metrics(SortedMap<String, Double> values) implements Serializable {
  public static final Metrics NONE = new Metrics(Map.of());

  public static final String VAL_ACCURACY = "val/accuracy";
  public static final String VAL_LOSS = "val/loss";
  public static final String TEST_ACCURACY = "test/accuracy";
  public static final String TEST_LOSS = "test/loss";
  public static final String TRAIN_LOSS = "train/loss";
  public static final String LEARNING_RATE = "train/learning_rate";
  public static final String PARAMS_TOTAL = "params/total";
  public static final String PARAMS_NONZERO = "params/nonzero";
  public static final String SPARSITY_ACHIEVED = "sparsity/achieved";
  public static final String SPARSITY_MODEL = "sparsity/model";

  /** The most different non-zero values in a prunable layer: what centroids came to. */
  public static final String VALUES_MAX = "values/max";

  /** Prunable layers without a single weight left. */
  public static final String LAYERS_COLLAPSED = "layers/collapsed";

  public static final String BITS_WEIGHTS = "bits/weights";
  public static final String BITS_ACTIVATIONS = "bits/activations";
  public static final String OUTPUT_DEVIATION = "output/deviation";
  public static final String MACS_DENSE = "macs/dense";
  public static final String MACS_NONZERO = "macs/nonzero";
  public static final String SIZE_DENSE_BYTES = "size/dense_bytes";
  public static final String SIZE_COMPRESSED_BYTES = "size/compressed_bytes";
  public static final String SIZE_TFLITE_BYTES = "size/tflite_bytes";
  public static final String SIZE_TFLITE_INT8_BYTES = "size/tflite_int8_bytes";
  public static final String SIZE_TFLM_COMPRESSED_BYTES = "size/tflm_compressed_bytes";
  public static final String ARENA_BYTES = "memory/arena_bytes";
  public static final String ARENA_INT8_BYTES = "memory/arena_int8_bytes";
  public static final String ARENA_COMPRESSED_BYTES = "memory/arena_compressed_bytes";
  public static final String FLASH_BYTES = "memory/flash_bytes";
  public static final String RAM_BYTES = "memory/ram_bytes";

  /** Median seconds that the prediction of one image takes; measured after a sweep, if at all. */
  public static final String LATENCY_BATCH1_SECONDS = "latency/batch1_seconds";

  public static final String LATENCY_FIRST_QUARTILE_SECONDS =
      "latency/batch1_first_quartile_seconds";
  public static final String LATENCY_THIRD_QUARTILE_SECONDS =
      "latency/batch1_third_quartile_seconds";

  public Metrics(Map<String, Double> values) {
    this((SortedMap<String, Double>) new TreeMap<>(values));
  }

  public Metrics {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** The metric of the length of an encoding; the word of {@code .esp} is "compressed". */
  public static String encodedBytes(String word) {
    return "size/" + word + "_bytes";
  }

  /** The value of {@code name}; NaN where there is none. */
  public double get(String name) {
    Double value = values.get(name);
    return value == null ? Double.NaN : value;
  }

  /** Those that {@code other} has not, or has with another value. */
  public Metrics without(Metrics other) {
    SortedMap<String, Double> rest = new TreeMap<>(values);
    rest.entrySet().removeIf(value -> value.getValue().equals(other.values.get(value.getKey())));
    return new Metrics(rest);
  }
}
