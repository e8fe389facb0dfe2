package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.config.Problems;
import dev.espalier.sweep.config.Reader;
import dev.espalier.sweep.config.Rule;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How one value of an option is written in a config, in names and among parameters. */
public interface OptionForm<T> extends Reader<T> {

  /** The value as a scalar, list or map of a config, which {@link #read} takes. */
  Object write(T value);

  /** The value among a trial's parameters: a word or a number. */
  Serializable parameter(T value);

  /** The value in a trial's name, of letters that a file name may have; different for each. */
  String slug(T value);

  /** The globs of layer names among a value, each of which some network must have. */
  default List<String> layerGlobs(T value) {
    return List.of();
  }

  /** A number, as written. */
  static <T extends Number> OptionForm<T> number(Rule<T> rule) {
    return new OfNumber<>(rule);
  }

  /** A flag. */
  static OptionForm<Boolean> flag() {
    return new OfFlag(Rule.flag());
  }

  /**
   * A number by a rule.
   *
   * @param rule of the scalar
   */
  record OfNumber<T extends Number>(Rule<T> rule) implements OptionForm<T> {
    @Override
    public @Nullable T read(Node node, String path, Problems problems) {
      return rule.read(node, path, problems);
    }

    @Override
    public Object write(T value) {
      return value;
    }

    @Override
    public Serializable parameter(T value) {
      return value;
    }

    @Override
    public String slug(T value) {
      return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }
  }

  /**
   * {@code true} or {@code false}.
   *
   * @param rule of the scalar
   */
  record OfFlag(Rule<Boolean> rule) implements OptionForm<Boolean> {
    @Override
    public @Nullable Boolean read(Node node, String path, Problems problems) {
      return rule.read(node, path, problems);
    }

    @Override
    public Object write(Boolean value) {
      return value;
    }

    @Override
    public Serializable parameter(Boolean value) {
      return value ? "yes" : "no";
    }

    @Override
    public String slug(Boolean value) {
      return value ? "-on" : "-off";
    }
  }
}
