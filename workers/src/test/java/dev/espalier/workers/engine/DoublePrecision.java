package dev.espalier.workers.engine;

import dev.espalier.workers.model.Activated;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Deeplearning4j's own layers in double precision, and how far floats are from them. */
final class DoublePrecision {
  private DoublePrecision() {}

  /** A table's graph of standard layers in double precision, with these weights. */
  static ComputationGraph graph(Network network, List<Tensor> values) {
    BuiltGraph floats = BuiltGraph.of(network, Engine.ND4J);
    floats.weights().write(values);
    ComputationGraph graph = floats.graph().convertDataType(DataType.DOUBLE);
    floats.graph().close();
    return graph;
  }

  /** Its vertices that together compute a row: the activation may stand in one of its own. */
  static List<String> vertices(Layer row) {
    Activation activation = Activation.IDENTITY;
    if (row instanceof Layer.BatchNorm norm) {
      activation = norm.activation();
    } else if (row instanceof Layer.Add sum) {
      activation = sum.activation();
    }
    return activation == Activation.IDENTITY
        ? List.of(row.name())
        : List.of(row.name(), row.name() + "." + activation.word());
  }

  static Activation activation(Layer row) {
    return Objects.requireNonNullElse(Activated.of(row), Activation.IDENTITY);
  }

  static double distance(INDArray expected, INDArray found) {
    return norm(expected.sub(found.castTo(DataType.DOUBLE)));
  }

  static double norm(INDArray array) {
    return array.norm2Number().doubleValue();
  }

  /**
   * Values that lie on another side of 0 or 6 than in double precision. One within rounding of such
   * a kink gets the other gradient, which says nothing about the layer.
   */
  static int flips(Activation activation, INDArray expected, INDArray found) {
    if (activation == Activation.IDENTITY) {
      return 0;
    }
    double[] right = expected.dup('c').data().asDouble();
    double[] here = found.dup('c').data().asDouble();
    int flips = 0;
    for (int i = 0; i < right.length; i++) {
      boolean six = activation == Activation.RELU6 && right[i] < 6 != here[i] < 6;
      flips += right[i] > 0 != here[i] > 0 || six ? 1 : 0;
    }
    return flips;
  }
}
