package dev.espalier.workers.tflite;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A file with a ZIP of a single entry behind its bytes, which readers of ZIPs look for at the end.
 * The entry is stored: TensorFlow Lite's Task Library refuses deflated ones.
 */
final class AppendedZip {
  /** The earliest that a ZIP can say, so that equal content gives equal bytes. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private AppendedZip() {}

  /** The bytes of {@code file}, then the ZIP. */
  static byte[] of(byte[] file, String name, byte[] content) {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    zip.writeBytes(file);
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      CRC32 checksum = new CRC32();
      checksum.update(content);
      ZipEntry entry = new ZipEntry(name);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(checksum.getValue());
      entry.setTimeLocal(TIME);
      out.putNextEntry(entry);
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is written to a disk", e);
    }
    return moved(zip.toByteArray(), file.length);
  }

  /** Counts places from the beginning of the whole file, as readers expect them. */
  private static byte[] moved(byte[] bytes, int by) {
    ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = bytes.length - ZipFile.ENDHDR;
    int directory = zip.getInt(end + ZipFile.ENDOFF) + by;
    zip.putInt(end + ZipFile.ENDOFF, directory);
    zip.putInt(directory + ZipFile.CENOFF, by);
    return bytes;
  }
}
