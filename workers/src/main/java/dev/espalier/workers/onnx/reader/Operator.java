package dev.espalier.workers.onnx.reader;

/** What becomes of nodes of one type. */
interface Operator {
  /**
   * The first output of a node; others are not read.
   *
   * @throws RefusalException if no table computes what the node does
   */
  Value read(Node node, TableDraft table) throws RefusalException;
}
