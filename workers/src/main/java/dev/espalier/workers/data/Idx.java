package dev.espalier.workers.data;

import dev.espalier.workers.storage.FileTrouble;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * MNIST (LeCun, Cortes, Burges) and Fashion-MNIST (arXiv 1708.07747): IDX files, gzip or not. A
 * file is a magic number, the size of each dimension as four bytes from the highest, and the bytes.
 */
final class Idx {
  static final List<String> FILES =
      List.of(
          "train-images-idx3-ubyte",
          "train-labels-idx1-ubyte",
          "t10k-images-idx3-ubyte",
          "t10k-labels-idx1-ubyte");

  /** Unsigned bytes in three dimensions; and in one. */
  private static final int IMAGES = 0x0803;

  private static final int LABELS = 0x0801;

  /** Of one file: twenty times what MNIST has, or a quarter of the memory that Java has. */
  private static final long MOST_BYTES = Math.min(1 << 30, Runtime.getRuntime().maxMemory() / 4);

  private static final List<String> DIGITS =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  private static final List<String> CLOTHES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private final String name;
  private final Path folder;

  private Idx(String name, Path folder) {
    this.name = name;
    this.folder = folder;
  }

  /**
   * @param name {@code mnist} or {@code fashion-mnist}
   * @param dir holds the files, or a folder named as the data set or {@code raw} with them
   */
  static Pool read(String name, Path dir) throws DataException {
    return new Idx(name, folder(name, dir)).pool();
  }

  /**
   * Where the files may lie, below the folder that {@link #read} takes; the most specific first:
   * both data sets name their files alike.
   */
  static List<String> folders(String name) {
    // torchvision keeps its files in MNIST/raw and FashionMNIST/raw.
    String torchvision = name.equals("mnist") ? "MNIST" : "FashionMNIST";
    return List.of(name + "/raw", name, torchvision + "/raw", "raw", "");
  }

  private static Path folder(String name, Path dir) {
    return folders(name).stream()
        .map(dir::resolve)
        .filter(folder -> find(folder, FILES.get(0)) != null)
        .findFirst()
        .orElse(dir);
  }

  private static @Nullable Path find(Path folder, String file) {
    Path plain = folder.resolve(file);
    Path packed = folder.resolve(file + ".gz");
    if (Files.isRegularFile(plain)) {
      return plain;
    }
    return Files.isRegularFile(packed) ? packed : null;
  }

  private Pool pool() throws DataException {
    List<String> problems = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (String file : FILES) {
      Path found = find(folder, file);
      if (found == null) {
        problems.add(
            "%s: must exist, with or without .gz, found no such file; give the folder that holds %s with --data DIR, %s"
                .formatted(folder.resolve(file), name, DataException.howToGet(name)));
      } else {
        files.add(found);
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(problems);
    }
    Pixels train = pixels(files.get(0), files.get(1));
    Pixels test = pixels(files.get(2), files.get(3));
    if (!train.hasShapeOf(test)) {
      throw damaged(
          files.get(2),
          "images of %d x %d pixels as in %s"
              .formatted(train.height(), train.width(), files.get(0).getFileName()),
          "%d x %d".formatted(test.height(), test.width()));
    }
    return new Pool(train, test, name.equals("mnist") ? DIGITS : CLOTHES, false);
  }

  private Pixels pixels(Path imageFile, Path labelFile) throws DataException {
    Content images = content(imageFile, IMAGES, 3);
    Content labels = content(labelFile, LABELS, 1);
    int count = images.sizes[0];
    if (labels.sizes[0] != count) {
      throw damaged(
          labelFile,
          "%d labels, one for each image in %s".formatted(count, imageFile.getFileName()),
          "%d".formatted(labels.sizes[0]));
    }
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = labels.values[i] & 0xFF;
      if (values[i] > 9) {
        throw damaged(
            labelFile,
            "in byte %d, the label of image %d, a number in [0, 9]".formatted(8 + i, i),
            String.valueOf(values[i]));
      }
    }
    return new Pixels(images.sizes[1], images.sizes[2], 1, images.values, values);
  }

  /** The sizes of a file's dimensions, and its bytes. */
  private static final class Content {
    final int[] sizes;
    final byte[] values;

    Content(int[] sizes, byte[] values) {
      this.sizes = sizes;
      this.values = values;
    }
  }

  private Content content(Path file, int magic, int dimensions) throws DataException {
    try (InputStream in = open(file)) {
      int headerBytes = 4 + 4 * dimensions;
      byte[] start = read(in, headerBytes);
      if (start.length < headerBytes) {
        throw damaged(file, "a header of " + headerBytes + " bytes", start.length + " bytes");
      }
      ByteBuffer header = ByteBuffer.wrap(start);
      int found = header.getInt();
      if (found != magic) {
        throw damaged(file, "magic number 0x%08x".formatted(magic), "0x%08x".formatted(found));
      }
      int[] sizes = new int[dimensions];
      header.asIntBuffer().get(sizes);
      int length = length(file, sizes);
      byte[] values = read(in, length);
      if (values.length < length) {
        throw damaged(file, bytes(headerBytes + length), bytes(headerBytes + values.length));
      }
      if (read(in, 1).length > 0) {
        throw damaged(file, bytes(headerBytes + length), "more");
      }
      return new Content(sizes, values);
    } catch (IOException e) {
      throw new DataException(
          "%s: cannot be read: %s; replace it, %s"
              .formatted(file, FileTrouble.reason(e), DataException.howToGet(name)));
    }
  }

  private static String bytes(int count) {
    return "%d bytes".formatted(count);
  }

  private int length(Path file, int[] sizes) throws DataException {
    long length = 1;
    for (int size : sizes) {
      // Each factor and the product before it are below 2^31, so no product overflows.
      length *= size;
      if (size < 1 || length > MOST_BYTES) {
        throw damaged(
            file,
            "a header of sizes from 1, of at most %d bytes in all".formatted(MOST_BYTES),
            Arrays.toString(sizes));
      }
    }
    return (int) length;
  }

  private DataException damaged(Path file, String rule, String found) {
    return new DataException(
        "%s: must have %s, found %s; the file is damaged: replace it, %s"
            .formatted(file, rule, found, DataException.howToGet(name)));
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    return file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
  }

  /** Up to {@code count} bytes; fewer where the file ends, or where a gzip stream breaks off. */
  private static byte[] read(InputStream in, int count) throws IOException {
    byte[] bytes = new byte[Math.min(count, 1 << 20)];
    int length = 0;
    try {
      while (length < count) {
        if (length == bytes.length) {
          // Grown as bytes come, so that a damaged header cannot claim the memory.
          bytes = Arrays.copyOf(bytes, (int) Math.min(count, 2L * length));
        }
        int read = in.read(bytes, length, bytes.length - length);
        if (read < 0) {
          break;
        }
        length += read;
      }
    } catch (EOFException e) {
      return Arrays.copyOf(bytes, length);
    }
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
