package dev.espalier.sweep.pareto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShortNamesTest {
  @Test
  void whatAllHaveIsTakenOutWhereverItStands() {
    ShortNames names =
        ShortNames.of(
            List.of(
                "resnet18-w0.25-s0-ft0-k16-seed1", "resnet18-w0.25-s0.9-flat-ft3-k16-int8-seed1"));
    assertEquals(List.of("resnet18-w0.25", "k16-seed1"), names.inAll());
    assertEquals("s0-ft0", names.of("resnet18-w0.25-s0-ft0-k16-seed1"));
    assertEquals("s0.9-flat-ft3-int8", names.of("resnet18-w0.25-s0.9-flat-ft3-k16-int8-seed1"));
  }

  @Test
  void partsThatANameHasTwiceStay() {
    ShortNames names = ShortNames.of(List.of("net-s0.5-ft1-s0.5", "net-s0.5-ft2"));
    assertEquals(List.of("net"), names.inAll());
    assertEquals("s0.5-ft1-s0.5", names.of("net-s0.5-ft1-s0.5"));
  }

  @Test
  void namesStayWholeWhereTheRestWouldNotTellThemApart() {
    for (List<String> names :
        List.of(
            List.of("net-s0.5-ft1", "net-ft1-s0.5"),
            List.of("net-seed1", "net-seed1-int8"),
            List.of("net-seed1"),
            List.<String>of())) {
      ShortNames whole = ShortNames.of(names);
      assertEquals(List.of(), whole.inAll());
      names.forEach(name -> assertEquals(name, whole.of(name)));
    }
  }

  /** Whatever the names are, the short ones differ, and with what is in all give the parts back. */
  @Test
  void shortNamesTellTrialsApart() {
    SplittableRandom random = new SplittableRandom(4);
    int shortened = 0;
    for (int round = 0; round < 500; round++) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 2 + random.nextInt(6); i++) {
        List<String> parts = new ArrayList<>(List.of("net"));
        for (String part : List.of("s0.5", "flat", "ft1", "k16", "int8")) {
          if (random.nextInt(3) > 0) {
            parts.add(part);
          }
        }
        parts.add("seed1");
        names.add(String.join("-", parts));
      }
      ShortNames found = ShortNames.of(names);
      Map<String, String> map = found.shortened();
      assertEquals(map.size(), new HashSet<>(map.values()).size(), names.toString());
      assertFalse(map.containsValue(""), names.toString());
      List<String> inAll = new ArrayList<>();
      found.inAll().forEach(run -> inAll.addAll(Arrays.asList(run.split("-", -1))));
      shortened += inAll.isEmpty() ? 0 : 1;
      map.forEach(
          (name, rest) -> {
            List<String> together = new ArrayList<>(inAll);
            together.addAll(Arrays.asList(rest.split("-", -1)));
            List<String> parts = Arrays.asList(name.split("-", -1));
            assertEquals(parts.stream().sorted().toList(), together.stream().sorted().toList());
          });
    }
    assertTrue(shortened > 100, "most lists have something in common, found " + shortened);
  }
}
