package dev.espalier.sweep.spark;

import dev.espalier.sweep.journal.RefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.apache.spark.SparkConf;

/**
 * The checks of a master {@code k8s://...} that come before Spark talks to it: Spark itself would
 * try again for minutes, or wait for executors that it cannot ask for.
 */
final class Kubernetes {
  private static final String PREFIX = "k8s://";
  private static final String CLUSTER_MANAGER =
      "org.apache.spark.scheduler.cluster.k8s.KubernetesClusterManager";
  private static final String IMAGE = "spark.kubernetes.container.image";
  private static final String EXECUTOR_IMAGE = "spark.kubernetes.executor.container.image";
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private Kubernetes() {}

  static boolean isMaster(String master) {
    return master.startsWith(PREFIX);
  }

  /** True where this driver runs in a pod that {@code spark-submit} has asked for. */
  private static boolean isDriverPod(SparkConf settings) {
    return settings.getBoolean("spark.kubernetes.submitInDriver", false);
  }

  /**
   * Makes sure that a driver in this process can ask for executors.
   *
   * @throws RefusedException if not
   */
  static void requireForDriver(String master, SparkConf settings) {
    requireModule(master);
    requireImage(settings);
    // The driver's pod asks another address than the one it was submitted to.
    String address =
        isDriverPod(settings)
            ? settings.get("spark.kubernetes.driver.master", "https://kubernetes.default.svc")
            : address(master);
    requireAnswer(address);
    requireAccess(KubernetesAccess.ofDriver(address, isDriverPod(settings)), settings);
  }

  /**
   * Makes sure that this process can ask for a driver.
   *
   * @throws RefusedException if not
   */
  static void requireForSubmission(String master, SparkConf settings) {
    requireModule(master);
    requireImage(settings);
    requireAnswer(address(master));
    requireAccess(KubernetesAccess.ofSubmission(address(master)), settings);
  }

  private static void requireModule(String master) {
    try {
      Class.forName(CLUSTER_MANAGER, false, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException e) {
      throw new RefusedException(
          "--master: %s needs spark-kubernetes_2.13-%s.jar and the jars that it depends on beside Spark's other jars, found none; the distribution has them in spark/jars"
              .formatted(master, org.apache.spark.package$.MODULE$.SPARK_VERSION()));
    }
  }

  private static void requireImage(SparkConf settings) {
    if (!settings.contains(IMAGE) && !settings.contains(EXECUTOR_IMAGE)) {
      throw new RefusedException(
          "--conf %s: must name the image of the executors, found nothing; deploy/Dockerfile builds it, and --properties-file deploy/driver.properties names it"
              .formatted(IMAGE));
    }
  }

  /** Without it, Spark would wait for executors that it may not ask for. */
  private static void requireAccess(KubernetesAccess access, SparkConf settings) {
    String objection;
    try {
      objection = access.objection(settings);
    } catch (RuntimeException e) {
      throw refused(access.address(), e);
    }
    if (!objection.isEmpty()) {
      throw refused(access.address(), objection);
    }
  }

  /** Any answer will do: who is asking is Spark's to say. */
  private static void requireAnswer(String address) {
    try {
      URI uri = URI.create(address);
      if (uri.getHost() == null) {
        throw new IllegalArgumentException("it names no host");
      }
      HttpRequest request =
          HttpRequest.newBuilder(uri.resolve("/version")).timeout(PATIENCE).build();
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .build()
          .send(request, HttpResponse.BodyHandlers.discarding());
    } catch (SSLHandshakeException answered) {
      // Its certificate is known to Spark by a kubeconfig, and not to Java.
    } catch (IOException | IllegalArgumentException e) {
      throw new RefusedException(
          "--master: must be k8s:// and the address of a Kubernetes API server that answers (kubectl cluster-info shows it), found %s: %s"
              .formatted(address, e instanceof ConnectException ? unreachable(e) : root(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted while asking the Kubernetes API server");
    }
  }

  /** The client gives no reason in words. */
  private static String unreachable(Exception e) {
    return deepest(e) instanceof UnresolvedAddressException
        ? "its name has no address"
        : "nothing listens there";
  }

  /** As Spark reads it: https where no scheme is given. */
  private static String address(String master) {
    String address = master.substring(PREFIX.length());
    return address.contains("://") ? address : "https://" + address;
  }

  /** Why Spark did not start there. */
  static RefusedException refused(String master, Throwable e) {
    return refused(master, root(e));
  }

  private static RefusedException refused(String master, String found) {
    return new RefusedException(
        "--master: pods must start at %s, where this account must be allowed to create, watch and delete pods, config maps and services (in spark.kubernetes.namespace), found: %s"
            .formatted(master, found));
  }

  /** The message at the root: what is around it only says that something failed. */
  private static String root(Throwable e) {
    Throwable root = deepest(e);
    String message = root.getMessage();
    return message == null
        ? root.getClass().getSimpleName()
        : message.split(" Received status: ", 2)[0]; // The same again, at length.
  }

  private static Throwable deepest(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest;
  }
}
