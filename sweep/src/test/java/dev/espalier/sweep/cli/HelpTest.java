package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.reference.ConfigSchema;
import dev.espalier.sweep.spec.Methods;
import org.junit.jupiter.api.Test;

/** {@code espalier help} and {@code espalier schema}. */
class HelpTest {
  @Test
  void helpOfACommandIsItsUsage() {
    Said help = Said.by("help", "run");
    assertEquals(new Said(Main.DONE, Said.by("run", "--help").out(), ""), help);
  }

  @Test
  void helpOfAKeyIsItsReference() {
    Said help = Said.by("help", "prune.sparsity");
    assertEquals(Main.DONE, help.code());
    assertTrue(help.out().startsWith("prune.sparsity\n  value:   a number in [0, 1)"), help.out());
  }

  @Test
  void helpAloneIsTheUsageOfAll() {
    assertEquals(new Said(Main.DONE, Said.by("--help").out(), ""), Said.by("help"));
  }

  @Test
  void anUnknownWordIsAnErrorThatNamesTheNearest() {
    assertEquals(
        new Said(
            Main.USAGE,
            "",
            "espalier help: must be followed by a command or a key of configs, found quantise; did you"
                + " mean quantize?; espalier help lists commands, espalier help config keys\n"),
        Said.by("help", "quantise"));
    assertTrue(Said.by("help", "statsu").err().contains("; did you mean status?"));
  }

  @Test
  void aWordThatIsACommandAndAKeyIsExplainedAsBoth() {
    String said = Said.by("help", "init").out();
    assertTrue(said.startsWith("Usage: espalier init "), said);
    assertTrue(said.contains("\ninit is also a config key:\n\ncluster.init\n"), said);
  }

  @Test
  void schemaPrintsTheSchemaOfConfigs() {
    assertEquals(new Said(Main.DONE, ConfigSchema.text(Methods.STANDARD), ""), Said.by("schema"));
  }
}
