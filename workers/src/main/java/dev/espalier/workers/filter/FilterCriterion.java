package dev.espalier.workers.filter;

import dev.espalier.workers.model.Parameter;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A measure of the importance of filters: pruning removes the channels with the lowest scores. */
public interface FilterCriterion extends Serializable {

  /** The word in configs and canonical texts: {@code l1}. */
  String word();

  /** What it does, for the reference of the config: a phrase without a full stop. */
  String meaning();

  /** Whether it scores by the network's values on images. */
  default boolean seesImages() {
    return false;
  }

  /**
   * The reason why it cannot score a network's filters, as rule and found; null if it can.
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
   * @throws IllegalArgumentException if the group lacks the values that it scores
   */
  double[] scores(ChannelGroup group, FilterEvidence evidence);
}
