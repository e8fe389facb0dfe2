package dev.espalier.sweep.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium, told what to do by the DevTools protocol. Its program is the one that
 * ESPALIER_CHROMIUM names, and then it must be there; else the first of the usual names on the
 * PATH, and where there is none the test is skipped.
 */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final int SECONDS = 60;

  static final String NONE = "no Chromium on the PATH; install it, or name it in ESPALIER_CHROMIUM";

  private final Process process;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final BlockingQueue<String> loaded = new LinkedBlockingQueue<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private int lastId;

  /**
   * Starts one with an empty profile.
   *
   * @param profile a new folder
   */
  Browser(Path profile) throws Exception {
    String program = Objects.requireNonNull(program(), NONE);
    assertTrue(
        new File(program).canExecute(), "ESPALIER_CHROMIUM: must be a program, found " + program);
    process =
        new ProcessBuilder(
                program,
                "--headless",
                "--no-sandbox", // as root, and in containers, there is none
                "--disable-gpu",
                "--disable-dev-shm-usage", // containers have little of it
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-quic",
                "--hide-scrollbars",
                "--force-device-scale-factor=1",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolveSibling(profile.getFileName() + ".log").toFile())
            .start();
    HttpClient http = HttpClient.newHttpClient();
    JsonNode pages = pages(http, port(profile));
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(pages.get(0).get("webSocketDebuggerUrl").asText()), new Hears())
            .get(SECONDS, TimeUnit.SECONDS);
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      send(domain + ".enable", Map.of());
    }
    send("Performance.enable", Map.of("timeDomain", "threadTicks"));
  }

  /** Whether there is one, or ESPALIER_CHROMIUM says that there must be; says so if not. */
  static boolean isExpected() {
    boolean expected = program() != null;
    if (!expected) {
      System.out.println("The tests of the report in a browser are skipped: " + NONE);
    }
    return expected;
  }

  /** Null where none is named and none found. */
  private static @Nullable String program() {
    String named = System.getenv("ESPALIER_CHROMIUM");
    if (named != null) {
      return named;
    }
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return NAMES.stream()
        .flatMap(name -> Stream.of(path.split(File.pathSeparator, -1)).map(f -> new File(f, name)))
        .filter(File::canExecute)
        .map(File::toString)
        .findFirst()
        .orElse(null);
  }

  private int port(Path profile) throws IOException, InterruptedException {
    Path file = profile.resolve("DevToolsActivePort");
    for (int i = 0; i < SECONDS * 20; i++) {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.size() >= 2) {
        return Integer.parseInt(lines.get(0));
      }
      assertTrue(process.isAlive(), "the browser ended; its words are beside " + profile);
      Thread.sleep(50);
    }
    throw new IOException("the browser opened no port in " + SECONDS + " s");
  }

  private static JsonNode pages(HttpClient http, int port) throws Exception {
    URI list = URI.create("http://127.0.0.1:" + port + "/json/list");
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString());
    return JSON.readTree(answer.body());
  }

  /** Opens a file and waits until it has loaded; {@code hash} begins with # or is empty. */
  void open(Path file, String hash) throws Exception {
    open(file.toUri() + hash);
  }

  /** Opens an address and waits until it has loaded. */
  void open(String address) throws Exception {
    loaded.clear();
    // Else only the hash would change.
    send("Page.navigate", Map.of("url", "about:blank"));
    Objects.requireNonNull(loaded.poll(SECONDS, TimeUnit.SECONDS), "about:blank");
    requests.clear();
    send("Page.navigate", Map.of("url", address));
    Objects.requireNonNull(loaded.poll(SECONDS, TimeUnit.SECONDS), "the page did not load");
    evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }

  /** The value of an expression in the page; of a promise, what it ends in. */
  JsonNode evaluate(String expression) throws Exception {
    JsonNode answer =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    assertTrue(!answer.has("exceptionDetails"), () -> expression + ": " + answer);
    return answer.path("result").path("value");
  }

  /** Milliseconds that the page's main thread has worked, whatever else the machine does. */
  double worked() throws Exception {
    for (JsonNode metric : send("Performance.getMetrics", Map.of()).get("metrics")) {
      if (metric.get("name").asText().equals("TaskDuration")) {
        return 1000 * metric.get("value").asDouble();
      }
    }
    throw new IOException("the browser has no TaskDuration");
  }

  void size(int width, int height) throws Exception {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** What the system asks for: {@code light} or {@code dark}. */
  void prefers(String scheme) throws Exception {
    send(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  void click(double x, double y) throws Exception {
    move(x, y);
    for (String type : List.of("mousePressed", "mouseReleased")) {
      send(
          "Input.dispatchMouseEvent",
          Map.of("type", type, "x", x, "y", y, "button", "left", "clickCount", 1));
    }
  }

  void move(double x, double y) throws Exception {
    send("Input.dispatchMouseEvent", Map.of("type", "mouseMoved", "x", x, "y", y));
  }

  /** A key by its name, such as ArrowRight. */
  void press(String key) throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      send("Input.dispatchKeyEvent", Map.of("type", type, "key", key, "code", key));
    }
  }

  BufferedImage screenshot() throws Exception {
    String png = send("Page.captureScreenshot", Map.of("format", "png")).get("data").asText();
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)));
  }

  /** Errors and warnings of the console, and exceptions nobody caught, since the start. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** What the last page asked for, itself included. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  private JsonNode send(String method, Map<String, ?> parameters) throws Exception {
    ObjectNode message = JSON.createObjectNode();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(++lastId, answer);
    message.put("id", lastId).put("method", method).set("params", JSON.valueToTree(parameters));
    socket.sendText(message.toString(), true).get(SECONDS, TimeUnit.SECONDS);
    JsonNode said = answer.get(SECONDS, TimeUnit.SECONDS);
    assertTrue(said.has("result"), () -> method + ": " + said);
    return said.get("result");
  }

  private void heard(JsonNode message) {
    if (message.has("id")) {
      Objects.requireNonNull(answers.remove(message.get("id").asInt())).complete(message);
      return;
    }
    JsonNode event = message.path("params");
    switch (message.path("method").asText()) {
      case "Page.loadEventFired" -> loaded.add("");
      case "Runtime.exceptionThrown" -> problems.add(event.path("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (event.path("type").asText().matches("error|warning|assert")) {
          problems.add(event.path("args").toString());
        }
      }
      case "Log.entryAdded" -> {
        if (event.path("entry").path("level").asText().matches("error|warning")) {
          problems.add(event.path("entry").toString());
        }
      }
      case "Network.requestWillBeSent" -> requests.add(event.path("request").path("url").asText());
      default -> {}
    }
  }

  @Override
  public void close() {
    socket.abort();
    process.destroy();
    process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }

  /** Puts the parts of messages together. */
  private final class Hears implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          heard(JSON.readTree(text.toString()));
        } catch (IOException e) {
          problems.add(e.toString());
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
