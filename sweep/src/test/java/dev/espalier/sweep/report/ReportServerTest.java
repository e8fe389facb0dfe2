package dev.espalier.sweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.sweep.results.SweepSnapshot;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportServerTest {
  private static final String PROGRAM = "espalier of a test";

  private final HttpClient http = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init") // JUnit runs start() first.
  private FollowedSweep sweep;

  @SuppressWarnings("NullAway.Init")
  private ReportServer server;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    sweep = FollowedSweep.begunIn(folder);
    server = ReportServer.start(sweep.directory(), 0, PROGRAM);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aSweepThatIsOverHasThePageOfItsReport() throws Exception {
    sweep.complete(0, sweep.lines().size());
    SweepSnapshot finished = SweepSnapshot.read(sweep.directory());
    assertEquals(Report.of(finished, finished.confidence(), PROGRAM), get("").body());
    assertTrue(state().get("complete").asBoolean());
  }

  @Test
  void aSweepThatRunsHasAPageThatFollowsIt() throws Exception {
    sweep.complete(0, 10);
    String page = get("").body();
    assertTrue(page.contains("connect-src 'self'"), "it may ask this server");
    String version = state().get("version").asText();
    assertTrue(page.contains("\"version\":\"" + version + "\""), version);
    assertFalse(state().get("complete").asBoolean());
    sweep.complete(10, 11);
    Thread.sleep(1100); // A look at the folder counts for a second.
    assertNotEquals(version, state().get("version").asText());
  }

  @Test
  void aSweepOfWhichNothingIsOverHasAPageToo() throws Exception {
    assertEquals(200, get("").statusCode());
    assertEquals(0, state().get("done").asInt());
  }

  @Test
  void nobodyIsAnsweredWithoutTheToken() throws Exception {
    URI address = URI.create(server.address());
    for (String path :
        new String[] {"/", "/state", "/" + "0".repeat(64) + "/", address.getPath() + "x/.."}) {
      int status = get(address.resolve(path)).statusCode();
      assertTrue(status == 403 || status == 404, path + ": " + status);
    }
    assertEquals(404, get("report.html").statusCode());
    HttpRequest post =
        HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.ofString("x")).build();
    assertEquals(405, http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode());
  }

  private JsonNode state() throws Exception {
    return new ObjectMapper().readTree(get("state").body());
  }

  private HttpResponse<String> get(String name) throws Exception {
    return get(URI.create(server.address()).resolve(name));
  }

  private HttpResponse<String> get(URI uri) throws Exception {
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
