package dev.espalier.workers.onnx;

import dev.espalier.workers.model.Padding;
import onnx.OnnxMl.AttributeProto;

/** Attributes of nodes. */
final class Attributes {
  private Attributes() {}

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** What a convolution or a pooling puts around images. */
  static AttributeProto pads(Padding padding) {
    return integers("pads", padding.top(), padding.left(), padding.bottom(), padding.right());
  }

  static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }
}
