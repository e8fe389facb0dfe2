package dev.espalier.sweep.terminal;

import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.FrontChart;
import dev.espalier.sweep.pareto.FrontText;
import dev.espalier.sweep.pareto.TextLine;
import dev.espalier.sweep.run.Progress;
import java.util.ArrayList;
import java.util.List;

/**
 * The view of a running sweep: progress, running stages, failures, and the front so far as a chart
 * and a table. It depends only on a state and a size; on a small terminal the table is dropped
 * first, then the chart, then everything but the first line.
 */
final class LiveView {
  private static final int BAR = 30;
  private static final int SHORT_BAR = 10;
  private static final int SHORT_BAR_BELOW = 90;

  private static final int MOST_RUNNING = 6;
  private static final int MOST_FAILURES = 3;

  private static final int CHART_WIDTH = 68;
  private static final int LEAST_CHART_WIDTH = 36;
  private static final int CHART_HEIGHT = 12;
  private static final int LEAST_CHART_HEIGHT = 6;
  private static final int LEAST_TABLE = 4;
  private static final int MOST_TABLE = 14;

  private final LiveState state;
  private final int columns;
  private final List<TextLine> lines = new ArrayList<>();
  private int room;

  private LiveView(LiveState state, Terminal.Size size) {
    this.state = state;
    this.columns = size.columns();
    this.room = Math.max(1, size.rows() - 1);
  }

  /** The lines, each shorter than the terminal is wide, and fewer than it has. */
  static List<TextLine> lines(LiveState state, Terminal.Size size) {
    LiveView view = new LiveView(state, size);
    view.add(List.of(line(TextLine.Kind.PLAIN, view.progress())));
    view.add(view.running());
    view.add(view.failures());
    view.addFront();
    return view.lines.stream()
        .map(line -> new TextLine(line.kind(), view.cut(line.text())))
        .toList();
  }

  /** Only the first line: the progress of a sweep. */
  static String progress(LiveState state, int columns) {
    return new LiveView(state, new Terminal.Size(columns, 2)).progress();
  }

  private void add(List<TextLine> more) {
    more.stream().limit(room).forEach(lines::add);
    room -= Math.min(room, more.size());
  }

  private String progress() {
    Progress progress = state.progress();
    int width = columns < SHORT_BAR_BELOW ? SHORT_BAR : BAR;
    String epochs =
        state.epochs() == 0 || columns < SHORT_BAR_BELOW
            ? ""
            : ", %d/%d epochs".formatted(state.epochsDone(), state.epochs());
    String failed = progress.failed() == 0 ? "" : ", %d failed".formatted(progress.failed());
    String left =
        Double.isNaN(progress.secondsLeft())
            ? ""
            : ", %s left".formatted(Formats.duration(progress.secondsLeft()));
    return "%s %d/%d stages%s, %d running%s%s"
        .formatted(
            Bar.of(
                progress.done() + progress.failed(), progress.running(), progress.stages(), width),
            progress.done(),
            progress.stages(),
            epochs,
            progress.running(),
            failed,
            left);
  }

  private List<TextLine> running() {
    int most = Math.min(MOST_RUNNING, Math.max(1, room / 3));
    List<TextLine> running = new ArrayList<>();
    for (LiveState.Running stage : state.running().stream().limit(most).toList()) {
      running.add(line(TextLine.Kind.PLAIN, "  runs  " + stage.label() + time(stage)));
    }
    int more = state.running().size() - running.size();
    if (more > 0) {
      running.add(line(TextLine.Kind.NOTE, "  and %d more".formatted(more)));
    }
    return running;
  }

  private static String time(LiveState.Running stage) {
    String estimated =
        Double.isNaN(stage.estimated()) || stage.estimated() == 0
            ? ""
            : " of about " + Formats.duration(stage.estimated());
    return Double.isNaN(stage.seconds())
        ? ""
        : ", " + Formats.duration(stage.seconds()) + estimated;
  }

  /** The latest failures with their reasons; all of them are in the journal. */
  private List<TextLine> failures() {
    int most = Math.min(MOST_FAILURES, Math.max(1, room / 4));
    int earlier = Math.max(0, state.failures().size() - most);
    List<TextLine> failures = new ArrayList<>();
    state.failures().stream()
        .skip(earlier)
        .forEach(text -> failures.add(line(TextLine.Kind.FAILURE, "  failed  " + text)));
    if (earlier > 0) {
      failures.add(line(TextLine.Kind.NOTE, "  and %d before".formatted(earlier)));
    }
    return failures;
  }

  private void addFront() {
    Front front = state.front();
    if (front.points().isEmpty()) {
      add(
          List.of(
              line(
                  TextLine.Kind.NOTE,
                  front.excluded().isEmpty()
                      ? "no trial is finished yet"
                      : "no front yet: the objectives are measured at the end")));
      return;
    }
    add(
        List.of(
            line(
                TextLine.Kind.HEAD,
                "front: %d points, %d trials finished"
                    .formatted(front.points().size(), state.trials()))));
    addChart(front);
    if (room >= LEAST_TABLE) {
      int rows = Math.min(MOST_TABLE, room) - 2; // Two lines stand above them.
      add(FrontText.brief(front, state.numbers(), columns - 1, rows));
    }
  }

  private void addChart(Front front) {
    int width = Math.min(CHART_WIDTH, columns - 1);
    int height = Math.min(CHART_HEIGHT, room - 1);
    if (width >= LEAST_CHART_WIDTH && height >= LEAST_CHART_HEIGHT) {
      List<String> chart = FrontChart.lines(front, width, height);
      if (!chart.isEmpty()) {
        add(chart.stream().map(text -> line(TextLine.Kind.PLAIN, text)).toList());
        add(List.of(line(TextLine.Kind.NOTE, FrontChart.legend(front))));
      }
    }
  }

  private static TextLine line(TextLine.Kind kind, String text) {
    return new TextLine(kind, text);
  }

  /** A line that wraps would take two, and the next drawing would miss one. */
  private String cut(String line) {
    return line.length() < columns ? line : line.substring(0, Math.max(0, columns - 4)) + "...";
  }
}
