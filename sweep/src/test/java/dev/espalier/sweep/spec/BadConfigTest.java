package dev.espalier.sweep.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pairs of files: {@code bad/KIND.yaml}, and the exact messages in {@code bad/KIND.txt}. */
class BadConfigTest {
  private static final Path FOLDER =
      Path.of("src/test/resources/dev/espalier/sweep/spec/bad").toAbsolutePath();

  static Stream<String> kinds() throws IOException {
    return names(".yaml").stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void isReportedWithPlaceRuleAndFound(String kind) throws IOException {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> SpecFile.read(FOLDER.resolve(kind + ".yaml"), List.of()),
            kind);
    String expected = Files.readString(FOLDER.resolve(kind + ".txt"));
    String found = String.join("\n", e.problems()).replace(FOLDER + "/", "") + "\n";
    assertEquals(expected, found);
    assertEquals(expected.lines().count(), e.problems().size());
  }

  @Test
  void everyBadConfigHasItsMessagesAndTheReverse() throws IOException {
    assertEquals(names(".yaml"), names(".txt"));
    assertTrue(names(".yaml").size() > 30, "found few kinds");
  }

  private static Set<String> names(String ending) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
