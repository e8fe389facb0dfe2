package dev.espalier.sweep.plan;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.PlannedNetwork;
import dev.espalier.sweep.spec.step.TrainOptions;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Train;
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
 * @param roots by model and training
 */
record Roots(Map<Key, Root> roots) {

  /** Both null for the user's own network. */
  private record Key(@Nullable Model model, @Nullable OptionValues training) {}

  /**
   * The beginning of a trial.
   *
   * @param network that {@code stage} makes
   */
  record Root(Stage stage, PlannedNetwork network) {}

  static Roots of(SweepSpec spec, DataFacts data, @Nullable OwnFile own) throws ConfigException {
    if (spec.baseline() instanceof Baseline.From from) {
      OwnFile known = own == null ? unread(from.path(), data.classes()) : own;
      Stage load = new Load(from.path(), known.digest(), known.input(), known.otherClasses());
      Root root = new Root(load, known.network());
      return new Roots(Map.of(new Key(null, null), root));
    }
    return new Roots(trained(spec.models(), (Baseline.Train) spec.baseline(), data));
  }

  /** The beginning of the trials of a model that is trained so. */
  Root of(@Nullable Model model, @Nullable OptionValues training) {
    Root root = roots.get(new Key(model, training));
    if (root == null) {
      throw new IllegalArgumentException("there is no baseline for " + model);
    }
    return root;
  }

  /** These and those of more networks, which are trained in the same way. */
  Roots with(List<Model> models, Baseline.Train baseline, DataFacts data) throws ConfigException {
    Map<Key, Root> all = new HashMap<>(roots);
    all.putAll(trained(models, baseline, data));
    return new Roots(all);
  }

  private static Map<Key, Root> trained(List<Model> models, Baseline.Train baseline, DataFacts data)
      throws ConfigException {
    List<String> problems = new ArrayList<>();
    Map<String, Model> byDigest = new HashMap<>();
    Map<Key, Root> roots = new HashMap<>();
    for (Model model : models) {
      try {
        Network network = Networks.of(model, data);
        PlannedNetwork planned = PlannedNetwork.of(network);
        String digest = network.digest();
        Model twin = byDigest.putIfAbsent(digest, model);
        if (twin != null) {
          problems.add(same(model, twin));
        }
        for (OptionValues values : baseline.product()) {
          Stage stage =
              new Train(
                  model,
                  digest,
                  TrainOptions.recipe(values),
                  values.get(TrainOptions.EPOCHS),
                  baseline.varied(values));
          roots.put(new Key(model, values), new Root(stage, planned));
        }
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage() + " (" + model.name() + ")");
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return roots;
  }

  private static String same(Model model, Model twin) {
    return model.architecture().equals(twin.architecture())
        ? "model.width: must give different networks, found %s, which gives the same %s as %s"
            .formatted(Schedule.plain(model.width()), model.name(), Schedule.plain(twin.width()))
        : "model: must be different networks, found %s of width %s, which is the same as %s of width %s"
            .formatted(
                model.name(),
                Schedule.plain(model.width()),
                twin.name(),
                Schedule.plain(twin.width()));
  }

  /** A file of which nothing is known but its content. */
  private static OwnFile unread(String path, int classes) throws ConfigException {
    try {
      String sha256 = StageId.sha256(Bounded.read(Path.of(path), Bounded.MOST_BYTES));
      return new OwnFile(sha256, null, 0, PlannedNetwork.of(List.of(), null, classes), List.of());
    } catch (IOException e) {
      throw new ConfigException(
          List.of("baseline.from: must be a file that can be read, found " + e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(List.of("baseline.from: " + e.getMessage()));
    }
  }
}
