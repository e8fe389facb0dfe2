package dev.espalier.sweep.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.sweep.CommittedFile;
import dev.espalier.workers.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/studies.md has the tables of the committed results, and no others. */
class StudiesTest {
  private static final Path PAGE = Path.of("../docs/studies.md");
  private static final Pattern TABLE =
      Pattern.compile("(?s)<!-- (\\d{3} [a-z ]+): written by StudiesTest -->\n(.*?)<!-- end -->\n");

  @Test
  void theNetworksOfEdgeMarkHaveTheStatedCounts() throws IOException {
    EdgeMarkStudy study = new EdgeMarkStudy();
    for (EdgeMarkNetwork stated : EdgeMarkNetwork.ALL) {
      Network network = study.network(stated);
      assertEquals(stated.parameters(), network.parameters(), stated.label());
      assertEquals(stated.macs(), ProfilerMacs.of(network), stated.label());
    }
  }

  @Test
  void thePageHasTheTablesOfTheCommittedResults() throws IOException {
    Map<String, String> tables = tables();
    String page = Files.readString(PAGE);
    TreeSet<String> placed = new TreeSet<>();
    String expected =
        TABLE
            .matcher(page)
            .replaceAll(
                found -> {
                  placed.add(found.group(1));
                  return Matcher.quoteReplacement(
                      "<!-- %s: written by StudiesTest -->\n%s<!-- end -->\n"
                          .formatted(found.group(1), tables.get(found.group(1))));
                });
    assertEquals(tables.keySet(), placed);
    CommittedFile.assertHolds(expected, PAGE);
  }

  @Test
  void thePictureOfSingleWeightsAgainstFiltersIsThatOfTheCommittedResults() throws IOException {
    Path committed = PAGE.resolveSibling("studies").resolve(ResNet18Study.NAME + "/accuracy.svg");
    CommittedFile.assertHolds(new ResNet18Study().picture(), committed);
  }

  /** Of all studies, in the order of their numbers. */
  private static Map<String, String> tables() throws IOException {
    Map<String, String> tables = new TreeMap<>();
    EdgeMarkStudy edgeMark = new EdgeMarkStudy();
    tables.putAll(edgeMark.tables());
    tables.put("000 answers", new EdgeMarkAnswers(edgeMark).table());
    tables.putAll(new ResNet18Study().tables());
    tables.put("001 counts", NniCounts.table());
    tables.putAll(new TransferStudy().tables());
    tables.putAll(new MnistCnnStudy().tables());
    tables.putAll(new MobileNetStudy().tables());
    return tables;
  }
}
