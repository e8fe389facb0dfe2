package dev.espalier.workers.stage;

import java.io.Serializable;

/**
 * Where a stage ran. Bits are promised equal for equal {@code engine} and {@code instructionSet}.
 *
 * @param engine {@code onednn} or {@code nd4j}
 * @param instructionSet what the processor offers and the engine uses, such as {@code avx512_core}
 * @param natives versions of the native libraries
 * @param jdk version of Java
 */
public record Environment(String engine, String instructionSet, String natives, String jdk)
    implements Serializable {}
