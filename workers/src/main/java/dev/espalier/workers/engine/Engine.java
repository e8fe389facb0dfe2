package dev.espalier.workers.engine;

import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.onednn.Onednn;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.LoggerFactory;

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
    static final Choice CHOICE = choose(System.getProperty(PROPERTY), absenceOfOnednn());

    static {
      LoggerFactory.getLogger(Engine.class).info("engine: {}", CHOICE.describe());
    }
  }

  /**
   * An engine and why it is not the fast one.
   *
   * @param because null for oneDNN
   */
  record Choice(Engine engine, @Nullable String because) {
    String describe() {
      return because == null
          ? engine.word() + " " + Onednn.version() + " " + Onednn.instructionSet()
          : engine.word() + " " + VERSION_ND4J + ", because " + because;
    }
  }

  /**
   * The engine of this process.
   *
   * @throws IllegalStateException if the environment variable OMP_NUM_THREADS is not 1, or if the
   *     engine that was asked for cannot be had
   */
  public static Engine current() {
    requireOneThread(System.getenv("OMP_NUM_THREADS"));
    return Chosen.CHOICE.engine();
  }

  /**
   * The engine of this process for people: {@code onednn 2.5.2 avx512_core}, or {@code nd4j
   * 1.0.0-M2.1, because ...}.
   *
   * @throws IllegalStateException as {@link #current()}
   */
  public static String describe() {
    current();
    return Chosen.CHOICE.describe();
  }

  /** The name in settings and tables: {@code onednn} or {@code nd4j}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The name of this engine's arithmetic in stage results. It changes with any change after which
   * equal stages may end in other bits; a sweep then refuses to mix results of both.
   *
   * <p>{@code onednn} ran a kernel that with AVX2 overran its scratch memory; {@code onednn-2} left
   * users' own networks with padded or overlapping poolings to Deeplearning4j's layers; {@code
   * onednn-3} trained on plain images where AVX2 is all there is, and {@code onednn-4} computed
   * depthwise convolutions on plain images with AVX-512.
   */
  String label() {
    return switch (this) {
      case ONEDNN -> "onednn-6";
      case ND4J -> "nd4j";
    };
  }

  /** Where this process computes: bits are promised equal where these are equal. */
  public static Environment environment() {
    Engine engine = current();
    String natives = "nd4j " + VERSION_ND4J;
    return engine == ONEDNN
        ? new Environment(
            engine.label(),
            Onednn.instructionSet(),
            natives + ", onednn " + Onednn.version(),
            Runtime.version().toString())
        : new Environment(
            engine.label(), System.getProperty("os.arch"), natives, Runtime.version().toString());
  }

  static void requireOneThread(@Nullable String threads) {
    if (!"1".equals(threads)) {
      throw new IllegalStateException(
          "the environment variable OMP_NUM_THREADS must be 1 (a trial has one thread, and trials"
              + " run side by side), found "
              + (threads == null ? "none" : threads));
    }
  }

  /**
   * @param wanted the value of {@link #PROPERTY}
   * @param absence why oneDNN cannot be used here; null if it can
   */
  static Choice choose(@Nullable String wanted, @Nullable String absence) {
    if (wanted == null) {
      return absence == null ? new Choice(ONEDNN, null) : new Choice(ND4J, absence);
    }
    return switch (wanted) {
      case "nd4j" -> new Choice(ND4J, "the system property " + PROPERTY + " asks for it");
      case "onednn" -> {
        if (absence != null) {
          throw new IllegalStateException(
              PROPERTY + ": onednn cannot be used on this machine, because " + absence);
        }
        yield new Choice(ONEDNN, null);
      }
      default ->
          throw new IllegalStateException(PROPERTY + ": must be onednn or nd4j, found " + wanted);
    };
  }

  /**
   * Why the layers cannot run on oneDNN in this process; null if they can. They read ND4J's memory,
   * which must be the processor's, as floats. It stands here, since the class {@link Onednn} cannot
   * even be initialized without the library.
   */
  static @Nullable String absenceOfOnednn() {
    try {
      Loader.load(org.bytedeco.dnnl.global.dnnl.class);
    } catch (LinkageError e) {
      return "oneDNN has no native library for " + Loader.getPlatform() + " on the class path";
    }
    String backend = Nd4j.getBackend().getClass().getSimpleName();
    if (!backend.equals("CpuBackend")) {
      return "ND4J computes by " + backend + ", where oneDNN cannot reach its memory";
    }
    DataType type = Nd4j.defaultFloatingPointType();
    return type == DataType.FLOAT
        ? null
        : "ND4J computes in " + type + ", and oneDNN's layers in FLOAT only";
  }
}
