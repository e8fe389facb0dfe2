package dev.espalier.workers.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttemptNameTest {

  @Test
  void aProcessIdThatIsUsedAgainIsAnotherProcess() {
    ProcessHandle self = ProcessHandle.current();
    long start = self.info().startInstant().orElseThrow().toEpochMilli();
    assertFalse(AttemptName.of(self.pid(), start + 1_000, 1).isDead(), "the clock moved a little");
    assertTrue(AttemptName.of(self.pid(), start - 60_000, 1).isDead());
  }

  @Test
  void attemptsHaveDifferentNamesThatCanBeRead() {
    AttemptName one = AttemptName.next();
    assertNotEquals(one, AttemptName.next());
    assertEquals(Optional.of(one), AttemptName.parse(one.toString()));
    assertEquals(Optional.empty(), AttemptName.parse("x-1-2-3"));
  }
}
