package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.sweep.mlflow.Filter.Comparison;
import dev.espalier.sweep.mlflow.Filter.Kind;
import dev.espalier.sweep.mlflow.Filter.Order;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterTest {
  @Test
  void readsComparisonsJoinedByAnd() {
    assertEquals(
        List.of(
            new Comparison(Kind.TAG, "espalier.key", "=", "a AND b"),
            new Comparison(Kind.METRIC, "val/accuracy", ">=", "0.5"),
            new Comparison(Kind.ATTRIBUTE, "status", "!=", "FAILED")),
        Filter.comparisons(
            "tags.`espalier.key` = 'a AND b' AND metrics.val/accuracy >= 0.5 and status != \"FAILED\""));
    assertEquals(List.of(), Filter.comparisons("  "));
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    for (String filter :
        List.of(
            "a = 'x' OR b = 'y'",
            "a = 'x' AND",
            "a LIKE 'x%'",
            "a = 'x",
            "= 'x'",
            "a = 'x' b = 'y'",
            "AND",
            "wrong.a = 'x'")) {
      assertThrows(ApiException.class, () -> Filter.comparisons(filter), filter);
    }
  }

  @Test
  void readsOrders() {
    assertEquals(
        List.of(
            new Order(Kind.METRIC, "val/accuracy", true),
            new Order(Kind.ATTRIBUTE, "start_time", false)),
        Filter.orders(List.of("metrics.`val/accuracy` DESC", "start_time")));
    assertThrows(ApiException.class, () -> Filter.orders(List.of("a, b")));
  }
}
