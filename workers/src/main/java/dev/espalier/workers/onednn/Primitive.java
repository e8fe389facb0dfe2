package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A oneDNN primitive with its arguments, to be run by one thread at a time. */
public final class Primitive implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Primitive.class);
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  private final dnnl_primitive_desc description;
  private final dnnl_primitive primitive = new dnnl_primitive();
  private final dnnl_memory[] memories;
  private final long[] pointed;
  private final int[] numbers;
  private final dnnl_exec_arg_t arguments;
  private final int given;
  private final long scratchBytes;

  /**
   * @param description owned by the primitive from now on
   * @param arguments oneDNN's numbers of the arguments that {@link #run} is going to get
   */
  public Primitive(dnnl_primitive_desc description, int... arguments) {
    this.description = description;
    numbers = arguments.clone();
    given = arguments.length;
    Onednn.check(dnnl_primitive_create(primitive, description));
    scratchBytes = bytes(DNNL_ARG_SCRATCHPAD);
    int count = scratchBytes > 0 ? given + 1 : given;
    memories = new dnnl_memory[count];
    pointed = new long[count];
    this.arguments = new dnnl_exec_arg_t(count);
    for (int i = 0; i < count; i++) {
      int argument = i < given ? arguments[i] : DNNL_ARG_SCRATCHPAD;
      memories[i] = new dnnl_memory();
      Onednn.check(dnnl_memory_create(memories[i], layout(argument), Onednn.ENGINE, null));
      this.arguments.position(i).arg(argument).memory(memories[i]);
    }
    this.arguments.position(0);
    log();
  }

  /** The format in which it wants an argument; valid as long as the primitive. */
  public dnnl_memory_desc_t layout(int argument) {
    return dnnl_primitive_desc_query_md(description, dnnl_query_exec_arg_md, argument);
  }

  /** The size of an argument in its format. */
  public long bytes(int argument) {
    return dnnl_memory_desc_get_size(layout(argument));
  }

  /** Computes; one address for each argument, in the order of the constructor. */
  public void run(long... addresses) {
    if (addresses.length != given) {
      throw new IllegalArgumentException(
          "a primitive must get " + given + " arguments, found " + addresses.length);
    }
    ThreadScratch thread = ThreadScratch.current();
    for (int i = 0; i < given; i++) {
      point(thread, i, addresses[i]);
    }
    if (scratchBytes > 0) {
      point(thread, given, thread.scratch.atLeast(scratchBytes));
    }
    Onednn.check(dnnl_primitive_execute(primitive, thread.stream, memories.length, arguments));
    if (Guards.BYTES > 0) {
      Guards.check(this);
    }
  }

  /** Once for all of equal text, before the first of them runs: a crash leaves the shape there. */
  private void log() {
    if (LOG.isInfoEnabled()) {
      String text = toString();
      if (LOGGED.add(text)) {
        LOG.info(text);
      }
    }
  }

  private void point(ThreadScratch thread, int argument, long address) {
    // Pointing also writes zeros behind the channels of a format that has more than there are.
    if (pointed[argument] != address) {
      Onednn.check(dnnl_memory_set_data_handle(memories[argument], thread.cursor.at(address)));
      pointed[argument] = address;
    }
  }

  /**
   * The kind of the primitive, oneDNN's name of its kernel, and the logical dimensions of its
   * arguments: {@code convolution backward_weights jit:avx2 [2, 3, 16, 16] [8, 3, 1, 1] ...}.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(PrimitiveText.of(description));
    for (int argument : numbers) {
      text.append(' ').append(Arrays.toString(PrimitiveText.dims(layout(argument))));
    }
    return text.toString();
  }

  @Override
  public void close() {
    for (dnnl_memory memory : memories) {
      Onednn.check(dnnl_memory_destroy(memory));
    }
    arguments.deallocate();
    Onednn.check(dnnl_primitive_destroy(primitive));
    Onednn.check(dnnl_primitive_desc_destroy(description));
  }
}
