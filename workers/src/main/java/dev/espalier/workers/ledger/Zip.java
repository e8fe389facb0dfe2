package dev.espalier.workers.ledger;

import com.jcraft.jzlib.Deflater;
import com.jcraft.jzlib.DeflaterOutputStream;
import com.jcraft.jzlib.InflaterInputStream;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * All parameters of a network as little-endian floats, deflated at level 6 as one zlib stream (RFC
 * 1950), as zip files are. The deflater is JZlib's, so the bytes are the same on every machine.
 */
public final class Zip {
  private static final int LEVEL = 6;

  private Zip() {}

  /** The bytes of a network. */
  public static byte[] encode(List<Tensor> network) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, new Deflater(LEVEL))) {
      for (Tensor tensor : network) {
        byte[] floats = new byte[Float.BYTES * tensor.values().length];
        littleEndian(floats).put(tensor.values());
        out.write(floats);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * The values of a network, bit for bit.
   *
   * @param bytes that {@link #encode} gave for tensors of these shapes
   * @throws IllegalArgumentException if it cannot have
   */
  public static List<float[]> decode(byte[] bytes, List<Parameter> network) {
    List<float[]> values = new ArrayList<>();
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
      for (Parameter parameter : network) {
        int length = Float.BYTES * parameter.size();
        byte[] floats = in.readNBytes(length);
        if (floats.length < length) {
          throw new IllegalArgumentException(
              "%s: must have %d bytes, found %d"
                  .formatted(parameter.name(), length, floats.length));
        }
        float[] read = new float[parameter.size()];
        littleEndian(floats).get(read);
        values.add(read);
      }
      // Not read(): JZlib's may give a byte of its own behind the last one.
      if (in.readNBytes(1).length > 0) {
        throw new IllegalArgumentException("the network must end here, found more bytes");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("must be a zlib stream, found " + e.getMessage(), e);
    }
    return values;
  }

  private static FloatBuffer littleEndian(byte[] floats) {
    return ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
