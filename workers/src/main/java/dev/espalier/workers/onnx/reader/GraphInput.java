package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.onnx.reader.Value.Order;
import dev.espalier.workers.onnx.reader.Value.Pixels;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import onnx.OnnxMl.AttributeProto;
import onnx.OnnxMl.GraphProto;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.TensorProto.DataType;
import onnx.OnnxMl.TensorShapeProto.Dimension;
import onnx.OnnxMl.TypeProto;
import onnx.OnnxMl.ValueInfoProto;

/**
 * What a graph reads.
 *
 * @param batch images at a time; {@link Value#BATCH} where any number may come
 * @param image of the data set
 */
record GraphInput(String name, long batch, Shape image, Pixels pixels) {

  /**
   * The input of a graph that shall read the images of a data set.
   *
   * @throws RefusalException if it has none, or cannot read them
   */
  static GraphInput of(GraphProto graph, DataFacts data) throws RefusalException {
    ValueInfoProto input = only(graph);
    TypeProto.Tensor type = input.getType().getTensorType();
    boolean bytes = type.getElemType() == DataType.UINT8_VALUE;
    if (!bytes && type.getElemType() != DataType.FLOAT_VALUE) {
      throw new RefusalException(
          "the input must be of the type FLOAT or UINT8",
          String.valueOf(DataType.forNumber(type.getElemType())));
    }
    List<Dimension> dims = type.getShape().getDimList();
    long batch = dims.isEmpty() ? 0 : dims.get(0).getDimValue();
    Shape image = new Shape(data.height(), data.width(), data.channels());
    Order order = order(graph, dims, image);
    List<Double> ones = Collections.nCopies(image.channels(), 1.0);
    List<Double> zeros = Collections.nCopies(image.channels(), 0.0);
    return new GraphInput(
        input.getName(),
        batch > 0 ? batch : Value.BATCH,
        image,
        new Pixels(order, bytes, ones, zeros));
  }

  /** Files of older formats list constants among the inputs. */
  private static ValueInfoProto only(GraphProto graph) throws RefusalException {
    Set<String> constants = new HashSet<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      constants.add(tensor.getName());
    }
    List<ValueInfoProto> inputs =
        graph.getInputList().stream()
            .filter(input -> !constants.contains(input.getName()))
            .toList();
    if (inputs.size() != 1) {
      throw new RefusalException("must have one input", inputs.size());
    }
    return inputs.get(0);
  }

  private static Order order(GraphProto graph, List<Dimension> dims, Shape image)
      throws RefusalException {
    int height = image.height();
    int width = image.width();
    boolean first = fits(dims, image.channels(), height, width);
    boolean last = fits(dims, height, width, image.channels());
    if (!first && !last) {
      throw new RefusalException(
          "the input must be images of the data, [batch, %d, %d, %d] or [batch, %d, %d, %d]"
              .formatted(image.channels(), height, width, height, width, image.channels()),
          dims.stream().map(GraphInput::said).toList());
    }
    return last && (!first || turnsImages(graph)) ? Order.CHANNELS_LAST : Order.CHANNELS_FIRST;
  }

  private static boolean fits(List<Dimension> dims, int... sizes) {
    boolean fits = dims.size() == 4;
    for (int i = 0; i < 3 && fits; i++) {
      Dimension dim = dims.get(i + 1);
      fits = !dim.hasDimValue() || dim.getDimValue() <= 0 || dim.getDimValue() == sizes[i];
    }
    return fits;
  }

  /** Whether a graph whose input may lie both ways turns images to channels first. */
  private static boolean turnsImages(GraphProto graph) {
    return graph.getNodeList().stream()
        .filter(node -> node.getOpType().equals("Transpose"))
        .limit(1)
        .flatMap(node -> node.getAttributeList().stream())
        .map(AttributeProto::getIntsList)
        .anyMatch(List.of(0L, 3L, 1L, 2L)::equals);
  }

  private static String said(Dimension dim) {
    if (dim.hasDimValue()) {
      return String.valueOf(dim.getDimValue());
    }
    return dim.getDimParam().isEmpty() ? "?" : Quoted.word(dim.getDimParam());
  }
}
