package dev.espalier.workers.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.workers.facts.StageId;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Codebooks of layers of at most 4,096 weights, as prefix sums alone found them: ids of stages name
 * them.
 */
class KMeansGoldenTest {
  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, 519d2b4798fff886",
    "FAR, 413d070e0c9b2d06",
    "FARTHER, 645c6b24dbb4343b",
    "GAUSSIAN_TO_THE_FIFTH, 0964de56a4cc9cda",
    "LAPLACE, c1c7062c3e4a0133",
    "STUDENT_T1, ffb98229ae98edfa",
    "STUDENT_T2, 5610d7854389cc42",
    "UNIFORM, e08490a56b60b988",
    "BIMODAL, bb3e5b034dfab8bd",
    "TWO_SCALES, 580a7265a4e9b60e",
    "PRUNED, 85c9f54af820d840",
    "DUPLICATES, 4160572ace1fcc4a",
    "GRID, e9a5fda8d4ae3800",
    "OFFSET, bd00572ffd45d942",
    "DENORMAL, 0c82e2c17e968522",
    "BARELY_NORMAL, c8f6b34cf4b3add0",
    "HUGE, 2f03d0a074d04ca9"
  })
  void layersOfFewWeightsAreWhatTheyWere(LayerKind kind, String digest) {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
    for (int size : new int[] {30, 700, 4096}) {
      for (int k : new int[] {1, 4, 16, 100, 300}) {
        for (float value : KMeans.cluster(kind.layer(size, size + k), k).decode()) {
          bytes.putFloat(value);
        }
      }
    }
    assertEquals(digest, StageId.sha256(bytes.array()).substring(0, 16));
  }
}
