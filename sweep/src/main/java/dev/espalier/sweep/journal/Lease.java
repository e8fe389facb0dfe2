package dev.espalier.sweep.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.workers.checkpoint.HostName;
import dev.espalier.workers.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a sweep at an address that several machines see, {@code lock/GENERATION.json}. The
 * file of the highest generation belongs to the holder, who renews it. When the holder has released
 * it, or has not renewed it for too long, another process takes the lock by creating the file of
 * the next generation, which only one process can do.
 *
 * <p>How long that is tells the clock of the file system, which dates both the holder's file and
 * one of the process that waits; clocks of machines are not compared. Nobody takes over before the
 * silence is over, so a sign of life is proof for a while that the lease is held, and a holder
 * looks before it writes only when its last sign is older: it was asleep, or the file system away.
 *
 * <p>Which of two processes created a file, a nonce in it tells: it is read back after the file was
 * created, and again whenever a holder looks whether it still has the lease.
 *
 * <p>Safety does not depend on these times. A late record keeps its older generation number, alone
 * or with many in one file, and is ignored where the new holder wrote or merged one of its stage
 * (see {@link Records}). Neither does harm: results of a stage are the same from both, and one that
 * is ignored is in the store, where the next run finds it. A holder deletes only records whose
 * lines it has written again, so one that merges late loses none.
 */
final class Lease implements RunLock {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("\\d{6}\\.json");

  /**
   * How often a holder shows that it lives, and after what silence it counts as dead.
   *
   * @param beatMillis between two signs of life
   * @param silenceMillis several times as long
   */
  record Patience(long beatMillis, long silenceMillis) {
    static final Patience USUAL = new Patience(3_000, 30_000);

    /** A sign of life that is not older proves that nobody has taken over. */
    long proofMillis() {
      return silenceMillis / 5;
    }
  }

  /**
   * What a holder writes, again with each sign of life.
   *
   * @param released whether it has given the lease back
   * @param nonce drawn at random by each holder; null in files of older versions
   */
  record Holder(String host, long pid, boolean released, @Nullable String nonce) {
    static Holder self(boolean released, String nonce) {
      return new Holder(HostName.get(), ProcessHandle.current().pid(), released, nonce);
    }
  }

  private final RunDirectory directory;
  private final long generation;
  private final String nonce;
  private final Patience patience;
  private boolean released;

  /** When the last sign of life was given, at the latest; by {@link System#nanoTime}. */
  private volatile long signed = System.nanoTime();

  /** Work on the file system, which an interrupt of a thread with other work must not tear. */
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          2,
          work -> {
            Thread thread = new Thread(work, "lease");
            thread.setDaemon(true);
            return thread;
          });

  private final Future<?> beats;

  private Lease(RunDirectory directory, long generation, String nonce, Patience patience) {
    this.directory = directory;
    this.generation = generation;
    this.nonce = nonce;
    this.patience = patience;
    long beat = patience.beatMillis();
    this.beats = threads.scheduleWithFixedDelay(this::showLife, beat, beat, TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lease; waits for as long as it takes to know whether a silent holder lives.
   *
   * @throws RefusedException if another process holds it
   */
  static Lease take(RunDirectory directory, Patience patience) throws IOException {
    Storage files = directory.files();
    Optional<Storage.Entry> before = last(files);
    if (before.isPresent()) {
      requireSilence(directory, before.get(), patience);
    }
    long mine = before.map(Lease::generation).orElse(0L) + 1;
    String nonce = UUID.randomUUID().toString();
    var unused = files.create(name(mine), JSON.writeValueAsBytes(Holder.self(false, nonce)));
    // What lies there decides: the answer to a file that was created may have been lost on its way.
    if (!isHeld(files, mine, nonce)) {
      if (isIn(files, mine, nonce)) {
        files.delete(name(mine));
      }
      throw new RefusedException(
          "another run has just started in "
              + directory.address()
              + "; wait until it ends, or stop it");
    }
    for (Storage.Entry older : files(files)) {
      if (generation(older) < mine) {
        files.delete(RunDirectory.LEASES + "/" + older.name());
      }
    }
    return new Lease(directory, mine, nonce, patience);
  }

  private static void requireSilence(RunDirectory directory, Storage.Entry held, Patience patience)
      throws IOException {
    Storage files = directory.files();
    Optional<Holder> holder = read(files, held);
    if (holder.isPresent() && holder.get().released()) {
      return;
    }
    long left = patience.silenceMillis() - (now(files) - held.modifiedMillis());
    long start = System.nanoTime();
    while (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) < left) {
      pause(patience);
      Optional<Storage.Entry> last = last(files);
      if (last.isEmpty() || !last.get().equals(held)) {
        holder = last.flatMap(entry -> read(files, entry));
        if (holder.map(Holder::released).orElse(false)) {
          return;
        }
        throw new RefusedException(
            "another run (%s) is at work in %s"
                .formatted(
                    holder.map(h -> "pid " + h.pid() + " on " + h.host()).orElse("unknown"),
                    directory.address()));
      }
    }
  }

  private static void pause(Patience patience) {
    try {
      Thread.sleep(Math.max(1, patience.beatMillis() / 4));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted while waiting for another run");
    }
  }

  /** What the clock of the file system says. */
  private static long now(Storage files) throws IOException {
    // Named at random: two threads of one process may ask in the same nanosecond.
    String probe = RunDirectory.LEASES + "/clock-" + UUID.randomUUID();
    files.write(probe, new byte[] {'\n'});
    try {
      return files.modifiedMillis(probe);
    } finally {
      files.delete(probe);
    }
  }

  @Override
  public RunDirectory directory() {
    return directory;
  }

  /** Counts the runs that held it, from 1. */
  long generation() {
    return generation;
  }

  @Override
  public void requireHeld() throws IOException {
    if (!isHeld()) {
      throw new RefusedException(
          "another run has taken over the sweep in %s, because this one did not renew its lock for too long; finished work is kept"
              .formatted(directory.address()));
    }
  }

  /** Never while a sign of life replaces the file: HDFS may not find what it has just opened. */
  private synchronized boolean isHeld() throws IOException {
    return isHeld(directory.files(), generation, nonce);
  }

  private static boolean isHeld(Storage files, long generation, String nonce) throws IOException {
    return last(files).map(Lease::generation).orElse(0L) == generation
        && isIn(files, generation, nonce);
  }

  /** Whether the file of a generation is that of the holder who drew {@code nonce}. */
  private static boolean isIn(Storage files, long generation, String nonce) throws IOException {
    try {
      return nonce.equals(JSON.readValue(files.read(name(generation)), Holder.class).nonce());
    } catch (FileNotFoundException | JsonProcessingException anothers) {
      return false;
    }
  }

  /**
   * Makes sure that this run may write on, as {@link #requireHeld} does, but without a look where a
   * sign of life was given lately.
   *
   * @throws RefusedException if another run has taken over
   */
  void requireHeldLately() throws IOException {
    long silent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - signed);
    if (silent > patience.proofMillis()) {
      requireHeld();
    }
  }

  private void showLife() {
    try {
      sign(false);
    } catch (IOException | RuntimeException e) {
      return; // The file system may answer the next time; until then nothing can be written at all.
    }
  }

  private synchronized void sign(boolean last) throws IOException {
    long now = System.nanoTime();
    if (!released && isHeld()) {
      released = last;
      byte[] content = JSON.writeValueAsBytes(Holder.self(released, nonce));
      directory.files().replace(name(generation), content, name(generation) + ".tmp");
      signed = now;
    }
  }

  /** Gives the lease back, so that the next run need not wait. */
  @Override
  public void close() {
    try {
      GroupCommit.await(
          threads.submit(
              () -> {
                sign(true);
                return generation;
              }));
    } catch (IOException e) {
      return; // The next run waits until the silence is long enough.
    } finally {
      beats.cancel(false);
      threads.shutdown();
    }
  }

  private static Optional<Holder> read(Storage files, Storage.Entry file) {
    try {
      return Optional.of(
          JSON.readValue(files.read(RunDirectory.LEASES + "/" + file.name()), Holder.class));
    } catch (IOException torn) {
      return Optional.empty();
    }
  }

  private static List<Storage.Entry> files(Storage files) throws IOException {
    return files.list(RunDirectory.LEASES).stream()
        .filter(file -> NAME.matcher(file.name()).matches())
        .toList();
  }

  private static Optional<Storage.Entry> last(Storage files) throws IOException {
    return files(files).stream().max(Comparator.comparing(Storage.Entry::name));
  }

  private static long generation(Storage.Entry file) {
    return Long.parseLong(file.name().substring(0, 6));
  }

  private static String name(long generation) {
    return "%s/%06d.json".formatted(RunDirectory.LEASES, generation);
  }
}
