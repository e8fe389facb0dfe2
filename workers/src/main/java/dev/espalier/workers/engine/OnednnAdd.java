package dev.espalier.workers.engine;

import dev.espalier.workers.model.Layer.Activation;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** The sum of two rows and its activation, which oneDNN computes. */
final class OnednnAdd extends GraphVertex {
  @JsonProperty private final Activation activation;

  /** For Deeplearning4j's JSON, which sets the fields. */
  OnednnAdd() {
    this(Activation.IDENTITY);
  }

  OnednnAdd(Activation activation) {
    this.activation = activation;
  }

  @Override
  public GraphVertex clone() {
    return new OnednnAdd(activation);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OnednnAdd add && add.activation == activation;
  }

  @Override
  public int hashCode() {
    return activation.hashCode();
  }

  @Override
  public long numParams(boolean backprop) {
    return 0;
  }

  @Override
  public int minVertexInputs() {
    return 2;
  }

  @Override
  public int maxVertexInputs() {
    return 2;
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    return new AddRuntime(graph, name, index, type, activation);
  }

  @Override
  public InputType getOutputType(int index, InputType... inputs) {
    return inputs[0];
  }

  @Override
  public MemoryReport getMemoryReport(InputType... inputs) {
    return new LayerMemoryReport.Builder(null, OnednnAdd.class, inputs[0], inputs[0])
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(0, 0)
        .build();
  }
}
