package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the README says is what the program does and what the committed results hold. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");

  /** Of a Markdown link to a file, that file. */
  private static final Pattern LINK = Pattern.compile("\\]\\((?!http)([^)#\\s]+)[^)]*\\)");

  @Test
  void everyCommandOfTheReadmeAndOfTheGuidesIsUnderstood() throws IOException {
    List<String> pages = new ArrayList<>(lines().toList());
    for (String guide :
        List.of(
            "docs/store.md",
            "docs/export.md",
            "docs/front.md",
            "docs/mlflow.md",
            "docs/measured.md",
            "docs/report.md",
            "docs/studies.md",
            "docs/tutorial.md",
            "docs/editors.md",
            "docs/init.md")) {
      pages.addAll(Files.readAllLines(ROOT.resolve(guide)));
    }
    List<String> commands =
        pages.stream()
            .filter(line -> line.startsWith("./espalier "))
            .map(this::withoutComment)
            .toList();
    assertTrue(commands.size() >= 6, commands.toString());
    for (String command : commands) {
      String[] words = command.split(" +", -1);
      assertDoesNotThrow(
          () -> new CommandLine(new Main()).parseArgs(Arrays.copyOfRange(words, 1, words.length)),
          command);
    }
  }

  @Test
  void everyFileThatAPageLinksToIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (Path page : pages()) {
      Matcher links = LINK.matcher(Files.readString(page));
      while (links.find()) {
        found++;
        if (!Files.exists(page.resolveSibling(links.group(1)))) {
          missing.add(page + ": " + links.group(1));
        }
      }
    }
    assertTrue(found > 100);
    assertEquals(List.of(), missing);
  }

  @Test
  void theIndexNamesEveryPage() throws IOException {
    String index = Files.readString(ROOT.resolve("docs/README.md"));
    List<String> missing =
        pages().stream()
            .filter(page -> page.startsWith(ROOT.resolve("docs")))
            .map(page -> page.getFileName().toString())
            .filter(name -> !name.equals("README.md") && !index.contains("](" + name + ")"))
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void thePictureOfHowASweepRunsIsDrawnFromItsText() throws IOException {
    String text = Files.readString(ROOT.resolve("docs/how-a-sweep-runs.dot"));
    String picture = Files.readString(ROOT.resolve("docs/how-a-sweep-runs.svg"));
    List<String> labels =
        Pattern.compile("label=\"([^\"]*)\"")
            .matcher(text)
            .results()
            .flatMap(label -> Arrays.stream(label.group(1).split("\\\\n", -1)))
            .toList();
    assertTrue(labels.size() > 15);
    labels.forEach(label -> assertTrue(picture.contains(">" + label + "</text>"), label));
  }

  @Test
  void continuousIntegrationRunsTheTestCommandOfTheReadme() throws IOException {
    assertTrue(lines().anyMatch("./mvnw verify"::equals));
    assertTrue(Files.readAllLines(ROOT.resolve(".ci/run")).contains("./mvnw verify"));
  }

  /** All that people read, as Markdown. */
  private static List<Path> pages() throws IOException {
    List<Path> pages =
        new ArrayList<>(
            Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "deploy/README.md")
                .map(ROOT::resolve)
                .toList());
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  private static Stream<String> lines() throws IOException {
    return Files.readAllLines(ROOT.resolve("README.md")).stream();
  }

  private String withoutComment(String command) {
    return command.replaceFirst(" +[#>].*", "");
  }
}
