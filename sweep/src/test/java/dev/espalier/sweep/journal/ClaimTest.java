package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.Cleaning;
import dev.espalier.sweep.run.HashRunner;
import dev.espalier.sweep.run.InProcessExecutor;
import dev.espalier.sweep.run.Recording;
import dev.espalier.sweep.run.SmallPlan;
import dev.espalier.sweep.run.Sweep;
import dev.espalier.sweep.run.TinySweep;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A claim belongs to one folder: copies have their own, and a folder that moves takes it along. */
class ClaimTest {
  private static final Plan WHOLE = SmallPlan.usual();
  private static final Plan PART = SmallPlan.of(List.of("0.5"), List.of(1));

  @TempDir private Path folder = Path.of("");

  @Test
  void whatIsDoneInACopyRemovesNothingOfTheOriginal() throws IOException {
    run(first(), WHOLE, store());
    copy(first(), second());
    run(second(), PART, store());
    assertEquals(2, Claim.all(store()).size());
    Cleaning.clean(new RunDirectory(second()), false);
    assertComplete(new CheckpointStore(store().folder("stages")), WHOLE);
    run(first(), PART, store());
    Cleaning.clean(new RunDirectory(first()), false);
    assertEquals(4, new CheckpointStore(store().folder("stages")).stages().size());
  }

  @Test
  void aCopyWithItsOwnCheckpointsLeavesTheClaimOfTheOriginalBehind() throws IOException {
    run(first(), WHOLE, null);
    copy(first(), second());
    run(second(), PART, null);
    Cleaning cleaned = Cleaning.clean(new RunDirectory(second()), false);
    assertEquals(
        List.of(second().toString()), cleaned.claims().stream().map(Claim::folder).toList());
    assertEquals(4, new RunDirectory(second()).store().stages().size());
    assertComplete(new RunDirectory(first()).store(), WHOLE);
    assertEquals(0, Cleaning.clean(new RunDirectory(first()), false).goneBytes());
  }

  @Test
  void aCopyThatHasNotRunHasNoClaim() throws IOException {
    run(first(), WHOLE, store());
    copy(first(), second());
    assertThrows(RefusedException.class, () -> Cleaning.clean(new RunDirectory(second()), false));
    assertEquals(1, Claim.all(store()).size());
  }

  @Test
  void aMovedFolderTakesItsClaimAlong() throws IOException {
    run(first(), WHOLE, store());
    Files.move(first(), second());
    assertEquals(0, Cleaning.clean(new RunDirectory(second()), false).goneBytes());
    assertEquals(
        List.of(second().toString()), Claim.all(store()).stream().map(Claim::folder).toList());
    assertComplete(new CheckpointStore(store().folder("stages")), WHOLE);
  }

  @Test
  void aMovedFolderGivesUpItsEarlierClaimWhenItRuns() throws IOException {
    run(first(), WHOLE, store());
    Files.move(first(), second());
    run(second(), PART, store());
    assertEquals(1, Claim.all(store()).size());
    Cleaning.clean(new RunDirectory(second()), false);
    assertEquals(4, new CheckpointStore(store().folder("stages")).stages().size());
  }

  @Test
  void differentWaysToAFolderAreOneClaim() throws IOException {
    run(first(), WHOLE, store());
    Files.createSymbolicLink(folder.resolve("link"), first());
    run(folder.resolve("link"), WHOLE, store());
    assertEquals(1, Claim.all(store()).size());
  }

  @Test
  void theClaimOfAnotherMachineStandsThoughItsFolderIsNotHere() throws IOException {
    run(first(), WHOLE, store());
    edit(claims().get(0), "host", "elsewhere");
    Files.move(first(), second());
    run(second(), PART, store());
    Cleaning.clean(new RunDirectory(second()), false);
    assertEquals(2, Claim.all(store()).size());
    assertComplete(new CheckpointStore(store().folder("stages")), WHOLE);
  }

  /** Versions before named it by the key alone, which the folder and its copies shared. */
  @Test
  void aClaimWithoutAPlaceIsReplacedByItsFolderAlone() throws IOException {
    run(first(), WHOLE, store());
    Path claim = claims().get(0);
    edit(claim, "host", null);
    Path older =
        Files.move(
            claim, claim.resolveSibling(claim.getFileName().toString().replaceAll("-.*", ".json")));
    copy(first(), second());
    run(second(), PART, store());
    Cleaning.clean(new RunDirectory(second()), false);
    assertEquals(2, claims().size());
    assertComplete(new CheckpointStore(store().folder("stages")), WHOLE);
    run(first(), WHOLE, store());
    assertEquals(2, claims().size());
    assertEquals(false, Files.exists(older));
  }

  private Path first() {
    return folder.resolve("first");
  }

  private Path second() {
    return folder.resolve("second");
  }

  private Storage store() {
    return Storages.of(folder.resolve("store"));
  }

  private List<Path> claims() throws IOException {
    try (Stream<Path> claims = Files.list(folder.resolve("store/claims"))) {
      return claims.toList();
    }
  }

  private static void edit(Path claim, String field, @Nullable String value) throws IOException {
    ObjectNode node = (ObjectNode) new ObjectMapper().readTree(Files.readString(claim));
    node.put(field, value);
    Files.writeString(claim, node.toString());
  }

  private static void assertComplete(CheckpointStore store, Plan plan) throws IOException {
    for (PlannedStage stage : plan.stages()) {
      assertEquals(true, store.find(stage.id()).isPresent(), stage.label());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    TinySweep.in(from).copy(to);
  }

  private static void run(Path out, Plan plan, @Nullable Storage store) throws IOException {
    RunDirectory directory = RunDirectory.create(out);
    if (store != null) {
      directory.useStore(store);
    }
    HashRunner runner = HashRunner.faultless(directory.store(), out.resolve("notes"), 0);
    new Sweep(
            SmallPlan.spec(),
            plan,
            directory,
            () -> new InProcessExecutor(2, runner),
            HashRunner.HERE,
            new Sweep.Options(false, false, stage -> 1, null, null),
            new Recording())
        .run();
  }
}
