package dev.espalier.sweep.spec;

import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.StepValues;
import dev.espalier.workers.facts.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One combination of values that the config asks for, or a control of such combinations.
 *
 * @param model null where the baseline is the user's own network
 * @param training how the baseline is trained; null where it is the user's own network
 * @param pipeline its name
 * @param steps one for each step of the pipeline; for a control its first ones
 * @param control the kind of control; null for what the config asks for
 */
public record Cell(
    @Nullable Model model,
    @Nullable OptionValues training,
    String pipeline,
    List<StepValues> steps,
    long seed,
    @Nullable Control control) {}
