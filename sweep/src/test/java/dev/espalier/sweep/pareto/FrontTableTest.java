package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.point;
import static dev.espalier.sweep.pareto.Points.trial;
import static dev.espalier.sweep.pareto.Points.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrontTableTest {
  private static final Point DENSE = trial("resnet18", "0.0", "none", 802, 2_810_123);
  private static final Point PRUNED = trial("resnet18", "0.8", "none", 801, 600_123);
  private static final Point CLUSTERED = trial("resnet18", "0.9", "16", 790, 90_456);
  private static final Point TINY = trial("mobilenetv2", "0.95", "16", 410, 9_876);
  private static final Point DIVERGED = point("lost", Map.of("val/accuracy", Double.NaN));

  private static final Front FRONT =
      Front.of(List.of(DENSE, PRUNED, CLUSTERED, TINY, DIVERGED), ACCURACY_BY_SIZE);

  @Test
  void alignsColumnsAndExplainsItsMarks() {
    assertEquals(
        """
        trial                     val accuracy  test accuracy     size    bytes   ratio  sparsity  centroids  P(front)  P(knee)
        mobilenetv2-s0.95-k16  0.4100 ± 0.0305         0.4000  9.88 kB     9876  284.1x     0.950         16      1.00     0.00
        resnet18-s0.9-k16      0.7900 ± 0.0252         0.7800  90.5 kB    90456   31.0x     0.900         16      1.00     1.00  knee
        resnet18-s0.8-knone    0.8010 ± 0.0247         0.7910   600 kB   600123    4.7x     0.800          -      1.00     0.00
        resnet18-s0.0-knone    0.8020 ± 0.0247         0.7920  2.81 MB  2810123    1.0x     0.000          -      0.64     0.00  tied
        ±: 95 % interval over the 1000 validation images; one seed: what another seed changes is not in it
        P(front), P(knee): how often nothing beats it, and how often it is the knee, in 1000 draws of validation images
        tied: no more accurate than the next smaller point, within two standard errors of the difference
        ratio: the same network as plain 32-bit weights, by size
        hypervolume: 5.2490, from val/accuracy 0, size/compressed_bytes 2805864
        left out: lost (val/accuracy is NaN, has no size/compressed_bytes)
        """
            .lines()
            .toList(),
        FrontTable.text(sure(FRONT)));
  }

  @Test
  void isAMarkdownTableToo() {
    List<String> lines = FrontTable.markdown(sure(FRONT)).lines().toList();

    assertEquals("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|", lines.get(1));
    assertEquals(
        "| resnet18-s0.9-k16 | 0.7900 ± 0.0252 | 0.7800 | 90.5 kB | 90456 | 31.0x | 0.900 | 16 |"
            + " 1.00 | 1.00 | knee |",
        lines.get(3));
    assertEquals("", lines.get(6));
    assertTrue(lines.get(7).startsWith("- ±: 95 % interval over the 1000 validation images"));
  }

  @Test
  void givesOtherObjectivesAColumn() {
    Point small =
        point("small", Map.of("val/accuracy", 0.5, "macs/nonzero", 1234.0, "val/loss", 0.25));
    Front front =
        Front.of(
            List.of(small),
            List.of(
                Objective.maximize("val/accuracy"),
                Objective.minimize("val/loss"),
                Objective.minimize("macs/nonzero")));

    assertTrue(FrontTable.text(sure(front)).get(0).endsWith("centroids  val/loss  macs/nonzero"));
    assertTrue(FrontTable.text(sure(front)).get(1).endsWith("0.2500          1234  knee"));
  }

  @Test
  void countsSeedsOfAllPointsUntilThereAreThree() {
    List<Point> points = new ArrayList<>(List.of(CLUSTERED));
    assertTrue(text(points).contains("one seed: "));
    points.add(with(CLUSTERED, "2", CLUSTERED.correct()));
    assertTrue(text(points).contains("two seeds: "));
    // The third is on no front, and yet a seed.
    points.add(with(point("worse", 0.1, 1e9), "3", null));
    assertTrue(text(points).contains("where seeds are below 3: "));
    points.add(with(CLUSTERED, "3", CLUSTERED.correct()));
    assertFalse(text(points).contains("another seed"));
  }

  @Test
  void aConfigurationOfThreeSeedsIsARow() {
    List<String> lines = FrontTable.text(sure(ConfidenceTest.threeSeeds()));

    assertEquals(
        """
        trial  seeds     val accuracy  test accuracy     size  bytes  ratio  sparsity  centroids  P(front)  P(knee)
        tiny       3  0.3020 ± 0.0025              -  1.00 kB   1002      -         -          -      1.00     0.00
        small      3  0.8080 ± 0.0099              -  2.00 kB   1998      -         -          -      1.00     1.00  knee
        large      3  0.8480 ± 0.0224              -  20.0 kB  20000      -         -          -      1.00     0.00
        ±: 95 % interval over the seeds (Student's t), with these validation images
        P(front), P(knee): how often nothing beats it, and how often it is the knee, in 1000 draws of validation images and seeds
        close: close is beaten, but P(front) is 0.37
        ratio: the same network as plain 32-bit weights, by size
        """
            .lines()
            .toList(),
        lines);
  }

  @Test
  void showsADashForWhatIsNotKnown() {
    Front front =
        Front.of(
            List.of(point("a", Map.of("val/accuracy", 0.5))),
            List.of(Objective.maximize("val/accuracy")));

    assertEquals(
        "a            0.5000              -     -      -      -         -          -  knee",
        FrontTable.text(sure(front)).get(1));
  }

  @Test
  void anEmptyFrontIsAHeader() {
    Front front = Front.of(List.of(), ACCURACY_BY_SIZE);

    assertEquals(
        "trial  val accuracy  test accuracy  size  bytes  ratio  sparsity  centroids",
        FrontTable.text(sure(front)).get(0));
    assertTrue(FrontTable.markdown(sure(front)).startsWith("| trial |"));
  }

  private static Confidence sure(Front front) {
    return Confidence.of(front, ReferencePoint.NONE);
  }

  private static String text(List<Point> points) {
    return String.join(
        "\n", FrontTable.text(sure(Front.of(Repetitions.merged(points), ACCURACY_BY_SIZE))));
  }
}
