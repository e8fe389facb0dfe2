package dev.espalier.workers.tflite;

import static org.bytedeco.tensorflowlite.global.tensorflowlite.TfLiteTensorCopyFromBuffer;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.TfLiteTensorCopyToBuffer;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteOk;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteUInt8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.OpResolver;
import org.bytedeco.tensorflowlite.TfLiteTensor;

/** A file in TensorFlow Lite's interpreter, version 2.8, on one thread. */
public final class TfliteRun implements AutoCloseable {
  private static final Set<String> PLATFORMS =
      Set.of("linux-x86_64", "linux-arm64", "macosx-x86_64", "windows-x86_64");

  /** The interpreter reads kernels from here as long as it lives. */
  private final BytePointer file;

  private final FlatBufferModel model;
  private final OpResolver resolver;
  private final InterpreterBuilder builder;
  private final Interpreter interpreter;

  private TfliteRun(byte[] bytes, OpResolver resolver, boolean keepsAll) {
    this.resolver = resolver;
    file = new BytePointer(bytes.length + 16L);
    file.put(bytes, 0, bytes.length);
    model = FlatBufferModel.VerifyAndBuildFromBuffer(file, bytes.length);
    assertNotNull(model, "the file is well-formed");
    builder = new InterpreterBuilder(model, resolver);
    builder.SetNumThreads(1);
    if (keepsAll) {
      builder.PreserveAllTensorsExperimental();
    }
    interpreter = new Interpreter((Pointer) null);
    assertEquals(kTfLiteOk, builder.apply(interpreter), "the interpreter takes the file");
    assertFalse(interpreter.isNull(), "the interpreter takes the file");
    assertEquals(kTfLiteOk, interpreter.AllocateTensors(), "the operators take their inputs");
  }

  /** Skips a test where there is no interpreter. */
  public static void assumeAvailable() {
    assumeTrue(
        PLATFORMS.contains(Loader.getPlatform()),
        "TensorFlow Lite 2.8 comes for " + PLATFORMS + ", this is " + Loader.getPlatform());
  }

  /** Skips a test where kernels of another instruction set may round in another way. */
  static void assumeRoundingOfX86() {
    assumeTrue(
        Loader.getPlatform().endsWith("x86_64"), "the rounding was compared on x86_64 alone");
  }

  /** With the builtin kernels; every tensor can be read afterwards. */
  public static TfliteRun of(byte[] file) {
    return new TfliteRun(file, new BuiltinOpResolverWithoutDefaultDelegates(), true);
  }

  /** As applications run it: XNNPACK takes what it can, which in 2.8 are floats alone. */
  public static TfliteRun withDelegates(byte[] file) {
    return new TfliteRun(file, new BuiltinOpResolver(), false);
  }

  /** With the builtin kernels alone. */
  static TfliteRun withoutDelegates(byte[] file) {
    return new TfliteRun(file, new BuiltinOpResolverWithoutDefaultDelegates(), false);
  }

  /** The bytes of the output for the bytes of an image. */
  public byte[] run(byte[] image) {
    try (BytePointer bytes = new BytePointer(image)) {
      TfLiteTensor input = interpreter.input_tensor(0);
      assertEquals(kTfLiteOk, TfLiteTensorCopyFromBuffer(input, bytes, image.length));
    }
    assertEquals(kTfLiteOk, interpreter.Invoke());
    return tensor(interpreter.outputs().get(0));
  }

  /** Whether an image is of unsigned bytes, as in a file for phones. */
  boolean takesUnsigned() {
    return interpreter.input_tensor(0).type() == kTfLiteUInt8;
  }

  /** The bytes of a tensor. */
  byte[] tensor(int index) {
    TfLiteTensor tensor = interpreter.tensor(index);
    byte[] values = new byte[Math.toIntExact(tensor.bytes())];
    try (BytePointer bytes = new BytePointer(values.length)) {
      assertEquals(kTfLiteOk, TfLiteTensorCopyToBuffer(tensor, bytes, values.length));
      bytes.get(values);
    }
    return values;
  }

  /** How many operators are executed; what a delegate takes counts as one. */
  int operators() {
    return Math.toIntExact(interpreter.execution_plan().limit());
  }

  static float[] floats(byte[] bytes) {
    float[] floats = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  @Override
  public void close() {
    interpreter.close();
    builder.close();
    resolver.close();
    model.close();
    file.close();
  }
}
