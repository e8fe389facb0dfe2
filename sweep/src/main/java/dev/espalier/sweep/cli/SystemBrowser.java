package dev.espalier.sweep.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The default browser of this machine. */
final class SystemBrowser {
  private static final Logger LOG = LoggerFactory.getLogger(SystemBrowser.class);

  private SystemBrowser() {}

  /** Opens an address if there is a browser; the caller has printed the address anyway. */
  static void open(String address) {
    try {
      var unused =
          new ProcessBuilder(command(System.getProperty("os.name", ""), address))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      LOG.info("No browser was opened: {}", e.getMessage());
    }
  }

  /** The program that opens an address on a system. */
  static List<String> command(String system, String address) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return List.of("open", address);
    }
    return name.startsWith("windows")
        ? List.of("rundll32", "url.dll,FileProtocolHandler", address)
        : List.of("xdg-open", address);
  }
}
