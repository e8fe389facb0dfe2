package dev.espalier.workers;

import dev.espalier.workers.checkpoint.Attempt;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.stage.Hold;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.State;
import dev.espalier.workers.stage.Train;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * States as files of the checkpoint store, by role:
 *
 * <ul>
 *   <li>{@code network}: a {@link NetworkFile}, with every parameter bit for bit, the table, and
 *       what training must keep. The metric {@code size/compressed_bytes} counts only its
 *       parameters: it is the length of version 1 of the file
 *   <li>{@code updater}: velocity of the optimizer, where a planned stage continues from it
 *   <li>{@code graph}: the user's own network, where the sweep began with a Deeplearning4j zip
 *   <li>{@code masks}: which weights were kept, of prune stages whose network is of version 1
 * </ul>
 */
public record Checkpoints(CheckpointStore store) {
  private static final String NETWORK = "network";
  private static final String UPDATER = "updater";
  private static final String GRAPH = "graph";

  /** The network of {@code planned}'s trial, in the state from which its work starts. */
  OpenedState open(PlannedStage planned) throws IOException {
    Optional<StageResult.Done> earlier = earlier(planned);
    if (earlier.isEmpty() && planned.stage() instanceof Train train) {
      return initialized(planned, train);
    }
    if (planned.stage() instanceof Load load) {
      return loaded(planned, load);
    }
    return opened(planned, continued(planned, earlier));
  }

  /** The network of {@code planned}'s trial, in the state that it has already reached. */
  OpenedState open(PlannedStage planned, StageResult.Done reached) throws IOException {
    return opened(planned, state(planned, reached, file(reached)));
  }

  private OpenedState opened(PlannedStage planned, State state) throws IOException {
    return state.table() == null
        ? new OpenedState(network(planned, state), state)
        : new OpenedState(state);
  }

  /**
   * The network of {@code planned}'s trial in a state that it has reached; the caller closes it. A
   * user's own network keeps its own layers and format if its graph still exists and no stage has
   * changed the table.
   *
   * @param planned any stage of the trial, such as the one that starts its network
   * @throws IOException if the checkpoint is gone or damaged
   */
  public TrainableNetwork network(PlannedStage planned, StageResult.Done reached)
      throws IOException {
    State state = state(planned, reached, file(reached));
    Network table = state.table();
    if (table != null && planned.root() instanceof Load && mayBeOfGraph(planned, table)) {
      DataFacts facts = planned.setup().data().withClasses(table.classes());
      TrainableNetwork own = UserGraph.load(graph(planned), facts);
      if (table.equals(own.table())) {
        own.parameters(state.tensors());
        return own;
      }
      own.close();
    }
    return network(planned, state);
  }

  /**
   * The network of a state, from its own file only; the caller closes it.
   *
   * @throws IOException if the checkpoint is gone or damaged, or has no table, like those of
   *     version 1 and of users' networks that no table can express
   */
  public TrainableNetwork network(StageResult.Done reached) throws IOException {
    NetworkFile file = file(reached);
    if (file.table() == null) {
      throw new IOException(
          "the checkpoint of stage "
              + reached.id().brief()
              + ": must have the table of its network, found version "
              + file.version()
              + " without one");
    }
    return TrainableNetwork.of(file.table(), file.tensors());
  }

  /**
   * The compressed file of a state, as it lies in its checkpoint.
   *
   * @throws IOException if the checkpoint is gone or damaged
   */
  public byte[] compressed(StageResult.Done reached) throws IOException {
    return store.read(reached.id(), NETWORK);
  }

  private OpenedState initialized(PlannedStage planned, Train train) {
    Network network = Networks.of(train.model(), planned.setup().data());
    List<Tensor> tensors = Initialization.of(network, planned.setup().seed());
    return new OpenedState(start(network, tensors, Map.of()));
  }

  private static OpenedState loaded(PlannedStage planned, Load load) throws IOException {
    UserGraph.requireUnchanged(load);
    TrainableNetwork network = TrainableNetwork.load(Path.of(load.path()), planned.startFacts());
    Map<String, Hold> frozen = new HashMap<>();
    network.frozen().forEach(name -> frozen.put(name, new Hold.Frozen()));
    return new OpenedState(network, start(network.table(), network.parameters(), frozen));
  }

  private static State start(
      @Nullable Network table, List<Tensor> tensors, Map<String, Hold> holds) {
    Set<String> prunable = Tensor.names(KernelSelection.standard().of(tensors));
    return new State(table, tensors, holds, prunable, null, List.of());
  }

  private TrainableNetwork network(PlannedStage planned, State state) throws IOException {
    if (state.table() != null) {
      return TrainableNetwork.of(state.table(), state.tensors());
    }
    TrainableNetwork network = UserGraph.load(graph(planned), planned.startFacts());
    network.parameters(state.tensors());
    return network;
  }

  /** Whether the user's graph exists and, as far as its file says, has this table. */
  private boolean mayBeOfGraph(PlannedStage planned, Network table) throws IOException {
    Optional<StageResult.Done> root = store.find(root(planned));
    if (root.isEmpty() || !root.get().files().containsKey(GRAPH)) {
      return false;
    }
    Network start = file(root.get()).table();
    return start == null || start.equals(table);
  }

  /** The user's own file as it was when the sweep began or, if that is gone, as it is now. */
  private byte[] graph(PlannedStage planned) throws IOException {
    StageId root = root(planned);
    if (store.find(root).isEmpty() && planned.root() instanceof Load load) {
      return UserGraph.read(load);
    }
    return store.read(root, GRAPH);
  }

  private static StageId root(PlannedStage planned) {
    return planned.path().isEmpty() ? planned.id() : planned.path().get(0).id();
  }

  /** The latest earlier epoch of the same training that can be continued. */
  private Optional<StageResult.Done> earlier(PlannedStage planned) throws IOException {
    for (StageId earlier : planned.earlier()) {
      Optional<StageResult.Done> done = store.find(earlier);
      if (done.isPresent() && done.get().files().containsKey(UPDATER)) {
        return done;
      }
    }
    return Optional.empty();
  }

  /**
   * An earlier epoch of the same training, or else the state from which the training logically
   * starts, whose velocity and curve belong to the previous training.
   */
  private State continued(PlannedStage planned, Optional<StageResult.Done> earlier)
      throws IOException {
    if (earlier.isPresent()) {
      return held(planned, earlier.get());
    }
    StageId from = Objects.requireNonNull(planned.from(), planned.label());
    State start = held(planned, FirstEditionHolds.committed(store, from));
    return start.with(start.tensors());
  }

  /** A state with its holds, which files of version 1 leave to the plan. */
  private State held(PlannedStage planned, StageResult.Done done) throws IOException {
    NetworkFile file = file(done);
    State state = state(planned, done, file);
    return file.version() == 1
        ? new State(
            state.table(),
            state.tensors(),
            new FirstEditionHolds(store).of(planned.path(), state),
            state.prunable(),
            state.updater(),
            state.curve())
        : state;
  }

  private NetworkFile file(StageResult.Done done) throws IOException {
    return NetworkFile.decode(store.read(done.id(), NETWORK));
  }

  /** What the files of a state say; those of version 1 leave the table to the plan. */
  private State state(PlannedStage planned, StageResult.Done done, NetworkFile file)
      throws IOException {
    Network table =
        file.version() == 1 && planned.root() instanceof Train train
            ? Networks.of(train.model(), planned.setup().data())
            : file.table();
    Set<String> prunable =
        done.layers().stream()
            .filter(LayerRow::prunable)
            .map(LayerRow::name)
            .collect(Collectors.toSet());
    Set<String> names =
        file.tensors().stream()
            .filter(tensor -> tensor.kind().isKernel() && prunable.contains(tensor.layer()))
            .map(Tensor::name)
            .collect(Collectors.toSet());
    float[] updater =
        done.files().containsKey(UPDATER) ? floats(store.read(done.id(), UPDATER)) : null;
    return new State(
        table, file.tensors(), file.holds(), names, updater, done.curve(), file.precision());
  }

  /** Writes what stages after this one need. */
  void write(Attempt attempt, PlannedStage planned, OpenedState opened, CompressedNetwork encoded)
      throws IOException {
    State state = opened.state();
    attempt.write(NETWORK, "esp", encode(state, encoded));
    if (planned.keepsUpdater() && state.updater() != null) {
      attempt.write(UPDATER, "bin", bytes(state.updater()));
    }
    if (planned.stage() instanceof Load load && !OwnNetworkFile.isOnnx(Path.of(load.path()))) {
      attempt.write(GRAPH, "zip", UserGraph.save(opened.network()));
    }
  }

  private static byte[] encode(State state, CompressedNetwork encoded) {
    return NetworkFile.encode(
        encoded, state.table(), state.tensors(), state.holds(), state.precision());
  }

  /**
   * Keeps the files of a state that is measured again. A network is rewritten, in its own version,
   * only if the current encoder would write its parameters differently, so that the measured size
   * is that of its file.
   */
  void keep(Attempt attempt, StageResult.Done before, State state, CompressedNetwork encoded)
      throws IOException {
    for (Map.Entry<String, DataFile> file : before.files().entrySet()) {
      byte[] committed =
          file.getKey().equals(NETWORK) ? store.read(before.id(), NETWORK) : new byte[0];
      byte[] first =
          file.getKey().equals(NETWORK) ? CompressedNetwork.firstVersion(committed) : committed;
      if (file.getKey().equals(NETWORK) && !Arrays.equals(first, encoded.bytes())) {
        boolean isFirst = Arrays.equals(first, committed);
        attempt.write(NETWORK, "esp", isFirst ? encoded.bytes() : encode(state, encoded));
      } else {
        attempt.keep(file.getKey(), file.getValue());
      }
    }
  }

  /** Floats as bytes: little-endian, bit for bit. */
  private static byte[] bytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  private static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
