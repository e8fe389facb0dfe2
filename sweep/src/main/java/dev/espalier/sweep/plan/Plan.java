package dev.espalier.sweep.plan;

import dev.espalier.workers.stage.PlannedStage;
import java.util.List;

/** The stages, parents first, and the trials that end in them. */
public record Plan(List<PlannedStage> stages, List<Trial> trials) {}
