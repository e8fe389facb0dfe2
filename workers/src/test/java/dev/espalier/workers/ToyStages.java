package dev.espalier.workers;

import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.stage.Calibration;
import dev.espalier.workers.stage.ForwardPass;
import dev.espalier.workers.stage.Hold;
import dev.espalier.workers.stage.State;
import dev.espalier.workers.stage.Transform;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Stages of tests alone. */
final class ToyStages {
  private ToyStages() {}

  /** Removes the last neuron of the dense layer before the output. */
  record Narrow() implements Transform {
    @Override
    public State apply(State state, long seed) {
      Network table = narrower(Objects.requireNonNull(state.table()));
      Map<String, Hold> holds = new HashMap<>();
      List<Tensor> tensors = new ArrayList<>();
      for (int i = 0; i < state.tensors().size(); i++) {
        Tensor wide = state.tensors().get(i);
        Parameter parameter = table.layout().get(i);
        float[] values = cut(wide, parameter);
        tensors.add(parameter.with(values));
        if (state.holds().get(wide.name()) instanceof Hold.Zeros) {
          int[] zeros = IntStream.range(0, values.length).filter(j -> values[j] == 0).toArray();
          holds.put(wide.name(), new Hold.Zeros(Mask.pruning(values.length, zeros)));
        }
      }
      return new State(
          table,
          tensors,
          holds,
          Tensor.names(KernelSelection.standard().of(tensors)),
          null,
          List.of());
    }

    static Network narrower(Network network) {
      List<Layer> rows = new ArrayList<>(network.layers());
      int last = rows.size() - 1;
      Layer.Dense dense = (Layer.Dense) rows.get(last - 1);
      Layer.Output output = (Layer.Output) rows.get(last);
      int out = dense.out() - 1;
      rows.set(
          last - 1,
          new Layer.Dense(dense.name(), dense.input(), dense.in(), out, dense.activation()));
      rows.set(last, new Layer.Output(output.name(), output.input(), out, output.classes()));
      return new Network(network.height(), network.width(), network.channels(), rows);
    }

    /** The first outputs, and of them the first inputs. */
    private static float[] cut(Tensor wide, Parameter parameter) {
      int outputs = parameter.shape().get(0);
      int inputs = parameter.size() / outputs;
      int wideInputs = wide.values().length / wide.shape().get(0);
      float[] values = new float[parameter.size()];
      for (int out = 0; out < outputs; out++) {
        System.arraycopy(wide.values(), out * wideInputs, values, out * inputs, inputs);
      }
      return values;
    }

    @Override
    public String canonical() {
      return "narrow";
    }

    @Override
    public String word() {
      return "narrow";
    }

    @Override
    public String slug() {
      return "narrow";
    }

    @Override
    public String brief() {
      return "narrow";
    }

    @Override
    public Map<String, @Nullable Object> parameters() {
      return Map.of();
    }
  }

  /** Sets every value to the mean of the images. */
  record MeanBias(int images) implements Calibration {
    @Override
    public State apply(State state, float[] images, ForwardPass network) {
      List<Tensor> tensors = new ArrayList<>();
      for (Tensor tensor : state.tensors()) {
        float[] values = tensor.values().clone();
        if (!tensor.kind().isKernel()) {
          Arrays.fill(values, mean(images));
        } else if (state.holds().get(tensor.name()) instanceof Hold.Shared) {
          for (int i = 0; i < values.length; i++) {
            values[i] = values[i] == 0 ? 7 : values[i];
          }
        }
        tensors.add(tensor.with(values));
      }
      return state.with(tensors, Map.of(), state.prunable());
    }

    static float meanOfFirst(int count) throws DataException {
      Dataset data = Datasets.load(TinyStages.SETUP.source(), null);
      float[] images = new float[count * 12 * 12 * 3];
      data.images(Dataset.Split.TRAIN, 0, count, images);
      return mean(images);
    }

    private static float mean(float[] values) {
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      return (float) (sum / values.length);
    }

    @Override
    public String canonical() {
      return "mean bias " + images;
    }

    @Override
    public String word() {
      return "mean-bias";
    }

    @Override
    public String slug() {
      return "mean";
    }

    @Override
    public String brief() {
      return "mean";
    }

    @Override
    public Map<String, @Nullable Object> parameters() {
      return Map.of();
    }
  }
}
