package dev.espalier.workers.storage;

import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the operating system says of a file that cannot be used: no permission, a read-only or full
 * disk, a folder where a file should be. The user can mend that. A file that is missing is none of
 * these: where that may happen, a rule says so.
 *
 * @param file its path
 * @param reason in the words of the operating system
 */
public record FileTrouble(String file, String reason) {
  /** The message of {@link java.io.FileInputStream} and {@link java.io.FileOutputStream}. */
  private static final Pattern STREAM = Pattern.compile("(.*) \\((.*)\\)", Pattern.DOTALL);

  private static final String MISSING = "No such file or directory";

  /** The trouble that {@code e} reports; empty for anything else. */
  public static Optional<FileTrouble> of(Throwable e) {
    if (e instanceof InvalidPathException path) {
      return Optional.of(new FileTrouble(path.getInput(), path.getReason() + locale()));
    } else if (e instanceof AccessDeniedException denied) {
      return Optional.of(new FileTrouble(denied.getFile(), "Permission denied"));
    } else if (e instanceof FileSystemException other && !(e instanceof NoSuchFileException)) {
      return Optional.ofNullable(other.getReason())
          .map(reason -> new FileTrouble(other.getFile(), reason));
    } else if (e instanceof FileNotFoundException stream) {
      Matcher said = STREAM.matcher(String.valueOf(stream.getMessage()));
      return said.matches() && !said.group(2).equals(MISSING)
          ? Optional.of(new FileTrouble(said.group(1), said.group(2)))
          : Optional.empty();
    }
    return Optional.empty();
  }

  /** The reason of {@code e}, or its own message. */
  public static String reason(Throwable e) {
    if (e instanceof NoSuchFileException) { // Its message is the name.
      return MISSING;
    }
    String otherwise = e.getMessage() == null ? e.toString() : e.getMessage();
    return of(e).map(FileTrouble::reason).orElse(otherwise);
  }

  /** Place, rule, found. */
  public String message() {
    return file + ": must be a file that can be used, found: " + reason;
  }

  /** The remedy where it is the locale that has no bytes for a letter of the name. */
  private static String locale() {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    return encoding.equalsIgnoreCase("UTF-8")
        ? ""
        : "; file names have the encoding of the locale, %s: set LC_ALL=C.UTF-8"
            .formatted(encoding);
  }
}
