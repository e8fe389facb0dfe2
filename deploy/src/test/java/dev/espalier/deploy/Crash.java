package dev.espalier.deploy;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A Java agent for executors: writes to address 0 as soon as this process has begun a certain
 * stage. The system answers with a segmentation fault, as it does to a fault in native code.
 */
public final class Crash {
  private Crash() {}

  /**
   * Called by the JVM before its main class.
   *
   * @param stage the folder of the stage
   */
  public static void premain(String stage) {
    String mark = "-" + ProcessHandle.current().pid() + "-";
    Thread watch = new Thread(() -> crashIn(Path.of(stage), mark), "crash");
    watch.setDaemon(true);
    watch.start();
  }

  private static void crashIn(Path stage, String mark) {
    try {
      while (true) {
        String[] files = stage.toFile().list();
        for (String file : files == null ? new String[0] : files) {
          if (file.startsWith("started-") && file.contains(mark)) {
            writeToNowhere();
          }
        }
        Thread.sleep(1);
      }
    } catch (ReflectiveOperationException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void writeToNowhere() throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Unsafe");
    Field field = type.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    type.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 0L, 0L);
  }

  /**
   * The option of Java that makes a process crash in {@code stage}; the agent goes to {@code jar}.
   */
  static String option(Path jar, Path stage) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", Crash.class.getName());
    String entry = Crash.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        var compiled = Crash.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      out.write(compiled.readAllBytes());
      out.closeEntry();
    }
    return "-javaagent:" + jar + "=" + stage;
  }
}
