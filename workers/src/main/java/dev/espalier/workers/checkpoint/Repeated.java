package dev.espalier.workers.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * One object in place of many equal ones, for values that most lines of a journal have: names of
 * layers, shapes, ids of shared stages. A few thousand are kept, the latest that came.
 */
public final class Repeated {
  private static final int PLACE_BITS = 12;
  private static final int SPREAD = 0x9E3779B9;

  // Threads race for a place; what they find there is whole, because values are immutable.
  private static final @Nullable Object[] KEPT = new Object[1 << PLACE_BITS];

  private Repeated() {}

  /**
   * An object that is equal to {@code value}.
   *
   * @param value immutable, of a class or interface whose objects are equal to none of another
   */
  @SuppressWarnings("unchecked")
  public static <T> T one(T value) {
    int place = (value.hashCode() * SPREAD) >>> (Integer.SIZE - PLACE_BITS);
    Object kept = KEPT[place];
    if (kept != null && kept.equals(value)) {
      return (T) kept;
    }
    KEPT[place] = value;
    return value;
  }
}
