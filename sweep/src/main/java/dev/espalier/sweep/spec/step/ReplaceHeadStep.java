package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.model.ListedLayer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.reshape.NewHead;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.ReplaceHead;
import dev.espalier.workers.stage.Stage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code replace-head}: another classifier on the features of a network. */
public record ReplaceHeadStep() implements StepKind {
  private static final Rule<String> LINE =
      Rule.text("a layer, such as dense 128", ListedLayer.pattern(NewHead.FORMS));

  public static final Option<List<String>> LAYERS =
      Option.told(
          Key.lists(
              "layers",
              LINE,
              REQUIRED,
              "the layers before the output layer, in order; the output layer is not listed; such as"
                  + " `dense 128` or `dense 64 relu6`; `[]`: none; a list of lists is an axis"),
          "head",
          "",
          new HeadForm(LINE));

  public static final Option<Boolean> FREEZE =
      Option.of(
          Key.some(
              "freeze",
              Rule.flag(),
              "`true`",
              "whether the rest of the network stays unchanged from then on, so that later"
                  + " steps prune and train only the new classifier"),
          "head-freeze",
          "freeze",
          OptionForm.flag());

  @Override
  public String word() {
    return "replace-head";
  }

  @Override
  public String note() {
    return "Everything after the last pooling of the network, or from its first dense layer if it has no"
        + " pooling, is replaced by dense layers with new random weights and an output layer with as many"
        + " classes as the data has. They are called `classifier.dense1`, `classifier.dense2` and"
        + " `classifier.output`; in later steps `head` stands for all of them. A pipeline that begins"
        + " with this step may start from a network with other classes. [transfer.md](transfer.md) has"
        + " an example.";
  }

  @Override
  public String meaning() {
    return "which new classifier a network gets, for transfer learning";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(LAYERS, FREEZE);
  }

  @Override
  public OptionValues presets(Map<String, OptionValues> before) {
    return OptionValues.NONE.with(FREEZE, true);
  }

  @Override
  public boolean changesNothing(OptionValues values) {
    return false;
  }

  @Override
  public List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place) {
    int classes = place.network().classes();
    return List.of(new ReplaceHead(values.get(LAYERS), classes, values.get(FREEZE), varied));
  }

  @Override
  public @Nullable String objectionTo(OptionValues values, PlannedNetwork network) {
    if (network.table() == null) {
      return "must be used with a network that a layer table can express, found one that it cannot; exclude such trials";
    }
    try {
      NewHead.of(network.table(), values.get(LAYERS), network.classes());
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  @Override
  public PlannedNetwork leaves(OptionValues values, PlannedNetwork network) {
    List<String> layers = values.get(LAYERS);
    Network table = Objects.requireNonNull(network.table(), "objectionTo asks for one");
    Network replaced = NewHead.of(table, layers, network.classes()).network();
    return new PlannedNetwork(
        replaced.layout(), replaced, NewHead.names(layers), network.classes());
  }
}
