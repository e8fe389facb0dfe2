package dev.espalier.sweep.spec;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.espalier.workers.cluster.KMeans;
import org.junit.jupiter.api.Test;

class CentroidsTest {
  @Test
  void asManyAsKMeansCanFindAndNoMore() {
    assertNull(Keys.CENTROIDS.rule().complaint("" + KMeans.MAX_CENTROIDS));
    assertNotNull(Keys.CENTROIDS.rule().complaint("" + (KMeans.MAX_CENTROIDS + 1)));
  }
}
