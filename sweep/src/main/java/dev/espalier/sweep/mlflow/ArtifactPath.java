package dev.espalier.sweep.mlflow;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Where a server that keeps artifacts itself takes those of a run. */
final class ArtifactPath {
  private ArtifactPath() {}

  /**
   * The path below the server's artifacts, percent-encoded.
   *
   * @param artifactUri of the run
   * @param path below the run's artifacts
   */
  static String of(String artifactUri, String path) throws TrackingFailure {
    if (!artifactUri.startsWith(ArtifactFolder.SCHEME)) {
      throw new TrackingFailure(
          path + ": the server does not take artifacts itself, it keeps them at " + artifactUri,
          TrackingFailure.Kind.REFUSED);
    }
    // With or without a host: mlflow-artifacts://host:port/1/... is the same server.
    String root = artifactUri.replaceFirst("^mlflow-artifacts:(//[^/]*)?/*", "");
    return Arrays.stream((root + "/" + path).split("/", -1))
        .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }
}
