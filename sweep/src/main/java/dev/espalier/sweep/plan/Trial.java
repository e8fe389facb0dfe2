package dev.espalier.sweep.plan;

import dev.espalier.workers.stage.StageId;
import java.util.List;
import java.util.Map;

/** One combination of hyperparameters. */
public record Trial(
    String id,
    String name,
    Map<String, Object> parameters,
    List<String> standsFor,
    List<StageId> path) {}
