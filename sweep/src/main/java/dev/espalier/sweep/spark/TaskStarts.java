package dev.espalier.sweep.spark;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Tells when an executor takes the one task of a job group, each time that one does. */
final class TaskStarts extends SparkListener {
  private static final String GROUP = "spark.jobGroup.id";

  private final Map<String, Runnable> told = new ConcurrentHashMap<>();
  private final Map<Integer, String> groups = new ConcurrentHashMap<>();

  void tell(String group, Runnable started) {
    told.put(group, started);
  }

  void forget(String group) {
    told.remove(group);
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    groups.put(submitted.stageInfo().stageId(), submitted.properties().getProperty(GROUP, ""));
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart task) {
    told.getOrDefault(groups.getOrDefault(task.stageId(), ""), () -> {}).run();
  }

  @Override
  public void onStageCompleted(SparkListenerStageCompleted completed) {
    groups.remove(completed.stageInfo().stageId());
  }
}
