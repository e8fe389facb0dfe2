package dev.espalier.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
  @TempDir private Path folder;

  @Test
  void sparkBringsItsOwnAndWeBringOurs() throws IOException {
    List<String> ours = Distribution.names("lib");
    List<String> sparks = Distribution.names("spark/jars");
    assertTrue(ours.stream().anyMatch(name -> name.startsWith("sweep-")), "" + ours);
    assertTrue(ours.stream().anyMatch(name -> name.startsWith("workers-")), "" + ours);
    assertTrue(ours.stream().anyMatch(name -> name.startsWith("nd4j-native-")), "" + ours);
    assertTrue(sparks.stream().anyMatch(name -> name.startsWith("spark-core_")), "" + sparks);
    assertTrue(sparks.stream().anyMatch(name -> name.startsWith("spark-yarn_")), "" + sparks);
    assertTrue(sparks.stream().anyMatch(name -> name.startsWith("slf4j-api-")), "" + sparks);
    for (String foreign : List.of("spark-", "scala-", "hadoop-", "slf4j-", "log4j-", "netty-")) {
      assertFalse(ours.stream().anyMatch(name -> name.startsWith(foreign)), foreign + " " + ours);
    }
  }

  @Test
  void noLibraryIsThereTwice() throws IOException {
    Set<String> seen = new HashSet<>();
    List<String> twice = new ArrayList<>();
    for (String folder : List.of("lib", "spark/jars")) {
      for (String jar : Distribution.names(folder)) {
        // ND4J's guava is another one, under names of its own.
        String library = jar.replaceFirst("-\\d[^-]*(-SNAPSHOT|-jre|\\.Final)?", "");
        if (!seen.add(library) && !library.startsWith("guava")) {
          twice.add(jar);
        }
      }
    }
    assertEquals(List.of(), twice);
  }

  @Test
  void itRunsFromAnotherFolderAndThroughALink() throws Exception {
    Path link =
        Files.createSymbolicLink(
            folder.resolve("espalier"), Distribution.HOME.resolve("bin/espalier"));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(link.toString(), "models")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Distribution.Ended ended = Distribution.ended(process, log);
    assertEquals(0, ended.code(), ended.said());
    assertTrue(ended.said().contains("mobilenetv2"), ended.said());
  }

  @Test
  void aMasterThatDoesNotAnswerIsSaidAtOnceAndNothingIsBegun() throws Exception {
    Path out = folder.resolve("out");
    Distribution.Ended ended =
        Distribution.espalier(
            folder.resolve("log"),
            "run",
            TinySweep.config(folder),
            "--out",
            out,
            "--master",
            "spark://127.0.0.1:1");
    assertEquals(2, ended.code(), ended.said());
    assertTrue(
        ended.said().contains("--master: must be a Spark master that answers"), ended.said());
    assertFalse(Files.exists(out.resolve("spec.yaml")));
  }

  @Test
  void yarnThatCannotBeUsedIsSaidAtOnceAndNothingIsBegun() throws Exception {
    Path conf = Files.createDirectory(folder.resolve("conf"));
    Files.writeString(
        conf.resolve("yarn-site.xml"),
        "<configuration><property><name>yarn.resourcemanager.address</name><value>127.0.0.1:1</value></property></configuration>");
    Distribution.Ended without = yarn(Map.of());
    assertEquals(2, without.code(), without.said());
    assertTrue(
        without.said().contains("yarn needs HADOOP_CONF_DIR or YARN_CONF_DIR"), without.said());
    for (String name : List.of("HADOOP_CONF_DIR", "YARN_CONF_DIR")) {
      Distribution.Ended away = yarn(Map.of(name, conf.toString()));
      assertEquals(2, away.code(), away.said());
      assertTrue(
          away.said()
              .contains("found none at 127.0.0.1:1, which is what " + name + "=" + conf + " says"),
          away.said());
    }
    assertFalse(Files.exists(folder.resolve("out")));
  }

  private Distribution.Ended yarn(Map<String, String> environment) throws Exception {
    Path log = folder.resolve("log");
    Object[] words = {
      "run", TinySweep.config(folder), "--out", folder.resolve("out"), "--master", "yarn"
    };
    return Distribution.ended(Distribution.start(log, environment, "bin/espalier", words), log);
  }
}
