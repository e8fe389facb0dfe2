package dev.espalier.sweep.trackingserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.trackingserver.Filter.Comparison;
import dev.espalier.sweep.trackingserver.Filter.Kind;
import dev.espalier.sweep.trackingserver.Filter.Order;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterTest {
  @Test
  void readsComparisonsJoinedByAnd() {
    assertEquals(
        List.of(
            new Comparison(Kind.TAG, "espalier.key", "=", "a AND b", true),
            new Comparison(Kind.METRIC, "val/accuracy", ">=", "0.5", false),
            new Comparison(Kind.ATTRIBUTE, "status", "!=", "FAILED", true)),
        Filter.comparisons(
            "tags.`espalier.key` = 'a AND b' AND metrics.`val/accuracy` >= 0.5 and status != \"FAILED\""));
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

  /** As MLflow's servers do, which read a filter as SQL. */
  @Test
  void refusesWhatARealServerRefuses() {
    for (String filter :
        List.of(
            "metrics.val/accuracy > 0.8",
            "tags.a-b = 'x'",
            "tags.a b = 'x'",
            "params.a:b = 'x'",
            "METRICS.a = 1",
            "params.a = x",
            "params.a = 1x",
            "metrics.a > +1",
            "metrics.a > NaN",
            "metrics.a == 1")) {
      assertThrows(ApiException.class, () -> Filter.comparisons(filter), filter);
    }
    assertThrows(ApiException.class, () -> Filter.orders(List.of("metrics.val/accuracy DESC")));
    for (String filter : List.of("metrics.a > '1'", "start_time > '1'")) {
      assertThrows(ApiException.class, () -> Search.runs().filter(filter), filter);
    }
    for (String filter : List.of("tags.a = 1", "params.a = 0.5", "run_uuid = 'x'")) {
      assertThrows(ApiException.class, () -> Search.runs().filter(filter), filter);
    }
    ApiException told =
        assertThrows(ApiException.class, () -> Filter.comparisons("metrics.val/accuracy > 0.8"));
    assertTrue(String.valueOf(told.getMessage()).contains("needs backticks"), told.getMessage());
  }

  @Test
  void readsNumbersAsSqlHasThem() {
    for (String number : List.of("1", "-1", "0.5", "1.", ".5", "1e-3", "2.5E3", "-0.25")) {
      Comparison found = Filter.comparisons("metrics.a >= " + number).get(0);
      assertEquals(Double.parseDouble(number), found.number(), number);
    }
  }

  @Test
  void refusesMoreThanAHundredComparisonsOrOrders() {
    String hundred = String.join(" AND ", Collections.nCopies(100, "tags.a = 'x'"));
    assertEquals(100, Filter.comparisons(hundred).size());
    String more = hundred + " AND tags.a = 'x'";
    ApiException refused = assertThrows(ApiException.class, () -> Filter.comparisons(more));
    assertEquals(400, refused.code().status);
    assertEquals(100, Filter.orders(Collections.nCopies(100, "start_time")).size());
    assertThrows(ApiException.class, () -> Filter.orders(Collections.nCopies(101, "start_time")));
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
