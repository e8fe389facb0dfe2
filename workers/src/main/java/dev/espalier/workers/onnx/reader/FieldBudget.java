package dev.espalier.workers.onnx.reader;

import java.io.IOException;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.Descriptors.Descriptor;
import org.nd4j.shade.protobuf.Descriptors.FieldDescriptor;
import org.nd4j.shade.protobuf.WireFormat;

/**
 * Counts the fields of a message before it is read: an empty field of two bytes becomes an object
 * of a hundred, so that a file of some megabytes could fill the memory.
 */
final class FieldBudget {
  /** Many times what the largest classifiers have. */
  private static final long MOST_FIELDS = 1 << 21;

  /** Numbers of variable length, of which one byte becomes eight. */
  private static final long MOST_NUMBERS = 1 << 24;

  private static final int MOST_DEPTH = 32;

  private long fields = MOST_FIELDS;
  private long numbers = MOST_NUMBERS;

  private FieldBudget() {}

  /**
   * Makes sure that a message has a bearable number of parts.
   *
   * @throws RefusalException if it has too many
   * @throws IOException if it is damaged
   */
  static void check(CodedInputStream message, Descriptor type)
      throws IOException, RefusalException {
    new FieldBudget().count(message, type, 0);
  }

  private void count(CodedInputStream in, Descriptor type, int depth)
      throws IOException, RefusalException {
    if (depth > MOST_DEPTH) {
      throw new RefusalException(
          "must have at most " + MOST_DEPTH + " messages in each other", "more");
    }
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (--fields < 0) {
        throw new RefusalException("must have at most " + MOST_FIELDS + " fields", "more");
      }
      int wireType = WireFormat.getTagWireType(tag);
      if (wireType == WireFormat.WIRETYPE_START_GROUP) {
        throw new RefusalException("must have no groups", "one");
      }
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (field == null || wireType != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        in.skipField(tag);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        int outer = in.pushLimit(in.readRawVarint32());
        count(in, field.getMessageType(), depth + 1);
        in.checkLastTagWas(0);
        in.popLimit(outer);
      } else {
        skip(in, field);
      }
    }
  }

  private void skip(CodedInputStream in, FieldDescriptor field)
      throws IOException, RefusalException {
    int length = in.readRawVarint32();
    FieldDescriptor.JavaType type = field.getJavaType();
    if (type == FieldDescriptor.JavaType.LONG || type == FieldDescriptor.JavaType.INT) {
      numbers -= length;
      if (numbers < 0) {
        throw new RefusalException(
            "must have at most " + MOST_NUMBERS + " bytes of whole numbers", "more");
      }
    }
    in.skipRawBytes(length);
  }
}
