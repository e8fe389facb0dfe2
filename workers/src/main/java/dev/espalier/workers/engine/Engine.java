package dev.espalier.workers.engine;

import dev.espalier.workers.stage.Environment;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/** What computes the layers. */
public enum Engine {
  /** Layers of our own that call oneDNN: an order of magnitude faster. */
  ONEDNN,
  /** Deeplearning4j's own layers, where oneDNN has no build (macOS on arm64). */
  ND4J;

  /** {@code onednn} or {@code nd4j} in this system property forces an engine. */
  public static final String PROPERTY = "espalier.engine";

  private static final String VERSION_ND4J = "1.0.0-M2.1";

  /** Chosen when it is first asked for, and then for the life of the process. */
  private static final class Chosen {
    static final Engine ENGINE = choose(System.getProperty(PROPERTY));
  }

  /**
   * The engine of this process.
   *
   * @throws IllegalStateException if the environment variable OMP_NUM_THREADS is not 1, or if the
   *     engine that was asked for cannot be had
   */
  public static Engine current() {
    requireOneThread(System.getenv("OMP_NUM_THREADS"));
    return Chosen.ENGINE;
  }

  /** The word in stage results: {@code onednn} or {@code nd4j}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Where this process computes: bits are promised equal where these are equal. */
  public static Environment environment() {
    Engine engine = current();
    String natives = "nd4j " + VERSION_ND4J;
    return engine == ONEDNN
        ? new Environment(
            engine.word(),
            Onednn.instructionSet(),
            natives + ", onednn " + Onednn.version(),
            Runtime.version().toString())
        : new Environment(
            engine.word(), System.getProperty("os.arch"), natives, Runtime.version().toString());
  }

  static void requireOneThread(@Nullable String threads) {
    if (!"1".equals(threads)) {
      throw new IllegalStateException(
          "the environment variable OMP_NUM_THREADS must be 1 (a trial has one thread, and trials"
              + " run side by side), found "
              + (threads == null ? "none" : threads));
    }
  }

  static Engine choose(@Nullable String wanted) {
    if (wanted == null) {
      return hasOnednn() ? ONEDNN : ND4J;
    }
    return switch (wanted) {
      case "nd4j" -> ND4J;
      case "onednn" -> {
        if (!hasOnednn()) {
          throw new IllegalStateException(PROPERTY + ": onednn has no build for this machine");
        }
        yield ONEDNN;
      }
      default ->
          throw new IllegalStateException(PROPERTY + ": must be onednn or nd4j, found " + wanted);
    };
  }

  /** Whether oneDNN can be loaded and ND4J's memory is the processor's. */
  private static boolean hasOnednn() {
    try {
      Loader.load(org.bytedeco.dnnl.global.dnnl.class);
      return Nd4j.getBackend().getClass().getSimpleName().equals("CpuBackend");
    } catch (LinkageError e) {
      return false;
    }
  }
}
