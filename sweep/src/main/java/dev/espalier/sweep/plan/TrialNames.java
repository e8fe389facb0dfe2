package dev.espalier.sweep.plan;

import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.Cell;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.stage.Model;
import dev.espalier.workers.stage.Schedule;
import dev.espalier.workers.stage.Stage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What trials and stages are called. */
final class TrialNames {
  private final String ownNetwork;
  private final boolean oneSeed;

  TrialNames(SweepSpec spec) {
    this.ownNetwork = spec.baseline() instanceof Baseline.From own ? stem(own.path()) : "";
    this.oneSeed = spec.seeds().size() == 1;
  }

  /**
   * Every value that tells trials apart, as written: {@code
   * resnet18-w0.25-s0.9-flat-ft3-k16-seed1}. The scope is left out where nothing is pruned, k where
   * nothing is clustered.
   */
  String name(Cell cell) {
    Model model = cell.model();
    String width = model == null ? "" : "-w" + Schedule.plain(model.width());
    return architecture(model)
        + width
        + "-s"
        + Schedule.plain(cell.sparsity())
        + (pruned(cell) ? "-" + cell.scope().word() : "")
        + "-ft"
        + cell.fineTuneEpochs()
        + (cell.centroids() > 0 ? "-k" + cell.centroids() : "")
        + "-seed"
        + cell.seed();
  }

  Map<String, @Nullable Object> parameters(Cell cell) {
    Model model = cell.model();
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("model", architecture(model));
    parameters.put("width", model == null ? null : model.width());
    parameters.put("sparsity", cell.sparsity());
    parameters.put("scope", pruned(cell) ? cell.scope().word() : "none");
    parameters.put("fine_tune_epochs", cell.fineTuneEpochs());
    parameters.put("centroids", cell.centroids() > 0 ? cell.centroids() : null);
    parameters.put("seed", cell.seed());
    return parameters;
  }

  /**
   * A stage of a trial for people: {@code fine-tune resnet18 w=0.25 s=0.9 flat epoch 2-3}.
   *
   * @param start the epoch from which a fine-tuning continues
   */
  String label(Stage stage, Cell cell, int start) {
    String network = network(cell.model());
    String pruned =
        pruned(cell) ? " s=" + Schedule.plain(cell.sparsity()) + " " + cell.scope().word() : "";
    String text;
    if (stage instanceof Stage.Train) {
      text = "train " + network + epochs(0, stage.epochs());
    } else if (stage instanceof Stage.Load) {
      text = "load " + network;
    } else if (stage instanceof Stage.Prune) {
      text = "prune " + network + pruned;
    } else if (stage instanceof Stage.FineTune) {
      text = "fine-tune " + network + pruned + epochs(start, stage.epochs());
    } else if (stage instanceof Stage.Cluster) {
      String tuned = cell.fineTuneEpochs() > 0 ? " ft=" + cell.fineTuneEpochs() : "";
      text = "cluster " + network + pruned + tuned + " k=" + cell.centroids();
    } else {
      throw new AssertionError(stage);
    }
    return oneSeed ? text : text + " seed " + cell.seed();
  }

  private static String epochs(int start, int end) {
    return " epoch " + (end - start == 1 ? "" + end : (start + 1) + "-" + end);
  }

  private String network(@Nullable Model model) {
    String width = model == null ? "" : " w=" + Schedule.plain(model.width());
    return architecture(model) + width;
  }

  private String architecture(@Nullable Model model) {
    return model == null ? ownNetwork : model.architecture();
  }

  private static boolean pruned(Cell cell) {
    return cell.sparsity().signum() > 0;
  }

  /** The file's name without its extension, of letters that every file system and URL takes. */
  private static String stem(String path) {
    Path file = Path.of(path).getFileName();
    String name = file == null ? "network" : file.toString();
    int dot = name.lastIndexOf('.');
    return (dot > 0 ? name.substring(0, dot) : name).replaceAll("[^A-Za-z0-9._-]", "-");
  }
}
