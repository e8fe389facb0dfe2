package dev.espalier.workers.data;

import java.util.List;
import java.util.Locale;

/** The classes, in the order of their labels. */
enum Shape {
  CIRCLE(0),
  RING(0),
  SQUARE(Turn.QUARTER),
  FRAME(Turn.QUARTER),
  TRIANGLE(Turn.HALF),
  PLUS(Turn.SLIGHT),
  CROSS(Turn.SLIGHT),
  STAR(Turn.HALF),
  STRIPES(Turn.SLIGHT),
  CHECKERBOARD(Turn.SLIGHT);

  /** Apothem of the pentagon within a five-pointed star of radius 1: cos 72 degrees. */
  private static final double INNER = 0.309;

  private final double turn;

  Shape(double turn) {
    this.turn = turn;
  }

  static List<String> names() {
    return List.of(values()).stream().map(shape -> shape.name().toLowerCase(Locale.ROOT)).toList();
  }

  /** It is turned by up to this angle, in radians, either way. */
  double turn() {
    return turn;
  }

  /** Whether it covers the point {@code u} right of and {@code v} below its centre; radius 1. */
  boolean covers(double u, double v) {
    double far = Math.max(Math.abs(u), Math.abs(v));
    double near = Math.min(Math.abs(u), Math.abs(v));
    double squared = u * u + v * v;
    return switch (this) {
      case CIRCLE -> squared < 0.9 * 0.9;
      case RING -> squared < 1 && squared > 0.55 * 0.55;
      case SQUARE -> far < 0.8;
      case FRAME -> far < 0.85 && far > 0.45;
      case TRIANGLE -> insideOf(u, v, 3, 0.5) == 3;
      case PLUS -> far < 1 && near < 0.27;
      case CROSS -> Math.abs(u) + Math.abs(v) < 1.41 && Math.abs(Math.abs(u) - Math.abs(v)) < 0.38;
      case STAR -> squared < 1 && insideOf(u, v, 5, INNER) >= 4;
      case STRIPES -> far < 0.9 && band(v) % 2 == 0;
      case CHECKERBOARD -> far < 0.9 && (band(u) + band(v)) % 2 == 0;
    };
  }

  /** Which of five bands from -0.9 to 0.9. */
  private static int band(double position) {
    return (int) ((position + 0.9) / 0.36);
  }

  /** How many of {@code sides} lines, {@code apothem} from the centre, have the point inside. */
  private static int insideOf(double u, double v, int sides, double apothem) {
    int inside = 0;
    for (int i = 0; i < sides; i++) {
      double angle = 2 * Math.PI * i / sides;
      inside += u * StrictMath.sin(angle) + v * StrictMath.cos(angle) < apothem ? 1 : 0;
    }
    return inside;
  }

  /** How far a shape may be turned and still be told from the others, in radians either way. */
  private static final class Turn {
    static final double SLIGHT = 0.2;
    static final double QUARTER = Math.PI / 4;
    static final double HALF = Math.PI;
  }
}
