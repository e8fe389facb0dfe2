package dev.espalier.sweep.study;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What NNI 1.8 states of ResNet18 on CIFAR-10 whose convolutions lost the filters of smallest l1
 * norm: {@code comparison_result_resnet18.json} beside its example {@code auto_pruners_torch.py},
 * and the {@code result.json} of each run, which has the accuracy before fine-tuning.
 *
 * @param ratio of each convolution's filters to remove
 * @param parameters of the smaller network
 * @param flops of it: multiply-accumulates, two for each value that a batch norm gives, and the
 *     biases of the classifier
 * @param pruned test accuracy before fine-tuning
 * @param tuned the best test accuracy after an epoch of fine-tuning
 */
record NniPruning(BigDecimal ratio, long parameters, long flops, double pruned, double tuned) {
  /** The network that was pruned. */
  static final NniPruning DENSE = of("0", 11_173_962, 556_651_530, .9433, .9433);

  static final List<NniPruning> L1 =
      List.of(
          of("0.1", 9_642_085, 496_882_684, .9366, .9436),
          of("0.2", 8_149_126, 436_381_222, .9179, .9472),
          of("0.3", 6_705_269, 371_666_312, .8795, .9391),
          of("0.4", 5_335_138, 307_050_934, .7036, .9433),
          of("0.5", 3_998_122, 237_900_244, .3349, .9379),
          of("0.6", 2_767_325, 175_308_326, .1771, .9326),
          of("0.7", 1_617_817, 108_532_198, .1271, .9280),
          of("0.8", 801_338, 53_808_728, .0972, .9145),
          of("0.9", 229_372, 15_304_972, .1, .8858),
          of("0.95", 61_337, 4_305_146, .1, .8441),
          of("0.975", 17_763, 1_561_644, .1, .7294));

  private static NniPruning of(
      String ratio, long parameters, long flops, double pruned, double tuned) {
    return new NniPruning(new BigDecimal(ratio), parameters, flops, pruned, tuned);
  }

  /** Of all parameters, those that are left. */
  double share() {
    return (double) parameters / DENSE.parameters;
  }

  /**
   * An accuracy at a share of parameters, on the line through the two nearest points, with equal
   * ratios of shares equally long.
   *
   * @param share between the least and 1
   */
  static double at(double share, ToDoubleFunction<NniPruning> accuracy) {
    NniPruning above = DENSE;
    for (NniPruning below : L1) {
      if (below.share() <= share) {
        double part = Math.log(above.share() / share) / Math.log(above.share() / below.share());
        double from = accuracy.applyAsDouble(above);
        return from + part * (accuracy.applyAsDouble(below) - from);
      }
      above = below;
    }
    throw new IllegalArgumentException(
        "share: must be at least %s, found %s".formatted(above.share(), share));
  }
}
