package dev.espalier.workers.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Layer.Activation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTextTest {
  private static final String HEAD = "network 12x12x3\n";
  private static final String OUTPUT = "output out < input values 432 -> 4 softmax\n";

  @ParameterizedTest
  @CsvSource({"resnet18, 0.25", "resnet18, 1", "mobilenetv2, 0.35", "mnist-cnn, 0.5"})
  void readsOurArchitectures(String architecture, BigDecimal width) {
    DataFacts data = new DataFacts("any", "0", 28, 28, 3, 10, 10, 10, 10);
    Network network = Networks.of(new Model(architecture, width), data);
    assertEquals(network, NetworkText.read(network.canonical()));
    assertTrue(NetworkText.tells(network));
  }

  @Test
  void readsRandomTables() {
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 500; round++) {
      Network network = random(random);
      assertEquals(network, NetworkText.read(network.canonical()), network::canonical);
    }
  }

  @Test
  void knowsWhichNamesATextDoesNotTell() {
    assertTrue(NetworkText.tells(named("a layer, and <so> on")));
    assertFalse(NetworkText.tells(named("two\nlines")));
    assertFalse(NetworkText.tells(named("a < input")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "| line 1: must be network HEIGHTxWIDTHxCHANNELS, found ",
        "network 12x12| line 1: must be network HEIGHTxWIDTHxCHANNELS, found network 12x12",
        "network 12x12x3| line 1: the last row must end its line, found network 12x12x3",
        "network 12x12x3#| lines 1 to 1: must be a network, found a network must end in its only"
            + " output layer, found 0 output layers",
        "network 12x12x3#max-pool p < input#| line 2: must be a row of a table, such as max-pool"
            + " NAME < INPUT size 2, found max-pool p < input",
        "network 12x12x3#max-pool p < input size 0#| line 2: all numbers but a padding must be at"
            + " least 1, found max-pool p < input size 0",
        "network 12x12x3#max-pool p < other size 2#| lines 1 to 2: must be a network, found no"
            + " earlier layer is named other",
        "network 999999999x999999999x3#mean-pool p < input#output o < p values 3 -> 4 softmax#|",
      })
  void refusesWhatIsNoTable(String pair) {
    String[] parts = pair.replace('#', '\n').split("\\| ?", -1);
    if (parts[1].isEmpty()) {
      // A mean over more pixels than an image can have asks for nothing that does not fit.
      assertEquals(4, NetworkText.read(parts[0]).classes());
      return;
    }
    Exception e = assertThrows(IllegalArgumentException.class, () -> NetworkText.read(parts[0]));
    assertEquals(parts[1], e.getMessage());
  }

  @Test
  void refusesEveryTextWithALetterLessOrReadsAnotherTable() {
    Network network = named("row");
    String text = network.canonical();
    for (int i = 0; i < text.length(); i++) {
      String damaged = text.substring(0, i) + text.substring(i + 1);
      try {
        assertNotEquals(network, NetworkText.read(damaged), damaged);
      } catch (IllegalArgumentException e) {
        assertTrue(String.valueOf(e.getMessage()).contains(", found "), e.getMessage());
      }
    }
  }

  @Test
  void looksAtNoLineThatIsTooLong() {
    String line = "conv " + " < ".repeat(5_000) + "\n";
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> NetworkText.read(HEAD + line + OUTPUT));
    assertEquals("line 2: must have at most 4096 characters, found 15005", e.getMessage());
  }

  private static Network named(String name) {
    return new Network(
        12,
        12,
        3,
        List.of(
            new Layer.Convolution(name, "input", 3, 8, 3, 1, 1, true, Activation.RELU6),
            new Layer.GlobalAveragePool("pool", name),
            new Layer.Output("out", "pool", 8, 4)));
  }

  private static Network random(SplittableRandom random) {
    List<Layer> rows = new ArrayList<>();
    Map<String, Shape> shapes = new HashMap<>();
    List<String> names = new ArrayList<>(List.of(Network.INPUT));
    Shape image = new Shape(20 + random.nextInt(9), 20 + random.nextInt(9), 1 + random.nextInt(3));
    shapes.put(Network.INPUT, image);
    int count = random.nextInt(12);
    for (int i = 0; i < count; i++) {
      String from = names.get(random.nextInt(names.size()));
      Shape given = Objects.requireNonNull(shapes.get(from), from);
      Layer row = row(random, "row " + i + ".x", from, given);
      Shape shape = row.output(row.inputs().stream().map(x -> given).toList());
      rows.add(row);
      shapes.put(row.name(), shape);
      if (shape.height() > 3) {
        names.add(row.name());
      }
    }
    String last = names.get(random.nextInt(names.size()));
    int values = Objects.requireNonNull(shapes.get(last), last).size();
    rows.add(new Layer.Output("out", last, values, 1 + random.nextInt(9)));
    return new Network(image.height(), image.width(), image.channels(), rows);
  }

  private static Layer row(SplittableRandom random, String name, String from, Shape shape) {
    Activation activation = List.of(Activation.values()).get(random.nextInt(3));
    int channels = shape.channels();
    return switch (random.nextInt(10)) {
      case 0 ->
          new Layer.Convolution(
              name,
              from,
              channels,
              1 + random.nextInt(300),
              1 + random.nextInt(3),
              1 + random.nextInt(2),
              random.nextInt(3),
              random.nextBoolean(),
              activation);
      case 1 -> depthwise(random, name, from, channels, activation);
      case 2 ->
          new Layer.BatchNorm(
              name,
              from,
              channels,
              random.nextDouble() * Math.scalb(1.0, -random.nextInt(60)),
              random.nextDouble(),
              random.nextBoolean(),
              activation);
      case 3 -> new Layer.Add(name, from, from, activation);
      case 6 -> new Dropout(name, from, 0.1 * (1 + random.nextInt(9)));
      case 4 -> Pool.max(name, from, 2);
      case 8 -> new Layer.Pad(name, from, padding(random, 5));
      case 9 -> pool(random, name, from);
      case 5 -> new Layer.GlobalAveragePool(name, from);
      default -> new Layer.Dense(name, from, shape.size(), 1 + random.nextInt(40), activation);
    };
  }

  private static Layer depthwise(
      SplittableRandom random, String name, String from, int channels, Activation activation) {
    return random.nextBoolean()
        ? new Layer.Depthwise(name, from, channels, 3, 1 + random.nextInt(2))
        : new Layer.Depthwise(
            name,
            from,
            channels,
            1 + random.nextInt(3),
            1 + random.nextInt(2),
            random.nextInt(3),
            random.nextBoolean(),
            activation);
  }

  private static Layer pool(SplittableRandom random, String name, String from) {
    Pool.Function function = random.nextBoolean() ? Pool.Function.MAX : Pool.Function.AVERAGE;
    int size = 1 + random.nextInt(3);
    return new Pool(name, from, function, size, 1 + random.nextInt(3), padding(random, size));
  }

  private static Padding padding(SplittableRandom random, int bound) {
    return new Padding(
        random.nextInt(bound), random.nextInt(bound), random.nextInt(bound), random.nextInt(bound));
  }
}
