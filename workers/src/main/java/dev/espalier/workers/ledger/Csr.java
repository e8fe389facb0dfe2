package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import java.util.List;

/**
 * Compressed sparse rows of the matrix [out, rest]: for each row where its values begin (32 bits,
 * and one more for the end), then the column of each value that is not +0.0, then these values as
 * floats. A matrix of more columns than indices can tell apart is written in blocks of columns, one
 * after the other.
 *
 * @param indexBits of a column, 16 or 32
 */
record Csr(int indexBits) implements Coding {
  private static final int POINTER_BITS = 32;

  @Override
  public void write(BitWriter out, Tensor tensor) {
    Matrix matrix = Matrix.of(tensor.shape(), tensor.values().length);
    for (int from = 0; from == 0 || from < matrix.columns; from += block(matrix)) {
      int to = Math.min(matrix.columns, from + block(matrix));
      writeBlock(out, tensor.values(), matrix, from, to);
    }
  }

  private void writeBlock(BitWriter out, float[] values, Matrix matrix, int from, int to) {
    int[] places = new int[matrix.rows * (to - from)];
    int found = 0;
    out.bits(0, POINTER_BITS);
    for (int row = 0; row < matrix.rows; row++) {
      for (int column = from; column < to; column++) {
        int place = row * matrix.columns + column;
        if (Float.floatToRawIntBits(values[place]) != 0) {
          places[found++] = place;
        }
      }
      out.bits(found, POINTER_BITS);
    }
    for (int i = 0; i < found; i++) {
      out.bits(places[i] % matrix.columns - from, indexBits);
    }
    for (int i = 0; i < found; i++) {
      NumberType.FLOAT32.write(out, values[places[i]]);
    }
  }

  @Override
  public float[] read(BitReader in, Parameter parameter) {
    float[] values = new float[parameter.size()];
    Matrix matrix = Matrix.of(parameter.shape(), values.length);
    for (int from = 0; from == 0 || from < matrix.columns; from += block(matrix)) {
      int to = Math.min(matrix.columns, from + block(matrix));
      readBlock(in, values, matrix, from, to);
    }
    return values;
  }

  private void readBlock(BitReader in, float[] values, Matrix matrix, int from, int to) {
    int[] pointers = new int[matrix.rows + 1];
    for (int row = 0; row <= matrix.rows; row++) {
      long pointer = in.bits(POINTER_BITS);
      long least = row == 0 ? 0 : pointers[row - 1];
      long greatest = row == 0 ? 0 : least + to - from;
      if (pointer < least || pointer > greatest) {
        throw in.error("a row must begin in [" + least + ", " + greatest + "]", pointer);
      }
      pointers[row] = (int) pointer;
    }
    int[] places = new int[pointers[matrix.rows]];
    for (int row = 0; row < matrix.rows; row++) {
      long next = from;
      for (int i = pointers[row]; i < pointers[row + 1]; i++) {
        long column = from + in.bits(indexBits);
        if (column < next || column >= to) {
          throw in.error("a column must be in [" + next + ", " + to + ")", column);
        }
        places[i] = (int) (row * (long) matrix.columns + column);
        next = column + 1;
      }
    }
    for (int place : places) {
      values[place] = NumberType.FLOAT32.read(in);
    }
  }

  /** Columns of a block. */
  private int block(Matrix matrix) {
    return indexBits < 32 ? 1 << indexBits : Math.max(1, matrix.columns);
  }

  private record Matrix(int rows, int columns) {
    static Matrix of(List<Integer> shape, int size) {
      int rows = shape.isEmpty() ? 1 : shape.get(0);
      return new Matrix(rows, rows == 0 ? 0 : size / rows);
    }
  }
}
