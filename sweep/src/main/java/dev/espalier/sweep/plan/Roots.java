package dev.espalier.sweep.plan;

import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.SpecException;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.stage.DataFacts;
import dev.espalier.workers.stage.Model;
import dev.espalier.workers.stage.Normalization;
import dev.espalier.workers.stage.Schedule;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.StageId;
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
 * @param baselines the first stage by model; by null for the user's own network
 */
record Roots(Map<@Nullable Model, Stage> baselines) {

  static Roots of(SweepSpec spec, DataFacts data, @Nullable Normalization input)
      throws SpecException {
    Map<@Nullable Model, Stage> baselines = new HashMap<>();
    if (spec.baseline() instanceof Baseline.Train train) {
      baselines.putAll(trained(spec.models(), train, data));
    } else if (spec.baseline() instanceof Baseline.From own) {
      baselines.put(null, loaded(own.path(), input));
    }
    return new Roots(baselines);
  }

  Stage baseline(@Nullable Model model) {
    Stage baseline = baselines.get(model);
    if (baseline == null) {
      throw new IllegalArgumentException("there is no baseline for " + model);
    }
    return baseline;
  }

  private static Map<Model, Stage> trained(List<Model> models, Baseline.Train train, DataFacts data)
      throws SpecException {
    List<String> problems = new ArrayList<>();
    Map<String, Model> byDigest = new HashMap<>();
    Map<Model, Stage> stages = new HashMap<>();
    for (Model model : models) {
      try {
        String digest = Networks.of(model, data).digest();
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
        stages.put(model, new Stage.Train(model, digest, train.recipe(), train.epochs()));
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage() + " (" + model.architecture() + ")");
      }
    }
    if (!problems.isEmpty()) {
      throw new SpecException(problems);
    }
    return stages;
  }

  private static Stage loaded(String path, @Nullable Normalization input) throws SpecException {
    try {
      String sha256 = StageId.sha256(Bounded.read(Path.of(path), Bounded.MOST_BYTES));
      return new Stage.Load(path, sha256, input);
    } catch (IOException e) {
      throw new SpecException(
          List.of("baseline.from: must be a file that can be read, found " + e.getMessage()));
    }
  }
}
