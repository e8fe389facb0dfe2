package dev.espalier.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A sweep on a real cluster of one executor in which two stages run at a time. */
@Tag("clusters")
@EnabledOnOs(OS.LINUX)
class SharedExecutorTest {
  private static final Pattern STARTED =
      Pattern.compile("started .*, stage ([0-9a-f]+), attempt (\\d+)");

  /** Long enough that another stage of them is in the middle when one begins. */
  private static final Object[] LONG = {"--set", "grid.fine-tune-epochs=[0,20]"};

  @TempDir private Path folder;

  /**
   * A stage that crashes takes its neighbour along. Both are run again, each alone, and only the
   * one that crashes again has failed.
   */
  @Test
  void aStageThatCrashesCostsItsNeighbourNothingButTime() throws Exception {
    Path config = TinySweep.config(folder);
    Path local = folder.resolve("local");
    Distribution.Ended alone =
        Distribution.espalier(
            folder.resolve("local.log"),
            words("run", config, "--out", local, "--tracking-uri", "none"));
    assertEquals(0, alone.code(), alone.said());
    String crashing = TinySweep.stage(local, "fine-tune resnet18 w=0.0625 s=0.5");

    Path out = folder.resolve("shared");
    try (LocalCluster cluster = LocalCluster.start(folder.resolve("cluster"), 1, 2)) {
      String agent =
          Crash.option(folder.resolve("crash.jar"), out.resolve("stages").resolve(crashing))
              + " -XX:-CreateCoredumpOnCrash";
      Distribution.Ended ended =
          Distribution.espalier(
              folder.resolve("shared.log"),
              cluster.words(
                  config,
                  out,
                  words(
                      "--tracking-uri",
                      "none",
                      "--conf",
                      "spark.executor.cores=2",
                      "--conf",
                      "spark.executor.extraJavaOptions=" + agent)));
      assertEquals(1, ended.code(), ended.said());
      assertTrue(ended.said().contains("2 at a time"), ended.said());
      assertTrue(ended.said().contains("crashed the JVM of its executor 2 times"), ended.said());
      assertEquals(Map.of("completed", 6, "failed", 2), TinySweep.outcomes(out));
      Set<String> again = startedAgain(cluster);
      assertTrue(again.remove(crashing.substring(0, 12)), "" + again);
      assertEquals(1, again.size(), "the neighbour");
    }
    Map<String, String> bits = TinySweep.bits(local);
    bits.keySet().retainAll(TinySweep.bits(out).keySet());
    assertEquals(bits, TinySweep.bits(out));
    for (JsonNode line : TinySweep.lines(out.resolve("results.jsonl"))) {
      assertTrue(
          line.get("status").asText().equals("completed")
              || line.get("reason").asText().contains("crashed the JVM"),
          line.toString());
    }
  }

  private static Object[] words(Object... words) {
    Object[] all = new Object[words.length + LONG.length];
    System.arraycopy(words, 0, all, 0, words.length);
    System.arraycopy(LONG, 0, all, words.length, LONG.length);
    return all;
  }

  /** The starts of the ids of stages that were begun a second time. */
  private static Set<String> startedAgain(LocalCluster cluster) throws IOException {
    Set<String> again = new TreeSet<>();
    for (Path log : cluster.logs()) {
      Matcher started = STARTED.matcher(Files.readString(log));
      while (started.find()) {
        if (started.group(2).equals("2")) {
          again.add(started.group(1));
        }
      }
    }
    return again;
  }
}
