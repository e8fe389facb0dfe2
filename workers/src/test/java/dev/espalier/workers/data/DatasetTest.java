package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.data.Dataset.Split;
import dev.espalier.workers.facts.Normalization;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static final int STRIDE = 4 * 6 * 3;

  @Test
  void statesWhatItRead() throws DataException {
    Dataset data = new Dataset(SmallData.source(30, 10), SmallData.pool());
    assertEquals(30, data.facts().train());
    assertEquals(10, data.facts().validation());
    assertEquals(20, data.facts().test());
    assertEquals(
        List.of(4, 6, 3, 5),
        List.of(
            data.facts().height(),
            data.facts().width(),
            data.facts().channels(),
            data.facts().classes()));
    assertEquals(SmallData.classes(5), data.classNames());
  }

  @Test
  void takesAllThatValidationLeavesUnlessTold() throws DataException {
    assertEquals(90, new Dataset(SmallData.source(0, 10), SmallData.pool()).size(Split.TRAIN));
  }

  @Test
  void keepsTheValidationSplitWhateverTheTrainingSplit() throws DataException {
    Dataset few = new Dataset(SmallData.source(30, 10), SmallData.pool());
    Dataset many = new Dataset(SmallData.source(60, 10), SmallData.pool());
    for (int i = 0; i < 10; i++) {
      assertArrayEquals(bytes(few, Split.VALIDATION, i), bytes(many, Split.VALIDATION, i));
    }
    for (int i = 0; i < 30; i++) {
      assertArrayEquals(bytes(few, Split.TRAIN, i), bytes(many, Split.TRAIN, i));
    }
  }

  @Test
  void sharesNoImageBetweenTrainingAndValidation() throws DataException {
    Dataset data = new Dataset(SmallData.source(0, 10), SmallData.pool());
    Set<String> seen = new HashSet<>();
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      for (int i = 0; i < data.size(split); i++) {
        seen.add(Arrays.toString(bytes(data, split, i)));
      }
    }
    assertEquals(100, seen.size());
  }

  @Test
  void keepsLabelsWithTheirImages() throws DataException {
    Pool pool = SmallData.pool();
    Dataset data = new Dataset(SmallData.source(0, 10), pool);
    for (int i = 0; i < 90; i++) {
      int[] image = bytes(data, Split.TRAIN, i);
      assertEquals(labelOf(pool.train(), image), data.label(Split.TRAIN, i));
    }
    for (int i = 0; i < 20; i++) {
      assertEquals(pool.test().labels()[i], data.label(Split.TEST, i));
    }
  }

  @Test
  void measuresMeanAndDeviationOfTheTrainingSplitAlone() throws DataException {
    Dataset data = new Dataset(SmallData.source(30, 10), SmallData.pool());
    for (int c = 0; c < 3; c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 30; i++) {
        int[] image = bytes(data, Split.TRAIN, i);
        for (int p = c; p < STRIDE; p += 3) {
          sum += image[p] / 255.0;
          squares += image[p] / 255.0 * image[p] / 255.0;
        }
      }
      double mean = sum / (30 * 24);
      assertEquals(mean, data.normalization().channels().get(c).mean(), 1e-6);
      assertEquals(
          StrictMath.sqrt(squares / (30 * 24) - mean * mean),
          data.normalization().channels().get(c).deviation(),
          1e-6);
    }
  }

  @Test
  void normalizesWithMeanAndDeviation() throws DataException {
    Pool pool = SmallData.pool();
    Dataset data = new Dataset(SmallData.source(30, 10), pool);
    float[] out = new float[20 * STRIDE];
    data.images(Split.TEST, 0, 20, out);
    for (int i = 0; i < out.length; i++) {
      double pixel = (pool.test().values()[i] & 0xFF) / 255.0;
      int c = i % 3;
      assertEquals(
          (pixel - data.normalization().channels().get(c).mean())
              / data.normalization().channels().get(c).deviation(),
          out[i],
          1e-6);
    }
    float[] tail = new float[2 * STRIDE];
    data.images(Split.TEST, 18, 2, tail);
    assertArrayEquals(Arrays.copyOfRange(out, 18 * STRIDE, 20 * STRIDE), tail);
  }

  @Test
  void givesAConstantChannelTheDeviationOne() throws DataException {
    Pixels black = new Pixels(2, 2, 1, new byte[40], new int[10]);
    Dataset data =
        new Dataset(SmallData.source(0, 2), new Pool(black, black, SmallData.classes(2), false));
    assertEquals(1f, data.normalization().channels().get(0).deviation());
    float[] out = {9, 9, 9, 9};
    data.images(Split.TRAIN, 0, 1, out);
    assertArrayEquals(new float[4], out);
  }

  @Test
  void digestsPixelsAndLabelsAndNotTheSplits() throws DataException {
    String digest = new Dataset(SmallData.source(30, 10), SmallData.pool()).facts().digest();
    assertEquals(digest, new Dataset(SmallData.source(20, 30), SmallData.pool()).facts().digest());
    Pool otherPixel = SmallData.pool();
    otherPixel.test().values()[7] ^= 1;
    assertNotEquals(digest, new Dataset(SmallData.source(30, 10), otherPixel).facts().digest());
    Pool otherLabel = SmallData.pool();
    otherLabel.train().labels()[7] = (otherLabel.train().labels()[7] + 1) % 5;
    assertNotEquals(digest, new Dataset(SmallData.source(30, 10), otherLabel).facts().digest());
  }

  @Test
  void refusesMoreImagesThanThereAre() {
    DataException train =
        assertThrows(
            DataException.class, () -> new Dataset(SmallData.source(91, 10), SmallData.pool()));
    assertEquals(
        "dataset.train: must be at most 90, the 100 training images of made-up less 10 for"
            + " validation; found 91",
        train.getMessage());
    DataException validation =
        assertThrows(
            DataException.class, () -> new Dataset(SmallData.source(0, 100), SmallData.pool()));
    assertEquals(
        "dataset.validation: must leave images to train on, of 100 there are; found 100",
        validation.getMessage());
  }

  @Test
  void refusesAnImageOutsideTheSplit() throws DataException {
    Dataset data = new Dataset(SmallData.source(30, 10), SmallData.pool());
    assertThrows(IndexOutOfBoundsException.class, () -> data.label(Split.TRAIN, 30));
    assertThrows(IndexOutOfBoundsException.class, () -> data.label(Split.VALIDATION, -1));
  }

  @Test
  void givesTheSameImagesNormalizedInAnotherWay() throws DataException {
    Dataset data = new Dataset(SmallData.source(30, 10), SmallData.pool());
    Normalization other =
        new Normalization(Collections.nCopies(3, new Normalization.Channel(0.5, 0.25)));
    Dataset view = data.normalizedBy(other);
    float[] image = new float[STRIDE];
    view.images(Split.TRAIN, 3, 1, image);
    int[] bytes = bytes(data, Split.TRAIN, 3);
    for (int p = 0; p < STRIDE; p++) {
      assertEquals((float) ((bytes[p] / 255.0 - 0.5) / 0.25), image[p]);
    }
    assertEquals(data.facts(), view.facts());
    assertEquals(other, view.normalization());
    assertSame(data, data.normalizedBy(null));
  }

  private static int[] bytes(Dataset data, Split split, int i) {
    float[] image = new float[STRIDE];
    data.images(split, i, 1, image);
    int[] bytes = new int[STRIDE];
    for (int p = 0; p < STRIDE; p++) {
      Normalization.Channel channel = data.normalization().channels().get(p % 3);
      bytes[p] = (int) Math.round((image[p] * channel.deviation() + channel.mean()) * 255);
    }
    return bytes;
  }

  private static int labelOf(Pixels pixels, int[] image) {
    for (int i = 0; i < pixels.count(); i++) {
      boolean same = true;
      for (int p = 0; p < STRIDE; p++) {
        same &= (pixels.values()[i * STRIDE + p] & 0xFF) == image[p];
      }
      if (same) {
        return pixels.labels()[i];
      }
    }
    throw new AssertionError("no such image");
  }

  private static Pool withValidation() {
    Pool pool = SmallData.pool();
    return new Pool(
        pool.train(),
        SmallData.pixels(30, 4, 6, 3, 5, 3),
        pool.test(),
        pool.classNames(),
        pool.random());
  }

  @Test
  void takesValidationImagesFromWhereTheyAreIfThereAreSome() throws DataException {
    Dataset data = new Dataset(SmallData.source(0, 10), withValidation());
    assertEquals(
        List.of(100, 10, 20), List.of(data.facts().train(), data.facts().validation(), 20));
    Set<String> own = new HashSet<>();
    Dataset all = new Dataset(SmallData.source(0, 30), withValidation());
    for (int i = 0; i < 30; i++) {
      own.add(Arrays.toString(bytes(all, Split.VALIDATION, i)));
    }
    assertEquals(30, own.size());
    for (int i = 0; i < 10; i++) {
      assertArrayEquals(bytes(all, Split.VALIDATION, i), bytes(data, Split.VALIDATION, i));
    }
    for (int i = 0; i < 100; i++) {
      assertFalse(own.contains(Arrays.toString(bytes(data, Split.TRAIN, i))));
    }
  }

  @Test
  void countsValidationImagesOfTheirOwn() {
    DataException e =
        assertThrows(
            DataException.class, () -> new Dataset(SmallData.source(0, 31), withValidation()));
    assertEquals(
        "dataset.validation: must be at most 30, the images in val, found 31", e.getMessage());
  }

  @Test
  void isAnotherDataSetWithValidationImagesOfItsOwn() throws DataException {
    assertNotEquals(
        new Dataset(SmallData.source(0, 10), SmallData.pool()).facts().digest(),
        new Dataset(SmallData.source(0, 10), withValidation()).facts().digest());
  }
}
