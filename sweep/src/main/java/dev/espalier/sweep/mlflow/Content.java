package dev.espalier.sweep.mlflow;

import java.io.IOException;
import java.util.Optional;

/** A file that is read when it is sent, so that the models of a front do not lie in memory. */
public interface Content {
  /** The bytes; empty where the file is no longer there, and then nothing is sent. */
  Optional<byte[]> read() throws IOException;
}
