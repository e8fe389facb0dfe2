package dev.espalier.sweep.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.sweep.config.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecDifferenceTest {
  private static final String CONFIG =
      """
      name: small
      dataset: {name: shapes}
      model: {architecture: resnet18, width: 0.25}
      baseline: {epochs: 6}
      grid: {sparsity: [0, 0.5]}
      """;

  @Test
  void namesWhatDiffersBeforeAndNow() throws ConfigException {
    assertEquals(
        List.of(
            "baseline.epochs: 6 before, 8 now",
            "dataset.size: absent before, 16 now",
            "model: [{architecture: resnet18, width: 0.25}] before,"
                + " [{architecture: resnet18, width: 0.5}] now",
            "name: small before, other now"),
        between("baseline.epochs=8", "dataset.size=16", "model.width=0.5", "name=other"));
  }

  @Test
  void letsASweepGrowByItsGridSeedsAndObjectives() throws ConfigException {
    assertEquals(
        List.of(),
        between(
            "grid.sparsity=[0, 0.9]",
            "include={sparsity: 0.8}",
            "exclude={sparsity: 0}",
            "seeds=[1, 2]",
            "objectives={minimize: val/loss}"));
  }

  @Test
  void letsListsOfTheBaselineBecomeLongerButNoValueAList() throws ConfigException {
    SweepSpec lists = baseline("{epochs: [2, 4], learning-rate: [0.1, 0.2]}");
    SweepSpec longer = baseline("{epochs: [2, 3, 4], learning-rate: [0.1, 0.2]}");
    assertEquals(List.of(), SpecDifference.between(lists, longer));
    assertEquals(
        List.of("baseline.epochs: [2, 3, 4] before, [2, 4] now"),
        SpecDifference.between(longer, lists));
    assertEquals(
        List.of("baseline.epochs: [2, 4] before, [4, 2] now"),
        SpecDifference.between(lists, baseline("{epochs: [4, 2], learning-rate: [0.1, 0.2]}")));
    assertEquals(
        List.of("baseline.epochs: 6 before, [6, 8] now"), between("baseline.epochs=[6, 8]"));
  }

  private static SweepSpec baseline(String map) throws ConfigException {
    return SpecFile.parse("x", CONFIG, List.of("baseline=" + map));
  }

  @Test
  void seesNoDifferenceInWaysOfWriting() throws ConfigException {
    assertEquals(List.of(), between("model.width=0.250", "prune={}", "baseline.momentum=9e-1"));
  }

  private static List<String> between(String... overrides) throws ConfigException {
    return SpecDifference.between(
        SpecFile.parse("x", CONFIG, List.of()), SpecFile.parse("x", CONFIG, List.of(overrides)));
  }
}
