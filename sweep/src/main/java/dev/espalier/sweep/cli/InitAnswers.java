package dev.espalier.sweep.cli;

import dev.espalier.sweep.terminal.Formats;
import dev.espalier.sweep.terminal.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The answers that {@code espalier init} needs, from options or from a terminal. */
final class InitAnswers {
  private static final String IMAGES = "images";
  private static final List<String> DATASETS =
      List.of("shapes", "cifar10", "mnist", "fashion-mnist", IMAGES);
  private static final List<String> NETWORKS = List.of("resnet18", "mobilenetv2", "mnist-cnn");

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description =
          "shapes (drawn, needs no files), cifar10, mnist, fashion-mnist, or images: your own"
              + " folder.")
  private @Nullable String dataset;

  @Option(
      names = "--path",
      paramLabel = "DIR",
      description =
          "For images: a folder that contains a folder of PNG or JPEG files for each class.")
  private @Nullable String path;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      description = "resnet18, mobilenetv2 or mnist-cnn.")
  private @Nullable String network;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      description = "How long the sweep may take on this machine, such as 30m or 2h.")
  private @Nullable String budget;

  /**
   * Checks the given answers, and asks for the others at a terminal.
   *
   * @throws UsageException if an answer is wrong, or is missing without a terminal
   */
  void complete(PrintWriter out) throws IOException, UsageException {
    if (Terminal.attached()) {
      InputStreamReader in = new InputStreamReader(System.in, StandardCharsets.UTF_8);
      complete(new Questions(new BufferedReader(in), out));
    }
    List<String> missing = missing();
    if (!missing.isEmpty()) {
      throw new UsageException(
          "espalier init: without a terminal must be given %s, found none"
              .formatted(String.join(", ", missing)));
    }
    check();
  }

  /** Asks for the missing answers. */
  void complete(Questions questions) throws IOException, UsageException {
    if (dataset == null) {
      dataset =
          questions.ask(
              "Data set (" + String.join(", ", DATASETS) + ")",
              DATASETS.get(0),
              text -> one(text, DATASETS),
              "--dataset");
    }
    if (dataset.equals(IMAGES) && path == null) {
      path =
          questions.ask(
              "Folder with a folder of images for each class", "", InitAnswers::folder, "--path");
    }
    if (network == null) {
      network =
          questions.ask(
              "Network (" + String.join(", ", NETWORKS) + ")",
              preset(dataset),
              text -> one(text, NETWORKS),
              "--network");
    }
    if (budget == null) {
      budget = questions.ask("Time for the sweep", "30m", InitAnswers::time, "--budget");
    }
  }

  private static String preset(String dataset) {
    return switch (dataset) {
      case "mnist", "fashion-mnist" -> "mnist-cnn";
      case IMAGES -> "mobilenetv2";
      default -> "resnet18";
    };
  }

  private List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (dataset == null) {
      missing.add("--dataset");
    }
    if (IMAGES.equals(dataset) && path == null) {
      missing.add("--path");
    }
    if (network == null) {
      missing.add("--network");
    }
    if (budget == null) {
      missing.add("--budget");
    }
    return missing;
  }

  private void check() throws UsageException {
    check("--dataset", () -> one(dataset(), DATASETS));
    check("--network", () -> one(network(), NETWORKS));
    check("--budget", () -> time(Objects.requireNonNull(budget)));
    if (path != null && !dataset().equals(IMAGES)) {
      throw new UsageException("--path: must be given with --dataset images alone, found " + path);
    }
  }

  private static void check(String option, Runnable read) throws UsageException {
    try {
      read.run();
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }

  private static String one(String text, List<String> words) {
    if (!words.contains(text)) {
      throw new IllegalArgumentException(
          "must be one of %s, found %s".formatted(String.join(", ", words), text));
    }
    return text;
  }

  private static String folder(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("must be a folder, found nothing");
    }
    return text;
  }

  private static String time(String text) {
    Formats.parseDuration(text);
    return text;
  }

  String dataset() {
    return Objects.requireNonNull(dataset, "complete() makes sure of it");
  }

  /** The folder of images; null for known data sets. */
  @Nullable String path() {
    return path;
  }

  String network() {
    return Objects.requireNonNull(network, "complete() makes sure of it");
  }

  Duration budget() {
    return Formats.parseDuration(Objects.requireNonNull(budget, "complete() makes sure of it"));
  }
}
