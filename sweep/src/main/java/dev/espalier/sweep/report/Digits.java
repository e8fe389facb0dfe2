package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers of JSON, rounded to so many significant digits; whole numbers stay exact. */
enum Digits {
  /** Of curves, which are looked at. */
  FIVE(5),
  /** Of metrics, which are compared: more than any standard error has. */
  SEVEN(7);

  private static final double EXACT = 1L << 53;

  private final int digits;

  Digits(int digits) {
    this.digits = digits;
  }

  /** Null for what JSON has no number for. */
  JsonNode of(double value) {
    if (!Double.isFinite(value)) {
      return NullNode.getInstance();
    }
    if (value == Math.rint(value) && Math.abs(value) <= EXACT) {
      return LongNode.valueOf((long) value);
    }
    return DoubleNode.valueOf(new BigDecimal(value).round(new MathContext(digits)).doubleValue());
  }
}
