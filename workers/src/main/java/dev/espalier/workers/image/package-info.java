/**
 * Image files as pixels: PNG and JPEG, converted to sRGB and turned upright, and resized. All
 * arithmetic is our own or in whole numbers, so that every machine makes the same pixels.
 */
@NullMarked
package dev.espalier.workers.image;

import org.jspecify.annotations.NullMarked;
