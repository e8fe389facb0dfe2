package dev.espalier.sweep.loopback;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;

/**
 * An HTTP server on 127.0.0.1, with a token that it draws when it starts. Its handler admits a
 * request after it has asked for {@link #host()} and for the token: a web page that some browser on
 * the machine shows can name neither. A request that is not admitted has little time, and can keep
 * nobody else waiting.
 */
public final class LoopbackServer implements AutoCloseable {
  /** Requests that may wait to be admitted at a time, and how long one may. */
  public static final int STRANGERS = 64;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  static {
    // The JDK's server reads these once. Without the first, every answer on a connection that is
    // used again waits for the client's delayed acknowledgement; without the second, a client that
    // never sends the body it announced holds a thread for ever; without the last, clients that
    // connect and send nothing take all of the files that this process may open.
    setUnlessSet("sun.net.httpserver.nodelay", "true");
    setUnlessSet("sun.net.httpserver.maxReqTime", "60");
    setUnlessSet("jdk.httpserver.maxConnections", "1000");
  }

  private final HttpServer server;
  private final RequestThreads threads = new RequestThreads(STRANGERS, PATIENCE);
  private final String token;

  private LoopbackServer(HttpServer server) {
    this.server = server;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.token = HexFormat.of().formatHex(random);
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Takes a port. Nothing is answered before {@link #serve}.
   *
   * @param port 0 for a free one
   * @throws IOException if it cannot be had
   */
  public static LoopbackServer on(int port) throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    return new LoopbackServer(HttpServer.create(new InetSocketAddress(loopback, port), 0));
  }

  /** Answers from now on. */
  public void serve(HttpHandler handler) {
    server.createContext("/", handler);
    server.setExecutor(threads);
    server.start();
  }

  /** {@code 127.0.0.1:port}. */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Where it listens: {@code http://127.0.0.1:port}. */
  public String uri() {
    return "http://" + host();
  }

  /** What every request must show: 64 hexadecimal digits. */
  public String token() {
    return token;
  }

  /** Whether a request names this server, as nothing does that came here by another name. */
  public boolean isNamedBy(HttpExchange request) {
    String named = String.valueOf(request.getRequestHeaders().getFirst("Host"));
    String localhost = "localhost:" + server.getAddress().getPort();
    return named.equals(host()) || named.toLowerCase(Locale.ROOT).equals(localhost);
  }

  /** Whether {@code given} is the token; takes the same time wherever the two differ first. */
  public boolean isToken(String given) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  /** Says that the request of this thread may take as long as it needs. */
  public void admit() {
    threads.admitted();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
