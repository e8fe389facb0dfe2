/**
 * Networks as TensorFlow Lite runs them: the graph of its operators, the file, and the arena that
 * TensorFlow Lite for Microcontrollers plans.
 */
@NullMarked
package dev.espalier.workers.tflite;

import org.jspecify.annotations.NullMarked;
