package dev.espalier.sweep.preparation;

import dev.espalier.sweep.config.YamlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A first config, with comments.
 *
 * @param dataset its name
 * @param path the folder of images; null for known data sets
 * @param look at that folder; null for known data sets
 * @param network an architecture
 * @param epochs of the baseline
 * @param axes the grid, as YAML
 */
public record ConfigDraft(
    String dataset,
    @Nullable String path,
    @Nullable FolderLook look,
    String network,
    int epochs,
    String axes) {

  /** The largest initial grid; a budget reduces it. */
  private static final String ALL_AXES =
      """
      grid:
        sparsity: [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95]
        fine-tune-epochs: [0, 1, 3]
        centroids: [none, 16, 32]
        quantize: [none, int8]
      """;

  /** Images are not larger than this, so that CPUs train on them in minutes. */
  private static final int MOST_PIXELS = 64;

  private static final int LEAST_PIXELS = 32;
  private static final int MOST_VALIDATION = 5000;

  private static final int USUAL_BATCH = 64;
  private static final int LEAST_STEPS = 5;

  /** One in this many of the images that are not for the test is for validation. */
  private static final int VALIDATION_SHARE = 8;

  /** The draft with all axes. */
  public static ConfigDraft whole(
      String dataset, @Nullable String path, @Nullable FolderLook look, String network) {
    return new ConfigDraft(dataset, path, look, network, 1, ALL_AXES);
  }

  /** The same with another length of training. */
  public ConfigDraft withEpochs(int other) {
    return new ConfigDraft(dataset, path, look, network, other, axes);
  }

  /** The same with other axes. */
  public ConfigDraft withAxes(String other) {
    return new ConfigDraft(dataset, path, look, network, epochs, other);
  }

  /** The name of the sweep: {@code flowers-mobilenetv2}. */
  public String name() {
    String folder = path == null ? dataset : path.replaceAll("[/\\\\]+$", "");
    String last = folder.substring(Math.max(folder.lastIndexOf('/'), folder.lastIndexOf('\\')) + 1);
    String plain =
        last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    String begin = plain.isEmpty() ? dataset : plain;
    return begin.substring(0, Math.min(60, begin.length())) + "-" + network;
  }

  /** The config. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add("# A first sweep, written by espalier init. espalier help KEY explains each key.");
    lines.add("name: " + name());
    dataset(lines);
    lines.add(
        "model: {architecture: %s, width: %s}   # width: [0.25, 0.5] would be two networks"
            .formatted(network, width()));
    lines.add(
        "# More epochs give a better initial network; each is a pass over all training images.");
    lines.add("baseline: {epochs: %d%s}".formatted(epochs, batch()));
    lines.add("# Fine-tuning keeps shared values and zeros.");
    lines.add("fine-tune: {learning-rate: 0.01}");
    lines.add(
        "# The axes multiply: each combination is a trial. sparsity is the share of weights that"
            + " become zero,");
    lines.add(
        "# fine-tune-epochs how long training continues, centroids how many values a layer"
            + " shares,");
    lines.add("# quantize the precision: 32-bit floats, or 8-bit integers.");
    axes.lines().forEach(lines::add);
    lines.add("# The metrics that span the front; docs/metrics.md lists all.");
    lines.add("objectives: {maximize: [val/accuracy], minimize: [size/compressed_bytes]}");
    return String.join("\n", lines) + "\n";
  }

  private void dataset(List<String> lines) {
    if (path == null || look == null) {
      String part = dataset.equals("shapes") ? ", train: 3000, validation: 500" : "";
      lines.add("dataset: {name: %s%s}".formatted(dataset, part));
      return;
    }
    lines.add(
        "# %,d images of %d classes, half of them of at least %d pixels on the shorter side."
            .formatted(look.images(), look.classes(), look.side()));
    lines.add(
        "# All are resized to squares; validation images choose, a fifth is kept for the"
            + " test.");
    lines.add(
        "dataset: {name: images, path: %s, validation: %d, size: %d}"
            .formatted(YamlWriter.flow(path), validation(look), size(look)));
  }

  /** Few images make few steps, so that each has fewer of them. */
  private String batch() {
    if (look == null) {
      return "";
    }
    int kept = look.hasParts() ? look.images() : look.images() * 4 / 5;
    int train = kept - (look.hasValidation() ? 0 : validation(look));
    int batch = Integer.highestOneBit(Math.max(1, train / LEAST_STEPS));
    return batch < USUAL_BATCH ? ", batch: " + batch : "";
  }

  private static int validation(FolderLook look) {
    return Math.max(1, Math.min(MOST_VALIDATION, look.images() / VALIDATION_SHARE));
  }

  private static int size(FolderLook look) {
    return Math.max(LEAST_PIXELS, Math.min(MOST_PIXELS, look.side() / 8 * 8));
  }

  private String width() {
    return switch (network) {
      case "resnet18" -> dataset.equals("shapes") ? "0.125" : "0.25";
      case "mobilenetv2" -> "0.35";
      default -> "1";
    };
  }
}
