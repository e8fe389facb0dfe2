package dev.espalier.workers.tflite;

import java.util.List;

/**
 * What TensorFlow Lite runs, apart from the format of files: operators in the order of execution.
 *
 * @param input the index of the tensor that the caller fills
 * @param output the index of the tensor that the caller reads
 */
record Graph(List<GraphTensor> tensors, List<Step> steps, int input, int output) {

  /**
   * An operator in its place.
   *
   * @param inputs indices of tensors, in the order that the operator defines
   * @param output the index of the tensor that it computes
   */
  record Step(Operator operator, List<Integer> inputs, int output) {
    Step {
      inputs = List.copyOf(inputs);
    }
  }

  Graph {
    tensors = List.copyOf(tensors);
    steps = List.copyOf(steps);
    boolean[] known = new boolean[tensors.size()];
    for (int i = 0; i < known.length; i++) {
      known[i] = i == input || tensors.get(i).data() != null;
    }
    for (Step step : steps) {
      for (int read : step.inputs()) {
        if (!known[read]) {
          throw new IllegalArgumentException(
              step.operator() + ": must read a tensor that is known, found " + read);
        }
      }
      known[step.output()] = true;
    }
    if (!known[output]) {
      throw new IllegalArgumentException("no operator computes the output, tensor " + output);
    }
  }
}
