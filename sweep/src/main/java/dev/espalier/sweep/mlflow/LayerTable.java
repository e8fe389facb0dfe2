package dev.espalier.sweep.mlflow;

import dev.espalier.workers.stage.LayerRow;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The layers of a trial as CSV, which MLflow shows as a table. Its preview shows true and false as
 * nothing, so it says yes and no.
 */
final class LayerTable {
  private static final String HEAD =
      "layer,kind,shape,prunable,weights,nonzero,sparsity,values,macs,macs_nonzero,encoding,bytes";

  private LayerTable() {}

  static String csv(List<LayerRow> layers) {
    return layers.stream()
        .map(LayerTable::line)
        .collect(Collectors.joining("\n", HEAD + "\n", "\n"));
  }

  private static String line(LayerRow layer) {
    double sparsity = layer.weights() == 0 ? 0 : 1 - (double) layer.nonzero() / layer.weights();
    String shape = layer.shape().stream().map(String::valueOf).collect(Collectors.joining("x"));
    return String.join(
        ",",
        quoted(layer.name()),
        layer.kind(),
        shape,
        layer.prunable() ? "yes" : "no",
        String.valueOf(layer.weights()),
        String.valueOf(layer.nonzero()),
        String.format(Locale.ROOT, "%.4f", sparsity),
        String.valueOf(layer.values()),
        String.valueOf(layer.macs()),
        String.valueOf(layer.macsNonzero()),
        layer.encoding(),
        String.valueOf(layer.bytes()));
  }

  /** Names of a user's own layers may have anything in them. */
  private static String quoted(String name) {
    return name.matches("[\\w./: -]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
  }
}
