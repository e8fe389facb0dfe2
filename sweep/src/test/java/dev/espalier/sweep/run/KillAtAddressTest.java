package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.JournalContract;
import dev.espalier.sweep.journal.Records;
import dev.espalier.sweep.journal.RunDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes its journal in batches is killed, wherever it is. */
@Tag("slow")
class KillAtAddressTest {
  private static final List<String> SPARSITIES =
      IntStream.range(10, 40).mapToObj(i -> "0." + i).toList();

  private static final int STAGES = 1 + 21 * SPARSITIES.size();
  private static final int TRIALS = 20 * SPARSITIES.size();

  @TempDir private Path folder = Path.of("");

  @Test
  void whatWasToldIsInTheJournalAndTheRestRunsOnce() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    String address = "";
    for (int round = 0; round < 5; round++) {
      address = "slow://ms3" + Files.createTempDirectory(folder, "sweep");
      int told = 1 + random.nextInt(STAGES + TRIALS - 1);
      assertToldIsWritten(address, killedAfter(told, address));
    }
    Journal.Entries before = Journal.read(RunDirectory.at(address), JournalContract.PLAN);

    List<String> said = said(start(address), Integer.MAX_VALUE);
    int left = STAGES - before.stages().size();
    int toRun = Integer.parseInt(said.get(0).substring("to run ".length()));
    assertTrue(toRun <= left, "those are left that are not in the journal: " + said.get(0));
    Journal.Entries after = Journal.read(RunDirectory.at(address), JournalContract.PLAN);
    assertEquals(STAGES, after.stages().size());
    assertEquals(TRIALS, after.trials().size());
    before.stages().forEach((id, result) -> assertEquals(result, after.stages().get(id)));
    assertEquals(STAGES, lines(address, "stages"), "each line once");
    assertEquals(TRIALS, lines(address, "results"), "each line once");
  }

  private static void assertToldIsWritten(String address, List<String> said) throws IOException {
    Journal.Entries entries = Journal.read(RunDirectory.at(address), JournalContract.PLAN);
    Set<String> written = new HashSet<>();
    entries.stages().keySet().forEach(id -> written.add(id.hex()));
    entries.trials().keySet().forEach(id -> written.add("trial " + id));
    List<String> lost = said.stream().skip(1).filter(line -> !written.contains(line)).toList();
    assertEquals(List.of(), lost);
    assertTrue(said.size() > 1, "some were told");
  }

  private static int lines(String address, String name) throws IOException {
    String journal = "journal/" + name;
    int[] count = {0};
    Records.read(RunDirectory.at(address).files(), journal, (line, place) -> () -> count[0]++);
    return count[0];
  }

  private static List<String> killedAfter(int told, String address) throws Exception {
    Process process = start(address);
    List<String> said = said(process, told);
    process.destroyForcibly().waitFor();
    return said;
  }

  private static List<String> said(Process process, int most) throws IOException {
    List<String> said = new ArrayList<>();
    BufferedReader lines = process.inputReader();
    for (String line = lines.readLine();
        line != null && said.size() <= most;
        line = lines.readLine()) {
      said.add(line);
    }
    return said;
  }

  private static Process start(String address) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TellingProcess.class.getName(), address));
    command.addAll(SPARSITIES);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
