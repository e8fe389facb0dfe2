package dev.espalier.workers.export;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.facts.StageResult;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A page that says what an exported network is (after Mitchell et al., "Model Cards for Model
 * Reporting", arXiv 1810.03993): what it takes and gives, how it was chosen, measured and made, and
 * how all of this can be checked. Markdown.
 */
final class ModelCard {
  private final StringBuilder page = new StringBuilder();
  private final List<ExportedFile> files;
  private final Absent absent;
  private final @Nullable Microcontroller microcontroller;
  private final Dataset data;
  private final Origin origin;
  private final StageResult.Done result;

  private ModelCard(
      List<ExportedFile> files,
      Absent absent,
      @Nullable Microcontroller microcontroller,
      Dataset data,
      Origin origin) {
    this.files = files;
    this.absent = absent;
    this.microcontroller = microcontroller;
    this.data = data;
    this.origin = origin;
    this.result = origin.result();
  }

  /**
   * The whole page; lines end in LF.
   *
   * @param absent the files that are not there
   * @param microcontroller null where there is no TensorFlow Lite file
   */
  static String of(
      List<ExportedFile> files,
      Absent absent,
      @Nullable Microcontroller microcontroller,
      Dataset data,
      Origin origin) {
    ModelCard card = new ModelCard(files, absent, microcontroller, data, origin);
    card.introduction();
    card.files();
    card.use();
    card.microcontroller();
    card.measured();
    card.classes();
    card.provenance();
    card.proof();
    return card.page.toString();
  }

  private void introduction() {
    DataFacts facts = data.facts();
    line("# " + origin.trial());
    line("");
    line(
        "A compressed network that classifies images of %2$dx%3$dx%4$d into %1$d classes, from the sweep `%5$s`.",
        facts.classes(), facts.height(), facts.width(), facts.channels(), origin.sweep());
    line("");
    line("It was chosen on the validation images:");
    block("", String.join("\n", origin.choice()));
  }

  private void files() {
    heading("Files");
    line("| file | bytes | what | SHA-256 |");
    line("|---|--:|---|---|");
    for (ExportedFile file : files) {
      line("| %s | %d | %s | `%s` |", file.name(), file.bytes(), file.what(), file.sha256());
    }
    line("");
    line(
        "As plain 32-bit weights the network takes %.0f bytes; `%s` stores it in %.0f, without its table.",
        result.metrics().get(Metrics.SIZE_DENSE_BYTES),
        ExportedFile.COMPRESSED,
        result.metrics().get(Metrics.SIZE_COMPRESSED_BYTES));
    line(
        "The other files hold floats, deflated in the zip: in ONNX, zeros take as much space as other weights, and");
    line(
        "folding batch norm into a kernel gives each channel its own values, so that no codebook is left.");
    if (computesWithIntegers()) {
      line("");
      line(
          "The network computes with 8-bit integers. So does `%s`, and the accuracies below are those of this file on",
          ExportedFile.TFLITE);
      line(
          "TensorFlow Lite Micro. `%s` computes with the same integers and rounds in its own way. The",
          ExportedFile.ONNX_INT8);
      line(
          "other files hold the same weights as floats and compute with floats: all but the first may");
      line("classify a few images differently.");
    }
    missingFiles();
  }

  private void missingFiles() {
    if (absent.zip() != null) {
      line("");
      line("There is no Deeplearning4j zip: %s.", absent.zip());
    }
    if (absent.onnx() != null) {
      line("");
      line("There is neither an ONNX nor a TensorFlow Lite file: %s.", absent.onnx());
    }
    if (absent.tflite() != null) {
      line("");
      line("There is no TensorFlow Lite file: %s.", absent.tflite());
    }
  }

  private void use() {
    DataFacts facts = data.facts();
    heading("Inputs and outputs");
    if (absent.onnx() == null) {
      onnx(facts);
    }
    if (absent.onnx() == null && absent.tflite() == null) {
      phone(facts);
    }
    if (absent.zip() == null) {
      line(
          "`%s` takes normalized floats, (pixel / 255 - mean) / deviation for each channel, and gives",
          ExportedFile.ZIP);
      line("probabilities. Its entry `input.json` holds these numbers and the labels:");
    } else {
      line("Pixels are normalized as (pixel / 255 - mean) / deviation for each channel:");
    }
    line("");
    line("| channel | mean | deviation |");
    line("|--:|--:|--:|");
    List<Channel> channels = data.normalization().channels();
    for (int c = 0; c < channels.size(); c++) {
      Channel channel = channels.get(c);
      line("| %d | %s | %s |", c, (float) channel.mean(), (float) channel.deviation());
    }
  }

  private void microcontroller() {
    if (microcontroller != null) {
      heading("On a microcontroller");
      page.append(microcontroller.card());
    }
  }

  private void onnx(DataFacts facts) {
    String files = "`" + ExportedFile.ONNX + "` takes";
    if (computesWithIntegers()) {
      files = "`%s` and `%s` take".formatted(ExportedFile.ONNX, ExportedFile.ONNX_INT8);
    }
    line(
        "%s `pixels`, unsigned bytes [batch, %d, %d, %d] as in image files%s, and %s",
        files,
        facts.height(),
        facts.width(),
        facts.channels(),
        facts.channels() == 3 ? " (red, green, blue)" : "",
        computesWithIntegers() ? "give" : "gives");
    line(
        "`logits` and `probabilities`, floats [batch, %d]. Normalization is included.",
        facts.classes());
    line("");
  }

  private void phone(DataFacts facts) {
    line(
        "`%s` is the file for phones. It takes `image`, unsigned bytes [1, %d, %d, %d] as in image files,",
        ExportedFile.TFLITE, facts.height(), facts.width(), facts.channels());
    line(
        "normalizes them itself and gives `probabilities`, [1, %d]: %s.",
        facts.classes(), probabilities());
    line(
        "The class names are in the file as `%s`, where TensorFlow Lite's Task Library and",
        ExportedFile.LABELS);
    line("ML Kit find them.");
    line("");
  }

  private String probabilities() {
    return computesWithIntegers() ? "unsigned bytes in steps of 1/256" : "floats";
  }

  private boolean computesWithIntegers() {
    return result.metrics().get(Metrics.BITS_ACTIVATIONS) == 8;
  }

  private void measured() {
    heading("Measured");
    line(
        "On %d validation and %d test images. The network was chosen by validation, not by test. Accuracies are fractions.",
        data.facts().validation(), data.facts().test());
    line("");
    line("| metric | value |");
    line("|---|--:|");
    result
        .metrics()
        .values()
        .forEach(
            (name, value) ->
                line(value == Math.rint(value) ? "| %s | %.0f |" : "| %s | %.6f |", name, value));
  }

  private void classes() {
    heading("Test accuracy by class");
    line("| class | images | accuracy |");
    line("|---|--:|--:|");
    String encoded = Objects.requireNonNull(result.correct().get("test"), "outcomes of test");
    BitSet correct = BitSet.valueOf(Base64.getDecoder().decode(encoded));
    int[] images = new int[data.facts().classes()];
    int[] right = new int[images.length];
    for (int i = 0; i < data.facts().test(); i++) {
      int label = data.label(Dataset.Split.TEST, i);
      images[label]++;
      right[label] += correct.get(i) ? 1 : 0;
    }
    for (int c = 0; c < images.length; c++) {
      String accuracy = images[c] == 0 ? "-" : text("%.4f", (double) right[c] / images[c]);
      line("| %s | %d | %s |", data.classNames().get(c).replace("|", "\\|"), images[c], accuracy);
    }
  }

  private void provenance() {
    heading("How it was made");
    for (int i = 0; i < origin.path().size(); i++) {
      line("%d. %s", i + 1, origin.path().get(i));
    }
    line("");
    Environment environment = result.environment();
    line(
        "Computed by %s (%s), Java %s.",
        environment.describe(), environment.natives(), environment.jdk());
    DataFacts facts = data.facts();
    line("");
    line(
        "Data set %s: %d training, %d validation, %d test images; SHA-256 of pixels and labels",
        facts.name(), facts.train(), facts.validation(), facts.test());
    line("`%s`.", facts.digest());
    line("");
    line("The config of the sweep, as resolved:");
    block("yaml", origin.spec());
  }

  private void proof() {
    heading("How to check");
    line(
        "- `espalier unpack %s --to weights` writes every weight, bit for bit.",
        ExportedFile.COMPRESSED);
    line(
        "- `%s` is the checkpoint of stage `%s`; its SHA-256 above is in the sweep's journal.",
        ExportedFile.COMPRESSED, result.id().hex());
    line(
        "- `espalier verify DIR --trials N` runs trials of the sweep again and compares every bit.");
  }

  private void heading(String text) {
    line("");
    line("## " + text);
    line("");
  }

  private void block(String language, String text) {
    line("");
    line("```" + language);
    page.append(text.strip()).append('\n');
    line("```");
  }

  private void line(String format, Object... values) {
    page.append(values.length == 0 ? format : text(format, values)).append('\n');
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
