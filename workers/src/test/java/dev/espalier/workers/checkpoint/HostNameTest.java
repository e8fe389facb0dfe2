package dev.espalier.workers.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class HostNameTest {
  @Test
  void aNameThatDoesNotResolveIsANameAllTheSame() {
    assertEquals(
        "laptop.invalid",
        HostName.unresolved(
            new UnknownHostException("laptop.invalid: laptop.invalid: Name or service not known")));
    assertEquals("localhost", HostName.unresolved(new UnknownHostException()));
    assertFalse(HostName.get().isBlank());
  }
}
