package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.DataSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShapesTest {
  @Test
  void drawsTheSameImagesEverywhere() throws DataException {
    assertEquals(
        "e4ebffb4b226fb9a3e33243c4035598c12c6c72e08742916c39e0b81ffdf12f0",
        new Dataset(source(40, 10, 16), Shapes.draw(source(40, 10, 16))).facts().digest());
  }

  @Test
  void startsALargerSetWithTheSmallerOne() throws DataException {
    byte[] few = Shapes.draw(source(50, 10, 0)).train().values();
    byte[] many = Shapes.draw(source(100, 10, 0)).train().values();
    assertArrayEquals(few, Arrays.copyOf(many, few.length));
  }

  @Test
  void drawsFourThousandAndAThousandUnlessTold() throws DataException {
    Dataset data = Datasets.load(source(0, 500, 0), null);
    assertEquals(4000, data.facts().train());
    assertEquals(500, data.facts().validation());
    assertEquals(1000, data.facts().test());
    assertEquals(16, data.facts().width());
    assertEquals(
        "[circle, ring, square, frame, triangle, plus, cross, star, stripes, checkerboard]",
        data.classNames().toString());
  }

  @Test
  void hasAllClassesEquallyOften() throws DataException {
    int[] found = new int[10];
    for (int label : Shapes.draw(source(0, 500, 0)).test().labels()) {
      found[label]++;
    }
    int[] expected = new int[10];
    Arrays.fill(expected, 100);
    assertArrayEquals(expected, found);
  }

  @Test
  void isNeitherTrivialNorHopeless() throws DataException {
    Pool pool = Shapes.draw(source(1500, 500, 0));
    double neighbour = accuracyOfNearest(pool.train(), pool.test(), 300);
    assertTrue(neighbour > 0.2 && neighbour < 0.5, "nearest neighbour: " + neighbour);
    double centroid = accuracyOfNearest(centroids(pool.train()), pool.test(), 1000);
    assertTrue(centroid < 0.25, "nearest mean: " + centroid);
  }

  @Test
  void refusesASizeAtWhichShapesLookAlike() {
    DataException e =
        assertThrows(DataException.class, () -> Datasets.load(source(10, 10, 7), null));
    assertEquals("dataset.size: must be in [8, 128] pixels for shapes, found 7", e.getMessage());
  }

  @Test
  void refusesMoreImagesThanItDraws() {
    DataException e =
        assertThrows(DataException.class, () -> Datasets.load(source(99_999, 10, 0), null));
    assertEquals(
        "dataset: shapes has at most 100000 images to train and validate, found train 99999 +"
            + " validation 10",
        e.getMessage());
  }

  private static DataSource source(int train, int validation, int size) {
    return new DataSource("shapes", null, train, validation, size);
  }

  private static double accuracyOfNearest(Pixels known, Pixels asked, int count) {
    int right = 0;
    for (int i = 0; i < count; i++) {
      int nearest = 0;
      long least = Long.MAX_VALUE;
      for (int k = 0; k < known.count(); k++) {
        long distance = 0;
        for (int p = 0; p < known.stride(); p++) {
          int difference =
              (known.values()[k * known.stride() + p] & 0xFF)
                  - (asked.values()[i * known.stride() + p] & 0xFF);
          distance += (long) difference * difference;
        }
        if (distance < least) {
          least = distance;
          nearest = k;
        }
      }
      right += known.labels()[nearest] == asked.labels()[i] ? 1 : 0;
    }
    return (double) right / count;
  }

  private static Pixels centroids(Pixels pixels) {
    long[] sums = new long[10 * pixels.stride()];
    for (int i = 0; i < pixels.count(); i++) {
      for (int p = 0; p < pixels.stride(); p++) {
        sums[pixels.labels()[i] * pixels.stride() + p] +=
            pixels.values()[i * pixels.stride() + p] & 0xFF;
      }
    }
    byte[] means = new byte[sums.length];
    for (int i = 0; i < sums.length; i++) {
      means[i] = (byte) (sums[i] * 10 / pixels.count());
    }
    int[] labels = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    return new Pixels(pixels.height(), pixels.width(), pixels.channels(), means, labels);
  }
}
