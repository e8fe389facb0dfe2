package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"models", "--help", "run --help", "--version"})
  void outputThatCannotBeWrittenIsNoSuccess(String line) {
    String[] words = Pattern.compile(" ").split(line);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(full(), new PrintStream(err, true, StandardCharsets.UTF_8), words);
    assertEquals(Main.USAGE, code);
    assertEquals(
        "espalier: the output could not be written completely\n",
        err.toString(StandardCharsets.UTF_8));

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertEquals(
        Main.DONE, Main.run(new PrintStream(out, true, StandardCharsets.UTF_8), full(), words));
    assertTrue(out.size() > 0, "nothing was to be said on the other stream");
  }

  @Test
  void messagesThatCannotBeWrittenLeaveTheExitCode() {
    assertEquals(Main.USAGE, Main.run(full(), full(), "no-such-command"));
  }

  @Test
  void anArgumentWithAnAtSignIsTakenAsItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("words"), "--help");
    Said said = Said.by("plan", "@" + file);
    assertEquals(Main.USAGE, said.code());
    assertEquals("@" + file + ": must be a file, found none\n", said.err());
  }

  @Test
  void anInternalErrorStandsInTheLogThatIsNamed() throws IOException {
    StringWriter err = new StringWriter();
    int code = new Main().report(new IllegalStateException("a bug"), new PrintWriter(err, true));
    assertEquals(Main.INTERNAL, code);
    String text = err.toString();
    Matcher named =
        Pattern.compile(
                """
                espalier: internal error: java.lang.IllegalStateException: a bug
                The details are in (.*); --debug shows them.
                """)
            .matcher(text);
    assertTrue(named.matches(), text);
    Path log = Path.of(named.group(1));
    try {
      String logged = Files.readString(log);
      assertTrue(logged.startsWith("ERROR internal error: java.lang.IllegalStateException: a bug"));
      assertTrue(logged.contains("\tat dev.espalier.sweep.cli.MainTest."), logged);
    } finally {
      Files.delete(log);
    }
  }

  private static PrintStream full() {
    OutputStream disk =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    return new PrintStream(disk, true, StandardCharsets.UTF_8);
  }
}
