package dev.espalier.workers.image;

import java.nio.ByteBuffer;

/**
 * What an image file holds: the pixels still encoded, and what its other parts say of them.
 *
 * @param format {@code png} or {@code jpeg}
 * @param pixels a file of that format with nothing in it but the pixels
 * @param color how its samples become sRGB
 * @param orientation how its rows and columns become those that a person sees
 */
record Container(
    String format,
    int width,
    int height,
    ByteBuffer pixels,
    ColorConversion color,
    Orientation orientation) {}
