package dev.espalier.workers.onnx.reader;

import java.util.ArrayList;
import java.util.List;

/** Says all that keeps an ONNX file from being read. */
public final class RefusedOnnxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** So many problems are told. */
  private static final int MOST = 20;

  private final List<String> problems;

  private RefusedOnnxException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * The refusal of a file.
   *
   * @param problems at least one, without the name of the file
   */
  static RefusedOnnxException of(Object file, List<String> problems) {
    List<String> lines =
        new ArrayList<>(
            problems.stream().limit(MOST).map(problem -> file + ": " + problem).toList());
    if (problems.size() > MOST) {
      lines.add(file + ": and " + (problems.size() - MOST) + " more");
    }
    return new RefusedOnnxException(lines);
  }

  /** One line each: file, place, rule, found. */
  public List<String> problems() {
    return problems;
  }
}
