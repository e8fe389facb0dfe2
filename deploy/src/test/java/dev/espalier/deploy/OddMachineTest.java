package dev.espalier.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The distribution in bare containers and on machines where something is missing. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class OddMachineTest {
  private static final String CONFIG =
      """
      name: odd
      dataset: {name: shapes, size: 12, train: 64, validation: 32}
      model: {architecture: mnist-cnn}
      baseline: {epochs: 1, batch: 32, learning-rate: 0.02}
      grid: {sparsity: [0, 0.5]}
      """;

  @TempDir private Path folder = Path.of("");

  /** The names go through a script: a Java in an ASCII locale could not pass them on. */
  @Test
  void aLocaleWithoutUnicodeKeepsNoNameFromBeingWritten() throws Exception {
    Files.writeString(folder.resolve("config"), CONFIG);
    Distribution.Ended ended =
        shell(
            Map.of("LC_ALL", "C", "LANG", ""),
            """
            cp config größe-日本.yaml
            "$ESPALIER" run größe-日本.yaml --out läufe-日本 &&
            "$ESPALIER" report läufe-日本 --out seite-日本.html &&
            "$ESPALIER" front läufe-日本 > front-日本.txt &&
            test -s läufe-日本/report.html && test -s seite-日本.html && test -s front-日本.txt &&
            "$ESPALIER" status nirgends-日本
            """);
    assertEquals(2, ended.code(), ended.said());
    assertTrue(ended.said().contains("results are in läufe-日本 ("), ended.said());
    assertTrue(ended.said().contains(" are in seite-日本.html, "), ended.said());
    assertTrue(ended.said().contains("nirgends-日本: must be the folder of a sweep"), ended.said());
  }

  @Test
  void aHostNameThatDoesNotResolveIsNotNeeded() throws Exception {
    assumeTrue(shell(Map.of(), "unshare -u true").code() == 0, "a host name can be set");
    Files.writeString(folder.resolve("odd.yaml"), CONFIG);
    Distribution.Ended ended =
        shell(
            Map.of(),
            """
            unshare -u sh -c 'hostname no-such-host.invalid
              "$ESPALIER" run odd.yaml --out out && "$ESPALIER" verify out --trials 1
              echo "local: $?"
              "$ESPALIER" run odd.yaml --out other --master spark://127.0.0.1:1
              echo "cluster: $?"'
            """);
    assertTrue(ended.said().contains("2 trials completed, 0 failed"), ended.said());
    assertTrue(ended.said().contains("\nlocal: 0\n"), ended.said());
    assertTrue(
        ended
            .said()
            .contains(
                "--master: the host name of this machine must resolve to an address, found none for no-such-host.invalid; "),
        ended.said());
    assertTrue(ended.said().endsWith("\ncluster: 2\n"), ended.said());
  }

  @ParameterizedTest
  @ValueSource(strings = {"models", "run odd.yaml --out out"})
  void outputThatCannotBeWrittenIsNoSuccess(String command) throws Exception {
    Files.writeString(folder.resolve("odd.yaml"), CONFIG);
    Distribution.Ended ended = shell(Map.of(), "\"$ESPALIER\" " + command + " > /dev/full");
    assertEquals(2, ended.code(), ended.said());
    assertTrue(
        ended.said().endsWith("espalier: the output could not be written completely\n"),
        ended.said());
  }

  @Test
  void anOutThatCannotBeWrittenIsOneMessage() throws Exception {
    Files.writeString(folder.resolve("odd.yaml"), CONFIG);
    Distribution.Ended ended = shell(Map.of(), "\"$ESPALIER\" run odd.yaml --out /proc/espalier");
    assertEquals(2, ended.code());
    assertEquals(
        "/proc/espalier: must be a folder that can be written to, found /proc, where nothing can be made (No such file or directory); use another --out\n",
        ended.said());

    // The log of a sweep at an address lies in the folder where the command is given.
    Files.writeString(folder.resolve("runs"), "no folder");
    Distribution.Ended log =
        shell(Map.of(), "\"$ESPALIER\" run odd.yaml --out file:$PWD/there --tracking-uri none");
    assertEquals(2, log.code());
    assertEquals(1, log.said().lines().count(), log.said());
    assertTrue(
        log.said().startsWith("runs/odd/logs/espalier.log: must be a file that can be written, "),
        log.said());
    assertFalse(Files.exists(folder.resolve("there/spec.yaml")));
  }

  /** As root can, nothing but a file system that takes no files. */
  @Test
  void aReportInAFolderThatIsReadOnly() throws Exception {
    assumeTrue(
        shell(Map.of(), "unshare -m mount -t tmpfs none /mnt").code() == 0,
        "a disk can be mounted");
    Files.writeString(folder.resolve("odd.yaml"), CONFIG);
    Distribution.Ended ended =
        shell(
            Map.of(),
            """
            "$ESPALIER" run odd.yaml --out out > run.txt || exit 1
            unshare -m sh -c 'mount --bind out out && mount -o remount,ro,bind out
              for words in "report out" "measure out" "clean out" "track out --to embedded"; do
                "$ESPALIER" $words
                echo "code $?"
              done
              "$ESPALIER" front out > front.txt && "$ESPALIER" report out --out page.html
              echo "code $?"'
            """);
    List<String> lines = new ArrayList<>(ended.said().lines().toList());
    assertEquals(
        folder.resolve("out")
            + "/report.html.tmp: must be a file that can be written, found: Read-only file system; make it writable; or use another --out",
        lines.get(0));
    assertEquals("code 2", lines.get(1), ended.said());
    for (int command = 1; command < 4; command++) {
      assertTrue(lines.get(2 * command).contains("ead-only"), ended.said());
      assertEquals("code 2", lines.get(2 * command + 1), ended.said());
    }
    assertTrue(lines.get(8).startsWith("2 of 2 trials are in page.html"), ended.said());
    assertEquals("code 0", lines.get(9));
  }

  /** Runs a script in the folder; {@code $ESPALIER} is the launcher. */
  private Distribution.Ended shell(Map<String, String> environment, String script)
      throws IOException, InterruptedException {
    Path file = folder.resolve("script.sh");
    Path log = folder.resolve("said.txt");
    Files.write(file, script.getBytes(StandardCharsets.UTF_8));
    ProcessBuilder builder =
        new ProcessBuilder("sh", file.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("ESPALIER", Distribution.HOME.resolve("bin/espalier").toString());
    builder.environment().putAll(environment);
    return Distribution.ended(builder.start(), log);
  }
}
