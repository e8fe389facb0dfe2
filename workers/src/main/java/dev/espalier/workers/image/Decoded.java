package dev.espalier.workers.image;

import dev.espalier.workers.storage.Bounded;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One image out of a PNG or JPEG file as sRGB of 8 bits, upright. Samples that are sRGB already
 * come as they stand in the file; what is transparent lies on white.
 */
public final class Decoded {
  /** While it is decoded, a pixel takes no more than this. */
  private static final int BYTES_PER_PIXEL = 16;

  /** So that a few bytes cannot claim all memory. */
  private static final long MOST_PIXELS =
      Math.min(100_000_000, Runtime.getRuntime().maxMemory() / BYTES_PER_PIXEL);

  private static final int MOST_FILE_BYTES = 1 << 28;

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
   * Reads a file.
   *
   * @throws IOException if the file does not decode whole, or to colours that cannot be converted
   *     to sRGB; the message says why
   */
  public static Decoded read(Path file) throws IOException {
    byte[] content = Bounded.read(file, MOST_FILE_BYTES);
    Container container;
    if (Png.is(content)) {
      container = Png.read(content);
    } else if (Jpeg.is(content)) {
      container = Jpeg.read(content);
    } else {
      throw new IOException("it is neither PNG nor JPEG");
    }
    checkSize(container);
    try {
      BufferedImage image = image(container);
      byte[] rgb = rgb(image, container.color());
      Orientation orientation = container.orientation();
      byte[] upright = orientation.upright(rgb, image.getHeight(), image.getWidth());
      boolean swapped = orientation.swapsSides();
      int height = swapped ? image.getWidth() : image.getHeight();
      int width = swapped ? image.getHeight() : image.getWidth();
      return new Decoded(file, height, width, upright);
    } catch (RuntimeException e) {
      // The JDK's readers meet damaged files with whatever their arithmetic throws.
      throw new IOException("it is damaged: " + e.getMessage(), e);
    }
  }

  private static void checkSize(Container container) throws IOException {
    long pixels = (long) container.width() * container.height();
    if (pixels > MOST_PIXELS) {
      throw new IOException(
          "it must have at most %d pixels, found %d".formatted(MOST_PIXELS, pixels));
    }
    int side = Math.max(container.width(), container.height());
    if (side > Resize.MOST_SIDE) {
      throw new IOException(
          "it must have at most %d pixels a side, found %d".formatted(Resize.MOST_SIDE, side));
    }
  }

  /** A reader's warnings are errors: it gives them for pixels that it made up. */
  private static BufferedImage image(Container container) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName(container.format()).next();
    List<String> warnings = new ArrayList<>();
    try (ImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(container.pixels().array()))) {
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      BufferedImage image = reader.read(0);
      if (!warnings.isEmpty()) {
        throw new IOException("it is damaged: " + warnings.get(0));
      }
      return image;
    } catch (IIOException e) {
      throw new IOException("it is damaged: " + e.getMessage(), e);
    } finally {
      reader.dispose();
    }
  }

  /** [height, width, 3]. */
  public byte[] rgb() {
    return rgb;
  }

  public Path file() {
    return file;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** Whether all pixels are grey. */
  public boolean isGrey() {
    for (int i = 0; i < rgb.length; i += 3) {
      if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2]) {
        return false;
      }
    }
    return true;
  }

  /** The image stretched or shrunk to {@code size} pixels a side. */
  public Decoded toSquare(int size) {
    return new Decoded(file, size, size, Resize.toSquare(rgb, height, width, 3, size));
  }

  private static byte[] rgb(BufferedImage image, ColorConversion color) {
    int height = image.getHeight();
    int width = image.getWidth();
    byte[] rgb = new byte[height * width * 3];
    int[] pixel = new int[4];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        redGreenBlueAlpha(image, x, y, color, pixel);
        int at = (y * width + x) * 3;
        for (int c = 0; c < 3; c++) {
          rgb[at + c] = (byte) onWhite(pixel[c], pixel[3]);
        }
      }
    }
    return rgb;
  }

  private static int onWhite(int value, int alpha) {
    return (value * alpha + 255 * (255 - alpha) + 127) / 255;
  }

  /**
   * Reads samples, not {@code getRGB}, which would bend grey values by a gamma curve. A palette
   * holds plain values.
   */
  private static void redGreenBlueAlpha(
      BufferedImage image, int x, int y, ColorConversion color, int[] out) {
    if (image.getColorModel() instanceof IndexColorModel) {
      int argb = image.getRGB(x, y);
      out[0] = (argb >> 16) & 0xFF;
      out[1] = (argb >> 8) & 0xFF;
      out[2] = argb & 0xFF;
      out[3] = argb >>> 24;
      if (color != ColorConversion.NONE) {
        color.apply(out, 8);
      }
      return;
    }
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    boolean alpha = image.getColorModel().hasAlpha();
    int last = alpha ? bands - 1 : bands;
    int bits = raster.getSampleModel().getSampleSize(0);
    for (int c = 0; c < 3; c++) {
      int sample = raster.getSample(x, y, last >= 3 ? c : 0);
      out[c] = color == ColorConversion.NONE ? eightBits(sample, bits) : sample;
    }
    if (color != ColorConversion.NONE) {
      convert(color, last >= 3, bits, out);
    }
    out[3] = alpha ? eightBits(raster.getSample(x, y, last), bits) : 255;
  }

  private static void convert(ColorConversion color, boolean colored, int bits, int[] pixel) {
    if (colored) {
      color.apply(pixel, bits);
    } else {
      int grey = color.grey(pixel[0], bits);
      pixel[0] = grey;
      pixel[1] = grey;
      pixel[2] = grey;
    }
  }

  private static int eightBits(int sample, int bits) {
    return bits > 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1);
  }
}
