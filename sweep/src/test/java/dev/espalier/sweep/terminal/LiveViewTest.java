package dev.espalier.sweep.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Lineage;
import dev.espalier.sweep.pareto.Objective;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.TextLine;
import dev.espalier.sweep.run.Progress;
import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LiveViewTest {
  private static final List<Point> POINTS =
      List.of(
          point("s0.9-k16", 0.51, 55_000),
          point("s0.7-k16", 0.954, 75_000),
          point("s0.5", 0.968, 240_000),
          point("s0.7", 0.90, 250_000),
          point("s0", 0.982, 712_000));

  private static final LiveState STATE =
      new LiveState(
          new Progress(12, 2, 2, 24, 200),
          14,
          42,
          List.of(
              new LiveState.Running("train mobilenetv2 w=0.25 epoch 1-20", 70, 120),
              new LiveState.Running("cluster resnet18 w=0.125 s=0.5 flat k=16", 3, Double.NaN)),
          List.of("fine-tune resnet18 w=0.125 s=0.95 flat epoch 1: diverged: NaN"),
          front(POINTS),
          5,
          Map.of("id-s0.7-k16", 7, "id-s0", 1));

  @Test
  void showsProgressWhatRunsWhatFailedAndTheFront() {
    assertEquals(
        """
        [##########>>------------------] 12/40 stages, 14/42 epochs, 2 running, 2 failed, 3 min 20 s left
          runs  train mobilenetv2 w=0.25 epoch 1-20, 1 min 10 s of about 2 min 00 s
          runs  cluster resnet18 w=0.125 s=0.5 flat k=16, 3.0 s
          failed  fine-tune resnet18 w=0.125 s=0.95 flat epoch 1: diverged: NaN
        front: 4 points, 5 trials finished
        1.00 ┤                                                          o
             │          K                        o
        0.90 ┤                                   ·
             │
             │
        0.70 ┤
             │
        0.60 ┤
             │
        0.50 ┤   o
             └────────────────┬──────────────┬──────────────────┬───────────
                           100 kB         200 kB             500 kB
        validation accuracy against compressed size; o front; K knee; · beaten
        all: resnet18-w0.125, seed1
        #  trial     val accuracy  test     size  ratio
           s0.9-k16        0.5100     -  55.0 kB      -
        7  s0.7-k16        0.9540     -  75.0 kB      -  knee
           s0.5            0.9680     -   240 kB      -
        1  s0              0.9820     -   712 kB      -
        """,
        text(STATE, 100, 40));
  }

  @Test
  void aUsualTerminalHasRoomForChartAndTable() {
    assertEquals(
        """
        [###>------] 12/40 stages, 2 running, 2 failed, 3 min 20 s left
          runs  train mobilenetv2 w=0.25 epoch 1-20, 1 min 10 s of about 2 min 00 s
          runs  cluster resnet18 w=0.125 s=0.5 flat k=16, 3.0 s
          failed  fine-tune resnet18 w=0.125 s=0.95 flat epoch 1: diverged: NaN
        front: 4 points, 5 trials finished
        1.00 ┤                                                          o
             │          K                        o
        0.90 ┤                                   ·
             │
             │
        0.70 ┤
             │
        0.60 ┤
             │
        0.50 ┤   o
             └────────────────┬──────────────┬──────────────────┬───────────
                           100 kB         200 kB             500 kB
        validation accuracy against compressed size; o front; K knee; · beaten
        all: resnet18-w0.125, seed1
        #  trial     val accuracy  test     size  ratio
           s0.9-k16        0.5100     -  55.0 kB      -
        7  s0.7-k16        0.9540     -  75.0 kB      -  knee
           s0.5            0.9680     -   240 kB      -
        """,
        text(STATE, 80, 24));
  }

  @Test
  void aShortTerminalHasNoTableAndAVeryShortOneNoChart() {
    assertEquals(
        """
        [###>------] 12/40 stages, 2 running, 2 failed, 3 min 20 s left
          runs  train mobilenetv2 w=0.25 epoch 1-20, 1 min 10 s of about 2 min 00 s
          runs  cluster resnet18 w=0.125 s=0.5 flat k=16, 3.0 s
          failed  fine-tune resnet18 w=0.125 s=0.95 flat epoch 1: diverged: NaN
        front: 4 points, 5 trials finished
        1.00 ┤          K                        o                      o
             │                                   ·
        0.70 ┤
             │
        0.50 ┤   o
             └────────────────┬──────────────┬──────────────────┬───────────
                           100 kB         200 kB             500 kB
        validation accuracy against compressed size; o front; K knee; · beaten
        """,
        text(STATE, 80, 14));
    assertEquals(
        """
        [###>------] 12/40 stages, 2 running, 2 failed, 3 min 20 s left
          runs  train mobilenetv2 w=0.25 epoch 1-20, 1 min 10 s of about 2 min 00 s
          runs  cluster resnet18 w=0.125 s=0.5 flat k=16, 3.0 s
          failed  fine-tune resnet18 w=0.125 s=0.95 flat epoch 1: diverged: NaN
        front: 4 points, 5 trials finished
        """,
        text(STATE, 80, 8));
    assertEquals("[###>------] 12/40 stages,...\n", text(STATE, 30, 2));
  }

  @Test
  void whatFailsLaterIsShownFirst() {
    List<String> failures = new ArrayList<>();
    for (int i = 1; i <= 9; i++) {
      failures.add("stage " + i + ": diverged");
    }
    LiveState many =
        new LiveState(STATE.progress(), 0, 0, List.of(), failures, front(List.of()), 0, Map.of());
    assertEquals(
        """
        [##########>>------------------] 12/40 stages, 2 running, 2 failed, 3 min 20 s left
          failed  stage 7: diverged
          failed  stage 8: diverged
          failed  stage 9: diverged
          and 6 before
        no trial is finished yet
        """,
        text(many, 100, 24));
    assertEquals(
        TextLine.Kind.FAILURE, LiveView.lines(many, new Terminal.Size(100, 24)).get(1).kind());
  }

  @Test
  void whatNobodyCanSayIsLeftOut() {
    LiveState unknown =
        new LiveState(
            new Progress(0, 0, 1, 2, Double.NaN),
            0,
            2,
            List.of(new LiveState.Running("train net epoch 1-2", Double.NaN, 30)),
            List.of(),
            front(List.of()),
            0,
            Map.of());
    assertEquals(
        """
        [>>>>>>>>>>--------------------] 0/3 stages, 0/2 epochs, 1 running
          runs  train net epoch 1-2
        no trial is finished yet
        """,
        text(unknown, 100, 24));
  }

  /** Nothing wraps and nothing scrolls, so that each drawing lies over the one before. */
  @Test
  void fitsEveryTerminal() {
    SplittableRandom random = new SplittableRandom(6);
    for (int round = 0; round < 300; round++) {
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < random.nextInt(40); i++) {
        points.add(point("a-long-name-of-p" + i, random.nextDouble(), 1 + random.nextInt(100_000)));
      }
      List<LiveState.Running> running = new ArrayList<>();
      for (int i = 0; i < random.nextInt(20); i++) {
        running.add(new LiveState.Running("stage ".repeat(random.nextInt(30)), i, 2 * i));
      }
      LiveState state =
          new LiveState(
              STATE.progress(), 1, 2, running, STATE.failures(), front(points), 3, Map.of());
      Terminal.Size size = new Terminal.Size(10 + random.nextInt(150), 2 + random.nextInt(60));
      List<TextLine> lines = LiveView.lines(state, size);
      assertFalse(lines.isEmpty());
      assertTrue(lines.size() < size.rows(), size + " " + lines.size());
      for (TextLine line : lines) {
        assertTrue(line.text().length() < size.columns(), size + line.text());
      }
    }
  }

  private static String text(LiveState state, int columns, int rows) {
    StringBuilder text = new StringBuilder();
    LiveView.lines(state, new Terminal.Size(columns, rows))
        .forEach(line -> text.append(line.text()).append('\n'));
    return text.toString();
  }

  private static Front front(List<Point> points) {
    return Front.of(
        points,
        List.of(Objective.maximize("val/accuracy"), Objective.minimize("size/compressed_bytes")));
  }

  private static Point point(String name, double accuracy, double bytes) {
    return new Point(
        "id-" + name,
        "resnet18-w0.125-" + name + "-seed1",
        Map.of(),
        Lineage.UNKNOWN,
        new Metrics(Map.of("val/accuracy", accuracy, "size/compressed_bytes", bytes)),
        null);
  }
}
