package dev.espalier.sweep.study;

import java.util.List;
import java.util.Locale;

/**
 * What EdgeMark states of one of its networks, on a NUCLEO-L4R5ZI with TensorFlow Lite Micro:
 * {@code benchmarking_results/Experiments.xlsx}, sheets "Metadata - Models" and "TFLM + STM".
 *
 * @param label its name in the study; in lower case and with a hyphen that in the sweep
 * @param macs half of the profiler's operations, see {@link ProfilerMacs}
 * @param basic as trained, in 32-bit floats
 * @param pruned mean absolute deviation of the outputs, half of the weights of each layer pruned
 * @param clustered the same, with 16 values in each layer
 * @param int8 in 8-bit integers
 * @param int8Error mean absolute deviation of its outputs
 */
record EdgeMarkNetwork(
    String label,
    int parameters,
    int macs,
    Memory basic,
    double pruned,
    double clustered,
    Memory int8,
    double int8Error) {

  /**
   * Memory on the board, without the base program.
   *
   * @param flash in units of 1,024 bytes: two networks of equal layers differ by the bytes of their
   *     weights in no other unit
   * @param ram in the same unit
   */
  record Memory(double flash, double ram) {}

  /** Those that are classifiers of MNIST and of CIFAR-10. */
  static final List<EdgeMarkNetwork> ALL =
      List.of(
          of("CNN_1", 792, 25_329, 125.5, 11.6, .1303, .0895, 124.2, 7.57, .0039),
          of("CNN_2", 2_224, 45_146, 126.1, 13.1, .0714, .0053, 121.0, 8.04, .0015),
          of("CNN_3", 6_666, 169_820, 143.9, 24.1, .0256, .0140, 126.6, 11.0, .0016),
          of("CNN_4", 12_114, 744_574, 171.7, 37.1, .0619, .0003, 139.4, 15.1, .0007),
          of("CNN_5", 21_178, 3_718_542, 210.9, 134.1, .1286, .0260, 152.5, 40.1, .0051),
          of("CNN_6", 47_212, 7_573_221, 313.3, 136.1, .0730, .0245, 180.5, 41.1, .0054),
          of("CNN_7", 171_354, 11_129_598, 799.4, 136.1, .0723, .0064, 308.4, 43.1, .0034),
          of("FC_9", 49_750, 49_716, 280.2, 8.49, .0159, .0006, 135.3, 5.97, .0001),
          of("FC_10", 199_450, 199_414, 864.9, 17.5, .0612, .0384, 281.5, 8.47, .0101));

  private static EdgeMarkNetwork of(
      String label,
      int parameters,
      int macs,
      double flash,
      double ram,
      double pruned,
      double clustered,
      double int8Flash,
      double int8Ram,
      double int8Error) {
    return new EdgeMarkNetwork(
        label,
        parameters,
        macs,
        new Memory(flash, ram),
        pruned,
        clustered,
        new Memory(int8Flash, int8Ram),
        int8Error);
  }

  /** Its name in the sweep. */
  String model() {
    return label.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean isConvolutional() {
    return label.startsWith("CNN");
  }
}
