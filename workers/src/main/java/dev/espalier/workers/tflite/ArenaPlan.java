package dev.espalier.workers.tflite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Where TensorFlow Lite for Microcontrollers puts activations: the head of its arena, as its {@code
 * GreedyMemoryPlanner} plans it. Tensors that live at the same time lie side by side; the largest
 * is placed first, of equal ones the later, each in the lowest gap.
 *
 * @param placements in the order in which they were placed
 * @param bytes of the head
 */
record ArenaPlan(List<Placement> placements, int bytes) {
  /** What the address of every tensor is a multiple of. */
  static final int ALIGNMENT = 16;

  /**
   * A tensor in the arena.
   *
   * @param bytes a multiple of {@link #ALIGNMENT}
   * @param first the step that computes it; 0 for the input, 1 for the first operator's output
   * @param last the last step that reads it; that of the last operator for the output
   */
  record Placement(int tensor, int offset, int bytes, int first, int last) {
    private boolean meets(Placement other) {
      return first <= other.last && other.first <= last;
    }

    private int end() {
      return offset + bytes;
    }
  }

  ArenaPlan {
    placements = List.copyOf(placements);
  }

  /** The plan of a graph. Constants lie elsewhere. */
  static ArenaPlan of(Graph graph) {
    List<Placement> wanted = lifetimes(graph);
    wanted.sort(
        Comparator.comparingInt(Placement::bytes).thenComparingInt(Placement::tensor).reversed());
    List<Placement> placed = new ArrayList<>();
    for (Placement tensor : wanted) {
      placed.add(placed(tensor, placed));
    }
    return new ArenaPlan(placed, placed.stream().mapToInt(Placement::end).max().orElse(0));
  }

  private static List<Placement> lifetimes(Graph graph) {
    int[] first = new int[graph.tensors().size()];
    int[] last = new int[first.length];
    Arrays.fill(first, -1);
    first[graph.input()] = 0;
    for (int i = 0; i < graph.steps().size(); i++) {
      Graph.Step step = graph.steps().get(i);
      first[step.output()] = i + 1;
      last[step.output()] = i + 1;
      for (int input : step.inputs()) {
        last[input] = i + 1;
      }
    }
    last[graph.output()] = graph.steps().size();
    List<Placement> lifetimes = new ArrayList<>();
    for (int i = 0; i < first.length; i++) {
      if (first[i] >= 0) {
        int bytes = Math.addExact(graph.tensors().get(i).bytes(), ALIGNMENT - 1);
        lifetimes.add(new Placement(i, 0, bytes / ALIGNMENT * ALIGNMENT, first[i], last[i]));
      }
    }
    return lifetimes;
  }

  /** The tensor in the lowest gap between those that live when it does. */
  private static Placement placed(Placement tensor, List<Placement> placed) {
    int offset = 0;
    List<Placement> beside =
        placed.stream()
            .filter(tensor::meets)
            .sorted(Comparator.comparingInt(Placement::offset))
            .toList();
    for (Placement other : beside) {
      if (other.offset() - offset >= tensor.bytes()) {
        break;
      }
      offset = Math.max(offset, other.end());
    }
    return new Placement(tensor.tensor(), offset, tensor.bytes(), tensor.first(), tensor.last());
  }
}
