package dev.espalier.sweep.spec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Draws configs that are accepted: every key, and values as strange as its rule allows. */
public final class RandomSpec {
  private final Random random;
  private final Set<String> drawn = new TreeSet<>();

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
    one(config, Section.CONFIG, Keys.NAME);
    config.put("dataset", "{name: shapes}");
    config.put("model", "{architecture: resnet18, width: 0.0625}");
    config.put("baseline", baseline(false));
    return rest(config, false, List.of());
  }

  /** Any config. */
  String next() {
    Map<String, String> config = new LinkedHashMap<>();
    boolean own = random.nextInt(4) == 0;
    one(config, Section.CONFIG, Keys.NAME);
    config.put("dataset", dataset());
    List<String> architectures = new ArrayList<>();
    if (!own) {
      Map<String, String> model = new LinkedHashMap<>();
      architectures.addAll(values(Section.MODEL, Keys.ARCHITECTURE, 2));
      model.put("architecture", architectures.toString());
      maybe(() -> some(model, Section.MODEL, Keys.WIDTH));
      config.put("model", flow(model));
    }
    config.put("baseline", baseline(own));
    return rest(config, own, architectures);
  }

  private String rest(Map<String, String> config, boolean own, List<String> architectures) {
    Map<String, String> fineTune = new LinkedHashMap<>();
    maybe(() -> recipe(fineTune, Section.FINE_TUNE, true));
    config.put("fine-tune", flow(fineTune));
    for (Section layers : List.of(Section.PRUNE, Section.CLUSTER)) {
      Map<String, String> map = new LinkedHashMap<>();
      maybe(() -> some(map, layers, Keys.EXCLUDE_LAYERS));
      maybe(() -> one(map, layers, Keys.DEPTHWISE));
      config.put(layers.title(), flow(map));
    }
    Map<String, String> grid = new LinkedHashMap<>();
    some(grid, Section.GRID, Keys.SPARSITY);
    maybe(() -> some(grid, Section.GRID, Keys.SCOPE));
    maybe(() -> some(grid, Section.GRID, Keys.FINE_TUNE_EPOCHS));
    maybe(() -> some(grid, Section.GRID, Keys.CENTROIDS));
    config.put("grid", flow(grid));
    maybe(() -> config.put("include", include(own, architectures)));
    maybe(() -> some(config, Section.CONFIG, Keys.SEEDS));
    maybe(() -> config.put("objectives", objectives()));
    maybe(() -> one(config, Section.CONFIG, Keys.CHECKPOINTS));
    StringBuilder yaml = new StringBuilder();
    config.forEach((key, value) -> yaml.append(key + ": " + value + "\n"));
    return yaml.toString();
  }

  private String dataset() {
    Map<String, String> map = new LinkedHashMap<>();
    one(map, Section.DATASET, Keys.DATASET_NAME);
    String name = map.get("name");
    if ("images".equals(name)) {
      one(map, Section.DATASET, Keys.PATH);
      one(map, Section.DATASET, Keys.VALIDATION);
    }
    if ("images".equals(name) || "shapes".equals(name)) {
      maybe(() -> one(map, Section.DATASET, Keys.SIZE));
    }
    maybe(() -> one(map, Section.DATASET, Keys.TRAIN));
    maybe(() -> one(map, Section.DATASET, Keys.VALIDATION));
    return flow(map);
  }

  private String baseline(boolean own) {
    Map<String, String> map = new LinkedHashMap<>();
    one(map, Section.BASELINE, own ? Keys.FROM : Keys.EPOCHS);
    if (own) {
      maybe(() -> map.put("input", input()));
    }
    recipe(map, Section.BASELINE, !own);
    return flow(map);
  }

  private String input() {
    if (random.nextBoolean()) {
      return value(Section.BASELINE, Keys.INPUT);
    }
    Map<String, String> map = new LinkedHashMap<>();
    one(map, Section.INPUT, Keys.MEAN);
    one(map, Section.INPUT, Keys.DEVIATION);
    return flow(map);
  }

  private void recipe(Map<String, String> map, Section section, boolean rate) {
    maybe(() -> one(map, section, Keys.BATCH));
    maybe(() -> one(map, section, Keys.MOMENTUM));
    maybe(() -> one(map, section, Keys.WEIGHT_DECAY));
    maybe(() -> map.put("augment", augment()));
    if (rate) {
      maybe(() -> map.put("learning-rate", rate(section)));
    }
  }

  private String augment() {
    Map<String, String> map = new LinkedHashMap<>();
    maybe(() -> one(map, Section.AUGMENT, Keys.FLIP));
    maybe(() -> one(map, Section.AUGMENT, Keys.SHIFT));
    return flow(map);
  }

  private String rate(Section section) {
    if (random.nextInt(3) == 0) {
      return value(section, Keys.LEARNING_RATE);
    }
    Map<String, String> map = new LinkedHashMap<>();
    one(map, Section.LEARNING_RATE, Keys.SCHEDULE);
    one(map, Section.LEARNING_RATE, Keys.INITIAL);
    maybe(() -> one(map, Section.LEARNING_RATE, Keys.WARM_UP));
    if ("steps".equals(map.get("schedule"))) {
      List<Integer> at =
          values(Section.LEARNING_RATE, Keys.AT, 3).stream()
              .map(Integer::valueOf)
              .sorted()
              .toList();
      map.put("at", at.toString());
      maybe(() -> one(map, Section.LEARNING_RATE, Keys.FACTOR));
    }
    return flow(map);
  }

  private String include(boolean own, List<String> architectures) {
    Map<String, String> map = new LinkedHashMap<>();
    some(map, Section.CELLS, Keys.SPARSITY);
    if (!own && !architectures.isEmpty()) {
      maybe(() -> map.put("architecture", architectures.get(0)));
    }
    maybe(() -> some(map, Section.CELLS, Keys.SCOPE));
    maybe(() -> some(map, Section.CELLS, Keys.FINE_TUNE_EPOCHS));
    maybe(() -> some(map, Section.CELLS, Keys.CENTROIDS));
    return flow(map);
  }

  private String objectives() {
    Map<String, String> map = new LinkedHashMap<>();
    List<String> all = values(Section.OBJECTIVES, Keys.MAXIMIZE, 4);
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

  private void one(Map<String, String> map, Section section, Key<?> key) {
    map.put(key.name(), value(section, key));
  }

  private void some(Map<String, String> map, Section section, Key<?> key) {
    List<String> values = values(section, key, 3);
    map.put(key.name(), values.size() == 1 ? values.get(0) : values.toString());
  }

  /** Values that differ, not in their text alone. */
  private List<String> values(Section section, Key<?> key, int most) {
    Map<Object, String> values = new LinkedHashMap<>();
    int count = 1 + random.nextInt(most);
    for (int i = 0; i < count; i++) {
      String text = value(section, key);
      values.putIfAbsent(key.rule().value().apply(text), text);
    }
    return List.copyOf(values.values());
  }

  private String value(Section section, Key<?> key) {
    drawn.add(section.title() + "." + key.name());
    Rule<?> rule = key.rule();
    if (!rule.words().isEmpty() && (rule.range() == null || random.nextInt(4) == 0)) {
      return rule.words().get(random.nextInt(rule.words().size()));
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
            : key.equals(Keys.EXCLUDE_LAYERS)
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
