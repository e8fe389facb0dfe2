package dev.espalier.sweep.plan;

import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.Train;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.SpecException;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.storage.Bounded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where trials begin.
 *
 * @param roots by model; by null for the user's own network
 */
record Roots(Map<@Nullable Model, Root> roots) {

  /**
   * The beginning of a trial.
   *
   * @param largest weights in the largest kernel that may share values
   */
  private record Root(Stage stage, int largest) {}

  static Roots of(SweepSpec spec, DataFacts data, @Nullable OwnFile own) throws SpecException {
    KernelSelection shared =
        new KernelSelection(spec.cluster().exclude(), spec.cluster().depthwise());
    Map<@Nullable Model, Root> roots = new HashMap<>();
    if (spec.baseline() instanceof Baseline.Train train) {
      roots.putAll(trained(spec.models(), train, data, shared));
    } else if (spec.baseline() instanceof Baseline.From from) {
      OwnFile known = own == null ? new OwnFile(null, List.of()) : own;
      int largest = shared.largest(known.parameters());
      roots.put(null, new Root(loaded(from.path(), known.input()), largest));
    }
    return new Roots(roots);
  }

  /** The first stage of the trials of a model. */
  Stage baseline(@Nullable Model model) {
    return root(model).stage();
  }

  /** The number of weights in the largest kernel of a model's network that may share values. */
  int largestShared(@Nullable Model model) {
    return root(model).largest();
  }

  private Root root(@Nullable Model model) {
    Root root = roots.get(model);
    if (root == null) {
      throw new IllegalArgumentException("there is no baseline for " + model);
    }
    return root;
  }

  private static Map<Model, Root> trained(
      List<Model> models, Baseline.Train train, DataFacts data, KernelSelection shared)
      throws SpecException {
    List<String> problems = new ArrayList<>();
    Map<String, Model> byDigest = new HashMap<>();
    Map<Model, Root> roots = new HashMap<>();
    for (Model model : models) {
      try {
        Network network = Networks.of(model, data);
        String digest = network.digest();
        Model twin = byDigest.putIfAbsent(digest, model);
        if (twin != null) {
          problems.add(
              "model.width: must make different networks, found "
                  + Schedule.plain(model.width())
                  + ", which makes the same "
                  + model.architecture()
                  + " as "
                  + Schedule.plain(twin.width()));
        }
        Stage stage = new Train(model, digest, train.recipe(), train.epochs(), List.of());
        roots.put(model, new Root(stage, shared.largest(network.layout())));
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage() + " (" + model.architecture() + ")");
      }
    }
    if (!problems.isEmpty()) {
      throw new SpecException(problems);
    }
    return roots;
  }

  private static Stage loaded(String path, @Nullable Normalization input) throws SpecException {
    try {
      String sha256 = StageId.sha256(Bounded.read(Path.of(path), Bounded.MOST_BYTES));
      return new Load(path, sha256, input);
    } catch (IOException e) {
      throw new SpecException(
          List.of("baseline.from: must be a file that can be read, found " + e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new SpecException(List.of("baseline.from: " + e.getMessage()));
    }
  }
}
