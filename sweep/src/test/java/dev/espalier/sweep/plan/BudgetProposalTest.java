package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.DataFacts;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Time is counted in trials here. */
class BudgetProposalTest {
  private static final DataFacts DATA =
      new DataFacts("shapes", "ab".repeat(32), 32, 32, 3, 4, 3000, 1000, 1000);

  private static final String TOP =
      """
      name: budget
      dataset: {name: shapes}
      model: {architecture: resnet18, width: 0.125}
      baseline: {epochs: 2}
      """;

  private static final String GRID =
      TOP
          + """
          grid:
            sparsity: [0.9, 0.1, 0.3, 0.5, 0.7]
            fine-tune-epochs: [0, 1, 2]
            centroids: [none, 8, 16]
          exclude: {sparsity: 0.3, centroids: 8}
          """;

  private static String axes(String config, int trials) throws ConfigException {
    BudgetProposal proposal = proposal(config, trials);
    return proposal == null ? "nothing" : SpecFile.writeAxes(proposal.spec());
  }

  private static @Nullable BudgetProposal proposal(String config, int trials)
      throws ConfigException {
    SweepSpec spec = SpecFile.parse("x.yaml", config, List.of());
    Plan plan = Plan.of(spec, DATA);
    return BudgetProposal.of(spec, plan, trials, part -> part.trials().size());
  }

  @Test
  void endsComeFirst() throws ConfigException {
    assertEquals(
        """
        grid:
          sparsity: [0.9, 0.1]
          scope: [flat]
          fine-tune-epochs: [0, 2]
          centroids: [none, 16]
        """,
        axes(GRID, 8));
  }

  @Test
  void thenTheMiddlesOfOneAxisAfterTheOtherAndThenTheRest() throws ConfigException {
    assertEquals(
        """
        grid:
          sparsity: [0.9, 0.1, 0.5]
          scope: [flat]
          fine-tune-epochs: [0, 1, 2]
          centroids: [none, 16]
        """,
        axes(GRID, 20));
    assertEquals(27, trials(proposal(GRID, 41)));
    assertEquals(42, trials(proposal(GRID, 42)));
  }

  private static int trials(@Nullable BudgetProposal proposal) {
    return Objects.requireNonNull(proposal).plan().trials().size();
  }

  @Test
  void nothingIsProposedWhereNotEvenTheEndsFit() throws ConfigException {
    assertNull(proposal(GRID, 7));
    SweepSpec spec = SpecFile.parse("x.yaml", GRID, List.of());
    Plan plan = Plan.of(spec, DATA);
    assertEquals(8, BudgetProposal.least(spec, plan, part -> part.trials().size()).seconds());
  }

  /** Alternatives of a step are an axis, and what is excluded from nothing would be an error. */
  @Test
  void pipelinesAreCutAlikeAndCanBeReadAgain() throws ConfigException {
    String config =
        TOP
            + """
            pipelines:
              one:
                - prune: {sparsity: [0.1, 0.3, 0.5, 0.7, 0.9]}
                - cluster: [none, 4, 8, 16, 32]
              two:
                - prune: [{sparsity: 0.2}, {threshold: [0.01, 0.02, 0.03]}]
                - quantize: [none, int8]
            exclude: [{sparsity: 0.3}, {sparsity: 0.9, centroids: 32}]
            """;
    for (int budget = 11; budget < 60; budget++) {
      BudgetProposal proposal = Objects.requireNonNull(proposal(config, budget));
      assertTrue(trials(proposal) <= budget, "" + budget);
      String pasted = TOP + SpecFile.writeAxes(proposal.spec());
      Plan again = Plan.of(SpecFile.parse("pasted.yaml", pasted, List.of()), DATA);
      assertEquals(new HashSet<>(again.trials()), new HashSet<>(proposal.plan().trials()), pasted);
      Plan whole = Plan.of(SpecFile.parse("x.yaml", config, List.of()), DATA);
      assertTrue(
          new HashSet<>(whole.trials().stream().map(Trial::id).toList())
              .containsAll(again.trials().stream().map(Trial::id).toList()));
    }
    assertEquals(
        Objects.requireNonNull(proposal(config, 59)).spec(),
        SpecFile.parse("x.yaml", config, List.of()));
  }
}
