package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.config.Problems;
import dev.espalier.sweep.config.SourceLocation;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.StepKind;
import dev.espalier.sweep.spec.step.StepValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what can be said only once all axes are right; cells are counted before they are made. */
record CellCheck(
    SweepSpec spec, Fields config, Sections sections, CellChoiceReader choices, Problems problems) {

  void check() {
    Cells cells = new Cells(spec);
    Key<?> axes = spec.hasGrid() ? Keys.GRID : Keys.PIPELINES;
    if (cells.atMost() > SweepSpec.MAX_CELLS) {
      String found = String.format(Locale.ROOT, "%,.0f", cells.atMost());
      config.wrong(axes, "must have at most 100,000 cells, found " + found);
      return;
    }
    List<Fields> include = choices.maps(Keys.INCLUDE);
    for (int i = 0; i < include.size(); i++) {
      if (!cells.fitsAPipeline(spec.include().get(i))) {
        include.get(i).wrong("must name parameters that one pipeline has, found none with all");
      } else if (cells.included(spec.include().get(i)).findAny().isEmpty()) {
        include.get(i).wrong("must match a network of this sweep, found none");
      }
    }
    List<Fields> exclude = choices.maps(Keys.EXCLUDE);
    for (int i = 0; i < exclude.size(); i++) {
      if (!cells.matches(spec.exclude().get(i))) {
        exclude.get(i).wrong("must match a cell of the " + axes.name() + ", found none");
      }
    }
    List<Cell> all = cells.ofASeed();
    if (all.isEmpty()) {
      config.wrong(Keys.EXCLUDE, "must leave at least one cell, found none");
    }
    object(all);
  }

  /**
   * @param last the step before that must be the last one, if there is such a step
   */
  private @Nullable String objection(
      Cell cell, StepValues step, List<OptionValues> before, @Nullable StepKind last) {
    if (last != null) {
      return "must not follow %s, which must be the last step; exclude such trials"
          .formatted(last.word());
    }
    String objection = step.kind().objection(step.values(), before);
    return objection == null
        ? step.kind().objectionAfter(cell.training(), step.values(), spec.defaults())
        : objection;
  }

  private SourceLocation place(String pipeline) {
    Node.Mapping pipelines = (Node.Mapping) Objects.requireNonNull(config.raw(Keys.PIPELINES));
    return Objects.requireNonNull(pipelines.entries().get(pipeline)).place();
  }

  /** Reports each step that makes no sense where it stands, once. */
  private void object(List<Cell> cells) {
    Set<String> objections = new HashSet<>();
    for (Cell cell : cells) {
      List<OptionValues> before = new ArrayList<>();
      StepKind last = null;
      for (int i = 0; i < cell.steps().size(); i++) {
        StepValues step = cell.steps().get(i);
        if (!step.changesNothing()) {
          String objection = objection(cell, step, before, last);
          if (objection != null && objections.add(cell.pipeline() + "[" + i)) {
            object(cell, i, objection);
          }
          before.add(step.values());
          last = step.kind().isLast() ? step.kind() : last;
        }
      }
    }
  }

  /** Steps of a grid have what one may object to from the defaults alone. */
  private void object(Cell cell, int index, String objection) {
    StepKind kind = cell.steps().get(index).kind();
    if (spec.hasGrid()) {
      config.wrong(sections.step(kind), objection);
    } else {
      String path = "pipelines.%s[%d].%s".formatted(cell.pipeline(), index, kind.word());
      problems.add(place(cell.pipeline()), path, objection);
    }
  }
}
