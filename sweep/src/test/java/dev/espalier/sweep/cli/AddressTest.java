package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep at an address: all commands find it there, and it comes home as an ordinary folder. */
class AddressTest {
  @TempDir private Path folder = Path.of("");

  @Test
  @Tag("slow")
  void aSweepAtAnAddressIsTheSameSweep() throws Exception {
    Path config = TinySweep.config(folder, 1, "0.01");
    Path local = folder.resolve("local");
    assertEquals(Main.DONE, Said.by("run", config, "--out", local).code());
    Path there = folder.resolve("there");
    String address = "file:" + there;

    Said less =
        Said.by(
            "run",
            "file:" + config,
            "--out",
            address,
            "--tracking-uri",
            "none",
            "--set",
            "grid.sparsity=[0.5]");
    assertEquals(Main.DONE, less.code(), less.err());
    assertTrue(less.out().startsWith("Sweep tiny in " + address + "\n"), less.out());
    assertFalse(Files.exists(there.resolve("stages.jsonl")));
    Said plan = Said.by("plan", config, "--out", address);
    assertTrue(plan.out().contains(" stages left"), plan.out() + plan.err());
    Said more = Said.by("run", config, "--out", address, "--tracking-uri", "none");
    assertEquals(Main.DONE, more.code(), more.err());
    assertTrue(more.out().contains(" done before"), more.out());
    assertTrue(more.out().contains("espalier track " + address + " --to URI"), more.out());
    assertEquals(TinySweep.sameResults(local), TinySweep.sameResults(there), "its results.jsonl");

    Path home = folder.resolve("home");
    Said fetched = Said.by("fetch", address, home);
    assertEquals(
        new Said(
            Main.DONE,
            "8 of 8 trials of tiny are in " + home + "; checkpoints stay in " + there + "\n",
            ""),
        fetched);
    assertEquals(fetched, Said.by("fetch", address, home), "twice is the same as once");
    assertEquals(TinySweep.sameResults(local), TinySweep.sameResults(home));
    for (String command : List.of("status", "front")) {
      Said byAddress = Said.by(command, address);
      assertEquals(Main.DONE, byAddress.code(), byAddress.err());
      assertEquals(byAddress, Said.by(command, there), "by its path");
      assertEquals(byAddress, Said.by(command, home), "at home");
    }
    String page = Files.readString(there.resolve("report.html"));
    assertEquals(page, Files.readString(home.resolve("report.html")));
    assertTrue(
        Said.by("report", address).out().startsWith("8 of 8 trials are in " + address + "/report"));
    assertEquals(page, Files.readString(there.resolve("report.html")));
    assertTrue(Said.by("clean", address).out().contains("; 8 checkpoints stay, "));

    Said embedded = Said.by("track", address, "--to", "embedded");
    assertEquals(Main.USAGE, embedded.code());
    assertTrue(
        embedded.err().endsWith("fetch the sweep first: espalier fetch " + address + " DIR\n"));
    assertEquals(Main.DONE, Said.by("track", home, "--to", "embedded").code());

    Said other = Said.by("fetch", address, local);
    assertEquals(Main.USAGE, other.code());
    assertTrue(other.err().startsWith(local + ": must be a new or empty folder"), other.err());
  }

  @Test
  void whatCannotBeIsSaidBeforeAnythingIsWritten() throws Exception {
    Path config = TinySweep.config(folder, 1, "0.01");
    Path there = folder.resolve("there");
    Said untracked = Said.by("run", config, "--out", "file:" + there);
    assertEquals(Main.USAGE, untracked.code());
    assertTrue(untracked.err().startsWith("--tracking-uri: must be given where "), untracked.err());
    Said relative = Said.by("run", config, "--out", "hdfs:there");
    assertEquals(
        "--out: must be an absolute address, such as hdfs://host/folder, found hdfs:there\n",
        relative.err());
    Said none = Said.by("status", "file:" + there);
    assertEquals(Main.USAGE, none.code());
    assertTrue(none.err().startsWith("file:" + there + ": must be the folder of a sweep"));
    assertEquals(Main.USAGE, Said.by("status", "hdfs:there").code());
    Said away = Said.by("front", "hdfs://127.0.0.1:9/there");
    assertEquals(Main.USAGE, away.code());
    assertTrue(away.err().contains("nobody answers at 127.0.0.1:9"), away.err());
    Said config404 = Said.by("run", "file:" + folder + "/none.yaml", "--out", "file:" + there);
    assertEquals(folder + "/none.yaml: must be a file, found none\n", config404.err());
    assertFalse(Files.exists(there));
  }
}
