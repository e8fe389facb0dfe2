package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.model.KernelSelection;
import java.util.List;

/** The options by which a step chooses the layers that it touches. */
public final class LayerOptions {
  private static final Rule<String> GLOB =
      Rule.text("a glob of layer names, of letters, digits and _.*?/-", "[A-Za-z0-9_.*?/-]+");

  public final Option<List<String>> layers;
  public final Option<List<String>> exclude;
  public final Option<Boolean> depthwise;

  /**
   * The options of one kind of step.
   *
   * @param step its word, before each parameter's name
   */
  LayerOptions(String step) {
    layers =
        Option.of(
            Key.lists(
                "layers",
                GLOB,
                "all",
                "layers to change, except those in `exclude-layers`; `head` is the last"
                    + " one; `[]`: all; a list of lists is an axis"),
            step + "-layers",
            "l",
            new GlobsForm(GLOB, true));
    exclude =
        Option.of(
            Key.lists(
                "exclude-layers",
                GLOB,
                "none; for clustering those of `prune`",
                "layers to leave unchanged; `head` is the last one; a list of lists is an axis"),
            step + "-exclude-layers",
            "x",
            new GlobsForm(GLOB, true));
    depthwise =
        Option.of(
            Key.some(
                "depthwise", Rule.flag(), "`false`", "whether depthwise kernels are changed too"),
            step + "-depthwise",
            "dw",
            OptionForm.flag());
  }

  /**
   * The kernels that the values choose; in all layers where the step has no {@link #layers}.
   *
   * @param network the network that the step meets
   */
  public KernelSelection selection(OptionValues values, PlannedNetwork network) {
    List<String> chosen = values.find(layers);
    return new KernelSelection(
            chosen == null ? List.of() : chosen, values.get(exclude), values.get(depthwise))
        .in(network.parameters(), network.classifier());
  }

  /** No layer excluded, depthwise kernels left alone. */
  OptionValues presets() {
    return OptionValues.NONE.with(exclude, List.of()).with(depthwise, false);
  }
}
