package dev.espalier.sweep.plan;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.Cell;
import dev.espalier.sweep.spec.Cells;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.PruneStep;
import dev.espalier.sweep.spec.step.StepPlace;
import dev.espalier.sweep.spec.step.StepValues;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.stage.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The controls of a sweep: cells pruned at random, and dense networks of fewer channels.
 * docs/controls.md describes them.
 *
 * @param cells each once; some may be cells of the config too
 * @param roots of all cells of the sweep, controls included
 * @param remarks lines for people, each once, about missing controls and the reasons
 */
record Controls(List<Cell> cells, Roots roots, List<String> remarks) {
  /** The steps after a pruning that belong to it, because they recover accuracy. */
  private static final Set<String> MENDING = Set.of("fine-tune", "recalibrate");

  /** The steps after which no width of the network has the same layers. */
  private static final Set<String> RESHAPING = Set.of("drop-blocks", "replace-head");

  /** None if the config does not request controls. */
  static Controls of(SweepSpec spec, DataFacts data, Roots roots) throws ConfigException {
    if (!spec.controls()) {
      return new Controls(List.of(), roots, List.of());
    }
    List<Cell> pruned = Cells.of(spec).stream().filter(cell -> lastPruning(cell) >= 0).toList();
    Set<String> remarks = new LinkedHashSet<>();
    Set<Cell> cells = new LinkedHashSet<>();
    pruned.forEach(cell -> random(cell, remarks).ifPresent(cells::add));
    Roots all = roots;
    if (spec.baseline() instanceof Baseline.Train train) {
      Narrower narrower = new Narrower(spec, data, roots, remarks);
      pruned.forEach(cell -> narrower.cell(cell).ifPresent(cells::add));
      all = roots.with(narrower.added(), train, data);
    } else if (!pruned.isEmpty()) {
      remarks.add("controls: random pruning only; your own network has no widths");
    }
    return new Controls(List.copyOf(cells), all, List.copyOf(remarks));
  }

  private static boolean prunes(StepValues step) {
    return step.kind() instanceof PruneStep && !step.changesNothing();
  }

  /** The place of the last step that prunes; -1 where none does. */
  private static int lastPruning(Cell cell) {
    int last = cell.steps().size() - 1;
    while (last >= 0 && !prunes(cell.steps().get(last))) {
      last--;
    }
    return last;
  }

  /**
   * The cell with all pruning at random, up to the next step of another kind. Empty if it already
   * prunes at random, or cannot.
   */
  private static Optional<Cell> random(Cell cell, Set<String> remarks) {
    int last = lastPruning(cell);
    List<StepValues> steps = new ArrayList<>();
    for (int i = 0; i < cell.steps().size(); i++) {
      StepValues step = cell.steps().get(i);
      if (i > last && !step.changesNothing() && !MENDING.contains(step.kind().word())) {
        break;
      }
      StepValues drawn = random(step);
      if (drawn == null) {
        remarks.add("controls: no random pruning for threshold, which sets no sparsity");
        return Optional.empty();
      }
      steps.add(drawn);
    }
    boolean drawnAlready = steps.equals(cell.steps().subList(0, steps.size()));
    return drawnAlready
        ? Optional.empty()
        : Optional.of(control(cell, cell.model(), steps, Control.RANDOM));
  }

  /** The step, with the criterion random if it prunes; null if that is impossible. */
  private static @Nullable StepValues random(StepValues step) {
    if (!(step.kind() instanceof PruneStep prune) || step.changesNothing()) {
      return step;
    }
    OptionValues values = prune.atRandom(step.values());
    return values == null ? null : new StepValues(prune, values);
  }

  private static Cell control(
      Cell of, @Nullable Model model, List<StepValues> steps, Control control) {
    return new Cell(model, of.training(), of.pipeline(), steps, of.seed(), control);
  }

  /** The dense networks that have the MACs of pruned ones. */
  private static final class Narrower {
    /** How a network is pruned. */
    private record Pruning(Model model, List<StepValues> steps) {}

    private final SweepSpec spec;
    private final DataFacts data;
    private final Roots roots;
    private final Set<String> remarks;
    private final Map<Pruning, Optional<Model>> widths = new HashMap<>();
    private final Map<String, Model> byDigest = new LinkedHashMap<>();

    private Narrower(SweepSpec spec, DataFacts data, Roots roots, Set<String> remarks) {
      this.spec = spec;
      this.data = data;
      this.roots = roots;
      this.remarks = remarks;
      spec.models().forEach(model -> byDigest.put(Networks.of(model, data).digest(), model));
    }

    /** The networks that the config does not have. */
    private List<Model> added() {
      return byDigest.values().stream().filter(model -> !spec.models().contains(model)).toList();
    }

    /** The dense network for a cell; empty if there is no such width, or only that of the cell. */
    private Optional<Cell> cell(Cell cell) {
      Model model = cell.model();
      if (model == null || isReshaped(cell)) {
        return Optional.empty();
      }
      Pruning pruning = new Pruning(model, cell.steps().stream().filter(Controls::prunes).toList());
      return widths
          .computeIfAbsent(pruning, any -> width(cell, pruning))
          .map(width -> control(cell, width, List.of(), Control.WIDTH));
    }

    private boolean isReshaped(Cell cell) {
      for (StepValues step : cell.steps()) {
        String word = step.kind().word();
        if (RESHAPING.contains(word) && !step.changesNothing()) {
          remarks.add("controls: none by width for trials with %s".formatted(word));
          return true;
        }
      }
      return false;
    }

    private Optional<Model> width(Cell cell, Pruning pruning) {
      Model model = pruning.model();
      Roots.Root root = roots.of(model, cell.training());
      StepPlace place = new StepPlace(root.stage(), root.network(), List.of(), spec.defaults());
      List<Stage> stages =
          pruning.steps().stream().flatMap(step -> step.stages(place).stream()).toList();
      Long macs;
      try {
        macs = RemainingMacs.of(Networks.of(model, data), stages);
      } catch (IllegalArgumentException e) {
        remarks.add(
            "controls: none by width for %s: %s".formatted(root.stage().brief(), e.getMessage()));
        return Optional.empty();
      }
      if (macs == null) {
        remarks.add("controls: none by width for threshold, which sets no sparsity");
        return Optional.empty();
      }
      WidthSearch.Found found = WidthSearch.nearest(model, macs, data);
      if (found.isLeast()) {
        remarks.add(
            String.format(
                Locale.ROOT,
                "controls: no width of %s has so few MACs as %,d; the narrowest, %s, has %,d",
                model.name(),
                macs,
                found.model().width().toPlainString(),
                found.macs()));
      }
      String digest = Networks.of(found.model(), data).digest();
      Model known = byDigest.computeIfAbsent(digest, any -> found.model());
      return known.equals(model) ? Optional.empty() : Optional.of(known);
    }
  }
}
