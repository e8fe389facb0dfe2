package dev.espalier.workers.export;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.tflite.MicroOperator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The source of a program that classifies an image on TensorFlow Lite for Microcontrollers: an
 * example to start from. It reads the image's bytes from the console.
 */
final class MicroProgram {
  private static final int COLUMNS = 78;

  private MicroProgram() {}

  /**
   * The content of {@code main.cc}.
   *
   * @param operators to register for the plain file
   * @param more to register for the compressed file beside these; empty where there is none
   * @param integers whether probabilities are 8-bit integers rather than floats
   */
  static String of(
      List<MicroOperator> operators,
      List<MicroOperator> more,
      boolean integers,
      DataFacts images,
      List<String> labels) {
    return declarations(!more.isEmpty(), images, labels)
        + function(operators, more, integers, images.channels() == 3);
  }

  private static String declarations(boolean compressed, DataFacts images, List<String> labels) {
    return String.format(
        Locale.ROOT,
        """
        // Classifies an image on TensorFlow Lite for Microcontrollers: an example by Espalier.
        #include <cstdint>
        #include <cstdio>

        %s#include "tensorflow/lite/micro/micro_interpreter.h"
        #include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
        #include "tensorflow/lite/micro/system_setup.h"
        #include "tensorflow/lite/schema/schema_generated.h"

        constexpr int kImageBytes = %d * %d * %d;  // height, width, channels
        constexpr int kClasses = %d;
        const char* const kLabels[kClasses] = {
        %s};
        alignas(16) uint8_t arena[network::kArenaBytes];

        """,
        includes(compressed),
        images.height(),
        images.width(),
        images.channels(),
        labels.size(),
        wrapped(labels));
  }

  private static String function(
      List<MicroOperator> operators, List<MicroOperator> more, boolean integers, boolean coloured) {
    return String.format(
        Locale.ROOT,
        """
        int main() {
          tflite::InitializeTarget();
          tflite::MicroMutableOpResolver<%d> operators;
        %s  tflite::MicroInterpreter interpreter(tflite::GetModel(network::kModel),
                                               operators, arena, sizeof(arena));
          if (interpreter.AllocateTensors() != kTfLiteOk) {
            std::printf("the arena must be larger, found %%d bytes\\n",
                        static_cast<int>(sizeof(arena)));
            return 1;
          }
          // The pixels, row by row%s: a camera's in the place of the console's.
          int8_t* image = interpreter.input(0)->data.int8;
          for (int i = 0; i < kImageBytes; i++) {
            image[i] = static_cast<int8_t>(std::getchar() - 128);
          }
          if (interpreter.Invoke() != kTfLiteOk) return 1;
        %s  int best = 0;
          for (int c = 1; c < kClasses; c++) {
            if (probabilities[c] > probabilities[best]) best = c;
          }
          std::printf("%%s %%d %%%%\\n", kLabels[best],
                      static_cast<int>(%s));
          return 0;
        }
        """,
        operators.size() + more.size(),
        registrations(operators, more),
        coloured ? ", each red, green, blue" : "",
        integers
            ? "  const int8_t* probabilities = interpreter.output(0)->data.int8;\n"
            : "  const float* probabilities = interpreter.output(0)->data.f;\n",
        integers ? "(probabilities[best] + 128) * 100 / 256" : "probabilities[best] * 100");
  }

  private static String includes(boolean compressed) {
    String plain = include(ExportedFile.ARRAY);
    return compressed
        ? "#ifdef COMPRESSED\n"
            + include(ExportedFile.COMPRESSED_ARRAY)
            + "#else\n"
            + plain
            + "#endif\n"
        : plain;
  }

  private static String include(String array) {
    return "#include \"%1$s.h\"\nnamespace network = %1$s;\n".formatted(array);
  }

  private static String registrations(List<MicroOperator> operators, List<MicroOperator> more) {
    StringBuilder text = new StringBuilder();
    operators.forEach(operator -> register(text, operator));
    if (!more.isEmpty()) {
      text.append("#ifdef COMPRESSED\n");
      more.forEach(operator -> register(text, operator));
      text.append("#endif\n");
    }
    return text.toString();
  }

  private static void register(StringBuilder text, MicroOperator operator) {
    text.append("  operators.").append(operator.method()).append("();\n");
  }

  /** Literals in lines; one that is longer than a line has a line of its own. */
  private static String wrapped(List<String> labels) {
    List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder("   ")));
    for (int i = 0; i < labels.size(); i++) {
      String literal = literal(labels.get(i)) + (i < labels.size() - 1 ? "," : "");
      StringBuilder line = lines.get(lines.size() - 1);
      if (line.length() > 3 && line.length() + 1 + literal.length() > COLUMNS) {
        line = new StringBuilder("   ");
        lines.add(line);
      }
      line.append(' ').append(literal);
    }
    return String.join("\n", lines);
  }

  /** A string literal of C++; bytes of UTF-8 that are not ASCII as octal numbers. */
  static String literal(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
      if (unit == '"' || unit == '\\' || unit == '?') {
        literal.append('\\').append((char) unit);
      } else if (unit >= ' ' && unit < 127) {
        literal.append((char) unit);
      } else {
        literal.append(String.format(Locale.ROOT, "\\%03o", unit & 0xff));
      }
    }
    return literal.append('"').toString();
  }
}
