package dev.espalier.workers.facts;

import java.io.Serializable;

/**
 * Where a stage ran. Bits are promised equal for equal {@code engine} and {@code instructionSet}.
 *
 * @param engine the label of the arithmetic: {@code onednn-6}, {@code nd4j}, or {@code onednn} in
 *     results of the first edition
 * @param instructionSet what the processor offers and the engine uses, such as {@code avx512_core}
 * @param natives versions of the native libraries
 * @param jdk version of Java
 */
public record Environment(String engine, String instructionSet, String natives, String jdk)
    implements Serializable {

  /** Whether equal work is promised to end in equal bits here and there. */
  public boolean isBitCompatibleWith(Environment other) {
    return engine.equals(other.engine) && instructionSet.equals(other.instructionSet);
  }

  /** What bits depend on, for people: {@code onednn on avx512_core}. */
  public String describe() {
    return engine + " on " + instructionSet;
  }
}
