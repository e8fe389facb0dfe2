package dev.espalier.sweep.spark;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.File;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.k8s.SparkKubernetesClientFactory;
import org.apache.spark.deploy.k8s.SparkKubernetesClientFactory.ClientType$;
import scala.Enumeration;
import scala.Option;

/**
 * The account by which Spark asks an API server of Kubernetes, with its credentials. Apart from
 * {@link Kubernetes}, since its classes are there only with Spark's module.
 *
 * @param address of the server
 * @param prefix of Spark's settings about the credentials
 */
record KubernetesAccess(String address, String prefix, Enumeration.Value type) {
  private static final File CERTIFICATE =
      new File("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt");

  /**
   * That of a driver in this process.
   *
   * @param inPod whether it runs in a pod that {@code spark-submit} has asked for
   */
  static KubernetesAccess ofDriver(String address, boolean inPod) {
    String prefix = "spark.kubernetes.authenticate" + (inPod ? ".driver.mounted" : "");
    return new KubernetesAccess(address, prefix, ClientType$.MODULE$.Driver());
  }

  /** That of whoever submits a driver. */
  static KubernetesAccess ofSubmission(String address) {
    return new KubernetesAccess(
        address, "spark.kubernetes.authenticate.submission", ClientType$.MODULE$.Submission());
  }

  /**
   * Looks at the pods and asks whether one may be created.
   *
   * @return what the server objects to; empty for nothing
   * @throws RuntimeException of the client where it is refused
   */
  String objection(SparkConf settings) {
    String namespace = settings.get("spark.kubernetes.namespace", "default");
    Option<File> certificate =
        CERTIFICATE.isFile() ? Option.apply(CERTIFICATE) : Option.<File>empty();
    try (KubernetesClient client =
        SparkKubernetesClientFactory.createKubernetesClient(
            address, Option.apply(namespace), prefix, type, settings, certificate)) {
      var unused =
          client.pods().inNamespace(namespace).list(new ListOptionsBuilder().withLimit(1L).build());
      SelfSubjectAccessReview asked =
          new SelfSubjectAccessReviewBuilder()
              .withNewSpec()
              .withNewResourceAttributes()
              .withNamespace(namespace)
              .withVerb("create")
              .withResource("pods")
              .endResourceAttributes()
              .endSpec()
              .build();
      SelfSubjectAccessReview answer =
          client.authorization().v1().selfSubjectAccessReview().create(asked);
      boolean denied =
          answer.getStatus() != null && Boolean.FALSE.equals(answer.getStatus().getAllowed());
      return denied ? "it may not create pods in the namespace " + namespace : "";
    }
  }
}
