package dev.espalier.workers.engine;

import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Dropout by masks that a key gives. */
@SuppressWarnings("overrides") // Deeplearning4j's own: it has no hashCode.
final class DropoutVertex extends GraphVertex {
  private static final long serialVersionUID = 1;

  private final double rate;
  private final int row;

  /**
   * @param row its place among the rows of dropout of its network
   */
  DropoutVertex(double rate, int row) {
    this.rate = rate;
    this.row = row;
  }

  @Override
  public GraphVertex clone() {
    return new DropoutVertex(rate, row);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DropoutVertex that && that.rate == rate && that.row == row;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(rate) + row;
  }

  @Override
  public long numParams(boolean backprop) {
    return 0;
  }

  @Override
  public int minVertexInputs() {
    return 1;
  }

  @Override
  public int maxVertexInputs() {
    return 1;
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    return new DropoutRuntime(graph, name, index, type, rate, row);
  }

  @Override
  public InputType getOutputType(int index, InputType... inputs) {
    return inputs[0];
  }

  @Override
  public MemoryReport getMemoryReport(InputType... inputs) {
    return new LayerMemoryReport.Builder(null, DropoutVertex.class, inputs[0], inputs[0])
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(0, 0)
        .build();
  }
}
