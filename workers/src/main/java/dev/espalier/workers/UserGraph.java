package dev.espalier.workers;

import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.storage.Bounded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The zip of a user's own Deeplearning4j network, as stored in checkpoints. */
final class UserGraph {
  /** Deeplearning4j can read only files. */
  private interface ZipUse<T> {
    T with(Path zip) throws IOException;
  }

  private UserGraph() {}

  /**
   * The content of the user's file.
   *
   * @throws IOException if it cannot be read, or has changed since the sweep was planned
   */
  static byte[] read(Load load) throws IOException {
    byte[] content = Bounded.read(Path.of(load.path()), Bounded.MOST_BYTES);
    requireUnchanged(load, StageId.sha256(content));
    return content;
  }

  /**
   * Makes sure that the user's file, of whatever kind, is what the sweep was planned for.
   *
   * @throws IOException if it cannot be read, or has changed
   */
  static void requireUnchanged(Load load) throws IOException {
    requireUnchanged(load, OwnNetworkFile.digest(Path.of(load.path())));
  }

  private static void requireUnchanged(Load load, String found) throws IOException {
    if (!found.equals(load.digest())) {
      throw new IOException(
          load.path()
              + " has changed since the sweep was planned: SHA-256 was "
              + load.digest()
              + ", found "
              + found);
    }
  }

  /** The network of a zip; the caller closes it. */
  static TrainableNetwork load(byte[] content, DataFacts data) throws IOException {
    return temporary(
        zip -> {
          Files.write(zip, content);
          return TrainableNetwork.load(zip, data);
        });
  }

  /** The zip of a network. */
  static byte[] save(TrainableNetwork network) throws IOException {
    return temporary(
        zip -> {
          try {
            network.save(zip);
          } catch (InexpressibleException e) {
            throw new IllegalStateException("a user's graph has standard layers", e);
          }
          return Files.readAllBytes(zip);
        });
  }

  private static <T> T temporary(ZipUse<T> use) throws IOException {
    Path zip = Files.createTempFile("espalier-graph", ".zip");
    try {
      return use.with(zip);
    } finally {
      Files.deleteIfExists(zip);
    }
  }
}
