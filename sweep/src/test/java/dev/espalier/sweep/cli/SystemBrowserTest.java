package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SystemBrowserTest {
  private static final String ADDRESS = "http://127.0.0.1:1/";

  @Test
  void everySystemHasAProgramThatOpensAddresses() {
    assertEquals(List.of("open", ADDRESS), SystemBrowser.command("Mac OS X", ADDRESS));
    assertEquals(List.of("xdg-open", ADDRESS), SystemBrowser.command("Linux", ADDRESS));
    assertEquals(
        List.of("rundll32", "url.dll,FileProtocolHandler", ADDRESS),
        SystemBrowser.command("Windows 11", ADDRESS));
  }
}
