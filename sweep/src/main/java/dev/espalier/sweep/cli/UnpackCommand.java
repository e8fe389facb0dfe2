package dev.espalier.sweep.cli;

import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.Npy;
import dev.espalier.workers.storage.Bounded;
import dev.espalier.workers.storage.TooLongException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier unpack}: decodes a compressed network to plain arrays, bit for bit. */
@Command(
    name = "unpack",
    description = "Decodes a compressed network (.esp) into one NumPy file for each parameter.",
    mixinStandardHelpOptions = true)
final class UnpackCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      description = "A network-*.esp of a stage, or the model.esp of an export.")
  private Path file = Path.of("");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "The folder for the .npy files.")
  private Path to = Path.of("");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UsageException, IOException {
    byte[] content = content();
    List<Tensor> tensors = decode(content);
    for (Map.Entry<Path, Tensor> target : UnpackedFiles.of(file, tensors, to).entrySet()) {
      Files.createDirectories(target.getKey().getParent());
      Files.write(target.getKey(), Npy.encode(target.getValue()));
    }
    long values = tensors.stream().mapToLong(tensor -> tensor.values().length).sum();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%,d parameters, %,d values, %,d bytes in %s -> %s%n",
        tensors.size(), values, content.length, file, to);
    return Main.DONE;
  }

  private byte[] content() throws UsageException, IOException {
    if (!Files.isRegularFile(file)) {
      throw new UsageException(
          "%s: must be a file such as model.esp or stages/ID/network-*.esp, found %s"
              .formatted(
                  file,
                  Files.isDirectory(file)
                      ? "a folder"
                      : Files.exists(file) ? "something else" : "nothing"));
    }
    try {
      return Bounded.read(file, Bounded.MOST_BYTES);
    } catch (TooLongException e) {
      throw new UsageException(file + ": " + e.getMessage());
    }
  }

  private List<Tensor> decode(byte[] content) throws UsageException {
    try {
      return CompressedNetwork.decode(content);
    } catch (IllegalArgumentException e) {
      throw new UsageException(file + ": " + e.getMessage());
    }
  }
}
