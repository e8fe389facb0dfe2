package dev.espalier.sweep.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docs/config.md says what the parser does: its tables are generated from the parser's keys. */
class ReferenceTest {
  private static final Path REFERENCE = Path.of("../docs/config.md");
  private static final String START = "<!-- keys: written by ReferenceTest -->\n";

  /** Where the maps of a section stand, for a probe. */
  private static final Map<String, List<String>> PATHS =
      Map.of(
          "config", List.of(""),
          "input", List.of("baseline.input."),
          "learning-rate", List.of("baseline.learning-rate.", "fine-tune.learning-rate."),
          "augment", List.of("baseline.augment.", "fine-tune.augment."),
          "include and exclude", List.of("include.", "exclude."));

  @Test
  void holdsEveryKeyWithRangeAndDefault() throws IOException {
    String page = Files.readString(REFERENCE);
    String expected = page.substring(0, page.indexOf(START) + START.length()) + tables();
    if (!expected.equals(page)) {
      Path written = Files.createDirectories(Path.of("target")).resolve("config.md");
      Files.writeString(written, expected);
      assertEquals(expected, page, "the page should be as in " + written.toAbsolutePath());
    }
  }

  /** A key that stands in the reference but is never read would take any nonsense in silence. */
  @Test
  void everyKeyOfItIsReadWhereverItMayStand() {
    for (Section section : Section.ALL) {
      for (String path : PATHS.getOrDefault(section.title(), List.of(section.title() + "."))) {
        for (Key<?> key : section.keys()) {
          String whole = path + key.name();
          List<String> problems = problems(whole + "=[[[]]]");
          boolean read =
              problems.stream()
                  .anyMatch(line -> line.contains(": " + whole) && !line.contains("unknown key"));
          assertTrue(read, () -> whole + " is not read: " + problems);
        }
      }
    }
  }

  private static List<String> problems(String override) {
    try {
      SpecFile.parse("x", "dataset: {name: images}", List.of(override));
      return List.of();
    } catch (SpecException e) {
      return e.problems();
    }
  }

  private static String tables() {
    List<String> lines = new ArrayList<>();
    for (Section section : Section.ALL) {
      lines.add("\n## " + section.title() + "\n");
      if (!section.note().isEmpty()) {
        lines.add(section.note() + "\n");
      }
      lines.add("| key | value | default | meaning |");
      lines.add("|---|---|---|---|");
      section.keys().forEach(key -> lines.add(row(key)));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String row(Key<?> key) {
    String value = key.rule().words(false);
    String many =
        switch (key.form()) {
          case SOME -> ", or a list of them";
          case EACH -> ", or a list of one for each channel";
          case ONE, MAP -> "";
        };
    return "| `"
        + key.name()
        + "` | "
        + value
        + many
        + " | "
        + key.preset()
        + " | "
        + key.meaning()
        + " |";
  }
}
