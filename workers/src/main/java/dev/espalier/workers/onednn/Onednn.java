package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.dnnl.const_dnnl_op_desc_t;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc_iterator;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * The oneDNN library: its C interface, as far as the layers need it.
 *
 * <p>Compiled kernels are shared by shape in oneDNN's own cache, which is bounded and safe between
 * threads; what the classes here own is small and belongs to one layer. The class can be touched
 * only where oneDNN can be loaded.
 */
public final class Onednn {
  static final dnnl_engine ENGINE = engine();

  /** Scratch memory comes from the caller: primitives of one shape may run in two threads. */
  public static final dnnl_primitive_attr PLAIN = attributes();

  /** As {@link #PLAIN}, and ReLU on what comes out. */
  static final dnnl_primitive_attr RELU = reluAttributes();

  private static final Map<Integer, String> INSTRUCTION_SETS =
      Map.of(
          dnnl_cpu_isa_sse41, "sse41",
          dnnl_cpu_isa_avx, "avx",
          dnnl_cpu_isa_avx2, "avx2",
          dnnl_cpu_isa_avx2_vnni, "avx2_vnni",
          dnnl_cpu_isa_avx512_core, "avx512_core",
          dnnl_cpu_isa_avx512_core_vnni, "avx512_core_vnni",
          dnnl_cpu_isa_avx512_core_bf16, "avx512_core_bf16",
          dnnl_cpu_isa_avx512_core_amx, "avx512_core_amx");

  /** Whether it uses AVX2 and nothing wider. */
  static final boolean AVX2 = instructionSet().startsWith("avx2");

  static final boolean AVX512 = instructionSet().startsWith("avx512");

  private Onednn() {}

  public static String version() {
    dnnl_version_t version = dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  /** oneDNN's name of the instructions it uses here, such as {@code avx512_core}. */
  public static String instructionSet() {
    int isa = dnnl_get_effective_cpu_isa();
    return INSTRUCTION_SETS.getOrDefault(isa, "isa-" + isa);
  }

  public static void check(int status) {
    if (status != dnnl_success) {
      throw new OnednnException(status);
    }
  }

  /** Describes float memory of logical dimensions {@code dims}, channels second, in a format. */
  public static dnnl_memory_desc_t memory(int format, long... dims) {
    dnnl_memory_desc_t memory = new dnnl_memory_desc_t();
    check(dnnl_memory_desc_init_by_tag(memory, dims.length, dims, dnnl_f32, format));
    return memory;
  }

  /** Describes float values one after the other, whatever they mean. */
  static dnnl_memory_desc_t list(long length) {
    return memory(dnnl_ab, 1, length);
  }

  /** The implementation that oneDNN prefers. */
  public static dnnl_primitive_desc describe(
      Pointer operation, dnnl_primitive_attr attributes, @Nullable dnnl_primitive_desc forward) {
    return describe(operation, attributes, forward, kernel -> true);
  }

  /**
   * The implementation that oneDNN prefers among those allowed.
   *
   * @param allowed takes oneDNN's name of a kernel
   * @throws OnednnException if there is none
   */
  public static dnnl_primitive_desc describe(
      Pointer operation,
      dnnl_primitive_attr attributes,
      @Nullable dnnl_primitive_desc forward,
      Predicate<String> allowed) {
    dnnl_primitive_desc_iterator candidates = new dnnl_primitive_desc_iterator();
    check(
        dnnl_primitive_desc_iterator_create(
            candidates, new const_dnnl_op_desc_t(operation), attributes, ENGINE, forward));
    try {
      while (true) {
        dnnl_primitive_desc description = dnnl_primitive_desc_iterator_fetch(candidates);
        if (allowed.test(kernel(description))) {
          return description;
        }
        check(dnnl_primitive_desc_destroy(description));
        check(dnnl_primitive_desc_iterator_next(candidates));
      }
    } finally {
      check(dnnl_primitive_desc_iterator_destroy(candidates));
    }
  }

  /** oneDNN's name of the code that is going to run, such as {@code jit_1x1:avx2}. */
  static String kernel(dnnl_primitive_desc description) {
    try (PointerPointer<BytePointer> name = new PointerPointer<>(1)) {
      check(dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, name));
      return name.get(BytePointer.class, 0).getString();
    }
  }

  private static dnnl_engine engine() {
    dnnl_engine engine = new dnnl_engine();
    check(dnnl_engine_create(engine, dnnl_cpu, 0));
    return engine;
  }

  /** As {@link #PLAIN}, to be changed and destroyed by the caller. */
  public static dnnl_primitive_attr attributes() {
    dnnl_primitive_attr attributes = new dnnl_primitive_attr();
    check(dnnl_primitive_attr_create(attributes));
    check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user));
    return attributes;
  }

  private static dnnl_primitive_attr reluAttributes() {
    dnnl_primitive_attr attributes = attributes();
    dnnl_post_ops after = new dnnl_post_ops();
    check(dnnl_post_ops_create(after));
    check(dnnl_post_ops_append_eltwise(after, 1f, dnnl_eltwise_relu, 0f, 0f));
    check(dnnl_primitive_attr_set_post_ops(attributes, after));
    check(dnnl_post_ops_destroy(after));
    return attributes;
  }
}
