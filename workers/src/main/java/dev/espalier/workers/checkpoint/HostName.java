package dev.espalier.workers.checkpoint;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The host name of this machine, which need not resolve to an address: containers and laptops often
 * have one that does not. Processes of two machines are told apart by it.
 */
public final class HostName {
  private static final String UNKNOWN = "localhost";

  private HostName() {}

  /** The name, {@code localhost} if the system does not know one. */
  public static String get() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return unresolved(e);
    }
  }

  /** The name in the message of {@link InetAddress#getLocalHost}: {@code NAME: reason}. */
  static String unresolved(UnknownHostException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf(": ");
    return end > 0 ? message.substring(0, end) : UNKNOWN;
  }
}
