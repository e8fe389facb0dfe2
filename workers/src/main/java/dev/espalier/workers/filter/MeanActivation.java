package dev.espalier.workers.filter;

/**
 * The mean absolute value of a channel, after the activation function, over images, pixels and the
 * rows of its group that convolutions or dense layers read; rows have equal weight, whatever their
 * sizes.
 */
public record MeanActivation() implements FilterCriterion {
  @Override
  public String word() {
    return "activation";
  }

  @Override
  public String meaning() {
    return "the filters with the smallest mean absolute activation over training images";
  }

  @Override
  public boolean seesImages() {
    return true;
  }

  @Override
  public double[] scores(ChannelGroup group, FilterEvidence evidence) {
    double[] scores = new double[group.channels()];
    for (String row : group.read()) {
      double[] means = evidence.activations(row);
      for (int channel = 0; channel < scores.length; channel++) {
        scores[channel] += means[channel] / group.read().size();
      }
    }
    return scores;
  }
}
