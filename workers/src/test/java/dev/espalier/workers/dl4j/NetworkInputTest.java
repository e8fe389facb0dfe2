package dev.espalier.workers.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.Normalization.Channel;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

/** What files say of their images, against what Deeplearning4j makes of it. */
class NetworkInputTest {
  private static final int COUNT = 7;
  private static final int SIDE = 5;

  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void save() throws Exception {
    file = folder.resolve("model.zip");
    try (TrainableNetwork net = TrainableNetwork.of(Nets.small(), Nets.values(Nets.small(), 1))) {
      net.save(file);
    }
  }

  @Test
  void saysNothingWhereTheFileSaysNothing() {
    assertNull(NetworkInput.normalization(file, 3));
    assertEquals(List.of(), NetworkInput.labels(file));
  }

  @Test
  void readsWhatItAttached() throws IOException {
    Normalization normalization =
        new Normalization(
            List.of(
                new Channel(0.49139968f, 0.24703223f),
                new Channel(1.0 / 3, 0.1),
                new Channel(-1e-9, Math.nextUp(2.0))));
    List<String> labels = List.of("café", "zwei\nLinien", "\"quoted\"");
    NetworkInput.attach(file, normalization, labels);
    assertEquals(normalization, NetworkInput.normalization(file, 3));
    assertEquals(labels, NetworkInput.labels(file));
    assertEquals(
        file
            + ": must have a mean and a deviation for each of the 1 channels of the data, found 3"
            + " and 3",
        refusal(1));
    ModelSerializer.restoreComputationGraph(file.toFile()).close();
  }

  @Test
  void readsTheObjectsThatExportsOfOlderVersionsAttached() {
    float[] mean = {0.49139968f, 0.4822f, 0.4465f};
    float[] deviation = {0.24703223f, 0.2435f, 0.2616f};
    ModelSerializer.addObjectToFile(file.toFile(), "mean", mean);
    assertNull(NetworkInput.normalization(file, 3), "half of it says nothing");
    ModelSerializer.addObjectToFile(file.toFile(), "deviation", deviation);
    ModelSerializer.addObjectToFile(file.toFile(), "labels", new String[] {"cat", "dog", "emu"});
    assertEquals(
        new Normalization(
            List.of(
                new Channel(mean[0], deviation[0]),
                new Channel(mean[1], deviation[1]),
                new Channel(mean[2], deviation[2]))),
        NetworkInput.normalization(file, 3));
    assertEquals(List.of("cat", "dog", "emu"), NetworkInput.labels(file));
  }

  @Test
  void passesOverObjectsOfOtherKinds() {
    ModelSerializer.addObjectToFile(file.toFile(), "mean", 0.5);
    ModelSerializer.addObjectToFile(file.toFile(), "deviation", new double[] {1, 2, 3});
    ModelSerializer.addObjectToFile(file.toFile(), "labels", new java.util.ArrayList<>());
    assertNull(NetworkInput.normalization(file, 3));
    assertEquals(List.of(), NetworkInput.labels(file));
  }

  @Test
  void doesToPixelsWhatDeeplearning4jsNormalizersDo() {
    NormalizerStandardize standardize = new NormalizerStandardize();
    standardize.fit(pixels());
    NormalizerMinMaxScaler minMax = new NormalizerMinMaxScaler(-1, 2);
    minMax.fit(pixels());
    for (DataNormalization normalizer :
        List.of(
            standardize,
            minMax,
            new ImagePreProcessingScaler(),
            new ImagePreProcessingScaler(-1, 1),
            new ImagePreProcessingScaler(0, 255))) {
      ModelSerializer.addNormalizerToModel(file.toFile(), normalizer);
      INDArray expected = pixels().getFeatures();
      normalizer.transform(expected);
      assertArrayEquals(
          expected.ravel().toFloatVector(),
          normalized(Objects.requireNonNull(NetworkInput.normalization(file, 3))),
          2e-5f * expected.amaxNumber().floatValue(),
          normalizer.toString());
    }
  }

  @Test
  void refusesANormalizerThatMayHaveSeenOtherValuesThanPixels() {
    DataSet divided = pixels();
    divided.getFeatures().divi(255);
    NormalizerStandardize standardize = new NormalizerStandardize();
    standardize.fit(divided);
    ModelSerializer.addNormalizerToModel(file.toFile(), standardize);
    String refusal = refusal(3);
    assertTrue(
        refusal.startsWith(
            file + ": normalizer.bin must be fitted on pixels in [0, 255], found 0."),
        refusal);
    assertTrue(refusal.contains("say baseline.input: {mean: [0."), refusal);
  }

  @Test
  void refusesWhatDoesNotScaleChannels() throws IOException {
    NormalizerStandardize standardize = new NormalizerStandardize();
    standardize.fitLabel(true);
    standardize.fit(pixels());
    ModelSerializer.addNormalizerToModel(file.toFile(), standardize);
    String start = file + ": normalizer.bin must ";
    String end = "; baseline.input says what else is to be used";
    assertEquals(
        start + "be fitted on features alone, found one that changes labels too" + end, refusal(3));
    standardize = new NormalizerStandardize();
    standardize.fit(pixels());
    ModelSerializer.addNormalizerToModel(file.toFile(), standardize);
    assertEquals(
        start + "have a value for each of the 1 channels of the data, found 3" + end, refusal(1));
    ByteArrayOutputStream custom = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(custom);
    out.writeUTF("NORMALIZER");
    out.writeInt(1);
    out.writeUTF("CUSTOM");
    out.writeUTF("java.util.HashMap");
    Zips.put(file, "normalizer.bin", custom.toByteArray());
    assertEquals(
        start + "be STANDARDIZE, MIN_MAX or IMAGE_MIN_MAX, found CUSTOM" + end, refusal(3));
    Zips.put(file, "normalizer.bin", new byte[] {0, 1, 'X', 0, 0, 0, 1});
    assertEquals(start + "be a normalizer, version 1, found something else", refusal(3));
    Zips.put(file, "input.json", "{\"mean\": [1, \"2\"]}".getBytes(StandardCharsets.UTF_8));
    assertEquals(
        file + ": input.json must have a list of numbers as mean, found [1,\"2\"]", refusal(2));
  }

  private String refusal(int channels) {
    return String.valueOf(
        assertThrows(
                IllegalArgumentException.class, () -> NetworkInput.normalization(file, channels))
            .getMessage());
  }

  /** Whole numbers in [0, 255], [count, channels, height, width]. */
  private static DataSet pixels() {
    Random random = new Random(1);
    float[] values = new float[COUNT * 3 * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(i / (SIDE * SIDE) % 3 == 0 ? 100 : 256);
    }
    return new DataSet(
        Nd4j.create(values, new long[] {COUNT, 3, SIDE, SIDE}, 'c'), Nd4j.rand(COUNT, 2));
  }

  private static float[] normalized(Normalization normalization) {
    float[] values = pixels().getFeatures().ravel().toFloatVector();
    for (int i = 0; i < values.length; i++) {
      float[] table = normalization.channels().get(i / (SIDE * SIDE) % 3).table();
      values[i] = table[(int) values[i]];
    }
    return values;
  }
}
