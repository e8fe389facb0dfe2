package dev.espalier.workers.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One image out of a PNG or JPEG file, as the bytes that stand in it: no colour profile and no
 * orientation tag is applied. What is transparent lies on white.
 */
final class Decoded {
  /** So that a few bytes cannot claim all memory. */
  private static final long MOST_PIXELS = 100_000_000;

  private final Path file;
  private final int height;
  private final int width;
  private final byte[] rgb;

  private Decoded(Path file, int height, int width, byte[] rgb) {
    this.file = file;
    this.height = height;
    this.width = width;
    this.rgb = rgb;
  }

  /**
   * @throws IOException if the file does not decode; the message says why
   */
  static Decoded read(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file);
        ImageInputStream in = new MemoryCacheImageInputStream(bytes)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("it is neither PNG nor JPEG");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MOST_PIXELS) {
          throw new IOException(
              "it must have at most %d pixels, found %d".formatted(MOST_PIXELS, pixels));
        }
        return of(file, reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (RuntimeException e) {
      // The JDK's readers meet damaged files with whatever their arithmetic throws.
      throw new IOException("it is damaged: " + e.getMessage(), e);
    }
  }

  /** [height, width, 3]. */
  byte[] rgb() {
    return rgb;
  }

  Path file() {
    return file;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  boolean isGrey() {
    for (int i = 0; i < rgb.length; i += 3) {
      if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2]) {
        return false;
      }
    }
    return true;
  }

  Decoded toSquare(int size) {
    return new Decoded(file, size, size, Resize.toSquare(rgb, height, width, 3, size));
  }

  private static Decoded of(Path file, BufferedImage image) {
    int height = image.getHeight();
    int width = image.getWidth();
    byte[] rgb = new byte[height * width * 3];
    int[] pixel = new int[4];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        redGreenBlueAlpha(image, x, y, pixel);
        int at = (y * width + x) * 3;
        for (int c = 0; c < 3; c++) {
          rgb[at + c] = (byte) onWhite(pixel[c], pixel[3]);
        }
      }
    }
    return new Decoded(file, height, width, rgb);
  }

  private static int onWhite(int value, int alpha) {
    return (value * alpha + 255 * (255 - alpha) + 127) / 255;
  }

  /**
   * Reads samples, not {@code getRGB}, which would bend grey values by a gamma curve. A palette
   * holds plain values.
   */
  private static void redGreenBlueAlpha(BufferedImage image, int x, int y, int[] out) {
    ColorModel colors = image.getColorModel();
    if (colors instanceof IndexColorModel) {
      int argb = image.getRGB(x, y);
      out[0] = (argb >> 16) & 0xFF;
      out[1] = (argb >> 8) & 0xFF;
      out[2] = argb & 0xFF;
      out[3] = argb >>> 24;
      return;
    }
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    int last = colors.hasAlpha() ? bands - 1 : bands;
    for (int c = 0; c < 3; c++) {
      out[c] = eightBits(raster, x, y, last >= 3 ? c : 0);
    }
    out[3] = colors.hasAlpha() ? eightBits(raster, x, y, last) : 255;
  }

  private static int eightBits(Raster raster, int x, int y, int band) {
    int bits = raster.getSampleModel().getSampleSize(band);
    int sample = raster.getSample(x, y, band);
    return bits > 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1);
  }
}
