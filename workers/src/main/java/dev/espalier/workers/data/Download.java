package dev.espalier.workers.data;

import dev.espalier.workers.data.Transfer.Archive;
import dev.espalier.workers.storage.FileTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Fetches the public data sets from where their authors keep them, checked by SHA-256. */
public final class Download {
  private static final String MNIST = "https://storage.googleapis.com/cvdf-datasets/mnist/";
  private static final String FASHION =
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";

  /** More than five times what CIFAR-10 has. */
  private static final long MOST_UNPACKED_BYTES = 1L << 30;

  /** A server that sends nothing for so long is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final List<Archive> CIFAR10_ARCHIVES =
      List.of(
          new Archive(
              URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
              170_052_171,
              "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"));

  private static final List<Archive> MNIST_ARCHIVES =
      List.of(
          archive(
              MNIST,
              0,
              9_912_422,
              "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
          archive(
              MNIST, 1, 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
          archive(
              MNIST,
              2,
              1_648_877,
              "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
          archive(
              MNIST, 3, 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"));

  private static final List<Archive> FASHION_ARCHIVES =
      List.of(
          archive(
              FASHION,
              0,
              26_421_880,
              "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
          archive(
              FASHION,
              1,
              29_515,
              "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
          archive(
              FASHION,
              2,
              4_422_102,
              "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
          archive(
              FASHION,
              3,
              5_148,
              "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"));

  private Download() {}

  /** Told how far a download is, now and then, from the thread that fetches. */
  public interface Progress {
    /**
     * Takes note of the bytes so far.
     *
     * @param done bytes so far, of all files together
     * @param total bytes of all files together
     */
    void at(long done, long total);
  }

  /**
   * Fetches a data set to where {@code --data to} finds it. Files that are there already, and
   * whole, are not fetched again; a file appears under its name only when it is whole.
   *
   * @param name {@code cifar10}, {@code mnist} or {@code fashion-mnist}
   * @param to a folder, made if it is not there
   * @return the folder below {@code to} that holds the files
   * @throws DataException if the data set has no download, the server does not deliver, or what it
   *     delivers is not the data set
   */
  public static Path fetch(String name, Path to, Progress progress)
      throws DataException, InterruptedException {
    return switch (name) {
      case "cifar10" -> fetchCifar10(to, progress);
      case "mnist" -> fetch(MNIST_ARCHIVES, to.resolve(name), progress, PATIENCE);
      case "fashion-mnist" -> fetch(FASHION_ARCHIVES, to.resolve(name), progress, PATIENCE);
      default ->
          throw new DataException(
              "data: only cifar10, mnist and fashion-mnist can be downloaded, found %s%s"
                  .formatted(name, name.equals("shapes") ? ", which needs no files" : ""));
    };
  }

  private static Path fetchCifar10(Path to, Progress progress)
      throws DataException, InterruptedException {
    Path folder = to.resolve(Cifar10.FOLDER);
    if (!Cifar10.isIn(folder)) {
      fetch(CIFAR10_ARCHIVES, to, progress, PATIENCE);
      unpack(to.resolve(CIFAR10_ARCHIVES.get(0).fileName()), to);
    }
    return folder;
  }

  /** Fetches all {@code archives} into {@code folder} and returns it. */
  static Path fetch(List<Archive> archives, Path folder, Progress progress, Duration patience)
      throws DataException, InterruptedException {
    long total = archives.stream().mapToLong(Archive::bytes).sum();
    long before = 0;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new DataException("%s: cannot be made: %s".formatted(folder, FileTrouble.reason(e)));
    }
    for (Archive archive : archives) {
      long start = before;
      Transfer transfer = new Transfer(archive, folder, patience);
      transfer.run(done -> progress.at(start + done, total));
      before += archive.bytes();
      progress.at(before, total);
    }
    return folder;
  }

  /** Unpacks a .tar.gz below {@code to} and deletes it. */
  static void unpack(Path archive, Path to) throws DataException {
    try (InputStream file = Files.newInputStream(archive);
        InputStream tar = new GZIPInputStream(file, 1 << 16)) {
      Tar.extract(tar, to, MOST_UNPACKED_BYTES);
      Files.delete(archive);
    } catch (IOException e) {
      throw new DataException(
          "%s: cannot be unpacked to %s: %s".formatted(archive, to, FileTrouble.reason(e)));
    }
  }

  private static Archive archive(String place, int file, long bytes, String sha256) {
    return new Archive(URI.create(place + Idx.FILES.get(file) + ".gz"), bytes, sha256);
  }
}
