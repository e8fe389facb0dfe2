package dev.espalier.workers.engine;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The primitives of one layer by the shape of its input. A layer sees few shapes: the training
 * batch, the evaluation batch, and their tails. The least recently used go first.
 */
final class Plans<P extends AutoCloseable> implements AutoCloseable {
  private static final int LIMIT = 6;

  private final Map<Extent, P> byExtent = new LinkedHashMap<>(8, 0.75f, true);

  P at(Extent extent, Function<Extent, P> make) {
    P plan = byExtent.get(extent);
    if (plan == null) {
      if (byExtent.size() == LIMIT) {
        Iterator<P> eldest = byExtent.values().iterator();
        free(eldest.next());
        eldest.remove();
      }
      plan = make.apply(extent);
      byExtent.put(extent, plan);
    }
    return plan;
  }

  @Override
  public void close() {
    byExtent.values().forEach(Plans::free);
    byExtent.clear();
  }

  private static void free(AutoCloseable plan) {
    try {
      plan.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
