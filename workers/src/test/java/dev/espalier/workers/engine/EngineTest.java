package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.stage.Environment;
import org.junit.jupiter.api.Test;

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
  void canBeForced() {
    assertEquals(Engine.ND4J, Engine.choose("nd4j"));
    Exception unknown = assertThrows(IllegalStateException.class, () -> Engine.choose("cuda"));
    assertEquals("espalier.engine: must be onednn or nd4j, found cuda", unknown.getMessage());
  }

  @Test
  void saysWhereItComputes() {
    Environment environment = Engine.environment();
    assertEquals(Engine.current().word(), environment.engine());
    assertFalse(environment.instructionSet().isBlank());
  }
}
