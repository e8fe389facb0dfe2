package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class DenseArraysTest {
  private static final LayerWorkspaceMgr NONE = LayerWorkspaceMgr.noWorkspaces();

  @Test
  void addressesAreThoseThatNd4jGivesItsNativeLibrary() {
    INDArray array = Nd4j.create(DataType.FLOAT, 100);
    INDArray view = array.get(NDArrayIndex.interval(10, 60));
    INDArray viewOfView = view.get(NDArrayIndex.interval(5, 25));
    INDArray shaped = viewOfView.reshape(4, 5);
    for (INDArray one : List.of(array, view, viewOfView, shaped, shaped.getRow(2), array.dup())) {
      assertEquals(one.data().addressPointer().address(), DenseArrays.address(one), "" + one);
    }
    assertEquals(15 * Float.BYTES, DenseArrays.address(viewOfView) - DenseArrays.address(array));
  }

  @Test
  void arraysOfOneShapeAreAlikeAndShareNoValues() {
    INDArray first = DenseArrays.uninitialized(NONE, ArrayType.ACTIVATIONS, 2, 3, 4);
    INDArray second = DenseArrays.uninitialized(NONE, ArrayType.ACTIVATIONS, 2, 3, 4);
    first.assign(1);
    second.assign(2);
    INDArray expected = Nd4j.ones(DataType.FLOAT, 2, 3, 4);
    assertEquals(expected, first);
    assertEquals(expected.mul(2), second);
    assertArrayEquals(expected.stride(), second.stride());
    assertEquals('c', second.ordering());
    assertEquals(DataType.FLOAT, second.dataType());
    assertTrue(DenseArrays.isDense(second));
  }

  @Test
  void copiesAreDenseAndKeepTheirValues() {
    INDArray array = Nd4j.linspace(1, 12, 12, DataType.FLOAT).reshape(3, 4);
    for (INDArray one : List.of(array, array.transpose())) {
      INDArray expected = one.dup();
      INDArray copy = DenseArrays.copy(one, NONE, ArrayType.ACTIVATION_GRAD);
      one.subi(7);
      assertEquals(expected, copy);
      assertTrue(DenseArrays.isDense(copy));
    }
  }
}
