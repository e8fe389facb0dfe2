package dev.espalier.workers.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {
  private static final int BASELINE = 9;
  private static final int STEPS = 7;

  static List<Schedule> schedules() {
    BigDecimal rate = new BigDecimal("0.05");
    return List.of(
        new Schedule.Constant(rate, 0),
        new Schedule.Constant(rate, 3),
        new Schedule.Steps(rate, List.of(2, 6), new BigDecimal("0.1"), 0),
        new Schedule.Steps(rate, List.of(2, 6), new BigDecimal("0.1"), 7),
        new Schedule.Cosine(rate, 0),
        new Schedule.Cosine(rate, 5));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void rewoundItHasTheRatesOfTheLastEpochsAtEachStep(Schedule schedule) {
    Schedule rewound = new Schedule.Rewound(schedule, BASELINE);
    for (int epochs = 1; epochs <= BASELINE; epochs++) {
      for (int step = 0; step < epochs * STEPS; step++) {
        int then = step + (BASELINE - epochs) * STEPS;
        double expected = schedule.at(then / (double) STEPS, BASELINE);
        double found = rewound.at(step / (double) STEPS, epochs);
        assertEquals(expected, found, 1e-15, epochs + " epochs, step " + step);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void rewoundItNamesItsHorizonAndGoesNoFurther(Schedule schedule) {
    Schedule rewound = new Schedule.Rewound(schedule, BASELINE);
    assertEquals("rewind of " + schedule.canonical() + " horizon 9", rewound.canonical());
    assertEquals(true, rewound.hasHorizon());
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> rewound.at(0, BASELINE + 1));
    assertEquals("a rewound training must have at most 9 epochs, found 10", refused.getMessage());
  }
}
