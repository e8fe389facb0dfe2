package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FloatPredictorTest {

  static Stream<Network> networks() {
    return Stream.of(Nets.small(), Nets.everything(), Nets.padded(), Nets.oddities());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void predictsTheBitsOfTheNetworkThatCanBeTrained(Network network) throws Exception {
    List<Tensor> values = Nets.values(network, 5);
    float[] images = Nets.images(network, 9, 6);
    try (FloatNetwork asked =
            TrainableNetwork.asked(new WeightedNetwork(network, values), Engine.ONEDNN);
        TrainableNetwork trainable = TrainableNetwork.of(network, values)) {
      assertInstanceOf(FloatPredictor.class, asked);
      assertArrayEquals(trainable.predict(images, 9), asked.predict(images, 9));
      assertEquals(trainable.weighted().network(), asked.weighted().network());
      List<Tensor> read = trainable.weighted().tensors();
      for (int i = 0; i < values.size(); i++) {
        assertEquals(read.get(i).name(), asked.weighted().tensors().get(i).name());
        assertArrayEquals(read.get(i).values(), asked.weighted().tensors().get(i).values());
      }
    }
  }

  @Test
  void isOneThatCouldBeTrainedWhereThereIsNoOnednn() {
    Network network = Nets.small();
    WeightedNetwork weighted = new WeightedNetwork(network, Nets.values(network, 5));
    float[] images = Nets.images(network, 2, 6);
    try (FloatNetwork asked = TrainableNetwork.asked(weighted, Engine.ND4J);
        TrainableNetwork expected = TrainableNetwork.of(network, weighted.tensors(), Engine.ND4J)) {
      assertInstanceOf(TrainableNetwork.class, asked);
      assertArrayEquals(expected.predict(images, 2), asked.predict(images, 2));
    }
  }

  @Test
  void refusesOtherImagesThanThoseOfTheTable() {
    Network network = Nets.small();
    WeightedNetwork weighted = new WeightedNetwork(network, Nets.values(network, 5));
    try (FloatNetwork asked = TrainableNetwork.asked(weighted, Engine.ONEDNN)) {
      float[] images = Nets.images(network, 2, 6);
      assertThrows(IllegalArgumentException.class, () -> asked.predict(images, 3));
    }
  }
}
