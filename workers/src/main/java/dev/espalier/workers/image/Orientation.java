package dev.espalier.workers.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The orientation of Exif (CIPA DC-008, tag 0x0112): which side of the picture the first row and
 * the first column of the pixels are. In the order of the values 1 to 8.
 */
enum Orientation {
  TOP_LEFT,
  TOP_RIGHT,
  BOTTOM_RIGHT,
  BOTTOM_LEFT,
  LEFT_TOP,
  RIGHT_TOP,
  RIGHT_BOTTOM,
  LEFT_BOTTOM;

  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY = 12;

  /**
   * The orientation in a block of Exif, from its TIFF header on. As in all viewers a picture is
   * upright if the block has none, or none that can be read.
   */
  static Orientation ofExif(byte[] tiff) {
    ByteBuffer in = ByteBuffer.wrap(tiff);
    if (tiff.length < 8) {
      return TOP_LEFT;
    }
    in.order(in.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = in.getInt(4) & 0xFFFFFFFFL;
    if (directory + 2 > tiff.length) {
      return TOP_LEFT;
    }
    int entries = in.getShort((int) directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + (long) i * ENTRY;
      if (at + ENTRY > tiff.length) {
        break;
      }
      int entry = (int) at;
      if ((in.getShort(entry) & 0xFFFF) == TAG && in.getShort(entry + 2) == SHORT) {
        int value = in.getShort(entry + 8);
        return value >= 1 && value <= values().length ? values()[value - 1] : TOP_LEFT;
      }
    }
    return TOP_LEFT;
  }

  /** Whether rows of the pixels are columns of the picture. */
  boolean swapsSides() {
    return switch (this) {
      case TOP_LEFT, TOP_RIGHT, BOTTOM_RIGHT, BOTTOM_LEFT -> false;
      case LEFT_TOP, RIGHT_TOP, RIGHT_BOTTOM, LEFT_BOTTOM -> true;
    };
  }

  /**
   * The upright picture.
   *
   * @param pixels [height, width, 3]
   * @return [height, width, 3], or [width, height, 3] if the sides are swapped
   */
  byte[] upright(byte[] pixels, int height, int width) {
    if (this == TOP_LEFT) {
      return pixels;
    }
    byte[] upright = new byte[pixels.length];
    int columns = swapsSides() ? height : width;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int left = width - 1 - x;
        int up = height - 1 - y;
        int to =
            switch (this) {
              case TOP_LEFT -> y * columns + x;
              case TOP_RIGHT -> y * columns + left;
              case BOTTOM_RIGHT -> up * columns + left;
              case BOTTOM_LEFT -> up * columns + x;
              case LEFT_TOP -> x * columns + y;
              case RIGHT_TOP -> x * columns + up;
              case RIGHT_BOTTOM -> left * columns + up;
              case LEFT_BOTTOM -> left * columns + y;
            };
        System.arraycopy(pixels, (y * width + x) * 3, upright, to * 3, 3);
      }
    }
    return upright;
  }
}
