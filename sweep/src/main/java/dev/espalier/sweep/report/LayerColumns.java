package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.workers.facts.LayerRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Layer tables by columns, each different column once: fine-tuning and clustering leave the mask as
 * it is, so many trials share the counts of one prune stage, and all of a network its shapes.
 */
final class LayerColumns {
  private final Map<List<Fixed>, Integer> networks = new LinkedHashMap<>();
  private final Map<List<Long>, Integer> columns = new LinkedHashMap<>();
  private final Map<String, Integer> encodings = new LinkedHashMap<>();

  /** The part of a layer that no stage changes. */
  private record Fixed(
      String name, String kind, List<Integer> shape, boolean prunable, long weights, long macs) {}

  /** Adds a table; its network, then its columns: non-zero weights, values, encodings, bytes. */
  ArrayNode add(List<LayerRow> rows) {
    ArrayNode places = JsonNodeFactory.instance.arrayNode();
    List<Fixed> network =
        rows.stream()
            .map(r -> new Fixed(r.name(), r.kind(), r.shape(), r.prunable(), r.weights(), r.macs()))
            .toList();
    places.add(place(networks, network));
    places.add(column(rows, LayerRow::nonzero));
    places.add(column(rows, LayerRow::values));
    places.add(column(rows, row -> (long) place(encodings, row.encoding())));
    places.add(column(rows, LayerRow::bytes));
    return places;
  }

  void writeTo(ObjectNode data) {
    encodings.keySet().forEach(data.putArray("encodings")::add);
    ArrayNode tables = data.putArray("networks");
    for (List<Fixed> network : networks.keySet()) {
      ObjectNode table = tables.addObject();
      ArrayNode names = table.putArray("names");
      ArrayNode kinds = table.putArray("kinds");
      ArrayNode shapes = table.putArray("shapes");
      ArrayNode prunable = table.putArray("prunable");
      ArrayNode weights = table.putArray("weights");
      ArrayNode macs = table.putArray("macs");
      for (Fixed layer : network) {
        names.add(layer.name());
        kinds.add(layer.kind());
        layer.shape().forEach(shapes.addArray()::add);
        prunable.add(layer.prunable());
        weights.add(layer.weights());
        macs.add(layer.macs());
      }
    }
    ArrayNode all = data.putArray("columns");
    columns.keySet().forEach(column -> column.forEach(all.addArray()::add));
  }

  private int column(List<LayerRow> rows, Function<LayerRow, Long> value) {
    return place(columns, rows.stream().map(value).toList());
  }

  private static <T> int place(Map<T, Integer> places, T value) {
    return places.computeIfAbsent(value, added -> places.size());
  }
}
