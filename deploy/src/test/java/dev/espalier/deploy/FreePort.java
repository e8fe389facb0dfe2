package dev.espalier.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Ports of this machine that nobody listens at. */
final class FreePort {
  private FreePort() {}

  /** A port for which all of those at {@code offsets} from it are free. */
  static int withFree(int... offsets) {
    SplittableRandom random = new SplittableRandom(ProcessHandle.current().pid());
    return IntStream.generate(() -> random.nextInt(12_000, 28_000))
        .limit(100)
        .filter(port -> IntStream.of(offsets).allMatch(offset -> isFree(port + offset)))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
