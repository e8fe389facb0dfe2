package dev.espalier.workers.tflite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.OperatorCode;

/**
 * An operator that a program for microcontrollers registers before it runs a file.
 *
 * @param name in TensorFlow Lite's schema: {@code CONV_2D}; of a custom one its own
 * @param method of TensorFlow Lite for Microcontrollers' {@code MicroMutableOpResolver}: {@code
 *     AddConv2D}
 */
public record MicroOperator(String name, String method) implements Comparable<MicroOperator> {

  /** All that a file lists, each once. */
  static Stream<MicroOperator> in(byte[] file) {
    Model model = Model.getRootAsModel(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
    return IntStream.range(0, model.operatorCodesLength())
        .mapToObj(model::operatorCodes)
        .map(MicroOperator::of)
        .distinct()
        .sorted();
  }

  private static MicroOperator of(OperatorCode code) {
    if (code.builtinCode() == BuiltinOperator.CUSTOM) {
      return new MicroOperator(Objects.requireNonNull(code.customCode()), "AddDecode");
    }
    String name = BuiltinOperator.name(code.builtinCode());
    return new MicroOperator(name, "Add" + camelCase(name.replace("V2", "_V2")));
  }

  private static String camelCase(String name) {
    return Stream.of(name.split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .map(word -> word.equals("2d") ? "2D" : word)
        .collect(Collectors.joining());
  }

  @Override
  public int compareTo(MicroOperator other) {
    return name.compareTo(other.name);
  }
}
