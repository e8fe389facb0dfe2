package dev.espalier.workers.storage;

import java.io.FileNotFoundException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.VersionInfo;

/**
 * What Hadoop's client for S3 reports, in a line for people. The client is no part of the
 * distribution, so its exceptions are told by their names.
 */
final class S3Trouble {
  private static final Set<String> NO_CREDENTIALS =
      Set.of(
          "NoAuthWithAWSException",
          "NoAwsCredentialsException",
          "CredentialInitializationException");

  private S3Trouble() {}

  static String reason(Throwable e, String bucket, Configuration settings) {
    String endpoint = endpoint(bucket, settings);
    Throwable root = HadoopTrouble.root(e);
    if (HadoopTrouble.isNoClient(root)) {
      return "no client for s3a on the class path, or a part of it; build the distribution with ./mvnw package -DskipTests -Ps3, or put org.apache.hadoop:hadoop-aws:%s and software.amazon.awssdk:bundle:2.35.4 (640 MB) into lib/"
          .formatted(VersionInfo.getVersion());
    } else if (chain(e).anyMatch(S3Trouble::isNoCredentials)) {
      return "no credentials for the bucket %s; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or fs.s3a.access.key and fs.s3a.secret.key in core-site.xml or, as spark.hadoop.fs.s3a..., in a --properties-file"
          .formatted(bucket);
    } else if (chain(e).anyMatch(AccessDeniedException.class::isInstance)) {
      return "%s does not let these credentials use the bucket %s (%s); check the access key, the secret key and the permissions"
          .formatted(endpoint, bucket, HadoopTrouble.firstLine(root));
    } else if (chain(e).anyMatch(S3Trouble::isNoBucket)) {
      return "there is no bucket %s at %s; create it, or check its name and fs.s3a.endpoint"
          .formatted(bucket, endpoint);
    } else if (root instanceof UnknownHostException) {
      return "the host of %s is unknown (%s); check fs.s3a.endpoint; a server that does not know buckets as hosts needs fs.s3a.path.style.access=true"
          .formatted(endpoint, HadoopTrouble.firstLine(root));
    } else if (root instanceof SSLException) {
      return "%s answers without TLS, or with a certificate that is not trusted (%s); give fs.s3a.endpoint with http:// or https://"
          .formatted(endpoint, HadoopTrouble.firstLine(root));
    } else if (HadoopTrouble.isSilence(root)) {
      return "nobody answers at %s; check fs.s3a.endpoint and that the server is running"
          .formatted(endpoint);
    }
    return HadoopTrouble.firstLine(root);
  }

  /** Where the client looks for a bucket. */
  private static String endpoint(String bucket, Configuration settings) {
    String given =
        settings.getTrimmed(
            "fs.s3a.bucket." + bucket + ".endpoint", settings.getTrimmed("fs.s3a.endpoint", ""));
    return given.isEmpty() ? "the endpoint of AWS (fs.s3a.endpoint is not set)" : given;
  }

  private static boolean isNoCredentials(Throwable e) {
    return NO_CREDENTIALS.stream().anyMatch(name -> isNamed(e, name));
  }

  /** Some servers do not say what they have not found; a folder that is not there is no trouble. */
  private static boolean isNoBucket(Throwable e) {
    return e instanceof FileNotFoundException || isNamed(e, "UnknownStoreException");
  }

  private static boolean isNamed(Throwable e, String name) {
    return e.getClass().getSimpleName().equals(name);
  }

  private static Stream<Throwable> chain(Throwable e) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause);
  }
}
