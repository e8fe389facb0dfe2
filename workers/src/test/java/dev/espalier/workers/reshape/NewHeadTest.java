package dev.espalier.workers.reshape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.model.Dropout;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NewHeadTest {
  @Test
  void aHeadOf1280By128By10Has165258Parameters() {
    Network mobileNet = Widths.network("mobilenetv2", "1", 32, 3);
    NewHead head = NewHead.of(mobileNet, List.of("dense 128"), 10);
    List<Layer> rows = head.network().layers();
    List<Layer> before = mobileNet.layers();
    assertEquals(before.subList(0, before.size() - 1), rows.subList(0, rows.size() - 2));
    assertEquals(
        List.of(
            new Layer.Dense("classifier.dense1", "pool", 1280, 128, Activation.RELU),
            new Layer.Output("classifier.output", "classifier.dense1", 128, 10)),
        rows.subList(rows.size() - 2, rows.size()));
    long base = mobileNet.parameters() - (1280 * 10 + 10);
    assertEquals(165_258, head.network().parameters() - base);
    assertEquals(names(before.subList(0, before.size() - 1)), head.base());
  }

  @Test
  void allBehindTheLastPoolingGoes() {
    Network cnn = Widths.network("mnist-cnn", "1", 28, 1);
    List<Layer> rows =
        NewHead.of(cnn, List.of("dense 7 relu6", "dense 5 linear"), 3).network().layers();
    assertEquals(
        List.of(
            new Layer.Dense("classifier.dense1", "pool2", 3136, 7, Activation.RELU6),
            new Layer.Dense("classifier.dense2", "classifier.dense1", 7, 5, Activation.IDENTITY),
            new Layer.Output("classifier.output", "classifier.dense2", 5, 3)),
        rows.subList(rows.size() - 3, rows.size()));
    // A norm, two dense layers and a norm between them.
    assertEquals(
        Set.of("n0", "c1", "n1", "s1", "left", "right", "s2", "s3", "c4", "n4", "s4", "p1"),
        NewHead.of(Nets.oddities(), List.of(), 2).base());
  }

  @Test
  void dropoutStandsWhereItIsListed() {
    Network cnn = Widths.network("mnist-cnn", "1", 28, 1);
    List<String> lines = List.of("dropout 0.5", "dense 7", "dense 5", "dropout 0.20");
    List<Layer> rows = NewHead.of(cnn, lines, 3).network().layers();
    assertEquals(
        List.of(
            new Dropout("classifier.dropout1", "pool2", 0.5),
            new Layer.Dense("classifier.dense1", "classifier.dropout1", 3136, 7, Activation.RELU),
            new Layer.Dense("classifier.dense2", "classifier.dense1", 7, 5, Activation.RELU),
            new Dropout("classifier.dropout2", "classifier.dense2", 0.2),
            new Layer.Output("classifier.output", "classifier.dropout2", 5, 3)),
        rows.subList(rows.size() - 5, rows.size()));
    assertEquals(
        List.of("classifier.dense1", "classifier.dense2", "classifier.output"),
        NewHead.names(lines));
  }

  @Test
  void withoutPoolingAllFromTheFirstDenseLayerOnGoes() {
    Network network =
        network(
            convolution("a"),
            new Layer.Dense("b", "a", 48, 9, Activation.RELU),
            new Layer.Output("out", "b", 9, 2));
    NewHead head = NewHead.of(network, List.of(), 4);
    assertEquals(Set.of("a"), head.base());
    assertEquals(new Layer.Output("classifier.output", "a", 48, 4), head.network().layers().get(1));
    // Another head for this one.
    assertEquals(
        List.of("a", "classifier.dense1", "classifier.output"),
        NewHead.of(head.network(), List.of("dense 3"), 4).network().layers().stream()
            .map(Layer::name)
            .toList());
  }

  @Test
  void refusesWhatCannotHaveANewHead() {
    Network linear = network(new Layer.Output("out", "input", 48, 2));
    assertEquals(
        "a network must have layers before its classifier to be given another, found none",
        refusal(linear));
    Network named =
        network(convolution("classifier.conv"), new Layer.Output("out", "classifier.conv", 48, 2));
    assertEquals(
        "a network that is given another classifier must have no other layers named classifier.*,"
            + " found classifier.conv",
        refusal(named));
    assertEquals(
        "must be dense NEURONS [relu|relu6|linear]; dropout RATE, found max-pool 2",
        assertThrows(IllegalArgumentException.class, () -> NewHead.line("max-pool 2"))
            .getMessage());
  }

  private static String refusal(Network network) {
    return String.valueOf(
        assertThrows(
                IllegalArgumentException.class, () -> NewHead.of(network, List.of("dense 8"), 2))
            .getMessage());
  }

  private static Layer convolution(String name) {
    return new Layer.Convolution(name, "input", 3, 3, 3, 1, 1, true, Activation.RELU);
  }

  private static Network network(Layer... rows) {
    return new Network(4, 4, 3, new ArrayList<>(List.of(rows)));
  }

  private static Set<String> names(List<Layer> rows) {
    return Set.copyOf(rows.stream().map(Layer::name).toList());
  }
}
