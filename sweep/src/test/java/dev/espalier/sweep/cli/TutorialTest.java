package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/tutorial.md, command by command, with drawn images in the place of photos. */
@Tag("slow")
class TutorialTest {
  private static final Path PAGE = Path.of("../docs/tutorial.md");
  private static final Pattern CONFIG = Pattern.compile("(?s)```yaml\n(.*?)```");
  private static final Pattern COMMANDS = Pattern.compile("(?s)```sh\n(.*?)```");

  /** Words of the page's commands that are places. */
  private static final Pattern PLACE = Pattern.compile("photos\\.yaml|runs/photos|model(/.*)?");

  @TempDir Path folder = Path.of("");

  @Test
  void everyCommandDoesWhatThePageSays() throws Exception {
    drawPhotos();
    String page = Files.readString(PAGE);
    String config = CONFIG.matcher(page).results().findFirst().orElseThrow().group(1);
    Files.writeString(
        folder.resolve("photos.yaml"),
        config.replace("path: photos", "path: " + folder.resolve("photos")));
    List<String> commands =
        COMMANDS
            .matcher(page)
            .results()
            .map((MatchResult block) -> block.group(1))
            .flatMap(String::lines)
            .toList();
    assertEquals(7, commands.size());
    StringBuilder said = new StringBuilder();
    for (String command : commands) {
      said.append(run(command));
    }
    List<String> expected =
        List.of(
            "10 trials completed, 0 failed",
            "why: the smallest within 0.02",
            "model-card.md",
            "model.tflite",
            "apple\npear\nplum",
            "model_data.cc");
    assertEquals(
        List.of(), expected.stream().filter(words -> !said.toString().contains(words)).toList());
  }

  /** Runs a command line in the folder: what it printed. */
  private String run(String command) throws Exception {
    List<String> words = new ArrayList<>();
    for (String word : command.split(" +", -1)) {
      words.add(PLACE.matcher(word).matches() ? folder.resolve(word).toString() : word);
    }
    if (words.get(0).equals("./espalier")) {
      if (words.get(1).equals("run")) {
        words.addAll(List.of("--out", folder.resolve("runs/photos").toString()));
      }
      Said said = Said.by(words.subList(1, words.size()).toArray());
      assertEquals(0, said.code(), command + "\n" + said.out() + said.err());
      return said.out();
    }
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), command + "\n" + said);
    return said;
  }

  /** Three classes of fruit, of which each has its colour and its form. */
  private void drawPhotos() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    List<String> classes = List.of("apple", "pear", "plum");
    List<Color> colors = Arrays.asList(Color.RED, Color.GREEN, Color.BLUE);
    for (int fruit = 0; fruit < classes.size(); fruit++) {
      Path of = Files.createDirectories(folder.resolve("photos").resolve(classes.get(fruit)));
      for (int i = 0; i < 100; i++) {
        BufferedImage photo = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
        Graphics2D on = photo.createGraphics();
        on.setColor(new Color(random.nextInt(0x1000000)));
        on.fillRect(0, 0, 48, 40);
        on.setColor(colors.get(fruit));
        int size = 12 + random.nextInt(12);
        on.fillOval(random.nextInt(48 - size), random.nextInt(40 - size), size, size - 4 * fruit);
        on.dispose();
        assertTrue(ImageIO.write(photo, "png", of.resolve("%04d.png".formatted(i)).toFile()));
      }
    }
  }
}
