package dev.espalier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file fits a head, a method fits a screen. */
class FileSizeTest {
  private static final int FILE_LINES = 300;
  private static final int METHOD_LINES = 40;

  @Test
  void mainFilesAndMethodsAreShort() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("workers", "sweep")) {
      sources.addAll(sources(Path.of("..", module, "src", "main", "java")));
    }

    assertTrue(sources.size() > 30, "expected more than 30 files, found " + sources.size());
    assertEquals(List.of(), tooLong(sources));
  }

  @Test
  void scriptsAndStylesOfTheReportAreShort() throws IOException {
    Path folder = Path.of("src", "main", "resources", "dev", "espalier", "sweep", "report");
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.sorted().toList();
    }
    assertTrue(files.size() > 10, files.toString());
    for (Path file : files) {
      assertTrue(Files.readAllLines(file).size() <= FILE_LINES, file + " is too long");
    }
  }

  @Test
  void longOnesAreFound(@TempDir Path folder) throws IOException {
    String longest = "  void fits() {\n" + "\n".repeat(METHOD_LINES - 2) + "  }\n";
    String longer = "  void grew() {\n" + "\n".repeat(METHOD_LINES - 1) + "  }\n";
    Path source = folder.resolve("Long.java");
    Files.writeString(source, "class Long {\n" + longest + longer + "\n".repeat(300) + "}\n");

    assertEquals(
        List.of(source + ": 383 lines", source + ": grew has 41 lines"), tooLong(sources(folder)));
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static List<String> tooLong(List<Path> sources) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path source : sources) {
      long lines = Files.readAllLines(source).size();
      if (lines > FILE_LINES) {
        found.add(source + ": " + lines + " lines");
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new LongMethods(unit, positions, found).scan(unit, null);
      }
    }
    return found;
  }

  /** Adds each method of a file that is too long. */
  private static final class LongMethods extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> found;

    LongMethods(CompilationUnitTree unit, SourcePositions positions, List<String> found) {
      this.unit = unit;
      this.positions = positions;
      this.found = found;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      LineMap map = unit.getLineMap();
      long first = map.getLineNumber(positions.getStartPosition(unit, method));
      long last = map.getLineNumber(positions.getEndPosition(unit, method));
      if (last - first + 1 > METHOD_LINES) {
        found.add(
            unit.getSourceFile().getName()
                + ": "
                + method.getName()
                + " has "
                + (last - first + 1)
                + " lines");
      }
      return super.visitMethod(method, null);
    }
  }
}
