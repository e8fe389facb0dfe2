package dev.espalier.deploy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Files in the form of MNIST, of noise, and a sweep of seconds over them: 2 trials of 2 stages. */
final class SmallDigits {
  static final int STAGES = 2;
  static final String CONFIG =
      """
      name: digits
      dataset: {name: mnist, validation: 32}
      model: {architecture: resnet18, width: 0.0625}
      baseline: {epochs: 1, batch: 32, learning-rate: 0.02}
      grid: {sparsity: [0, 0.5], fine-tune-epochs: [0], centroids: [none]}
      """;

  private static final int SIDE = 28;

  private SmallDigits() {}

  /** Writes the four files. */
  static void write(Path folder) throws IOException {
    write(folder, "train", 96);
    write(folder, "t10k", 32);
  }

  private static void write(Path folder, String part, int count) throws IOException {
    SplittableRandom random = new SplittableRandom(count);
    ByteBuffer images = ByteBuffer.allocate(16 + count * SIDE * SIDE);
    images.putInt(0x803).putInt(count).putInt(SIDE).putInt(SIDE);
    while (images.hasRemaining()) {
      images.put((byte) random.nextInt(256));
    }
    ByteBuffer labels = ByteBuffer.allocate(8 + count);
    labels.putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      labels.put((byte) (i % 10));
    }
    Files.write(folder.resolve(part + "-images-idx3-ubyte"), images.array());
    Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels.array());
  }
}
