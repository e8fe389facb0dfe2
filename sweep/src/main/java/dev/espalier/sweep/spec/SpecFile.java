package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.config.Overrides;
import dev.espalier.sweep.config.Problems;
import dev.espalier.sweep.config.SourceLocation;
import dev.espalier.sweep.config.YamlText;
import dev.espalier.sweep.config.YamlWriter;
import dev.espalier.workers.storage.Bounded;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.Storages;
import dev.espalier.workers.storage.TooLongException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads and writes the YAML of a sweep; docs/config.md is its reference. */
public final class SpecFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private SpecFile() {}

  /**
   * Reads a config.
   *
   * @param overrides each {@code path=value}, where the value is YAML: {@code
   *     grid.sparsity=[0,0.5]}
   * @throws ConfigException with every problem, each a line: place, path, rule, found
   */
  public static SweepSpec read(Path file, List<String> overrides) throws ConfigException {
    return read(file, overrides, Methods.STANDARD);
  }

  /** As {@link #read(Path, List)}, of a config that may name {@code methods}. */
  public static SweepSpec read(Path file, List<String> overrides, Methods methods)
      throws ConfigException {
    return parse(file.toString(), text(file), overrides, methods);
  }

  /**
   * Reads a config from a path, or from an address such as {@code hdfs://host:port/sweep.yaml}, as
   * {@link #read} does.
   */
  public static ConfigFile open(String address, List<String> overrides) throws ConfigException {
    try {
      if (!Storages.isElsewhere(address)) {
        Storage file = Storages.at(address);
        Path path = Path.of(Storages.isAddress(address) ? file.address() : address);
        return config(path.toString(), text(path), overrides, Methods.STANDARD);
      }
      int name = address.lastIndexOf('/') + 1;
      Storage folder = Storages.at(address.substring(0, name));
      folder.checkAnswers();
      byte[] content = folder.read(address.substring(name), MAX_BYTES);
      return config(address, utf8(address, content), overrides, Methods.STANDARD);
    } catch (FileNotFoundException e) {
      throw new ConfigException(List.of(address + ": must be a file, found none"));
    } catch (TooLongException e) {
      throw new ConfigException(List.of(String.valueOf(e.getMessage())));
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(List.of(address + ": cannot be read: " + e.getMessage()));
    }
  }

  /**
   * Reads a config from its text.
   *
   * @param name of the file, for messages
   */
  public static SweepSpec parse(String name, String text, List<String> overrides)
      throws ConfigException {
    return parse(name, text, overrides, Methods.STANDARD);
  }

  /** As {@link #parse(String, String, List)}, of a config that may name {@code methods}. */
  public static SweepSpec parse(String name, String text, List<String> overrides, Methods methods)
      throws ConfigException {
    return config(name, text, overrides, methods).spec();
  }

  /**
   * Reads a config from its text, with the places of its values.
   *
   * @param name of the file, for messages
   */
  public static ConfigFile file(String name, String text) throws ConfigException {
    return config(name, text, List.of(), Methods.STANDARD);
  }

  private static ConfigFile config(
      String name, String text, List<String> overrides, Methods methods) throws ConfigException {
    Problems problems = new Problems();
    Node root =
        YamlText.parse(
            text, (line, column) -> SourceLocation.line(name, line, column), "", problems);
    Node whole = Semantics.under(new Overrides(problems).apply(root, overrides));
    return ConfigFile.of(SpecReader.read(whole, methods, problems), name, whole);
  }

  private static String text(Path file) throws ConfigException {
    String name = file.toString();
    try {
      if (Files.isDirectory(file)) {
        throw new ConfigException(List.of(name + ": must be a file, found a folder"));
      }
      return utf8(name, Bounded.read(file, MAX_BYTES));
    } catch (TooLongException e) {
      throw new ConfigException(List.of(name + ": " + e.getMessage()));
    } catch (NoSuchFileException e) {
      throw new ConfigException(List.of(name + ": must be a file, found none"));
    } catch (IOException e) {
      throw new ConfigException(List.of(name + ": cannot be read: " + e.getMessage()));
    }
  }

  /** The whole spec, defaults and all, as YAML. Reading it gives an equal spec. */
  public static String write(SweepSpec spec) {
    return YamlWriter.write(SpecTree.of(spec));
  }

  /** The grid or the pipelines of a spec, and what is excluded from them, as YAML. */
  public static String writeAxes(SweepSpec spec) {
    Map<String, Object> tree = SpecTree.of(spec);
    tree.keySet().retainAll(List.of(Keys.GRID.name(), Keys.PIPELINES.name(), Keys.EXCLUDE.name()));
    return YamlWriter.write(tree);
  }

  private static String utf8(String name, byte[] bytes) throws ConfigException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    out.flip();
    if (result.isError()) {
      int line = 1 + (int) out.chars().filter(letter -> letter == '\n').count();
      String found = String.format(Locale.ROOT, "0x%02X", bytes[in.position()]);
      throw new ConfigException(
          List.of(name + ":" + line + ": must be UTF-8 text, found the byte " + found));
    }
    String text = out.toString();
    return text.indexOf(BYTE_ORDER_MARK) == 0 ? text.substring(1) : text;
  }
}
