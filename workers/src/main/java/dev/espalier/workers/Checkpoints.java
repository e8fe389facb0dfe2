package dev.espalier.workers;

import dev.espalier.workers.checkpoint.Attempt;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.checkpoint.Damage;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.prune.Prunable;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.stage.Hold;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Prune;
import dev.espalier.workers.stage.State;
import dev.espalier.workers.stage.Train;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * States as files of the checkpoint store, by role:
 *
 * <ul>
 *   <li>{@code network}: every parameter as the encoder writes it, which gives each back bit for
 *       bit; the length of this file is {@code size/compressed_bytes}
 *   <li>{@code masks}: which weights were kept, after pruning
 *   <li>{@code updater}: velocity of the optimizer, where a planned stage continues from it
 *   <li>{@code graph}: the user's own network, where the sweep began with one
 * </ul>
 */
public record Checkpoints(CheckpointStore store) {
  private static final String NETWORK = "network";
  private static final String MASKS = "masks";
  private static final String UPDATER = "updater";
  private static final String GRAPH = "graph";

  /** A network that holds the parameters of the state the work starts from. */
  record Opened(TrainableNetwork network, State state) implements AutoCloseable {
    @Override
    public void close() {
      network.close();
    }
  }

  /** The network of {@code planned}'s trial, in the state that its work starts from. */
  Opened open(PlannedStage planned) throws IOException {
    if (planned.stage() instanceof Train train) {
      return initialized(planned, train);
    }
    if (planned.stage() instanceof Load load) {
      return loaded(planned, load);
    }
    State state = read(planned);
    return new Opened(network(planned, state.tensors()), state);
  }

  /** The network of {@code planned}'s trial, in the state that it reached before. */
  Opened open(PlannedStage planned, StageResult.Done reached) throws IOException {
    State state = read(reached, Map.of());
    return new Opened(network(planned, state.tensors()), state);
  }

  /**
   * The network of {@code planned}'s trial in a state that it reached; the caller closes it.
   *
   * @param planned any stage of the trial, such as the one that starts its network
   * @throws IOException if the checkpoint is gone or damaged
   */
  public TrainableNetwork network(PlannedStage planned, StageResult.Done reached)
      throws IOException {
    return open(planned, reached).network();
  }

  /**
   * The compressed file of a state, as it lies in its checkpoint.
   *
   * @throws IOException if the checkpoint is gone or damaged
   */
  public byte[] compressed(StageResult.Done reached) throws IOException {
    return store.read(reached.id(), NETWORK);
  }

  private Opened initialized(PlannedStage planned, Train train) {
    Network network = Networks.of(train.model(), planned.setup().data());
    List<Tensor> tensors = Initialization.of(network, planned.setup().seed());
    return new Opened(TrainableNetwork.of(network, tensors), start(tensors));
  }

  private static Opened loaded(PlannedStage planned, Load load) throws IOException {
    UserGraph.read(load);
    TrainableNetwork network = TrainableNetwork.load(Path.of(load.path()), planned.setup().data());
    return new Opened(network, start(network.parameters()));
  }

  private static State start(List<Tensor> tensors) {
    Set<String> prunable = Tensor.names(Prunable.of(tensors, List.of(), false));
    return new State(tensors, Map.of(), prunable, null, List.of());
  }

  private TrainableNetwork network(PlannedStage planned, List<Tensor> tensors) throws IOException {
    if (planned.root() instanceof Train train) {
      return TrainableNetwork.of(Networks.of(train.model(), planned.setup().data()), tensors);
    }
    TrainableNetwork network = UserGraph.load(graph(planned), planned.setup().data());
    network.parameters(tensors);
    return network;
  }

  /** The user's own file, as it was when the sweep began; where that is gone, as it is now. */
  private byte[] graph(PlannedStage planned) throws IOException {
    StageId root =
        planned.from() == null ? planned.id() : planned.path().get(0).id();
    if (store.find(root).isEmpty() && planned.root() instanceof Load load) {
      return UserGraph.read(load);
    }
    return store.read(root, GRAPH);
  }

  /**
   * The latest earlier epoch of the same fine-tuning that can be continued, else the state it
   * starts from by meaning.
   */
  private State read(PlannedStage planned) throws IOException {
    for (StageId earlier : planned.earlier()) {
      Optional<StageResult.Done> done = store.find(earlier);
      if (done.isPresent() && done.get().files().containsKey(UPDATER)) {
        return read(done.get(), masks(planned));
      }
    }
    return read(from(planned), masks(planned));
  }

  private StageResult.Done from(PlannedStage planned) throws IOException {
    StageId from = Objects.requireNonNull(planned.from(), planned.label());
    Optional<StageResult.Done> found = store.find(from);
    if (found.isEmpty()) {
      throw new IOException(
          store
              .damage(from)
              .map(Damage::message)
              .orElse("the checkpoint of stage " + from.brief() + " is missing"));
    }
    return found.get();
  }

  private State read(StageResult.Done done, Map<String, Hold> holds) throws IOException {
    Set<String> prunable =
        done.layers().stream()
            .filter(LayerRow::prunable)
            .map(LayerRow::name)
            .collect(Collectors.toSet());
    List<Tensor> tensors = CompressedNetwork.decode(store.read(done.id(), NETWORK));
    Set<String> names =
        tensors.stream()
            .filter(tensor -> tensor.kind().isKernel() && prunable.contains(tensor.layer()))
            .map(Tensor::name)
            .collect(Collectors.toSet());
    float[] updater =
        done.files().containsKey(UPDATER) ? floats(store.read(done.id(), UPDATER)) : null;
    return new State(tensors, holds, names, updater, done.curve());
  }

  /**
   * Masks are written once, by the prune stage. A checkpoint that is gone is no stage without
   * masks: training on would bring pruned weights back.
   */
  private Map<String, Hold> masks(PlannedStage planned) throws IOException {
    StageResult.Done from = from(planned);
    if (!from.files().containsKey(MASKS)) {
      return Map.of();
    }
    Map<String, Hold> holds = new HashMap<>();
    for (Tensor tensor : CompressedNetwork.decode(store.read(from.id(), MASKS))) {
      holds.put(tensor.name(), new Hold.Zeros(mask(tensor.values())));
    }
    return holds;
  }

  private static Mask mask(float[] kept) {
    int[] zeros = IntStream.range(0, kept.length).filter(i -> kept[i] == 0).toArray();
    return Mask.pruning(kept.length, zeros);
  }

  /**
   * Masks are written as tensors of ones and zeros, for which the encoder needs a bit each or less.
   */
  private static byte[] encode(State state) {
    List<Tensor> kept = new ArrayList<>();
    for (Tensor tensor : state.tensors()) {
      if (state.holds().get(tensor.name()) instanceof Hold.Zeros pruned) {
        float[] ones = new float[tensor.values().length];
        Arrays.fill(ones, 1);
        pruned.mask().apply(ones);
        kept.add(tensor.with(ones));
      }
    }
    return CompressedNetwork.encode(kept).bytes();
  }

  /** Writes what stages after this one need. */
  void write(
      Attempt attempt,
      PlannedStage planned,
      State state,
      CompressedNetwork encoded,
      TrainableNetwork network)
      throws IOException {
    attempt.write(NETWORK, "esp", encoded.bytes());
    if (planned.stage() instanceof Prune) {
      attempt.write(MASKS, "esp", encode(state));
    }
    if (planned.keepsUpdater() && state.updater() != null) {
      attempt.write(UPDATER, "bin", bytes(state.updater()));
    }
    if (planned.stage() instanceof Load) {
      attempt.write(GRAPH, "zip", UserGraph.save(network));
    }
  }

  /**
   * Takes over the files of a state that is measured again. Only a network that the encoder of
   * today writes otherwise is written anew, so that the measured size is the length of its file.
   */
  static void keep(Attempt attempt, StageResult.Done before, CompressedNetwork encoded)
      throws IOException {
    String today = StageId.sha256(encoded.bytes());
    for (Map.Entry<String, DataFile> file : before.files().entrySet()) {
      if (file.getKey().equals(NETWORK) && !file.getValue().sha256().equals(today)) {
        attempt.write(NETWORK, "esp", encoded.bytes());
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
