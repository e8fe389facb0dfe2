package dev.espalier.workers.checkpoint;

import dev.espalier.workers.facts.StageId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which process tries a stage, for the how-many-th time. It stands in the names of the attempt's
 * files, so that two attempts never write one file and the dead can be told from the living.
 *
 * @param host first eight digits of the SHA-256 of the host's name
 * @param startMillis when the process started, in milliseconds since 1970; 0 where the system does
 *     not tell. A process id alone is used again
 * @param number counts the attempts of the process
 */
record AttemptName(String host, long pid, long startMillis, long number) {
  private static final Pattern TEXT = Pattern.compile("([0-9a-f]{8})-(\\d+)-(\\d+)-(\\d+)");
  private static final Pattern FILE = Pattern.compile("[a-z]+-([0-9a-f-]+)(\\.[a-z0-9]+)?");

  // Linux derives start times from the boot time in whole seconds, which moves with the clock.
  private static final long SAME_START_MILLIS = 2_000;

  private static final AtomicLong ATTEMPTS = new AtomicLong();
  private static final String HOST = digestOfHostName();

  /** A name that no other attempt has, here or in another process. */
  static AttemptName next() {
    ProcessHandle self = ProcessHandle.current();
    return of(self.pid(), startMillis(self), ATTEMPTS.incrementAndGet());
  }

  /** The name of an attempt of a process on this host. */
  static AttemptName of(long pid, long startMillis, long number) {
    return new AttemptName(HOST, pid, startMillis, number);
  }

  static Optional<AttemptName> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new AttemptName(
              matcher.group(1),
              Long.parseLong(matcher.group(2)),
              Long.parseLong(matcher.group(3)),
              Long.parseLong(matcher.group(4))));
    } catch (NumberFormatException tooLong) {
      return Optional.empty();
    }
  }

  /** The attempt that a file of a stage belongs to, by its name: {@code weights-ATTEMPT.bin}. */
  static Optional<AttemptName> ofFile(String name) {
    Matcher matcher = FILE.matcher(name);
    return matcher.matches() ? parse(matcher.group(1)) : Optional.empty();
  }

  /** Whether its process is or was on this host. */
  boolean isHere() {
    return host.equals(HOST);
  }

  /**
   * Whether the process of this attempt is known to be dead. A process of another host is never
   * known to be.
   */
  boolean isDead() {
    if (!isHere()) {
      return false;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return true;
    }
    long now = startMillis(process.get());
    return now != 0 && startMillis != 0 && Math.abs(now - startMillis) > SAME_START_MILLIS;
  }

  private static long startMillis(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static String digestOfHostName() {
    return StageId.sha256(HostName.get().getBytes(StandardCharsets.UTF_8)).substring(0, 8);
  }

  @Override
  public String toString() {
    return host + "-" + pid + "-" + startMillis + "-" + number;
  }
}
