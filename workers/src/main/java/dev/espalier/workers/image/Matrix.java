package dev.espalier.workers.image;

/** Matrices of 3 x 3 numbers. */
final class Matrix {
  private Matrix() {}

  static double[][] product(double[][] a, double[][] b) {
    double[][] product = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        product[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
      }
    }
    return product;
  }

  static double[] product(double[][] a, double[] v) {
    double[] product = new double[3];
    for (int i = 0; i < 3; i++) {
      product[i] = a[i][0] * v[0] + a[i][1] * v[1] + a[i][2] * v[2];
    }
    return product;
  }

  /** The inverse by cofactors; not finite if there is none. */
  static double[][] inverse(double[][] m) {
    double[][] inverse = new double[3][3];
    double determinant = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        int up = (j + 1) % 3;
        int down = (j + 2) % 3;
        int left = (i + 1) % 3;
        int right = (i + 2) % 3;
        inverse[i][j] = m[up][left] * m[down][right] - m[up][right] * m[down][left];
      }
      determinant += m[0][i] * inverse[i][0];
    }
    for (double[] row : inverse) {
      for (int j = 0; j < 3; j++) {
        row[j] /= determinant;
      }
    }
    return inverse;
  }

  /** The matrix with {@code diagonal} on its diagonal. */
  static double[][] diagonal(double... diagonal) {
    double[][] matrix = new double[3][3];
    for (int i = 0; i < 3; i++) {
      matrix[i][i] = diagonal[i];
    }
    return matrix;
  }
}
