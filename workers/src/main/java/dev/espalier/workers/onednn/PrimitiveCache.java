package dev.espalier.workers.onednn;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The primitives of one layer by the shape of its input. A layer sees few shapes: the training
 * batch, the evaluation batch, and their tails. The least recently used go first.
 */
public final class PrimitiveCache<P extends AutoCloseable> implements AutoCloseable {
  private static final int LIMIT = 6;

  private final Map<ImageFormat, P> byFormat = new LinkedHashMap<>(8, 0.75f, true);

  /** In training a layer asks for the same ones in each step: found without the map. */
  private @Nullable ImageFormat latestFormat;

  private @Nullable P latest;

  public P at(ImageFormat format, Function<ImageFormat, P> make) {
    P primitives = latest;
    if (primitives == null || !format.equals(latestFormat)) {
      primitives = mapped(format, make);
      latestFormat = format;
      latest = primitives;
    }
    return primitives;
  }

  private P mapped(ImageFormat format, Function<ImageFormat, P> make) {
    P primitives = byFormat.get(format);
    if (primitives == null) {
      if (byFormat.size() == LIMIT) {
        Iterator<P> eldest = byFormat.values().iterator();
        free(eldest.next());
        eldest.remove();
      }
      primitives = make.apply(format);
      byFormat.put(format, primitives);
    }
    return primitives;
  }

  @Override
  public void close() {
    byFormat.values().forEach(PrimitiveCache::free);
    byFormat.clear();
    latest = null;
  }

  private static void free(AutoCloseable primitives) {
    try {
      primitives.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
