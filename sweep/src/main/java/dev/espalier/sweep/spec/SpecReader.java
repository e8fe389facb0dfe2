package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.config.Problems;
import dev.espalier.sweep.config.Rule;
import dev.espalier.sweep.spec.step.OptionReader;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.StepKind;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a whole config. */
final class SpecReader {
  /** What is read while the right value is missing. */
  private static final String ANY_NAME = "unnamed";

  private static final int ANY_IMAGES = 1;

  private final Methods methods;
  private final Sections sections;
  private final Fields config;
  private final Problems problems;

  private SpecReader(Methods methods, Sections sections, Fields config, Problems problems) {
    this.methods = methods;
    this.sections = sections;
    this.config = config;
    this.problems = problems;
  }

  /**
   * Reads a config.
   *
   * @param methods what it may name
   * @throws ConfigException with these {@code problems} and all that are found here
   */
  static SweepSpec read(Node root, Methods methods, Problems problems) throws ConfigException {
    Sections sections = Sections.of(methods);
    if (root instanceof Node.Nothing) {
      problems.add(root.place(), "", "must be a config, found an empty file");
    } else {
      Fields config = Fields.of(root, "", sections.config(), problems);
      if (config != null) {
        return new SpecReader(methods, sections, config, problems).read();
      }
    }
    problems.throwIfAny();
    throw new AssertionError("a config without a map was not reported");
  }

  private SweepSpec read() throws ConfigException {
    config.require(Keys.NAME);
    config.require(Keys.DATASET);
    config.require(Keys.BASELINE);
    config.one(Keys.SEMANTICS); // laid under the config already, where it is a preset
    DataSource source = source(config.map(Keys.DATASET, Sections.DATASET));
    Fields baselineFields = config.map(Keys.BASELINE, Sections.BASELINE);
    BaselineReader baseline = new BaselineReader(baselineFields, source);
    boolean own = baselineFields.has(Keys.FROM);
    Map<String, OptionValues> defaults = defaults(baseline.defaults());
    List<Pipeline> pipelines = pipelines(defaults);
    List<Model> models = models(own);
    CellChoiceReader choices = new CellChoiceReader(config, models, pipelines, own);
    SweepSpec spec =
        new SweepSpec(
            config.one(Keys.NAME, ANY_NAME),
            source,
            models,
            baseline.baseline(),
            defaults,
            pipelines,
            !config.has(Keys.PIPELINES),
            choices.read(Keys.INCLUDE),
            choices.read(Keys.EXCLUDE),
            config.some(Keys.SEEDS, List.of(1L)),
            objectives(config.map(Keys.OBJECTIVES, Sections.OBJECTIVES)),
            config.one(Keys.CONTROLS, false),
            config.one(Keys.CHECKPOINTS, Retention.CONTINUABLE));
    problems.throwIfAny();
    new CellCheck(spec, config, sections, choices, problems).check();
    problems.throwIfAny();
    return spec;
  }

  /** The defaults of each kind of step, some of which follow from those before. */
  private Map<String, OptionValues> defaults(OptionValues baseline) {
    Map<String, OptionValues> before = new LinkedHashMap<>();
    before.put(Keys.BASELINE.name(), baseline);
    for (StepKind kind : methods.steps()) {
      Fields fields = config.map(sections.step(kind), sections.defaults(kind));
      OptionValues given = OptionReader.values(fields, kind.options());
      before.put(kind.word(), given.over(kind.presets(before), kind.options()));
    }
    before.remove(Keys.BASELINE.name());
    return before;
  }

  private List<Pipeline> pipelines(Map<String, OptionValues> defaults) {
    Node node = config.raw(Keys.PIPELINES);
    if (node != null) {
      config.refuse(Keys.GRID, "with pipelines; a grid is short for one of them");
      String path = Keys.PIPELINES.name();
      return new PipelineReader(methods, defaults, problems).read(node, path);
    }
    config.require(Keys.GRID);
    Fields grid = config.map(Keys.GRID, Sections.GRID);
    if (grid.isPresent() && grid.isEmpty()) {
      config.wrong(Keys.GRID, "must have at least one axis, found none");
    }
    return List.of(new GridReader(methods, defaults).read(grid));
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
    int validation = images ? ANY_IMAGES : shapes ? 1000 : 5000;
    return new DataSource(
        name == null ? ANY_NAME : name,
        fields.one(Keys.PATH),
        fields.one(Keys.TRAIN, 0),
        fields.one(Keys.VALIDATION, validation),
        fields.one(Keys.SIZE, images ? 32 : 0),
        fields.one(Keys.CHANNELS, 0));
  }

  private List<Model> models(boolean own) {
    if (own) {
      config.refuse(Keys.MODEL, CellChoiceReader.OWN);
      return List.of();
    }
    config.require(Keys.MODEL);
    return new ModelReader(config).read();
  }

  private Objectives objectives(Fields fields) {
    if (!fields.isPresent()) {
      return Objectives.PRESET;
    }
    Rule<String> known = Rule.choice(Objectives.names(methods.metrics()));
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
}
