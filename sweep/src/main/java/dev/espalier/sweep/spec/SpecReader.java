package dev.espalier.sweep.spec;

import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.prune.Scope;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads a whole config. */
final class SpecReader {
  /** What is read while the right value is missing. */
  private static final String ANY_NAME = "unnamed";

  private static final int ANY_IMAGES = 1;
  private static final long ANY_SEED = 1;

  private final Fields config;
  private final Problems problems;
  private final MetricCatalogue metrics;

  private SpecReader(Fields config, Problems problems, MetricCatalogue metrics) {
    this.config = config;
    this.metrics = metrics;
    this.problems = problems;
  }

  /**
   * @param metrics that may be objectives
   * @throws SpecException with these {@code problems} and all that are found here
   */
  static SweepSpec read(Node root, Problems problems, MetricCatalogue metrics)
      throws SpecException {
    if (root instanceof Node.Nothing) {
      problems.add(root.place(), "", "must be a config, found an empty file");
    } else {
      Fields config = Fields.of(root, "", Section.CONFIG, problems);
      if (config != null) {
        return new SpecReader(config, problems, metrics).read();
      }
    }
    problems.throwIfAny();
    throw new AssertionError("a config without a map was not reported");
  }

  private SweepSpec read() throws SpecException {
    config.require(Keys.NAME);
    config.require(Keys.DATASET);
    config.require(Keys.BASELINE);
    config.require(Keys.GRID);
    Fields baselineFields = config.map(Keys.BASELINE, Section.BASELINE);
    List<Fields> exclude = config.maps(Keys.EXCLUDE, Section.CELLS);
    List<Fields> include = config.maps(Keys.INCLUDE, Section.CELLS);
    Fields dataset = config.map(Keys.DATASET, Section.DATASET);
    DataSource source = source(dataset);
    RecipeReader recipes =
        new RecipeReader(
            baselineFields,
            config.map(Keys.FINE_TUNE, Section.FINE_TUNE),
            source.name(),
            source.size());
    boolean own = baselineFields.has(Keys.FROM);
    Layers prune = layers(config.map(Keys.PRUNE, Section.PRUNE), List.of());
    SweepSpec spec =
        new SweepSpec(
            config.one(Keys.NAME, ANY_NAME),
            source,
            models(own),
            recipes.baseline(),
            recipes.fineTune(),
            prune,
            layers(config.map(Keys.CLUSTER, Section.CLUSTER), prune.exclude()),
            grid(config.map(Keys.GRID, Section.GRID)),
            include.stream().map(fields -> choice(fields, own)).toList(),
            exclude.stream().map(fields -> choice(fields, own)).toList(),
            config.some(Keys.SEEDS, List.of(1L)),
            objectives(config.map(Keys.OBJECTIVES, Section.OBJECTIVES)),
            config.one(Keys.CHECKPOINTS, Retention.CONTINUABLE));
    problems.throwIfAny();
    checkCells(spec, include, exclude);
    problems.throwIfAny();
    return spec;
  }

  private DataSource source(Fields fields) {
    fields.require(Keys.DATASET_NAME);
    String name = fields.one(Keys.DATASET_NAME);
    boolean images = "images".equals(name);
    boolean shapes = "shapes".equals(name);
    if (images) {
      fields.require(Keys.PATH);
      fields.require(Keys.VALIDATION);
    } else if (name != null) {
      fields.refuse(Keys.PATH, "for " + name + ", only for images");
    }
    if (name != null && !images && !shapes) {
      fields.refuse(Keys.SIZE, "for " + name + ", only for images and shapes");
    }
    int validation = images ? ANY_IMAGES : shapes ? 1000 : 5000;
    return new DataSource(
        name == null ? ANY_NAME : name,
        fields.one(Keys.PATH),
        fields.one(Keys.TRAIN, 0),
        fields.one(Keys.VALIDATION, validation),
        fields.one(Keys.SIZE, images ? 32 : 0));
  }

  private List<Model> models(boolean own) {
    if (own) {
      config.refuse(Keys.MODEL, "with baseline.from, which brings its own network");
      return List.of();
    }
    config.require(Keys.MODEL);
    List<Fields> maps = config.maps(Keys.MODEL, Section.MODEL);
    if (config.raw(Keys.MODEL) instanceof Node.Sequence list && list.items().isEmpty()) {
      config.wrong(Keys.MODEL, "must have at least one network, found none");
    }
    List<Model> models = new ArrayList<>();
    for (Fields fields : maps) {
      fields.require(Keys.ARCHITECTURE);
      List<BigDecimal> widths = fields.some(Keys.WIDTH, List.of(BigDecimal.ONE));
      for (String architecture : fields.some(Keys.ARCHITECTURE, List.of())) {
        for (BigDecimal width : widths) {
          Model model = new Model(architecture, width);
          if (models.contains(model)) {
            fields.wrong(
                "must differ from the other networks, found "
                    + architecture
                    + " of width "
                    + width
                    + " again");
          }
          models.add(model);
        }
      }
    }
    return models;
  }

  private static Layers layers(Fields fields, List<String> exclude) {
    return new Layers(fields.set(Keys.EXCLUDE_LAYERS, exclude), fields.one(Keys.DEPTHWISE, false));
  }

  private Grid grid(Fields fields) {
    if (fields.isPresent() && fields.isEmpty()) {
      config.wrong(Keys.GRID, "must have at least one axis, found none");
    }
    return new Grid(
        fields.some(Keys.SPARSITY, List.of(BigDecimal.ZERO)),
        fields.some(Keys.SCOPE, List.of(Scope.FLAT)),
        fields.some(Keys.FINE_TUNE_EPOCHS, List.of(0)),
        fields.some(Keys.CENTROIDS, List.of(0)));
  }

  private static CellChoice choice(Fields fields, boolean own) {
    if (fields.isEmpty()) {
      fields.wrong("must have at least one key, found none");
    }
    if (own) {
      fields.refuse(Keys.ARCHITECTURE, "with baseline.from, which brings its own network");
      fields.refuse(Keys.WIDTH, "with baseline.from, which brings its own network");
    }
    return new CellChoice(
        fields.some(Keys.ARCHITECTURE, List.of()),
        fields.some(Keys.WIDTH, List.of()),
        fields.some(Keys.SPARSITY, List.of()),
        fields.some(Keys.SCOPE, List.of()),
        fields.some(Keys.FINE_TUNE_EPOCHS, List.of()),
        fields.some(Keys.CENTROIDS, List.of()));
  }

  private Objectives objectives(Fields fields) {
    if (!fields.isPresent()) {
      return Objectives.PRESET;
    }
    Rule<String> known = Rule.choice(Objectives.names(metrics));
    Objectives objectives =
        new Objectives(fields.set(Keys.MAXIMIZE, known), fields.set(Keys.MINIMIZE, known));
    if (fields.isEmpty(Keys.MAXIMIZE) && fields.isEmpty(Keys.MINIMIZE)) {
      config.wrong(Keys.OBJECTIVES, "must have at least one metric, found none");
    }
    for (String metric : objectives.minimize()) {
      if (objectives.maximize().contains(metric)) {
        fields.wrong(Keys.MINIMIZE, "must differ from maximize, found " + metric + " in both");
      }
    }
    return objectives;
  }

  /** What can be said only once all axes are right; counted before it is expanded. */
  private void checkCells(SweepSpec spec, List<Fields> include, List<Fields> exclude) {
    if (spec.cellsAtMost() > SweepSpec.MAX_CELLS) {
      String found = String.format(Locale.ROOT, "%,.0f", spec.cellsAtMost());
      config.wrong(Keys.GRID, "must have at most 100,000 cells, found " + found);
      return;
    }
    for (int i = 0; i < include.size(); i++) {
      if (spec.product(spec.include().get(i), ANY_SEED).isEmpty()) {
        include.get(i).wrong("must match a network of this sweep, found none");
      }
    }
    Set<Cell> grid = spec.product(CellChoice.ANY, ANY_SEED);
    for (int i = 0; i < exclude.size(); i++) {
      if (grid.stream().noneMatch(spec.exclude().get(i)::matches)) {
        exclude.get(i).wrong("must match a cell of the grid, found none");
      }
    }
    if (problems.isEmpty() && spec.cells().isEmpty()) {
      config.wrong(Keys.EXCLUDE, "must leave at least one cell, found none");
    }
  }
}
