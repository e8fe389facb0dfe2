package dev.espalier.workers.storage;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The folders that addresses and paths name. */
public final class Storages {
  /** Two letters at least, so that a Windows drive is none. */
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*");

  private Storages() {}

  /**
   * The folder of an address: a path, {@code file:/...}, or what Hadoop has a file system for, such
   * as {@code hdfs://host:8020/folder} and {@code s3a://bucket/folder}. Nothing is asked yet.
   *
   * @throws IllegalArgumentException if {@code address} is no such address
   */
  public static Storage at(String address) {
    Matcher scheme = SCHEME.matcher(address);
    if (!scheme.matches()) {
      return new LocalStorage(local(address));
    }
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must be an address, found " + e.getMessage(), e);
    }
    if (uri.getPath() == null || !uri.getPath().startsWith("/")) {
      throw new IllegalArgumentException(
          "must be an absolute address, such as %s, found %s"
              .formatted(example(scheme.group(1).toLowerCase(Locale.ROOT)), address));
    }
    return uri.getScheme().equalsIgnoreCase("file")
        ? new LocalStorage(local(uri.getPath()))
        : new HadoopStorage(address.replaceAll("/+$", ""));
  }

  private static Path local(String path) {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "must be a path, found %s: %s".formatted(path, FileTrouble.reason(e)), e);
    }
  }

  private static String example(String scheme) {
    return scheme.equals("file") ? "file:/folder" : scheme + "://host/folder";
  }

  /** A folder on this machine's disks. */
  public static Storage of(Path folder) {
    return new LocalStorage(folder);
  }

  /**
   * Whether it is written as an address, {@code hdfs:...} or {@code file:...}, and not as a path.
   */
  public static boolean isAddress(String text) {
    return SCHEME.matcher(text).matches();
  }

  /** Whether an address is one of another file system than this machine's. */
  public static boolean isElsewhere(String address) {
    return at(address) instanceof HadoopStorage;
  }
}
