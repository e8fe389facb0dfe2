package dev.espalier.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * An API server of Kubernetes that keeps what it is given and runs nothing: pods stay as they were
 * asked for.
 */
record ApiServer(KubernetesMockServer server, KubernetesClient client, List<HasMetadata> applied)
    implements AutoCloseable {

  static ApiServer start() {
    return start(true);
  }

  /** One that shows pods to this account and lets it create none. */
  static ApiServer startDenying() {
    return start(false);
  }

  /** One that shows nothing to this account. */
  static ApiServer startForbidding() {
    Status forbidden =
        new StatusBuilder()
            .withCode(403)
            .withReason("Forbidden")
            .withMessage("User \"guest\" cannot list resource \"pods\"")
            .build();
    return start(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return json(403, forbidden);
          }
        },
        List.of());
  }

  /**
   * Beside what the mock does itself, it tells what an account may do, and takes what is applied.
   */
  private static ApiServer start(boolean mayCreate) {
    Dispatcher crud = new KubernetesCrudDispatcher();
    List<HasMetadata> applied = new CopyOnWriteArrayList<>();
    SelfSubjectAccessReview answer =
        new SelfSubjectAccessReviewBuilder()
            .withNewStatus()
            .withAllowed(mayCreate)
            .endStatus()
            .build();
    return start(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            if (request.getPath().endsWith("/selfsubjectaccessreviews")) {
              return json(201, answer);
            } else if (String.valueOf(request.getHeader("Content-Type")).contains("apply-patch")) {
              HasMetadata resource = new KubernetesSerialization().unmarshal(request.getUtf8Body());
              applied.add(resource);
              return json(200, resource);
            }
            return crud.dispatch(
                request.getMethod().equals("POST") && request.getPath().endsWith("/pods")
                    ? pending(request)
                    : request);
          }
        },
        applied);
  }

  /** A pod that was asked for has a status from the start. */
  private static RecordedRequest pending(RecordedRequest request) {
    Pod pod = Serialization.unmarshal(request.getUtf8Body(), Pod.class);
    Pod pending = new PodBuilder(pod).withNewStatus().withPhase("Pending").endStatus().build();
    return new RecordedRequest(
        request.getHttpVersion(),
        request.method(),
        request.getPath(),
        request.getHeaders(),
        new Buffer(Serialization.asJson(pending).getBytes(StandardCharsets.UTF_8)));
  }

  private static MockResponse json(int code, Object body) {
    return new MockResponse()
        .setResponseCode(code)
        .setHeader("Content-Type", "application/json")
        .setBody(Serialization.asJson(body));
  }

  private static ApiServer start(Dispatcher dispatcher, List<HasMetadata> applied) {
    KubernetesMockServer server =
        new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), dispatcher, false);
    server.init();
    return new ApiServer(server, server.createClient(), applied);
  }

  String address() {
    return "http://127.0.0.1:" + server.getPort();
  }

  /** The pod of a role of Spark, {@code driver} or {@code executor}, as soon as it is asked for. */
  Pod awaitPod(String role, Process asking, Path log) throws IOException, InterruptedException {
    return await(asking, log, () -> pods(role).stream().findFirst());
  }

  /** The file of Spark's settings that a driver finds in its pod. */
  String awaitProperties(Process asking, Path log) throws IOException, InterruptedException {
    return await(
        asking,
        log,
        () ->
            applied.stream()
                .filter(ConfigMap.class::isInstance)
                .map(map -> ((ConfigMap) map).getData().get("spark.properties"))
                .filter(Objects::nonNull)
                .findFirst());
  }

  private static <T> T await(Process asking, Path log, Supplier<Optional<T>> wanted)
      throws IOException, InterruptedException {
    while (true) {
      boolean alive = asking.isAlive();
      Optional<T> found = wanted.get();
      if (found.isPresent()) {
        return found.get();
      } else if (!alive) {
        throw new AssertionError(Files.readString(log));
      }
      Thread.sleep(50);
    }
  }

  private List<Pod> pods(String role) {
    return client.pods().inAnyNamespace().withLabel("spark-role", role).list().getItems();
  }

  /** Says of a pod that it has ended well. */
  void succeed(Pod pod) {
    client
        .pods()
        .resource(pod)
        .editStatus(
            now ->
                new PodBuilder(now).editOrNewStatus().withPhase("Succeeded").endStatus().build());
  }

  @Override
  public void close() {
    client.close();
    server.destroy();
  }
}
