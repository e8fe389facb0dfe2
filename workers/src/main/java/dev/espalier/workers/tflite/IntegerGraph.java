package dev.espalier.workers.tflite;

import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.tflite.GraphBuilder.Value;

/** A network of 8-bit integers, operation by operation. */
final class IntegerGraph {
  private IntegerGraph() {}

  static Graph of(IntegerNetwork network) {
    GraphBuilder graph =
        new GraphBuilder(new Value(IntegerNetwork.PIXELS, network.image(), IntegerNetwork.PIXEL));
    network.ops().forEach(op -> add(graph, op));
    return graph.build();
  }

  private static void add(GraphBuilder graph, IntegerOp op) {
    Value gives = new Value(op.name(), op.shape(), op.affine());
    if (op instanceof IntegerOp.Convolution c) {
      Window window = Window.of(c.kernel(), c.stride(), c.padding());
      Parameters parameters = Parameters.of(c.weights(), c.scales(), c.bias());
      graph.convolution(gives, c.input(), c.depthwise(), window, parameters, c.activation());
    } else if (op instanceof IntegerOp.Dense d) {
      Parameters parameters = Parameters.of(d.weights(), new float[] {d.scale()}, d.bias());
      graph.dense(gives, d.input(), parameters, d.activation());
    } else if (op instanceof IntegerOp.Add sum) {
      graph.add(gives, sum.left(), sum.right(), sum.activation());
    } else if (op instanceof IntegerOp.Pad pad) {
      graph.pad(gives, pad.input(), pad.padding());
    } else if (op instanceof IntegerOp.SquarePool pool) {
      Window window = new Window(pool.size(), pool.stride(), pool.padding());
      graph.pool(gives, pool.input(), pool.function(), window);
    } else if (op instanceof IntegerOp.GlobalAveragePool pool) {
      graph.averagePool(gives, pool.input());
    } else if (op instanceof IntegerOp.Softmax softmax) {
      graph.softmax(softmax.affine(), softmax.input());
    }
  }
}
