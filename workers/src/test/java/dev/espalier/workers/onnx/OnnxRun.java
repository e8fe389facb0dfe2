package dev.espalier.workers.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.espalier.workers.model.Shape;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SplittableRandom;

/** What ONNX Runtime makes of a model. */
@SuppressWarnings("ArrayRecordComponent") // lives for one test
public record OnnxRun(float[][] logits, float[][] probabilities) {

  /** Runs a model on pixels, [count, height, width, channels]. */
  public static OnnxRun of(byte[] model, Shape image, byte[] pixels, int count)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {count, image.height(), image.width(), image.channels()};
    ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length);
    direct.put(pixels).flip();
    try (OrtSession.SessionOptions options = options();
        OrtSession session = environment.createSession(model, options);
        OnnxTensor input = OnnxTensor.createTensor(environment, direct, shape, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of("pixels", input))) {
      return new OnnxRun(
          (float[][]) result.get("logits").orElseThrow().getValue(),
          (float[][]) result.get("probabilities").orElseThrow().getValue());
    }
  }

  /** Without it sums of integers overflow on x86 processors that have no VNNI. */
  static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.addConfigEntry("session.x64quantprecision", "1");
    return options;
  }

  static byte[] pixels(Shape image, int count, long seed) {
    byte[] pixels = new byte[count * image.size()];
    new SplittableRandom(seed).nextBytes(pixels);
    return pixels;
  }

  /** log(softmax(logits)) of an image. */
  double[] logProbabilities(int image) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (float logit : logits[image]) {
      greatest = Math.max(greatest, logit);
    }
    double sum = 0;
    for (float logit : logits[image]) {
      sum += Math.exp(logit - greatest);
    }
    double[] logs = new double[logits[image].length];
    for (int c = 0; c < logs.length; c++) {
      logs[c] = logits[image][c] - greatest - Math.log(sum);
    }
    return logs;
  }
}
