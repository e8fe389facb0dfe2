package dev.espalier.sweep.trackingserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.mlflow.api.proto.Service.FileInfo;

/**
 * Artifacts as files below one folder. A path of a request is a list of plain names: no link, no
 * way up and no second meaning of a name leads out of the folder.
 */
public final class ArtifactFolder {
  /** The beginning of artifact URIs; the rest is a path below the folder. */
  public static final String SCHEME = "mlflow-artifacts:/";

  private static final int BUFFER_BYTES = 1 << 16;

  private static final OpenOption[] UPLOAD = {
    StandardOpenOption.CREATE,
    StandardOpenOption.TRUNCATE_EXISTING,
    StandardOpenOption.WRITE,
    LinkOption.NOFOLLOW_LINKS
  };

  private final Path root;
  private final AtomicLong uploads = new AtomicLong();

  /** The folder itself may be a link: whoever runs the sweep may keep artifacts elsewhere. */
  ArtifactFolder(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      Files.createDirectories(root);
    }
    this.root = root.toRealPath();
  }

  /** Stores {@code body} at a percent-encoded path; a file that is there is replaced at once. */
  void put(String encodedPath, InputStream body, long limitBytes) throws IOException {
    Path target = resolve(decode(encodedPath));
    try {
      Files.createDirectories(target.getParent());
    } catch (FileAlreadyExistsException e) {
      throw ApiException.invalid("the path leads through a file: " + encodedPath);
    }
    if (Files.isDirectory(target)) {
      throw ApiException.invalid("the path names a folder: " + encodedPath);
    }
    // Not by createTempFile, whose files nobody else may read: the UI may run as another user.
    Path temporary = root.resolve(".upload-" + uploads.incrementAndGet() + ".tmp");
    try {
      try (OutputStream out = Files.newOutputStream(temporary, UPLOAD)) {
        copy(body, out, limitBytes);
      }
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Copies a body that must not be longer than the limit, whatever it said of its length. */
  static void copy(InputStream in, OutputStream out, long limitBytes) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long total = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      total += n;
      if (total > limitBytes) {
        throw tooLarge(limitBytes);
      }
      out.write(buffer, 0, n);
    }
  }

  static ApiException tooLarge(long limitBytes) {
    return new ApiException(
        ApiException.Code.REQUEST_TOO_LARGE, "the body must have at most " + limitBytes + " bytes");
  }

  /** The file at a percent-encoded path. */
  Path get(String encodedPath) {
    Path file = resolve(decode(encodedPath));
    if (!Files.isRegularFile(file)) {
      throw ApiException.missing("No such artifact: '" + encodedPath + "'");
    }
    return file;
  }

  /**
   * What lies in the folder {@code path} (plain text, may be empty) of the run whose artifacts are
   * at {@code artifactUri}, by name; nothing where there is no such folder.
   */
  List<FileInfo> list(String artifactUri, String path) throws IOException {
    if (!artifactUri.startsWith(SCHEME)) {
      throw ApiException.invalid("the artifacts of this run are not kept here: " + artifactUri);
    }
    Path base = resolve(split(artifactUri.substring(SCHEME.length())));
    Path folder = path.isEmpty() ? base : resolve(base, split(path));
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !Files.isSymbolicLink(file))
          .sorted()
          .map(file -> describe(base, file))
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  private static FileInfo describe(Path base, Path file) {
    FileInfo.Builder info =
        FileInfo.newBuilder().setPath(base.relativize(file).toString().replace('\\', '/'));
    return Files.isDirectory(file)
        ? info.setIsDir(true).build()
        : info.setIsDir(false).setFileSize(file.toFile().length()).build();
  }

  private Path resolve(List<String> names) {
    return resolve(root, names);
  }

  private Path resolve(Path from, List<String> names) {
    Path at = from;
    for (String name : names) {
      check(name);
      at = at.resolve(name);
      if (Files.isSymbolicLink(at)) {
        throw ApiException.invalid("an artifact path must not lead through a link, found " + name);
      }
    }
    if (at.equals(root) || !at.normalize().startsWith(root)) {
      throw ApiException.invalid("an artifact path must lie below the artifact folder");
    }
    return at;
  }

  private static void check(String name) {
    boolean plain =
        !name.isEmpty()
            && !name.equals(".")
            && !name.equals("..")
            && !name.startsWith(".upload-")
            && name.length() <= 255
            && name.chars().noneMatch(c -> c < ' ' || c == 127 || "/\\:".indexOf(c) >= 0);
    if (!plain) {
      throw ApiException.invalid(
          "an artifact path must consist of plain names, found '"
              + name.replaceAll("\\p{Cntrl}", "?")
              + "'");
    }
  }

  private static List<String> split(String path) {
    return List.of(path.split("/", -1));
  }

  /** Decodes each name once and after the split: an encoded slash never separates names. */
  private static List<String> decode(String encodedPath) {
    List<String> names = new ArrayList<>();
    for (String encoded : split(encodedPath)) {
      byte[] raw = encoded.getBytes(StandardCharsets.UTF_8);
      ByteBuffer bytes = ByteBuffer.allocate(raw.length);
      for (int i = 0; i < raw.length; i++) {
        if (raw[i] != '%') {
          bytes.put(raw[i]);
          continue;
        }
        if (!isHex(raw, i + 1)) {
          throw ApiException.invalid("an artifact path has a broken % code: " + encodedPath);
        }
        bytes.put((byte) Integer.parseInt(new String(raw, i + 1, 2, StandardCharsets.UTF_8), 16));
        i += 2;
      }
      try {
        names.add(StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
      } catch (CharacterCodingException e) {
        throw ApiException.invalid("an artifact path must be UTF-8: " + encodedPath);
      }
    }
    return names;
  }

  private static boolean isHex(byte[] raw, int at) {
    return at + 1 < raw.length
        && Character.digit(raw[at], 16) >= 0
        && Character.digit(raw[at + 1], 16) >= 0;
  }
}
