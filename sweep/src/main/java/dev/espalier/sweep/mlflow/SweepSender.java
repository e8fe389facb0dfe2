package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.mlflow.Registration.Registered;
import dev.espalier.sweep.mlflow.TrackedTrial.CurvePoint;
import dev.espalier.sweep.mlflow.TrackingClient.Content;
import dev.espalier.sweep.trackingserver.Limits;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.RunStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one sweep, each part so that sending it twice leaves what sending it once leaves: runs are
 * found by key, times come from the sweep and not from a clock. For several threads, of which no
 * two are at work on one trial.
 */
final class SweepSender {
  private static final Logger LOG = LoggerFactory.getLogger(SweepSender.class);
  private static final String PARENT = "mlflow.parentRunId";
  private static final String NOTE = "mlflow.note.content";
  private static final int SETTLING_TRIES = 5;

  private final TrackedSweep sweep;
  private final TrackedDataset.Inputs inputs;
  private @Nullable SentRuns runs;

  /** True once the parent run has its final status; a later stop changes nothing. */
  private volatile boolean over;

  /** The time at which an earlier run of the sweep was stopped; 0 where none was. */
  private long stoppedMillis;

  SweepSender(TrackedSweep sweep) {
    this.sweep = sweep;
    this.inputs = new TrackedDataset.Inputs(sweep.dataset());
  }

  /** Finds or makes the experiment and the parent run; once that worked it does nothing. */
  synchronized SentRuns begin(TrackingClient client) throws TrackingFailure {
    if (runs != null) {
      return runs;
    }
    SentRuns found = new SentRuns(SweepExperiment.id(client, sweep), sweep.key());
    found.load(client);
    SentRuns.Sent parent = found.get(sweep.key());
    if (parent == null) {
      CreateRun request =
          request(found, sweep.name(), sweep.startMillis(), RunTags.ofParent(sweep));
      parent = found.create(client, sweep.key(), request);
    } else if (parent.ended()) {
      String json = "{\"run_id\": \"" + parent.id() + "\", \"status\": \"RUNNING\"}";
      client.call("reopening the sweep", c -> c.sendPost("runs/update", json));
    }
    Batches batches = new Batches(parent.id()).params(RunTags.missing(sweep, parent));
    batches.tags(RunTags.changed(sweep, parent)).send(client, "the sweep");
    inputs.log(client, parent.id());
    stoppedMillis = parent.stoppedMillis();
    runs = found;
    return found;
  }

  private static CreateRun request(
      SentRuns found, String name, long startMillis, Map<String, String> tags) {
    return CreateRun.newBuilder()
        .setExperimentId(found.experiment())
        .setRunName(SentText.value(name, Limits.KEY_CHARS))
        .setStartTime(startMillis)
        .addAllTags(Batches.runTags(tags))
        .build();
  }

  /** Sends a trial, unless the very same is there; one that is there and differs is replaced. */
  void trial(TrackingClient client, TrackedTrial trial) throws TrackingFailure {
    SentRuns known = begin(client);
    String digest = trial.digest();
    SentRuns.Sent sent = known.get(trial.key());
    if (sent != null && !sent.tag(SentRuns.DIGEST).equals(digest)) {
      SentRuns.delete(client, sent.id());
      sent = null;
    }
    if (sent == null) {
      Map<String, String> tags = RunTags.of(sweep, trial, digest);
      tags.put(PARENT, parent(known).id());
      CreateRun request = request(known, trial.name(), trial.startMillis(), tags);
      sent = known.create(client, trial.key(), request);
    }
    try {
      fill(client, trial, sent);
    } catch (TrackingFailure e) {
      // Another sender may have taken this run for one of two, and deleted it.
      sent = other(client, known, sent, trial.key(), e);
      fill(client, trial, sent);
    }
    known.put(trial.key(), sent.asEnded());
  }

  private static SentRuns.Sent other(
      TrackingClient client, SentRuns known, SentRuns.Sent sent, String key, TrackingFailure why)
      throws TrackingFailure {
    SentRuns.Sent other = why.is(TrackingFailure.Kind.AMBIGUOUS) ? null : known.find(client, key);
    boolean same =
        other != null
            && !other.id().equals(sent.id())
            && other.tag(SentRuns.DIGEST).equals(sent.tag(SentRuns.DIGEST));
    if (other == null || !same) {
      throw why;
    }
    return other;
  }

  private void fill(TrackingClient client, TrackedTrial trial, SentRuns.Sent sent)
      throws TrackingFailure {
    if (sent.ended()) {
      return;
    }
    inputs.log(client, sent.id());
    Batches batches = new Batches(sent.id()).params(trial.parameters());
    batches.curve(trial.curve()).results(trial).send(client, trial.name());
    RunStatus status = trial.failed() ? RunStatus.FAILED : RunStatus.FINISHED;
    client.end("ending the run " + trial.name(), sent.id(), status, trial.endMillis());
  }

  private SentRuns.Sent parent(SentRuns known) throws TrackingFailure {
    SentRuns.Sent parent = known.get(sweep.key());
    if (parent == null) {
      throw new TrackingFailure(
          "the parent run of the sweep was deleted on the server", TrackingFailure.Kind.REFUSED);
    }
    return parent;
  }

  /** Logs curves to the parent run. */
  void curve(TrackingClient client, List<CurvePoint> points) throws TrackingFailure {
    SentRuns.Sent parent = parent(begin(client));
    new Batches(parent.id()).curve(points).send(client, "the baseline");
  }

  /** Sends a file to the run of {@code key}: a trial's, or the sweep's own for the parent. */
  void artifact(TrackingClient client, String key, String path, Content content)
      throws TrackingFailure {
    SentRuns.Sent sent = begin(client).get(key);
    if (sent == null) {
      throw new TrackingFailure(
          path + ": there is no run " + key + " to put it to", TrackingFailure.Kind.REFUSED);
    }
    try {
      Optional<byte[]> bytes = content.read();
      if (bytes.isPresent()) {
        client.put("sending " + path, SentText.artifactPath(sent.artifactUri(), path), bytes.get());
      }
    } catch (IOException e) {
      throw new TrackingFailure(
          path + ": cannot be read: " + e.getMessage(), TrackingFailure.Kind.REFUSED);
    }
  }

  /** Keeps one run for each key, and marks the front and the knee. */
  void front(TrackingClient client, TrackedFront front) throws TrackingFailure {
    SentRuns known = begin(client);
    settled(
        client,
        known,
        () -> {
          String parent = parent(known).id();
          for (String key : known.keys()) {
            SentRuns.Sent sent = known.get(key);
            if (sent != null && !key.equals(sweep.key())) {
              Map<String, String> tags = front.changes(key, sent.tags());
              if (!sent.tag(PARENT).equals(parent)) {
                tags.put(PARENT, parent);
              }
              new Batches(sent.id()).tags(tags).send(client, "the front");
              known.put(key, sent.withTags(tags));
            }
          }
        });
  }

  /** Logs metrics of the whole sweep to the parent run. */
  void metrics(TrackingClient client, Map<String, Double> metrics, long step, long timeMillis)
      throws TrackingFailure {
    Batches batches = new Batches(parent(begin(client)).id());
    metrics.forEach((key, value) -> batches.metric(key, value, timeMillis, step));
    batches.send(client, "the sweep");
  }

  /** Says what came out in the note of the experiment. */
  void conclude(TrackingClient client, String result) throws TrackingFailure {
    begin(client);
    SweepExperiment.conclude(client, sweep, result);
  }

  /** Marks the parent run as stopped, while trials may still be sent. */
  void stop(TrackingClient client, Map<String, String> tags, long endMillis)
      throws TrackingFailure {
    SentRuns.Sent parent = parent(begin(client));
    if (!over) {
      end(client, parent, RunStatus.KILLED, tags, endMillis);
    }
  }

  /**
   * Ends the parent run. One that was stopped ended when it was, though the journal, from which it
   * is sent again, knows no more than when its last stage did.
   */
  void end(TrackingClient client, RunStatus status, Map<String, String> tags, long endMillis)
      throws TrackingFailure {
    SentRuns known = begin(client);
    long end = status == RunStatus.KILLED ? Math.max(endMillis, stoppedMillis) : endMillis;
    settled(
        client,
        known,
        () -> {
          SentRuns.Sent parent = parent(known);
          Map<String, String> changes = new HashMap<>(tags);
          if (!parent.tag(NOTE).isEmpty() && !parent.tag(NOTE).startsWith(SweepSummary.BEGINNING)) {
            changes.remove(NOTE); // A person's own words stay.
          }
          over = true;
          end(client, parent, status, changes, end);
          known.put(sweep.key(), parent.asEnded());
        });
  }

  private static void end(
      TrackingClient client,
      SentRuns.Sent parent,
      RunStatus status,
      Map<String, String> tags,
      long endMillis)
      throws TrackingFailure {
    new Batches(parent.id()).tags(tags).send(client, "the sweep");
    client.end("ending the sweep", parent.id(), status, endMillis);
  }

  private interface Work {
    void run() throws TrackingFailure;
  }

  /**
   * Does {@code work} on settled runs; again where another sender deletes one of them meanwhile.
   */
  private static void settled(TrackingClient client, SentRuns known, Work work)
      throws TrackingFailure {
    for (int left = SETTLING_TRIES; ; left--) {
      known.settle(client);
      try {
        work.run();
        return;
      } catch (TrackingFailure e) {
        if (left == 1 || !e.is(TrackingFailure.Kind.REFUSED)) {
          throw e;
        }
        LOG.debug("another sender is at work: {}", e.getMessage());
      }
    }
  }

  /** Makes the model of a trial a version of a registered model, with an alias. */
  Registered register(TrackingClient client, Registration wanted) throws TrackingFailure {
    SentRuns.Sent sent = begin(client).get(wanted.key());
    if (sent == null) {
      throw new TrackingFailure(
          "there is no run " + wanted.key() + " to register", TrackingFailure.Kind.REFUSED);
    }
    return new ModelRegistry(client).register(wanted, sent.id(), sent.artifactUri());
  }
}
