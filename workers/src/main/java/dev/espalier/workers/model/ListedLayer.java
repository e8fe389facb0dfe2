package dev.espalier.workers.model;

import dev.espalier.workers.model.Layer.Activation;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/** A layer as a config lists it, in a line: what it is, but neither its name nor what it reads. */
public sealed interface ListedLayer {
  /** The forms of a line, in words. */
  List<String> FORMS =
      List.of(
          "conv CHANNELS " + Filter.FORM,
          "depthwise " + Filter.FORM,
          "max-pool SIZE [stride N]",
          "average-pool SIZE [stride N]",
          "global-average-pool",
          "dense NEURONS [relu|relu6|linear]",
          "dropout RATE");

  /**
   * A regular expression that every line of some forms matches, and few others: in Java's syntax
   * and in JavaScript's.
   *
   * @param forms some of {@link #FORMS}
   */
  static String pattern(List<String> forms) {
    return forms.stream()
        .map(ListedLayer::pattern)
        .collect(Collectors.joining("|", "\\s*(?:", ")\\s*"));
  }

  private static String pattern(String form) {
    String[] parts = form.split(" \\[", 2);
    String fixed = parts[0].replace("RATE", "[0-9]*\\.?[0-9]+").replaceAll("[A-Z]{2,}", "[0-9]+");
    if (parts.length > 1) {
      String others = parts[1].replace("] [", "|").replace("]", "").replace("N", "[0-9]+");
      fixed += "(?: (?:" + others + "))*";
    }
    return fixed.replace(" ", "\\s+");
  }

  /** The line, without what goes without saying: equal layers have equal lines. */
  String text();

  /**
   * The layer of a line. The words in brackets may stand in any order.
   *
   * @throws IllegalArgumentException if it has none of the forms, or a number is out of range
   */
  static ListedLayer read(String line) {
    LayerWords words = new LayerWords(line, FORMS);
    ListedLayer layer =
        switch (words.kind()) {
          case "conv" ->
              new Convolution(words.number("CHANNELS", 1, LayerWords.MOST), Filter.of(words));
          case "depthwise" -> new Depthwise(Filter.of(words));
          case "max-pool" -> Square.of(words, Pool.Function.MAX);
          case "average-pool" -> Square.of(words, Pool.Function.AVERAGE);
          case "global-average-pool" -> new GlobalAverage();
          case "dropout" -> new Dropped(words.fraction("RATE"));
          default ->
              new Dense(words.number("NEURONS", 1, LayerWords.MOST), Filter.activation(words));
        };
    words.end();
    return layer;
  }

  /** A convolution. */
  record Convolution(int channels, Filter filter) implements ListedLayer {
    @Override
    public String text() {
      return "conv " + channels + " " + filter.text();
    }
  }

  /** A depthwise convolution, which has the channels that it reads. */
  record Depthwise(Filter filter) implements ListedLayer {
    @Override
    public String text() {
      return "depthwise " + filter.text();
    }
  }

  /** The greatest or the mean of each square. */
  record Square(Pool.Function function, int size, int stride) implements ListedLayer {
    private static Square of(LayerWords words, Pool.Function function) {
      int size = words.number("SIZE", 2, LayerWords.MOST_PIXELS);
      return new Square(function, size, words.option("stride", size));
    }

    @Override
    public String text() {
      return function.word() + " " + size + (stride == size ? "" : " stride " + stride);
    }
  }

  /** The mean over height and width. */
  record GlobalAverage() implements ListedLayer {
    @Override
    public String text() {
      return "global-average-pool";
    }
  }

  /** Dropout of values at a rate. */
  record Dropped(BigDecimal rate) implements ListedLayer {
    @Override
    public String text() {
      return "dropout " + rate.toPlainString();
    }
  }

  /** A dense layer with bias; it reads an image as one vector. */
  record Dense(int neurons, Activation activation) implements ListedLayer {
    @Override
    public String text() {
      return "dense " + neurons + Filter.text(activation);
    }
  }

  /**
   * What convolutions and depthwise ones have in common.
   *
   * @param valid whether there is no padding, where else there are {@code kernel / 2} pixels of
   *     zeros on each side, so that an image keeps its size at stride 1
   * @param norm whether a batch norm follows, before the activation
   */
  record Filter(
      int kernel, int stride, boolean valid, boolean bias, boolean norm, Activation activation) {
    private static final String FORM =
        "KERNEL [stride N] [same|valid] [bias|no-bias] [batch-norm] [relu|relu6|linear]";

    private static Filter of(LayerWords words) {
      int kernel = words.number("KERNEL", 1, LayerWords.MOST_PIXELS);
      int stride = words.option("stride", 1);
      boolean valid = words.one(List.of("same", "valid")).equals("valid");
      boolean norm = words.flag("batch-norm");
      String bias = words.one(norm ? List.of("no-bias", "bias") : List.of("bias", "no-bias"));
      if (kernel % 2 == 0 && !valid) {
        throw words.wrong("must have an odd KERNEL, or say valid");
      }
      return new Filter(
          kernel, stride, valid && kernel > 1, bias.equals("bias"), norm, activation(words));
    }

    private static Activation activation(LayerWords words) {
      return switch (words.one(List.of("relu", "relu6", "linear"))) {
        case "relu" -> Activation.RELU;
        case "relu6" -> Activation.RELU6;
        default -> Activation.IDENTITY;
      };
    }

    /** Pixels of zeros on each side. */
    int padding() {
      return valid ? 0 : kernel / 2;
    }

    private String text() {
      return kernel
          + (stride == 1 ? "" : " stride " + stride)
          + (valid ? " valid" : "")
          + (bias != norm ? "" : bias ? " bias" : " no-bias")
          + (norm ? " batch-norm" : "")
          + text(activation);
    }

    private static String text(Activation activation) {
      return switch (activation) {
        case RELU -> "";
        case RELU6 -> " relu6";
        case IDENTITY -> " linear";
      };
    }
  }
}
