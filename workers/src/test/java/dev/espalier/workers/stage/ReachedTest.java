package dev.espalier.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.model.KernelSelection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReachedTest {
  private static final Stage LOAD = new Load("a.zip", "f1", null);
  private static final Stage CLUSTER = new Cluster(4, KernelSelection.standard(), false, List.of());

  private static DataAndSeed data(String digest, long seed) {
    return new DataAndSeed(
        new DataSource("shapes", null, 64, 16, 16),
        new DataFacts("shapes", digest, 16, 16, 3, 4, 64, 16, 32),
        seed);
  }

  @Test
  void anIdNamesTheDataWhereAStageIsTheFirstToSeeIt() {
    DataAndSeed first = data("d1", 1);
    DataAndSeed other = data("d2", 1);
    Reached start = Reached.of(LOAD, first, null);
    assertEquals(id("espalier stage, recipe 2\n" + first.canonical() + "\nload f1"), start.id());
    assertEquals(
        id("espalier stage, recipe 2\nfrom " + start.id() + "\n" + CLUSTER.canonical()),
        Reached.of(CLUSTER, first, start).id());

    Reached moved = Reached.of(CLUSTER, other, start);
    assertEquals(
        id(
            "espalier stage, recipe 2\nfrom "
                + start.id()
                + "\n"
                + other.canonical()
                + "\n"
                + CLUSTER.canonical()),
        moved.id());
    assertNotEquals(moved.id(), Reached.of(CLUSTER, data("d2", 2), start).id());
    // What follows on the same data does not name it again.
    assertEquals(
        id("espalier stage, recipe 2\nfrom " + moved.id() + "\n" + CLUSTER.canonical()),
        Reached.of(CLUSTER, other, moved).id());
  }

  private static StageId id(String text) {
    return new StageId(StageId.sha256(text.getBytes(StandardCharsets.UTF_8)));
  }
}
