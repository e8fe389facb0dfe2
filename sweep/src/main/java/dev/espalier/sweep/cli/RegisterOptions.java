package dev.espalier.sweep.cli;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.mlflow.Registration;
import dev.espalier.sweep.mlflow.Registration.Registered;
import dev.espalier.sweep.mlflow.SweepUpload;
import dev.espalier.sweep.mlflow.TrackingUri;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.preparation.FinishedNetworks;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.StageId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code pick} that put a trial into MLflow's registry. */
final class RegisterOptions {
  @Option(
      names = "--register",
      required = true,
      paramLabel = "NAME",
      description =
          "Register the model under this name in MLflow; the sweep is sent first, as by track.")
  private String model = "";

  @Option(
      names = "--alias",
      paramLabel = "ALIAS",
      defaultValue = "pareto-pick",
      description = "Alias of the registered version (default: ${DEFAULT-VALUE}).")
  private String alias = "pareto-pick";

  @Option(
      names = "--tracking-uri",
      paramLabel = "URI",
      description = "An MLflow server (default: $MLFLOW_TRACKING_URI, else mlflow.db in DIR).")
  private @Nullable String trackingUri;

  /** Checks everything that can be checked before the sweep is read. */
  void check(RunDirectory directory, Map<String, String> environment) throws UsageException {
    try {
      Registration.check(model, alias);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--register: " + e.getMessage());
    }
    trackingUri = TrackingUri.of(trackingUri, environment);
    if (TrackingUri.LATER.equals(trackingUri)) {
      throw new UsageException(
          "--tracking-uri: must be a server to register the model, found none");
    }
    if (trackingUri == null && directory.shared()) {
      throw new UsageException(
          "--tracking-uri: must be a server for a sweep at an address; or fetch the sweep first: espalier fetch %s DIR"
              .formatted(directory.address()));
    }
  }

  /**
   * Sends the sweep and registers a trial of it.
   *
   * @return the result, in words
   * @throws SweepUpload.UnsentException if the server did not accept it
   */
  String register(SweepSnapshot sweep, Point picked, List<String> why)
      throws IOException, ConfigException, UsageException, SweepUpload.UnsentException {
    if (sweep.trials().stream().noneMatch(trial -> trial.trial().equals(picked.trial()))) {
      throw new UsageException(
          "--register: must be a trial of the sweep, found %s, which has no run in MLflow; add sparsity 0 without fine-tuning to the grid"
              .formatted(picked.name()));
    }
    // Refuses with advice if the checkpoint is gone, because a version without a model is useless.
    FinishedNetworks.of(sweep).committed(new StageId(picked.trial()), picked.name());
    Registered registered = new SweepUpload(sweep, trackingUri).register(picked, why, model, alias);
    return "registered at %s as %s, version %s, alias %s%s"
        .formatted(
            trackingUri == null ? sweep.directory().address() + "/mlflow.db" : trackingUri,
            registered.model(),
            registered.version(),
            alias,
            registered.aliased() ? "" : " (a tag of the model: this store is older than aliases)");
  }
}
