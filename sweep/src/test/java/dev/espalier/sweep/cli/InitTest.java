package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code espalier init}. */
class InitTest {
  @TempDir private Path folder = Path.of("");

  /** A folder of two classes of grey PNG files of 50 x 40 pixels. */
  private Path images() throws IOException {
    for (String name : List.of("cats", "dogs")) {
      Path of = Files.createDirectories(folder.resolve("My Pets").resolve(name));
      for (int i = 0; i < 20; i++) {
        BufferedImage image = new BufferedImage(50, 40, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(i, i, 0, 200);
        ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
      }
    }
    return folder.resolve("My Pets");
  }

  @Test
  void writesAConfigForAFolderOfImagesThatCanBePlanned() throws Exception {
    Path file = folder.resolve("new").resolve("pets.yaml");
    Said said =
        Said.by(
            "init",
            "--dataset",
            "images",
            "--path",
            images(),
            "--network",
            "mnist-cnn",
            "--budget",
            "20h",
            "--out",
            file);
    assertEquals(Main.DONE, said.code(), said.err());
    assertTrue(said.out().endsWith("Wrote %s. Next:\n  ./espalier run %s\n".formatted(file, file)));

    String text = Files.readString(file);
    assertTrue(text.contains("# 40 images of 2 classes, half of them of at least 40 pixels"), text);
    SweepSpec spec = SpecFile.read(file, List.of());
    assertEquals("my-pets-mnist-cnn", spec.name());
    assertEquals(5, spec.dataset().validation());
    assertEquals(40, spec.dataset().size());
    assertTrue(text.contains("sparsity: [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95]"), text);
    assertTrue(text.contains("baseline: {epochs: 30, batch: 4}"), text);
  }

  @Test
  void overwritesNoFile() throws IOException {
    Path file = Files.writeString(folder.resolve("mine.yaml"), "name: mine\n");
    Said said =
        Said.by(
            "init",
            "--dataset",
            "shapes",
            "--network",
            "mnist-cnn",
            "--budget",
            "1h",
            "--out",
            file);
    assertEquals(
        new Said(
            Main.USAGE,
            "",
            "--out: must be a new file, found %s; use another name\n".formatted(file)),
        said);
    assertEquals("name: mine\n", Files.readString(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                | espalier init: without a terminal must be given --dataset, --network, --budget, found none
          --dataset images --network resnet18               | espalier init: without a terminal must be given --path, --budget, found none
          --dataset imagenet --network resnet18 --budget 1h | --dataset: must be one of shapes, cifar10, mnist, fashion-mnist, images, found imagenet
          --dataset shapes --network vgg --budget 1h        | --network: must be one of resnet18, mobilenetv2, mnist-cnn, found vgg
          --dataset shapes --network resnet18 --budget soon | --budget: must be a duration such as 2h, 90m, 1h30m or 45s, found soon
          --dataset mnist --path x --network mnist-cnn --budget 1h | --path: must be given with --dataset images alone, found x
          --dataset images --path no-such --network resnet18 --budget 1h | --path: must be a folder of class folders, found none at no-such
          """)
  void saysWhichOptionIsMissingOrWrong(String options, String message) {
    Object[] words = ("init " + options).strip().split(" +", -1);
    assertEquals(new Said(Main.USAGE, "", message + "\n"), Said.by(words));
  }

  @Test
  void aBudgetInWhichNothingFitsIsRefusedWithTheLeastOne() {
    Said said =
        Said.by(
            "init",
            "--dataset",
            "shapes",
            "--network",
            "mnist-cnn",
            "--budget",
            "1s",
            "--out",
            folder.resolve("no.yaml"));
    assertEquals(Main.USAGE, said.code());
    assertTrue(
        said.err().contains("--budget: must be at least about ")
            && said.err().contains("found 1.0 s"),
        said.err());
    assertFalse(Files.exists(folder.resolve("no.yaml")));
  }

  @Test
  void asksForWhatWasNotGivenUntilTheAnswerIsGood() throws Exception {
    StringWriter out = new StringWriter();
    InitAnswers answers = new InitAnswers();
    answers.complete(questions("pictures\nimages\n\nphotos\n\n45x\n45m\n", out));
    assertEquals("images", answers.dataset());
    assertEquals("photos", answers.path());
    assertEquals("mobilenetv2", answers.network());
    assertEquals(Duration.ofMinutes(45), answers.budget());
    String said = out.toString();
    assertTrue(said.contains("fashion-mnist, images) [shapes]: "), said);
    assertTrue(said.contains("must be one of shapes, cifar10, mnist"), said);
    assertTrue(said.contains("must be a folder, found nothing"), said);
    assertTrue(said.contains("mnist-cnn) [mobilenetv2]: "), said);
    assertTrue(said.contains("must be a duration such as 2h"), said);
  }

  @Test
  void anEndOfTheAnswersIsAnErrorThatNamesTheOption() {
    UsageException e =
        assertThrows(
            UsageException.class,
            () -> new InitAnswers().complete(questions("shapes\n\n", new StringWriter())));
    assertEquals("--budget: must be given if there is nobody to ask, found none", e.getMessage());
  }

  private static Questions questions(String answers, StringWriter out) {
    return new Questions(new BufferedReader(new StringReader(answers)), new PrintWriter(out, true));
  }
}
