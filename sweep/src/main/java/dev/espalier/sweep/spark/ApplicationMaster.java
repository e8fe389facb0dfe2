package dev.espalier.sweep.spark;

import java.io.IOException;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.client.api.AMRMClient;
import org.apache.hadoop.yarn.client.api.AMRMClient.ContainerRequest;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * YARN's application master, in which a driver in cluster deploy mode runs. It reports success to
 * YARN once the main method of the driver has returned, and waits for that: a driver that ends the
 * process itself has failed, whatever its exit code.
 */
public final class ApplicationMaster {
  private ApplicationMaster() {}

  /** Whether this process is one with a driver in it. */
  public static boolean isHere() {
    return System.getProperty("spark.yarn.app.id") != null
        && "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /**
   * Reports to YARN that the application has failed for good. Spark itself does so only in the last
   * attempt that YARN allows for, so that a lost machine or a killed process is followed by another
   * attempt; what another attempt cannot mend would be attempted again just the same.
   *
   * @param reason that YARN shows
   * @throws IOException if YARN does not take it
   */
  public static void failed(String reason) throws IOException {
    YarnConfiguration settings =
        new YarnConfiguration(SparkHadoopUtil.get().newConfiguration(new SparkConf()));
    try (AMRMClient<ContainerRequest> yarn = AMRMClient.createAMRMClient()) {
      yarn.init(settings);
      yarn.start();
      yarn.unregisterApplicationMaster(FinalApplicationStatus.FAILED, reason, "");
    } catch (YarnException e) {
      throw new IOException(e);
    }
  }
}
