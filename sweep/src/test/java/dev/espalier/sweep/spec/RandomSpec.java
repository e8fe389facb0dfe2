package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.sweep.config.Section;
import dev.espalier.sweep.spec.step.RateForm;
import dev.espalier.sweep.spec.step.RecipeOptions;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Draws configs that are accepted: every key, and values as strange as its rule allows. */
public final class RandomSpec {
  /** Parameters that are allowed beside some values of others only. */
  static final String SCHEDULES =
      "threshold|unit|criterion|cluster-(init|lloyd)|prune-(schedule|epochs|rounds|spacing|from|frequency|end|power|images|rounding)";

  /** More would make more cells than a config may have. */
  private static final int MOST_STEPS = 5;

  static final Sections SECTIONS = Sections.of(Methods.STANDARD);

  private final Random random;
  private final Set<String> drawn = new TreeSet<>();

  /** Whether the baseline has enough epochs for any rewound fine-tuning. */
  private boolean rewinds;

  /** One seed draws the same configs again. */
  public RandomSpec(long seed) {
    this.random = new Random(seed);
  }

  /** The keys that were drawn so far, as {@code section.key}. */
  Set<String> drawn() {
    return drawn;
  }

  /** A config over drawn shapes and a small ResNet18, for which a plan is soon made. */
  public String ofShapes() {
    Map<String, String> config = new LinkedHashMap<>();
    one(config, SECTIONS.config(), "name");
    config.put("dataset", "{name: shapes}");
    config.put("model", "{architecture: resnet18, width: 0.0625}");
    config.put("baseline", baseline(false));
    return rest(config, false, List.of());
  }

  /** Any config. */
  public String next() {
    Map<String, String> config = new LinkedHashMap<>();
    boolean own = random.nextInt(4) == 0;
    one(config, SECTIONS.config(), "name");
    config.put("dataset", dataset());
    List<String> architectures = new ArrayList<>();
    if (!own) {
      Map<String, String> model = new LinkedHashMap<>();
      if (random.nextInt(4) == 0) {
        architectures.add(listed(model));
      } else {
        architectures.addAll(values(Sections.MODEL, "architecture", 2));
        model.put("architecture", architectures.toString());
      }
      maybe(() -> some(model, Sections.MODEL, "width"));
      config.put("model", flow(model));
    }
    config.put("baseline", baseline(own));
    maybe(() -> one(config, SECTIONS.config(), "semantics"));
    return rest(config, own, architectures);
  }

  /** Draws a list of layers, and gives the name of its network. */
  private String listed(Map<String, String> model) {
    drawn.addAll(List.of("model.layers", "model.name"));
    List<String> lines =
        List.of(
            "conv 16 3",
            "\" conv  7 2   linear stride 2 valid bias batch-norm\"",
            "depthwise 5 same no-bias relu6",
            "max-pool 3 stride 2",
            "average-pool 2 stride 2",
            "global-average-pool",
            "dense 65536 relu");
    model.put(
        "layers",
        random
            .ints(random.nextInt(5), 0, lines.size())
            .mapToObj(lines::get)
            .collect(Collectors.joining(", ", "[", "]")));
    maybe(() -> model.put("name", "my-net"));
    return model.getOrDefault("name", "layers");
  }

  private String rest(Map<String, String> config, boolean own, List<String> architectures) {
    Map<String, String> fineTune = new LinkedHashMap<>();
    maybe(() -> recipe(fineTune, step("fine-tune"), true, false));
    config.put("fine-tune", flow(fineTune));
    for (String layers : List.of("prune", "cluster")) {
      Map<String, String> map = new LinkedHashMap<>();
      maybe(() -> layers(map, step(layers)));
      if (layers.equals("cluster")) {
        maybe(() -> start(map, step(layers), "init", "lloyd"));
      }
      config.put(layers, flow(map));
    }
    Map<String, String> recalibrate = new LinkedHashMap<>();
    maybe(() -> one(recalibrate, step("recalibrate"), "images"));
    config.put("recalibrate", flow(recalibrate));
    Map<String, String> drop = new LinkedHashMap<>();
    maybe(() -> one(drop, step("drop-blocks"), "images"));
    config.put("drop-blocks", flow(drop));
    Map<String, String> head = new LinkedHashMap<>();
    maybe(() -> one(head, step("replace-head"), "freeze"));
    config.put("replace-head", flow(head));
    Map<String, String> quantize = new LinkedHashMap<>();
    maybe(() -> one(quantize, step("quantize"), "images"));
    maybe(() -> one(quantize, step("quantize"), "percentile"));
    config.put("quantize", flow(quantize));
    if (random.nextBoolean()) {
      Map<String, String> grid = new LinkedHashMap<>();
      some(grid, Sections.GRID, "sparsity");
      for (String axis : List.of("scope", "fine-tune-epochs", "centroids", "quantize")) {
        maybe(() -> some(grid, Sections.GRID, axis));
      }
      config.put("grid", flow(grid));
      maybe(() -> config.put("include", include(own, architectures)));
    } else {
      config.put("pipelines", pipelines());
    }
    maybe(() -> some(config, SECTIONS.config(), "seeds"));
    maybe(() -> config.put("objectives", objectives()));
    maybe(() -> one(config, SECTIONS.config(), "checkpoints"));
    maybe(() -> one(config, SECTIONS.config(), "controls"));
    StringBuilder yaml = new StringBuilder();
    config.forEach((key, value) -> yaml.append(key + ": " + value + "\n"));
    return yaml.toString();
  }

  private static Section step(String word) {
    return Objects.requireNonNull(SECTIONS.steps().get(word));
  }

  private void layers(Map<String, String> map, Section section) {
    if (section.keys().stream().anyMatch(key -> key.name().equals("layers"))) {
      maybe(() -> some(map, section, "layers"));
    }
    maybe(() -> some(map, section, "exclude-layers"));
    maybe(() -> one(map, section, "depthwise"));
  }

  /** Where centroids start; both keys at once, since iterations from the optimum are refused. */
  private void start(Map<String, String> map, Section section, String init, String lloyd) {
    one(map, section, init);
    one(map, section, lloyd);
    if ("optimal".equals(map.get(init))) {
      map.put(lloyd, "0");
    }
  }

  /** One to three pipelines, each with at most one step of a kind. */
  private String pipelines() {
    Map<String, String> pipelines = new LinkedHashMap<>();
    drawn.add("config.pipelines");
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      List<String> steps = new ArrayList<>();
      List<String> words = new ArrayList<>(SECTIONS.steps().keySet());
      Collections.shuffle(words, random);
      List<String> chosen = new ArrayList<>(words.subList(0, 1 + random.nextInt(MOST_STEPS)));
      if (chosen.remove("quantize")) {
        chosen.add("quantize"); // which must be the last step
      }
      for (String word : chosen) {
        String step = step(word, step(word));
        steps.add("{" + word + ": " + (random.nextBoolean() ? step : "[none, " + step + "]") + "}");
      }
      pipelines.put("pipeline-" + i, steps.toString());
    }
    return flow(pipelines);
  }

  private String step(String word, Section section) {
    Map<String, String> map = new LinkedHashMap<>();
    if (!word.equals("replace-head")) {
      some(map, section, section.keys().get(0).name());
    }
    switch (word) {
      case "fine-tune" -> {
        recipe(map, section, true, true);
        maybe(() -> some(map, section, "centroid-gradient"));
      }
      case "prune" -> {
        maybe(() -> some(map, section, "scope"));
        layers(map, section);
        pruning(map, section);
        if (random.nextInt(4) == 0) {
          map.put(random.nextBoolean() ? "layers" : "exclude-layers", "[[], stem, [a, b]]");
        }
      }
      case "cluster" -> {
        layers(map, section);
        maybe(() -> start(map, section, "init", "lloyd"));
      }
      case "quantize" -> {
        maybe(() -> some(map, section, "images"));
        maybe(() -> some(map, section, "percentile"));
      }
      case "replace-head" -> {
        drawn.add("replace-head.layers");
        map.put(
            "layers",
            random.nextBoolean() ? "[]" : "[dense 16 relu6, \"  dense 4   linear\", dense 4]");
        maybe(() -> one(map, section, "freeze"));
      }
      case "drop-blocks" -> {
        drop(map);
        maybe(() -> one(map, section, "images"));
      }
      default -> {}
    }
    return flow(map);
  }

  /** Blocks that a ResNet18 has. */
  private void drop(Map<String, String> map) {
    drawn.add("drop-blocks.blocks");
    if (random.nextBoolean()) {
      map.put("count", "" + random.nextInt(6));
    } else {
      map.remove("count");
      map.put("blocks", "[[], [stage4.block2, \"stage?.block1\"]]");
    }
  }

  /** By a threshold, at once, or by one of the schedules with what each needs. */
  private void pruning(Map<String, String> map, Section section) {
    int form = random.nextInt(7);
    if (form >= 5) {
      filters(map, section, form == 5);
      return;
    }
    drawn.add("prune.criterion");
    map.put("unit", "weight");
    map.put("criterion", "magnitude");
    if (form == 0) {
      map.remove("sparsity");
      one(map, section, "threshold");
      return;
    }
    maybe(() -> map.put("criterion", "random"));
    maybe(() -> one(map, section, "rounding"));
    if (form == 1) {
      maybe(() -> map.put("schedule", "one-shot"));
      return;
    }
    drawn.add("prune.schedule");
    map.put("schedule", List.of("constant", "iterative", "polynomial").get(form - 2));
    map.put("sparsity", "[0.5, 0.9]");
    one(map, section, "epochs");
    if (form == 3) {
      one(map, section, "rounds");
      maybe(() -> one(map, section, "spacing"));
    } else if (form == 4) {
      drawn.add("prune.from");
      maybe(() -> map.put("from", "[0, 0.25]"));
      map.put("criterion", "magnitude");
      for (String option : List.of("frequency", "end", "power")) {
        maybe(() -> one(map, section, option));
      }
    }
  }

  private void filters(Map<String, String> map, Section section, boolean seesImages) {
    drawn.add("prune.unit");
    map.put("unit", "filter");
    map.put("rounding", "floor-keep");
    if (seesImages) {
      map.put("criterion", "activation");
      maybe(() -> one(map, section, "images"));
    } else {
      one(map, section, "criterion");
    }
  }

  private String dataset() {
    Map<String, String> map = new LinkedHashMap<>();
    one(map, Sections.DATASET, "name");
    String name = map.get("name");
    if ("images".equals(name)) {
      one(map, Sections.DATASET, "path");
      one(map, Sections.DATASET, "validation");
    }
    maybe(() -> one(map, Sections.DATASET, "size"));
    maybe(() -> one(map, Sections.DATASET, "channels"));
    maybe(() -> one(map, Sections.DATASET, "train"));
    maybe(() -> one(map, Sections.DATASET, "validation"));
    return flow(map);
  }

  private String baseline(boolean own) {
    Map<String, String> map = new LinkedHashMap<>();
    one(map, Sections.BASELINE, own ? "from" : "epochs");
    rewinds = !own && random.nextInt(3) == 0;
    if (rewinds) {
      map.put("epochs", "10000");
    }
    if (own) {
      maybe(() -> map.put("input", input()));
    }
    recipe(map, Sections.BASELINE, !own, !own);
    return flow(map);
  }

  private String input() {
    if (random.nextBoolean()) {
      return value(Sections.BASELINE, "input");
    }
    Map<String, String> map = new LinkedHashMap<>();
    one(map, Sections.INPUT, "mean");
    one(map, Sections.INPUT, "deviation");
    return flow(map);
  }

  private void recipe(Map<String, String> map, Section section, boolean rate, boolean axes) {
    for (String key : List.of("batch", "momentum", "weight-decay")) {
      maybe(() -> oneOrSome(map, section, key, axes));
    }
    maybe(() -> map.put("augment", augment(axes)));
    if (rate) {
      maybe(
          () -> {
            String first = rate(section);
            boolean two = axes && random.nextInt(3) == 0;
            String second = "{schedule: cosine, initial: 0.123456789}";
            map.put("learning-rate", two ? "[" + first + ", " + second + "]" : first);
          });
    }
  }

  private String augment(boolean axes) {
    Map<String, String> map = new LinkedHashMap<>();
    Section section = RecipeOptions.AUGMENT.section();
    maybe(() -> oneOrSome(map, section, "flip", axes));
    maybe(() -> oneOrSome(map, section, "shift", axes));
    return flow(map);
  }

  private void oneOrSome(Map<String, String> map, Section section, String key, boolean axes) {
    if (axes && random.nextInt(4) == 0) {
      some(map, section, key);
    } else {
      one(map, section, key);
    }
  }

  private String rate(Section section) {
    if (random.nextInt(3) == 0) {
      return value(section, "learning-rate");
    }
    Section schedule = RateForm.SECTION;
    Map<String, String> map = new LinkedHashMap<>();
    one(map, schedule, "schedule");
    one(map, schedule, "initial");
    maybe(() -> one(map, schedule, "warm-up"));
    if ("steps".equals(map.get("schedule"))) {
      List<Integer> at = values(schedule, "at", 3).stream().map(Integer::valueOf).sorted().toList();
      map.put("at", at.toString());
      maybe(() -> one(map, schedule, "factor"));
    }
    return flow(map);
  }

  private String include(boolean own, List<String> architectures) {
    Map<String, String> map = new LinkedHashMap<>();
    some(map, SECTIONS.cells(), "sparsity");
    if (!own && !architectures.isEmpty()) {
      maybe(() -> map.put("architecture", architectures.get(0)));
    }
    for (Key<?> key : SECTIONS.cells().keys()) {
      boolean ofSteps =
          !key.name()
              .matches(
                  "architecture|width|sparsity|(baseline|recalibrate|quantize|drop-blocks|head)-.*|quantize|drop-blocks|head|"
                      + SCHEDULES);
      if (ofSteps && random.nextInt(8) == 0) {
        one(map, SECTIONS.cells(), key.name());
      }
    }
    if (random.nextInt(8) == 0) {
      start(map, SECTIONS.cells(), "cluster-init", "cluster-lloyd");
    }
    return flow(map);
  }

  private String objectives() {
    Map<String, String> map = new LinkedHashMap<>();
    List<String> all = values(Sections.OBJECTIVES, "maximize", 4);
    drawn.add("objectives.minimize");
    int half = random.nextInt(all.size() + 1);
    map.put("maximize", all.subList(0, half).toString());
    map.put("minimize", all.subList(half, all.size()).toString());
    return flow(map);
  }

  private void maybe(Runnable draw) {
    if (random.nextBoolean()) {
      draw.run();
    }
  }

  private void one(Map<String, String> map, Section section, String key) {
    map.put(key, value(section, key));
  }

  private void some(Map<String, String> map, Section section, String key) {
    List<String> values = values(section, key, 3);
    map.put(key, values.size() == 1 ? values.get(0) : values.toString());
  }

  /** Values that differ, not in their text alone. */
  private List<String> values(Section section, String name, int most) {
    Key<?> key = key(section, name);
    Map<Object, String> values = new LinkedHashMap<>();
    int count = 1 + random.nextInt(most);
    for (int i = 0; i < count; i++) {
      String text = value(section, name);
      values.putIfAbsent(key.rule().value().apply(text), text);
    }
    return List.copyOf(values.values());
  }

  private static Key<?> key(Section section, String name) {
    return section.keys().stream().filter(k -> k.name().equals(name)).findFirst().orElseThrow();
  }

  private String value(Section section, String name) {
    Key<?> key = key(section, name);
    drawn.add(section.title() + "." + key.name());
    Rule<?> rule = key.rule();
    List<String> words =
        rule.words().stream().filter(word -> rewinds || !word.equals("rewind")).toList();
    if (!words.isEmpty() && (rule.range() == null || random.nextInt(4) == 0)) {
      return words.get(random.nextInt(words.size()));
    }
    Rule.Range range = rule.range();
    Supplier<String> draw =
        range == null
            ? () -> text(key)
            : rule.kind().contains("whole") ? () -> whole(range) : () -> decimal(range);
    while (true) {
      String text = draw.get();
      if (rule.complaint(text) == null) {
        return range == null && !text.matches("true|false") ? quoted(text) : text;
      }
    }
  }

  private String text(Key<?> key) {
    if (key.rule().kind().equals("true or false")) {
      return "" + random.nextBoolean();
    }
    String letters =
        key.equals(Keys.NAME)
            ? "abcdefghijklmnopqrstuvwxyz0123456789-"
            : key.name().endsWith("layers")
                ? "abcXYZ0189_.*?/-"
                : " !\"#$%&'()*+,-./0aZ:;<=>?@[\\]^_`{|}~\u00a0\u00e4\u4e2d\ufffe\uffff\uff01\u200b";
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(12);
    for (int i = 0; i < length; i++) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    if (letters.startsWith(" ") && random.nextInt(4) == 0) {
      text.appendCodePoint(0x1F332);
    }
    return random.nextInt(8) == 0 ? "null" : text.toString();
  }

  private String whole(Rule.Range range) {
    double high = Math.log1p(range.high().subtract(range.low()).doubleValue());
    long above = (long) Math.expm1(random.nextDouble() * high);
    String text = "" + range.low().toBigInteger().add(BigInteger.valueOf(above));
    return switch (random.nextInt(4)) {
      case 0 -> "+" + text;
      case 1 -> "000" + text;
      default -> text;
    };
  }

  /** Of up to 99 digits, as near to 0 as may be, in each form that a number has. */
  private String decimal(Rule.Range range) {
    StringBuilder digits = new StringBuilder();
    int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 99 : 4);
    for (int i = 0; i < count; i++) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    int exponent = random.nextInt(random.nextInt(3) == 0 ? 99 : 3);
    BigDecimal number = new BigDecimal("0." + digits).movePointLeft(exponent);
    if (range.low().signum() > 0) {
      BigDecimal width = range.high().subtract(range.low());
      return range.low().add(width.multiply(new BigDecimal("0." + digits))).toPlainString();
    }
    return switch (random.nextInt(5)) {
      case 0 -> "0." + digits + "e-" + exponent;
      case 1 -> "." + digits + "E-0" + Math.min(exponent, 9);
      case 2 -> number.toString();
      case 3 -> range.low().max(number.min(range.high())).toPlainString();
      default -> number.toPlainString();
    };
  }

  /** As YAML, each letter that is not plain as an escape. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      boolean plain = letter >= ' ' && letter <= '~' && letter != '"' && letter != '\\';
      quoted.append(plain ? "" + letter : "\\u%04X".formatted((int) letter));
    }
    return quoted.append('"').toString();
  }

  private static String flow(Map<String, String> map) {
    Set<String> entries = new LinkedHashSet<>();
    map.forEach((key, value) -> entries.add(key + ": " + value));
    return "{" + String.join(", ", entries) + "}";
  }
}
