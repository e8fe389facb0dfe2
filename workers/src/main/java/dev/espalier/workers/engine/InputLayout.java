package dev.espalier.workers.engine;

import dev.espalier.workers.model.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** How a graph wants its images. */
enum InputLayout {
  /** [batch, height, width, channels] */
  NHWC,
  /** [batch, channels, height, width] */
  NCHW,
  /** [batch, values], the values of an image in the order [channels, height, width] */
  FLAT;

  /** An array for the graph from images in NHWC; the caller closes it. */
  INDArray array(float[] images, int count, Shape image) {
    return switch (this) {
      case NHWC ->
          Nd4j.create(
              images, new long[] {count, image.height(), image.width(), image.channels()}, 'c');
      case NCHW ->
          Nd4j.create(
              channelsFirst(images, image),
              new long[] {count, image.channels(), image.height(), image.width()},
              'c');
      case FLAT -> Nd4j.create(channelsFirst(images, image), new long[] {count, image.size()}, 'c');
    };
  }

  private static float[] channelsFirst(float[] images, Shape image) {
    int pixels = image.pixels();
    int channels = image.channels();
    float[] result = new float[images.length];
    for (int i = 0; i < images.length; i++) {
      int first = i / image.size() * image.size();
      int pixel = i % image.size() / channels;
      result[first + i % channels * pixels + pixel] = images[i];
    }
    return result;
  }
}
