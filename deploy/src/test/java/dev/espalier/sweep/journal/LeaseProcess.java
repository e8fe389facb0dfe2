package dev.espalier.sweep.journal;

import dev.espalier.workers.storage.HadoopSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A process that takes the lease of a sweep when it is told to, {@code take}, and gives it back,
 * {@code release}. It answers {@code won}, or why it was refused. In the package of the lease,
 * which is nobody else's.
 */
public final class LeaseProcess {
  private LeaseProcess() {}

  /** The address of the sweep, then settings of Hadoop, {@code KEY=VALUE}. */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> settings = new HashMap<>();
    for (int i = 1; i < arguments.length; i++) {
      String[] setting = arguments[i].split("=", 2);
      settings.put(setting[0], setting[1]);
    }
    new HadoopSettings(settings).use();
    RunDirectory directory = RunDirectory.at(arguments[0]);
    BufferedReader told =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    Lease held = null;
    for (String line = told.readLine(); line != null; line = told.readLine()) {
      held = line.equals("take") ? take(directory) : release(held);
    }
  }

  private static @Nullable Lease take(RunDirectory directory) throws IOException {
    try {
      Lease lease = Lease.take(directory, new Lease.Patience(100, 5_000));
      lease.requireHeld();
      System.out.println("won");
      return lease;
    } catch (RefusedException e) {
      System.out.println(e.getMessage());
      return null;
    }
  }

  private static @Nullable Lease release(@Nullable Lease held) {
    if (held != null) {
      held.close();
    }
    System.out.println("released");
    return null;
  }
}
