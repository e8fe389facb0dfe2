package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/**
 * A primitive whose tensors come in our formats and are brought, where it wants others, into its
 * own: inputs before it runs, the output after.
 */
public final class Reordered implements AutoCloseable {
  private final Primitive primitive;
  private final int[] arguments;
  private final @Nullable Primitive[] reorders;
  private final @Nullable Reordered[] others;
  private final @Nullable NativeBuffer[] kept;
  private final int output;
  private final long[] bytes;

  /**
   * @param output which of the arguments is written
   * @param arguments oneDNN's numbers of the arguments
   * @param ours our formats of the arguments
   */
  Reordered(
      dnnl_primitive_desc description, int output, int[] arguments, dnnl_memory_desc_t... ours) {
    primitive = new Primitive(description, arguments);
    this.arguments = arguments.clone();
    this.output = output;
    reorders = new Primitive[arguments.length];
    others = new Reordered[arguments.length];
    kept = new NativeBuffer[arguments.length];
    bytes = new long[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      dnnl_memory_desc_t theirs = primitive.layout(arguments[i]);
      if (dnnl_memory_desc_equal(theirs, ours[i]) == 0) {
        bytes[i] = primitive.bytes(arguments[i]);
        reorders[i] = i == output ? reorder(theirs, ours[i]) : reorder(ours[i], theirs);
      }
    }
  }

  /** Holds its copy of an argument until it runs again, in memory of its own. */
  Reordered keeping(int position) {
    if (reorders[position] != null) {
      kept[position] = new NativeBuffer();
    }
    return this;
  }

  /**
   * Takes another one's copy of an argument where both want it in the same format. From now on each
   * run must follow one of the other on the same tensor in the same thread: directly, unless the
   * other keeps its copy.
   */
  Reordered sharing(int position, Reordered other) {
    boolean same =
        other.reorders[position] != null
            && dnnl_memory_desc_equal(other.layout(position), layout(position)) != 0;
    if (same) {
      others[position] = other;
    }
    return this;
  }

  /** Computes; one address for each argument. */
  void run(long... addresses) {
    long[] theirs = addresses.clone();
    for (int i = 0; i < theirs.length; i++) {
      Reordered other = others[i];
      Primitive reorder = reorders[i];
      if (other != null) {
        theirs[i] = other.copyAt(i);
      } else if (reorder != null) {
        theirs[i] = copyAt(i);
        if (i != output) {
          reorder.run(addresses[i], theirs[i]);
        }
      }
    }
    primitive.run(theirs);
    Primitive after = reorders[output];
    if (after != null) {
      after.run(theirs[output], addresses[output]);
    }
  }

  /** What {@link Primitive#toString} says. */
  @Override
  public String toString() {
    return primitive.toString();
  }

  @Override
  public void close() {
    primitive.close();
    for (int i = 0; i < reorders.length; i++) {
      Primitive reorder = reorders[i];
      if (reorder != null) {
        reorder.close();
      }
      NativeBuffer own = kept[i];
      if (own != null) {
        own.close();
      }
    }
  }

  private long copyAt(int position) {
    NativeBuffer own = kept[position];
    return own == null
        ? ThreadScratch.current().reorderedAt(position, bytes[position])
        : own.atLeast(bytes[position]);
  }

  private dnnl_memory_desc_t layout(int position) {
    return primitive.layout(arguments[position]);
  }

  public static Primitive reorder(dnnl_memory_desc_t from, dnnl_memory_desc_t to) {
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    Onednn.check(
        dnnl_reorder_primitive_desc_create(
            description, from, Onednn.ENGINE, to, Onednn.ENGINE, Onednn.PLAIN));
    return new Primitive(description, DNNL_ARG_FROM, DNNL_ARG_TO);
  }
}
