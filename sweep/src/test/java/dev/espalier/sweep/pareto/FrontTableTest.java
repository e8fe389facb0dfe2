package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.point;
import static dev.espalier.sweep.pareto.Points.trial;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
  void isAMarkdownTableWithAllNotesBelow() {
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
    Point small = point("small", Map.of("val/accuracy", 0.5, "macs/nonzero", 1234.0));
    Front front =
        Front.of(
            List.of(small),
            List.of(Objective.maximize("val/accuracy"), Objective.minimize("macs/nonzero")));

    List<String> lines = FrontTable.markdown(sure(front)).lines().toList();
    assertTrue(lines.get(0).endsWith("| centroids | macs/nonzero |  |"), lines.get(0));
    assertTrue(lines.get(2).endsWith("| - | 1234 | knee |"), lines.get(2));
  }

  @Test
  void showsADashForWhatIsNotKnown() {
    Front front =
        Front.of(
            List.of(point("a", Map.of("val/accuracy", 0.5))),
            List.of(Objective.maximize("val/accuracy")));

    assertEquals(
        "| a | 0.5000 | - | - | - | - | - | - | knee |",
        FrontTable.markdown(sure(front)).lines().toList().get(2));
  }

  @Test
  void anEmptyFrontIsAHeader() {
    Front front = Front.of(List.of(), ACCURACY_BY_SIZE);
    assertTrue(FrontTable.markdown(sure(front)).startsWith("| trial |"));
  }

  private static Confidence sure(Front front) {
    return Confidence.of(front, ReferencePoint.NONE);
  }
}
