package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.point;
import static dev.espalier.sweep.pareto.Points.trial;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrontCsvTest {

  @Test
  void hasARowForEachPointWithParametersAndMetricsByName() {
    Front front =
        Front.of(
            List.of(
                trial("resnet18", "0.0", "none", 800, 2_000_000),
                trial("resnet18", "0.9", "16", 799, 90_000)),
            ACCURACY_BY_SIZE);

    assertEquals(
        "trial,name,seeds,knee,tied_with_smaller,standard_error,accuracy_low,accuracy_high,"
            + "interval_over,p_front,p_knee,centroids,fine_tune_epochs,model,scope,"
            + "seed,sparsity,width,size/compressed_bytes,size/dense_bytes,sparsity/achieved,"
            + "test/accuracy,val/accuracy\r\n"
            + "id-resnet18-s0.9-k16,resnet18-s0.9-k16,1,no,no,0.012673,0.774162,0.823838,"
            + "images,1,0.35,16,1,resnet18,flat,1,0.9,0.25,90000,2805864,0.9,0.789,0.799\r\n"
            + "id-resnet18-s0.0-knone,resnet18-s0.0-knone,1,yes,yes,0.012649,0.775208,0.824792,"
            + "images,0.65,0.65,none,0,resnet18,flat,1,0.0,0.25,2000000,2805864,0,0.79,0.8\r\n",
        FrontCsv.of(Confidence.of(front, ReferencePoint.NONE)));
  }

  @Test
  void namesAllTrialsOfAMean() {
    List<String> rows =
        FrontCsv.of(Confidence.of(ConfidenceTest.threeSeeds(), ReferencePoint.NONE))
            .lines()
            .toList();

    assertEquals(4, rows.size());
    assertTrue(
        rows.get(1).startsWith("id-tiny-seed1 id-tiny-seed2 id-tiny-seed3,tiny,3,no,no,"),
        rows.get(1));
    assertTrue(rows.get(1).contains(",seeds,1,0,tiny,"), rows.get(1));
  }

  @Test
  void quotesWhatWouldBreakALineAndLeavesUnknownNumbersEmpty() {
    Point odd = point("a,\"b\"\nc", Map.of("val/accuracy", 0.5, "val/loss", Double.NaN));
    Point other = point("plain", Map.of("val/accuracy", 0.5, "macs/nonzero", 3e9));

    assertEquals(
        """
        trial,name,seeds,knee,tied_with_smaller,standard_error,accuracy_low,accuracy_high,interval_over,p_front,p_knee,macs/nonzero,val/accuracy,val/loss\r
        "id-a,""b""\nc","a,""b""\nc",1,yes,no,,,,,,,,0.5,\r
        id-plain,plain,1,no,no,,,,,,,3000000000,0.5,\r
        """,
        FrontCsv.of(
            Confidence.of(
                Front.of(List.of(odd, other), List.of(Objective.maximize("val/accuracy"))),
                ReferencePoint.NONE)));
  }
}
