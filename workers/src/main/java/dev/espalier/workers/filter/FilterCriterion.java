package dev.espalier.workers.filter;

import dev.espalier.workers.model.Parameter;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What makes a filter unimportant: pruning removes the channels of lowest score. */
public interface FilterCriterion extends Serializable {

  /** The word in configs and canonical texts: {@code l1}. */
  String word();

  /** What it does, for the reference of the config: a phrase without a full stop. */
  String meaning();

  /** Whether it scores by what the network computes from images. */
  default boolean seesImages() {
    return false;
  }

  /**
   * Why it can score no filters of a network, as rule and found; null if it can.
   *
   * @param network the parameters with which a trial begins
   */
  default @Nullable String objectionTo(List<Parameter> network) {
    return null;
  }

  /**
   * A score for each channel of a group, at least 0. Sums are in double precision and in a fixed
   * order, so that equal evidence gives equal scores on every machine.
   *
   * @throws IllegalArgumentException if the group has not what it scores by
   */
  double[] scores(ChannelGroup group, FilterEvidence evidence);
}
