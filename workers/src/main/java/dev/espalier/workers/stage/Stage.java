package dev.espalier.workers.stage;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a trial. Its canonical text is what its {@link StageId} is made of. */
public sealed interface Stage extends Serializable {

  /**
   * One line for each property that shapes the weights. Changing a text changes every id below it.
   */
  String canonical();

  /** Training epochs between the state it starts from and the state it reaches. */
  default int epochs() {
    return 0;
  }

  /**
   * Trains a network from its seeded initialization.
   *
   * @param networkDigest SHA-256 of the network's table, so that a change of the architecture's
   *     code changes the id
   * @param epochs at least 1
   */
  record Train(Model model, String networkDigest, Recipe recipe, int epochs) implements Stage {
    public Train {
      if (epochs < 1) {
        throw new IllegalArgumentException(
            "a baseline must have at least 1 epoch, found " + epochs);
      }
    }

    @Override
    public String canonical() {
      String horizon = recipe.learningRate().hasHorizon() ? " horizon " + epochs : "";
      return "train " + networkDigest + "\n" + recipe.canonical() + "\nepoch " + epochs + horizon;
    }
  }

  /**
   * Starts from the user's own network: a Deeplearning4j ComputationGraph saved by ModelSerializer.
   *
   * @param digest SHA-256 of the file, which is its identity
   * @param input how its images are normalized; null: as those of a network that is trained here,
   *     by the mean and deviation of the training images
   */
  record Load(String path, String digest, @Nullable Normalization input) implements Stage {
    @Override
    public String canonical() {
      return "load " + digest + (input == null ? "" : "\ninput " + input.canonical());
    }
  }

  /**
   * Sets the weights of smallest magnitude to zero, once.
   *
   * @param sparsity fraction of prunable weights that become zero, in (0, 1)
   * @param exclude globs of layer names that are left alone
   * @param depthwise whether depthwise kernels are prunable too
   */
  record Prune(BigDecimal sparsity, Scope scope, List<String> exclude, boolean depthwise)
      implements Stage {
    public Prune {
      if (sparsity.signum() <= 0 || sparsity.compareTo(BigDecimal.ONE) >= 0) {
        throw new IllegalArgumentException(
            "the sparsity of a prune stage must be in (0, 1), found " + sparsity);
      }
      sparsity = new BigDecimal(Schedule.plain(sparsity));
      exclude = List.copyOf(exclude);
    }

    @Override
    public String canonical() {
      return "prune "
          + Schedule.plain(sparsity)
          + " "
          + scope.word()
          + " by magnitude, half up, ties by index\nexclude "
          + String.join(",", exclude)
          + "\ndepthwise "
          + depthwise;
    }
  }

  /**
   * Trains on, pruned weights held at zero, until {@code epoch}, counted from the state it starts
   * from. The updater starts at zero there and is kept between the epochs.
   *
   * @param epoch at least 1
   */
  record FineTune(Recipe recipe, int epoch) implements Stage {
    public FineTune {
      if (epoch < 1) {
        throw new IllegalArgumentException(
            "fine-tuning must reach at least epoch 1, found " + epoch);
      }
    }

    @Override
    public String canonical() {
      String horizon = recipe.learningRate().hasHorizon() ? " horizon " + epoch : "";
      return "fine-tune " + recipe.canonical() + "\nepoch " + epoch + horizon;
    }

    @Override
    public int epochs() {
      return epoch;
    }
  }

  /**
   * Lets the non-zero weights of each layer share at most {@code centroids} values, found by
   * k-means; zeros stay zero.
   *
   * <p>Texts say whether a layer has many weights, and only where one has, because only such layers
   * are clustered otherwise than before the word was there.
   *
   * @param centroids in [1, {@value #MAX_CENTROIDS}]
   * @param depthwise whether depthwise kernels share values too
   * @param manyWeights whether a layer that shares values has more than {@value #FEW_WEIGHTS}
   *     weights
   */
  record Cluster(int centroids, List<String> exclude, boolean depthwise, boolean manyWeights)
      implements Stage {
    /** The most values that a layer may share. */
    public static final int MAX_CENTROIDS = 2048;

    /** A layer of more weights has many. */
    public static final int FEW_WEIGHTS = 4096;

    public Cluster {
      if (centroids < 1 || centroids > MAX_CENTROIDS) {
        throw new IllegalArgumentException(
            "centroids: must be in [1, " + MAX_CENTROIDS + "], found " + centroids);
      }
      exclude = List.copyOf(exclude);
    }

    @Override
    public String canonical() {
      return "cluster "
          + centroids
          + " by layer, zeros apart\nexclude "
          + String.join(",", exclude)
          + "\ndepthwise "
          + depthwise
          + (manyWeights ? "\nabove " + FEW_WEIGHTS + " weights by cells of equal error" : "");
    }
  }
}
