package dev.espalier.workers.onnx.reader;

import java.util.List;

/** What is known of a value of a graph before there are images. */
sealed interface Value {
  /** Stands in shapes for the number of images, where that is free. */
  long BATCH = Long.MIN_VALUE;

  /** How a value of images lies in memory, the batch first. */
  enum Order {
    /** [batch, channels, height, width] */
    CHANNELS_FIRST,
    /** [batch, height, width, channels] */
    CHANNELS_LAST,
    /** [batch, values], an image as [channels, height, width] */
    FLAT_CHANNELS_FIRST,
    /** [batch, values], an image as [height, width, channels] */
    FLAT_CHANNELS_LAST;

    boolean isFlat() {
      return this == FLAT_CHANNELS_FIRST || this == FLAT_CHANNELS_LAST;
    }

    /** The same without axes. */
    Order flat() {
      return this == CHANNELS_FIRST || this == FLAT_CHANNELS_FIRST
          ? FLAT_CHANNELS_FIRST
          : FLAT_CHANNELS_LAST;
    }

    /** The axis of the channels among those of a value. */
    int channelAxis() {
      return this == CHANNELS_LAST ? 3 : 1;
    }

    /** The axis of the rows of an image among those of its value; the columns come after it. */
    int heightAxis() {
      return this == CHANNELS_LAST ? 1 : 2;
    }
  }

  /** Numbers that no image changes. */
  sealed interface Constant extends Value {
    /** The sizes of its axes; empty for a single number. */
    List<Long> dims();
  }

  /** A constant of floats, the last axis running fastest. */
  // Handed on and never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Floats(List<Long> dims, float[] values) implements Constant {
    public Floats {
      dims = List.copyOf(dims);
    }
  }

  /** A constant of whole numbers, among which may be {@link #BATCH}. */
  // Handed on and never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Integers(List<Long> dims, long[] values) implements Constant {
    public Integers {
      dims = List.copyOf(dims);
    }

    /** A list of numbers. */
    static Integers list(List<Long> values) {
      return new Integers(
          List.of((long) values.size()), values.stream().mapToLong(Long::longValue).toArray());
    }
  }

  /**
   * What the graph reads, so far changed by nothing but numbers for each channel: {@code scale}
   * times a pixel plus {@code shift}.
   *
   * @param bytes whether it is of unsigned bytes, before they become floats
   */
  record Pixels(Order order, boolean bytes, List<Double> scale, List<Double> shift)
      implements Value {
    public Pixels {
      scale = List.copyOf(scale);
      shift = List.copyOf(shift);
    }

    /** The same in another order. */
    Pixels lying(Order other) {
      return new Pixels(other, bytes, scale, shift);
    }

    /** Whether they are as they came. */
    boolean isUnchanged() {
      return scale.stream().allMatch(factor -> factor == 1)
          && shift.stream().allMatch(summand -> summand == 0);
    }
  }

  /** What a row of the table gives, in some order. */
  record Feature(String row, Order order) implements Value {}

  /** The softmax of a row. */
  record Probabilities(String row) implements Value {}

  /** What a node that was refused would give. */
  record Unknown() implements Value {}
}
