package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.onednn.Onednn;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class EngineTest {
  @Test
  void insistsOnOneThread() {
    assertDoesNotThrow(() -> Engine.requireOneThread("1"));
    Exception none = assertThrows(IllegalStateException.class, () -> Engine.requireOneThread(null));
    assertEquals(
        "the environment variable OMP_NUM_THREADS must be 1 (a trial has one thread, and trials run"
            + " side by side), found none",
        none.getMessage());
    assertThrows(IllegalStateException.class, () -> Engine.requireOneThread("2"));
  }

  @Test
  void isOnednnWhereItCanBe() {
    assertEquals(new Engine.Choice(Engine.ONEDNN, null), Engine.choose(null, null));
    assertEquals(new Engine.Choice(Engine.ND4J, "no natives"), Engine.choose(null, "no natives"));
  }

  @Test
  void canBeForced() {
    assertEquals(Engine.ONEDNN, Engine.choose("onednn", null).engine());
    assertEquals(
        "nd4j 1.0.0-M2.1, because the system property espalier.engine asks for it",
        Engine.choose("nd4j", null).describe());
    Exception absent =
        assertThrows(IllegalStateException.class, () -> Engine.choose("onednn", "no natives"));
    assertEquals(
        "espalier.engine: onednn cannot be used on this machine, because no natives",
        absent.getMessage());
    Exception unknown =
        assertThrows(IllegalStateException.class, () -> Engine.choose("cuda", null));
    assertEquals("espalier.engine: must be onednn or nd4j, found cuda", unknown.getMessage());
  }

  @Test
  void fallsBackWhereNumbersAreDoubles() {
    assertNull(Engine.absenceOfOnednn());
    DataType before = Nd4j.defaultFloatingPointType();
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      assertEquals(
          "ND4J computes in DOUBLE, and oneDNN's layers in FLOAT only", Engine.absenceOfOnednn());
    } finally {
      Nd4j.setDefaultDataTypes(before, before);
    }
  }

  @Test
  void saysWhereItComputes() {
    Environment environment = Engine.environment();
    assertEquals(Engine.current().label(), environment.engine());
    assertEquals("onednn-6", Engine.ONEDNN.label(), "onednn to onednn-5 are earlier arithmetic");
    assertFalse(environment.instructionSet().isBlank());
    assertEquals(
        "onednn " + Onednn.version() + " " + environment.instructionSet(), Engine.describe());
  }
}
