package dev.espalier.sweep.cli;

import dev.espalier.workers.measure.Speed;
import dev.espalier.workers.model.Networks;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The cells that {@code bench} measures: networks at a width, with a batch size, in training or
 * prediction.
 */
final class BenchCells {
  /**
   * @param batch images
   * @param mode training or prediction
   */
  record Cell(String model, BigDecimal width, int batch, Speed.Work mode) {}

  enum Mode {
    TRAIN,
    INFER,
    BOTH
  }

  private record Sized(BigDecimal width, int batch) {}

  private static final int SMALL_BATCH = 64;
  private static final Sized LARGE = new Sized(new BigDecimal("1.0"), 32);

  @Option(
      names = "--model",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "resnet18,mobilenetv2",
      description = "Networks (default: ${DEFAULT-VALUE}).")
  private List<String> models = List.of();

  @Option(
      names = "--width",
      paramLabel = "W",
      split = ",",
      description =
          "Width multipliers (default: 0.25 and 1.0; mobilenetv2 0.35 and 1.0; mnist-cnn 1.0).")
  private List<BigDecimal> widths = List.of();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images in a batch (default: 64, or 32 at width 1.0 if no width is given).")
  private @Nullable Integer batch;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "BOTH",
      description = "train, infer or both (default: both).")
  private Mode mode = Mode.BOTH;

  /** In the order of their table. */
  List<Cell> cells() throws UsageException {
    if (batch != null && (batch < 1 || batch > 4096)) {
      throw new UsageException("--batch: must be in [1, 4096], found " + batch);
    }
    List<Cell> cells = new ArrayList<>();
    for (String model : models) {
      if (!Networks.architectures().contains(model)) {
        throw new UsageException(
            "--model: must be one of "
                + String.join(", ", Networks.architectures())
                + ", found "
                + model);
      }
      for (Sized sized : sizes(model)) {
        int images = batch == null ? sized.batch() : batch;
        works().forEach(work -> cells.add(new Cell(model, sized.width(), images, work)));
      }
    }
    return cells;
  }

  private List<Speed.Work> works() {
    return switch (mode) {
      case TRAIN -> List.of(Speed.Work.TRAIN);
      case INFER -> List.of(Speed.Work.INFER);
      case BOTH -> List.of(Speed.Work.TRAIN, Speed.Work.INFER);
    };
  }

  private List<Sized> sizes(String model) {
    if (!widths.isEmpty()) {
      return widths.stream().map(width -> new Sized(width, SMALL_BATCH)).toList();
    }
    return switch (model) {
      case "resnet18" -> List.of(new Sized(new BigDecimal("0.25"), SMALL_BATCH), LARGE);
      case "mobilenetv2" -> List.of(new Sized(new BigDecimal("0.35"), SMALL_BATCH), LARGE);
      default -> List.of(new Sized(LARGE.width(), SMALL_BATCH));
    };
  }
}
