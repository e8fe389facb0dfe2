package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.control;
import static dev.espalier.sweep.pareto.Points.trial;
import static dev.espalier.sweep.pareto.Points.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Controls that are better than all else, and yet nothing but shown. */
class ControlsOfFrontTest {
  private static final List<Point> ASKED =
      List.of(
          trial("resnet18", "0.0", "none", 802, 2_810_123),
          trial("resnet18", "0.5", "none", 760, 1_500_000),
          trial("resnet18", "0.8", "none", 801, 600_123),
          trial("resnet18", "0.9", "none", 790, 90_456));

  private static final List<Point> CONTROLS =
      List.of(
          control(Control.RANDOM, trial("resnet18", "0.9", "none", 990, 9_000)),
          control(Control.RANDOM, trial("resnet18", "0.5", "none", 995, 20_000)),
          control(Control.RANDOM, trial("resnet18", "0.4", "none", 300, 25_000)),
          control(Control.WIDTH, trial("narrow", "0.0", "none", 980, 8_000)));

  private static final List<Point> ALL = Stream.concat(CONTROLS.stream(), ASKED.stream()).toList();

  private static Front front(List<Point> points) {
    return Front.of(Repetitions.merged(points), ACCURACY_BY_SIZE);
  }

  private static Confidence sure(List<Point> points) {
    return Confidence.of(front(points), ReferencePoint.NONE);
  }

  @Test
  void frontKneeChancesAndHypervolumeAreThoseWithoutThem() {
    Front without = front(ASKED);
    Front found = front(ALL);
    assertEquals(without.points(), found.points());
    assertEquals(without.dominated(), found.dominated());
    assertEquals(Knee.of(without), Knee.of(found));
    assertEquals(CONTROLS, found.controls());
    Confidence sure = sure(ALL);
    assertEquals(sure(ASKED).points(), sure.points());
    assertEquals(sure(ASKED).reference(), sure.reference());
    assertEquals(sure(ASKED).hypervolume(), sure.hypervolume());
    assertEquals(FrontCsv.of(sure(ASKED)), FrontCsv.of(sure));
  }

  @Test
  void noneIsPicked() {
    for (SelectionRule rule :
        List.of(
            new SelectionRule.AtKnee(),
            new SelectionRule.MaxBytes(100_000),
            new SelectionRule.MinAccuracy(0.7),
            new SelectionRule.Within(0.02))) {
      assertEquals(
          Selection.of(rule, ASKED).picked(), Selection.of(rule, ALL).picked(), rule.toString());
    }
    Selection tooMuch = Selection.of(new SelectionRule.MinAccuracy(0.97), ALL);
    assertEquals(null, tooMuch.picked());
    assertEquals(ASKED.get(0), tooMuch.nearest());
  }

  @Test
  void seedsOfAControlAreOneConfigurationAndNotOneWithTrialsThatAreNone() {
    Point random = control(Control.RANDOM, ASKED.get(3));
    List<Point> merged =
        Repetitions.merged(
            List.of(
                ASKED.get(3), random, with(random, "2", Objects.requireNonNull(random.correct()))));
    assertEquals(2, merged.size());
    assertEquals(2, merged.get(1).trials().size());
    assertEquals(Control.RANDOM, merged.get(1).control());
  }

  @Test
  void theTableListsTheBestOfEachKindBelow() {
    List<String> lines = text(ALL);
    List<String> without = text(ASKED);
    assertEquals(without, lines.subList(0, without.size()));
    assertEquals(
        """

        controls, which are never on the front; the best of each kind:
        all: knone
        control                  val accuracy    test     size   ratio
        resnet18-s0.9-random  0.9900 ± 0.0062  0.9800  9.00 kB  311.8x  random pruning
        resnet18-s0.5-random  0.9950 ± 0.0044  0.9850  20.0 kB  140.3x  random pruning
        narrow-s0.0-width     0.9800 ± 0.0087  0.9700  8.00 kB  350.7x  dense, narrower
        """
            .lines()
            .toList(),
        lines.subList(without.size(), lines.size()));
    String markdown = FrontTable.markdown(sure(ALL));
    assertTrue(
        markdown.contains(
            "\n| narrow-s0.0-knone-width | 0.9800 ± 0.0087 | 0.9700 | 8.00 kB | 8000 | 350.7x | 0.000"
                + " | - | dense, narrower |\n"),
        markdown);
    assertFalse(FrontTable.markdown(sure(ASKED)).contains("control"));
  }

  @Test
  void thePictureHasASymbolForEachAndALineForEachKind() {
    String svg = FrontSvg.of(front(ALL), "a sweep");
    String without = FrontSvg.of(front(ASKED), "a sweep");
    assertEquals(3 + 1, count(svg, "l5 9 h-10 z'"), "random, and in the legend");
    assertEquals(1 + 1, count(svg, "l5.5 5.5 l-5.5 5.5"), "width, and in the legend");
    assertEquals(2, count(svg, "<polyline[^>]*stroke-dasharray"));
    for (Point point : CONTROLS) {
      assertEquals(1, count(svg, "<title>" + point.name() + "</title>"), point.name());
    }
    assertEquals(1, count(svg, ">control: random pruning<"));
    assertEquals(count(without, "<circle"), count(svg, "<circle"));
    assertEquals(0, count(without, "control|dasharray"));
  }

  @Test
  void wordsOfOtherKindsAreRefused() {
    List<String> words = new ArrayList<>();
    for (Control kind : Control.values()) {
      words.add(kind.word());
      assertEquals(kind, Control.of(kind.word()));
    }
    assertEquals(List.of("random", "width"), words);
    assertEquals(
        "control: must be one of random, width, found depth",
        assertThrows(IllegalArgumentException.class, () -> Control.of("depth")).getMessage());
  }

  private static List<String> text(List<Point> points) {
    return FrontText.of(sure(points), Map.of(), 100).stream().map(TextLine::text).toList();
  }

  private static long count(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }
}
