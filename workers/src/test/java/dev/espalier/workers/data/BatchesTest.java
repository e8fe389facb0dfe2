package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.data.Dataset.Split;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static final int HEIGHT = 4;
  private static final int WIDTH = 6;
  private static final int STRIDE = HEIGHT * WIDTH * 3;

  private Dataset data;

  @BeforeEach
  void readData() throws DataException {
    data = new Dataset(SmallData.source(50, 10), SmallData.pool());
  }

  @Test
  void showsEachImageAtMostOnceAnEpochAndDropsTheRest() {
    Batches batches = new Batches(data, SmallData.recipe(16, false, 0), 7);
    assertEquals(3, batches.perEpoch());
    Set<String> seen = new HashSet<>();
    for (int batch = 0; batch < 3; batch++) {
      float[] images = images(batches, 5, batch);
      for (int i = 0; i < 16; i++) {
        seen.add(Arrays.toString(Arrays.copyOfRange(images, i * STRIDE, (i + 1) * STRIDE)));
      }
    }
    assertEquals(48, seen.size());
  }

  @Test
  void shufflesEachEpochAndEachSeedAnew() {
    Batches batches = new Batches(data, SmallData.recipe(50, false, 0), 7);
    Batches other = new Batches(data, SmallData.recipe(50, false, 0), 8);
    assertFalse(Arrays.equals(images(batches, 0, 0), images(batches, 1, 0)));
    assertFalse(Arrays.equals(images(batches, 0, 0), images(other, 0, 0)));
  }

  @Test
  void dependsOnNothingThatWasAskedBefore() {
    Batches used = new Batches(data, SmallData.recipe(16, true, 2), 7);
    images(used, 9, 2);
    images(used, 0, 1);
    Batches fresh = new Batches(data, SmallData.recipe(16, true, 2), 7);
    assertArrayEquals(images(fresh, 4, 1), images(used, 4, 1));
  }

  @Test
  void treatsAnImageAlikeInWhateverBatchItComes() {
    Batches small = new Batches(data, SmallData.recipe(10, true, 2), 7);
    Batches large = new Batches(data, SmallData.recipe(20, true, 2), 7);
    float[] whole = images(large, 2, 1);
    assertArrayEquals(Arrays.copyOf(whole, 10 * STRIDE), images(small, 2, 2));
  }

  @Test
  void flipsAboutHalfAndShiftsEachWayAlike() {
    Batches plain = new Batches(data, SmallData.recipe(50, false, 0), 7);
    Batches augmented = new Batches(data, SmallData.recipe(50, true, 1), 7);
    int[] found = new int[18];
    for (int epoch = 0; epoch < 36; epoch++) {
      float[] before = images(plain, epoch, 0);
      float[] after = images(augmented, epoch, 0);
      for (int i = 0; i < 50; i++) {
        found[caseOf(before, after, i)]++;
      }
    }
    // 1,800 images over 2 x 3 x 3 cases: 100 each, give or take five standard deviations.
    for (int count : found) {
      assertTrue(count > 50 && count < 150, Arrays.toString(found));
    }
  }

  @Test
  void neverFlipsUnlessTold() {
    Batches plain = new Batches(data, SmallData.recipe(50, false, 0), 7);
    Batches shifted = new Batches(data, SmallData.recipe(50, false, 1), 7);
    float[] before = images(plain, 0, 0);
    float[] after = images(shifted, 0, 0);
    for (int i = 0; i < 50; i++) {
      assertTrue(caseOf(before, after, i) < 9);
    }
  }

  @Test
  void givesTheLabelsOfItsImages() {
    Batches batches = new Batches(data, SmallData.recipe(50, false, 0), 7);
    int[] labels = new int[50];
    float[] images = new float[50 * STRIDE];
    batches.fill(0, 0, images, labels);
    float[] image = new float[STRIDE];
    for (int i = 0; i < 50; i++) {
      data.images(Split.TRAIN, i, 1, image);
      int place = placeOf(image, images);
      assertEquals(data.label(Split.TRAIN, i), labels[place]);
    }
  }

  @Test
  void refusesABatchThatTheTrainingSplitCannotFill() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Batches(data, SmallData.recipe(51, false, 0), 7));
    assertEquals(
        "batch: must be at most the 50 training images of made-up, found 51", e.getMessage());
  }

  @Test
  void refusesAShiftThatLeavesNothingOfAnImage() {
    assertEquals(
        List.of("shift: must be less than the 4 pixels of an image's side, found 4"),
        Batches.problems(data.facts(), SmallData.recipe(16, false, 4)));
    assertEquals(List.of(), Batches.problems(data.facts(), SmallData.recipe(50, false, 3)));
  }

  private static float[] images(Batches batches, int epoch, int batch) {
    // Left-overs of an earlier batch must not shine through.
    float[] images = new float[50 * STRIDE];
    Arrays.fill(images, Float.NaN);
    batches.fill(epoch, batch, images, new int[50]);
    int end = 0;
    while (end < images.length && !Float.isNaN(images[end])) {
      end++;
    }
    return Arrays.copyOf(images, end);
  }

  /** Which of flip (9) and shifts by -1, 0, 1 down (3) and right (1) makes one of the other. */
  private static int caseOf(float[] before, float[] after, int image) {
    for (int flip = 0; flip < 2; flip++) {
      for (int down = -1; down <= 1; down++) {
        for (int right = -1; right <= 1; right++) {
          if (isMoved(before, after, image * STRIDE, flip == 1, down, right)) {
            return flip * 9 + (down + 1) * 3 + right + 1;
          }
        }
      }
    }
    throw new AssertionError("image %d is not a moved copy".formatted(image));
  }

  private static boolean isMoved(
      float[] before, float[] after, int at, boolean flip, int down, int right) {
    for (int p = 0; p < STRIDE; p++) {
      int y = p / 3 / WIDTH - down;
      int x = p / 3 % WIDTH - right;
      boolean inside = y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH;
      int column = flip ? WIDTH - 1 - x : x;
      float expected = inside ? before[at + (y * WIDTH + column) * 3 + p % 3] : 0f;
      if (after[at + p] != expected) {
        return false;
      }
    }
    return true;
  }

  private static int placeOf(float[] image, float[] images) {
    for (int i = 0; i < images.length / STRIDE; i++) {
      if (Arrays.equals(image, Arrays.copyOfRange(images, i * STRIDE, (i + 1) * STRIDE))) {
        return i;
      }
    }
    throw new AssertionError("the image is not in the batch");
  }
}
