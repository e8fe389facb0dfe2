package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.reshape.ResidualBlocks;
import dev.espalier.workers.stage.DropBlocks;
import dev.espalier.workers.stage.DropBlocksByImages;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code drop-blocks}: removes residual blocks whose skip is the identity. */
public record DropBlocksStep() implements StepKind {
  private static final Rule<Integer> COUNT_RULE = Rule.whole("[0, 1000]");

  public static final Option<Integer> COUNT =
      Option.told(
          Key.some(
              "count",
              COUNT_RULE,
              "none: a step must have it, or `blocks`",
              "number of blocks to remove, one after the other: each time the block whose removal changes the"
                  + " probabilities of some training images least; 0: none"),
          "drop-blocks-count",
          "drop",
          OptionForm.number(COUNT_RULE));

  private static final Rule<String> GLOB =
      Rule.text("a glob of names of blocks, of letters, digits and _.*?/-", "[A-Za-z0-9_.*?/-]+");

  public static final Option<List<String>> BLOCKS =
      Option.told(
          Key.lists(
              "blocks",
              GLOB,
              "none",
              "in place of `count`: names of the blocks to remove; `[]`: none; a list of lists is an axis"),
          "drop-blocks",
          "drop-",
          new GlobsForm(GLOB, false));

  private static final Rule<Integer> IMAGES_RULE = Rule.whole("[1, 1000000]");

  public static final Option<Integer> IMAGES =
      Option.of(
          Key.some(
              "images",
              IMAGES_RULE,
              "`256`",
              "for `count`: number of training images to evaluate, the first ones of the data set,"
                  + " without augmentation; at most all of them"),
          "drop-blocks-images",
          "images",
          OptionForm.number(IMAGES_RULE));

  @Override
  public String word() {
    return "drop-blocks";
  }

  @Override
  public String note() {
    return "A block can be removed if its result is added to its own input and nothing else reads its"
        + " inner layers; if an activation follows the sum, its input must already have passed that activation."
        + " It is named after its sum, without the final `.add`. In `resnet18` these are "
        + "`stage1.block1`, `stage1.block2`, `stage2.block2`, `stage3.block2` and `stage4.block2`;"
        + " in `mobilenetv2` of width 1 `block3`, `block5`, `block6`, `block8`, `block9`, `block10`, `block12`,"
        + " `block13`, `block15` and `block16`. The change is the mean absolute difference of the"
        + " probabilities from those of the network that the step starts with.";
  }

  @Override
  public String meaning() {
    return "which residual blocks are removed";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(COUNT, BLOCKS, IMAGES);
  }

  @Override
  public OptionValues presets(Map<String, OptionValues> before) {
    return OptionValues.NONE.with(IMAGES, 256);
  }

  @Override
  public List<Option<?>> needed() {
    return List.of(COUNT, BLOCKS);
  }

  @Override
  public boolean changesNothing(OptionValues values) {
    return values.get(COUNT, 0) == 0 && values.get(BLOCKS, List.of()).isEmpty();
  }

  @Override
  public List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place) {
    if (values.has(COUNT)) {
      return List.of(new DropBlocksByImages(values.get(COUNT), values.get(IMAGES), varied));
    }
    List<NamedOption> told =
        varied.stream().filter(option -> !option.equals(values.named(IMAGES))).toList();
    Network table = Objects.requireNonNull(place.network().table(), "objectionTo asks for one");
    return List.of(new DropBlocks(chosen(values, ResidualBlocks.of(table)), told));
  }

  /** The blocks that the globs name, in network order. */
  private static List<String> chosen(OptionValues values, ResidualBlocks blocks) {
    List<String> globs = values.get(BLOCKS);
    return blocks.names().stream()
        .filter(name -> globs.stream().anyMatch(glob -> KernelSelection.matches(glob, name)))
        .toList();
  }

  @Override
  public @Nullable String objection(OptionValues values, List<OptionValues> before) {
    return values.has(COUNT) && values.has(BLOCKS) ? "count: not allowed with blocks" : null;
  }

  @Override
  public @Nullable String objectionTo(OptionValues values, PlannedNetwork network) {
    if (network.table() == null) {
      return "must be used with a network that a layer table can express, found one that it cannot; exclude such trials";
    }
    ResidualBlocks blocks = ResidualBlocks.of(network.table());
    String there = blocks.names().isEmpty() ? "none" : String.join(", ", blocks.names());
    int count = values.get(COUNT, 0);
    if (count > blocks.names().size()) {
      return "count: must be at most the %d identity residual blocks of the network, found %d; they are %s"
          .formatted(blocks.names().size(), count, there);
    }
    List<String> unknown = new ArrayList<>();
    for (String glob : values.get(BLOCKS, List.<String>of())) {
      if (blocks.names().stream().noneMatch(name -> KernelSelection.matches(glob, name))) {
        String reason = blocks.others().get(glob);
        unknown.add(reason == null ? glob : glob + " (" + reason + ")");
      }
    }
    return unknown.isEmpty()
        ? null
        : "blocks: must name identity residual blocks of the network, found %s; they are %s"
            .formatted(String.join(", ", unknown), there);
  }

  /** Which ones go by images is known only then. */
  @Override
  public PlannedNetwork leaves(OptionValues values, PlannedNetwork network) {
    return network.table() == null || values.has(COUNT)
        ? network
        : network.with(
            ResidualBlocks.without(
                network.table(), chosen(values, ResidualBlocks.of(network.table()))));
  }
}
