package dev.espalier.sweep.cli;

import dev.espalier.workers.model.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file to which each parameter of a network is unpacked. The names come from an untrusted file.
 */
final class UnpackedFiles {
  private static final String ENDING = ".npy";

  /** The longest name that file systems accept. */
  private static final int MOST_BYTES = 255;

  private static final int SHOWN = 20;
  private static final int SHOWN_LETTERS = 80;

  private final Path root;
  private final Map<Path, Tensor> files = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private UnpackedFiles(Path to) {
    root = to.toAbsolutePath().normalize();
  }

  /**
   * The files below {@code to}, by their absolute paths; nothing is written.
   *
   * @param source of the network, for messages
   * @throws UsageException with every name that is not plain, not unique or not below {@code to}
   */
  static Map<Path, Tensor> of(Path source, List<Tensor> tensors, Path to) throws UsageException {
    UnpackedFiles unpacked = new UnpackedFiles(to);
    tensors.forEach(unpacked::add);
    unpacked.refuseFilesAsFolders();
    List<String> problems = unpacked.problems;
    if (!problems.isEmpty()) {
      List<String> shown = new ArrayList<>();
      problems.stream().limit(SHOWN).forEach(problem -> shown.add(source + ": " + problem));
      if (problems.size() > SHOWN) {
        shown.add("and %,d more".formatted(problems.size() - SHOWN));
      }
      throw new UsageException(String.join("\n", shown));
    }
    return unpacked.files;
  }

  private void add(Tensor tensor) {
    String name = tensor.name();
    String problem = problem(name);
    if (problem != null) {
      problems.add("the parameter " + shown(name) + ": " + problem);
      return;
    }
    try {
      Path target = root.resolve(name + ENDING).normalize();
      if (!target.startsWith(root)) {
        problems.add("the parameter " + shown(name) + ": must lie below " + root);
      } else if (files.putIfAbsent(target, tensor) != null) {
        problems.add("the parameter " + shown(name) + ": must have a name of its own, found two");
      }
    } catch (InvalidPathException e) {
      problems.add(
          "the parameter "
              + shown(name)
              + ": must be the name of a file here, found "
              + e.getReason());
    }
  }

  /** A file cannot contain another one: {@code a} and {@code a.npy/b}. */
  private void refuseFilesAsFolders() {
    for (Map.Entry<Path, Tensor> file : files.entrySet()) {
      Path folder = file.getKey().getParent();
      while (folder != null && folder.startsWith(root)) {
        if (files.containsKey(folder)) {
          problems.add(
              "the parameter "
                  + shown(file.getValue().name())
                  + ": must lie in a folder, found the file of another parameter, "
                  + folder);
        }
        folder = folder.getParent();
      }
    }
  }

  private static @Nullable String problem(String name) {
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return "must be names with / between them, found an empty name, . or ..";
      }
      int bytes = (part + ENDING).getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MOST_BYTES) {
        return "must be names of at most %d bytes, %s included, found %d"
            .formatted(MOST_BYTES, ENDING, bytes);
      }
    }
    return name.chars().anyMatch(letter -> letter < ' ' || letter == 127 || letter == '\\')
        ? "must be without control characters and \\"
        : null;
  }

  /** Shortened, and without control characters that a terminal would interpret. */
  private static String shown(String name) {
    String plain = name.replaceAll("\\p{Cntrl}", "?");
    return plain.length() <= SHOWN_LETTERS ? plain : plain.substring(0, SHOWN_LETTERS) + "...";
  }
}
