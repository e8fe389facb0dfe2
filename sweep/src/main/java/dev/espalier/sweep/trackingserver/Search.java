package dev.espalier.sweep.trackingserver;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service.ViewType;

/**
 * Turns a search into one SQL statement: text that this class wrote, with every value of the
 * request bound, never spliced in.
 */
final class Search {
  /** Tables that hold a run's values by key, and the type of their values. */
  private static final Map<Filter.Kind, String> RUN_TABLES =
      Map.of(
          Filter.Kind.METRIC, "latest_metrics",
          Filter.Kind.PARAM, "params",
          Filter.Kind.TAG, "tags");

  private static final Map<String, String> RUN_COLUMNS =
      Map.of(
          "run_id", "run_uuid",
          "run_name", "name",
          "status", "status",
          "user_id", "user_id",
          "artifact_uri", "artifact_uri",
          "start_time", "start_time",
          "created", "start_time",
          "end_time", "end_time");

  private static final Map<String, String> EXPERIMENT_COLUMNS =
      Map.of(
          "experiment_id", "experiment_id",
          "name", "name",
          "creation_time", "creation_time",
          "last_update_time", "last_update_time");

  private static final Map<String, String> VERSION_COLUMNS =
      Map.of(
          "name", "name",
          "run_id", "run_id",
          "source_path", "source",
          "version_number", "version",
          "creation_timestamp", "creation_time",
          "last_updated_timestamp", "last_updated_time");

  private final String id;
  private final Map<String, String> columns;
  private final Map<Filter.Kind, String> tables;
  private final List<String> conditions = new ArrayList<>();
  private final List<@Nullable Object> values = new ArrayList<>();
  private final List<String> orders = new ArrayList<>();
  private final List<@Nullable Object> orderValues = new ArrayList<>();

  private Search(String id, Map<String, String> columns, Map<Filter.Kind, String> tables) {
    this.id = id;
    this.columns = columns;
    this.tables = tables;
  }

  static Search runs() {
    return new Search("run_uuid", RUN_COLUMNS, RUN_TABLES);
  }

  static Search experiments() {
    return new Search(
        "experiment_id", EXPERIMENT_COLUMNS, Map.of(Filter.Kind.TAG, "experiment_tags"));
  }

  /** Found by row, because a version has no single id. */
  static Search versions() {
    return new Search("rowid", VERSION_COLUMNS, Map.of());
  }

  Search view(ViewType view) {
    if (view != ViewType.ALL) {
      conditions.add("lifecycle_stage = ?");
      values.add(view == ViewType.DELETED_ONLY ? "deleted" : "active");
    }
    return this;
  }

  Search experimentIds(List<String> ids) {
    Filter.requireAtMost(Limits.SEARCH_EXPERIMENTS, ids.size(), "experiment_ids: ", "");
    List<String> marks = new ArrayList<>();
    for (String experiment : ids) {
      marks.add("?");
      values.add(experiment);
    }
    conditions.add("experiment_id IN (" + String.join(", ", marks) + ")");
    return this;
  }

  Search filter(String filter) {
    for (Filter.Comparison c : Filter.comparisons(filter)) {
      if (c.kind() == Filter.Kind.ATTRIBUTE) {
        String column = column(c.key());
        boolean number = column.endsWith("_time") || column.equals("version");
        conditions.add(column + " " + operator(c, number) + " ?");
        values.add(number ? c.number() : c.text());
      } else {
        boolean number = c.kind() == Filter.Kind.METRIC;
        conditions.add(
            ("EXISTS (SELECT 1 FROM %s v WHERE v.%s = t.%s AND v.key = ? AND v.value %s ?"
                    + (number ? " AND v.is_nan = 0)" : ")"))
                .formatted(table(c.kind()), id, id, operator(c, number)));
        values.add(c.key());
        values.add(number ? c.number() : c.text());
      }
    }
    return this;
  }

  Search orderBy(List<String> wanted) {
    for (Filter.Order order : Filter.orders(wanted)) {
      String direction = order.descending() ? " DESC NULLS LAST" : " ASC NULLS LAST";
      if (order.kind() == Filter.Kind.ATTRIBUTE) {
        orders.add(column(order.key()) + direction);
      } else {
        String real = order.kind() == Filter.Kind.METRIC ? " AND v.is_nan = 0" : "";
        orders.add(
            "(SELECT v.value FROM %s v WHERE v.%s = t.%s AND v.key = ?%s)%s"
                .formatted(table(order.kind()), id, id, real, direction));
        orderValues.add(order.key());
      }
    }
    return this;
  }

  /** One row more than the page, so that the caller sees whether there is another page. */
  List<String> ids(Database database, String from, String lastOrder, long limit, long offset)
      throws SQLException {
    orders.add(lastOrder);
    String sql =
        "SELECT %s FROM %s t %s ORDER BY %s LIMIT ? OFFSET ?"
            .formatted(
                id,
                from,
                conditions.isEmpty() ? "" : "WHERE " + String.join(" AND ", conditions),
                String.join(", ", orders));
    List<@Nullable Object> all = new ArrayList<>(values);
    all.addAll(orderValues);
    all.add(limit + 1);
    all.add(offset);
    return database.query(sql, row -> row.getString(1), all.toArray());
  }

  private String column(String key) {
    String column = columns.get(key);
    if (column == null) {
      throw ApiException.invalid(
          "must be one of " + columns.keySet().stream().sorted().toList() + ", found " + key);
    }
    return column;
  }

  private String table(Filter.Kind kind) {
    String table = tables.get(kind);
    if (table == null) {
      throw ApiException.invalid("there are no " + kind + "s to search here");
    }
    return table;
  }

  private static String operator(Filter.Comparison comparison, boolean number) {
    String operator = comparison.operator();
    if (!number && !operator.equals("=") && !operator.equals("!=")) {
      throw ApiException.invalid(comparison.key() + " is text: compare it by = or !=");
    }
    return operator;
  }

  /** The page token for the rows from {@code offset} on. */
  static String token(long offset) {
    return Base64.getUrlEncoder()
        .encodeToString(("offset " + offset).getBytes(StandardCharsets.UTF_8));
  }

  /** The offset that {@code token} stands for; 0 for no token. */
  static long offset(String token) {
    if (token.isEmpty()) {
      return 0;
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (text.matches("offset \\d{1,18}")) {
        return Long.parseLong(text.substring("offset ".length()));
      }
    } catch (IllegalArgumentException e) {
      // Not Base64: falls through to the refusal.
    }
    throw ApiException.invalid("page_token: must be one that this server gave, found " + token);
  }

  /** {@code wanted} rows, or the standard number where the request names none. */
  static long limit(boolean given, long wanted) {
    if (!given) {
      return Limits.DEFAULT_SEARCH_RESULTS;
    }
    if (wanted < 1 || wanted > Limits.SEARCH_RESULTS) {
      throw ApiException.invalid(
          "max_results: must be in [1, " + Limits.SEARCH_RESULTS + "], found " + wanted);
    }
    return wanted;
  }
}
