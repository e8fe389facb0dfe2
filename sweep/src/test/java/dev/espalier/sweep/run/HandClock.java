package dev.espalier.sweep.run;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A time that passes when a test says so. */
final class HandClock implements Time {
  private final Map<Object, Alarm> alarms = new ConcurrentHashMap<>();
  private final AtomicLong now = new AtomicLong(1_000);

  private record Alarm(long at, Runnable bell) {}

  /** Lets {@code time} pass; alarms of that time ring in this thread. */
  void pass(Duration time) {
    long passed = now.addAndGet(time.toNanos());
    alarms.forEach(
        (key, alarm) -> {
          if (alarm.at() <= passed && alarms.remove(key, alarm)) {
            alarm.bell().run();
          }
        });
  }

  @Override
  public long nanos() {
    return now.get();
  }

  @Override
  public Runnable alarm(Duration after, Runnable bell) {
    Object key = new Object();
    alarms.put(key, new Alarm(now.get() + after.toNanos(), bell));
    return () -> alarms.remove(key);
  }

  @Override
  public void close() {
    alarms.clear();
  }
}
