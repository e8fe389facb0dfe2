package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts stages, trials and epochs of random grids by writing every path out as text. */
class PlanOracleTest {
  private static final List<String> SPARSITY = List.of("0", "0.3", "0.5", "0.95");
  private static final List<String> SCOPE = List.of("flat", "layerwise");
  private static final List<String> EPOCHS = List.of("0", "1", "2", "5");
  private static final List<String> CENTROIDS = List.of("none", "1", "8");
  private static final List<String> SEEDS = List.of("1", "2");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void stagesAreTheDistinctPrefixesOfAllPaths(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> sparsity = some(SPARSITY, random);
    List<String> scope = some(SCOPE, random);
    List<String> epochs = some(EPOCHS, random);
    List<String> centroids = some(CENTROIDS, random);
    List<String> seeds = some(SEEDS, random);
    String text =
        "name: random\ndataset: {name: cifar10}\nmodel: {architecture: resnet18, width: 0.125}\n"
            + ("baseline: {epochs: 4}\ngrid: {sparsity: " + sparsity + ", scope: " + scope)
            + (", fine-tune-epochs: " + epochs + ", centroids: " + centroids + "}\n")
            + ("seeds: " + seeds + "\n");
    SweepSpec spec = SpecFile.parse("x.yaml", text, List.of());
    Plan plan = Plan.of(spec, PlanTest.DATA);

    Set<String> states = new TreeSet<>();
    Set<String> trials = new TreeSet<>();
    long separate = 0;
    long shared = 4L * seeds.size();
    for (String s : seeds) {
      for (String share : sparsity) {
        for (String by : share.equals("0") ? List.of("none") : scope) {
          String pruned = s + "/" + (share.equals("0") ? "" : share + by + "/");
          states.add(s + "/");
          states.add(pruned);
          shared += epochs.stream().mapToLong(Long::parseLong).max().orElseThrow();
          for (String epoch : epochs) {
            String tuned = pruned + (epoch.equals("0") ? "" : "ft" + epoch + "/");
            states.add(tuned);
            for (String k : centroids) {
              String last = tuned + (k.equals("none") ? "" : "k" + k);
              states.add(last);
              trials.add(last);
              separate += 4 + Long.parseLong(epoch);
            }
          }
        }
      }
    }
    assertEquals(trials.size(), plan.trials().size());
    assertEquals(trials.size(), plan.trials().stream().map(Trial::name).distinct().count());
    // A prune without any trial through it is not there, so every state is a prefix of a path.
    assertEquals(states.size(), plan.stages().size());
    assertEquals(
        plan.stages().size(),
        plan.trials().stream().flatMap(trial -> trial.path().stream()).distinct().count());
    assertEquals(separate, plan.epochsSeparate());
    assertEquals(shared, plan.epochsShared());
    assertEquals(
        (long) seeds.size() * sparsity.size() * scope.size() * epochs.size() * centroids.size(),
        plan.cells());
  }

  /** At least one of {@code all}, in random order. */
  private static List<String> some(List<String> all, SplittableRandom random) {
    List<String> left = new ArrayList<>(all);
    List<String> chosen = new ArrayList<>();
    int count = 1 + random.nextInt(all.size());
    while (chosen.size() < count) {
      chosen.add(left.remove(random.nextInt(left.size())));
    }
    return chosen;
  }
}
