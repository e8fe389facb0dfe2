package dev.espalier.workers.storage;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.ipc.RemoteException;

/** What a client of Hadoop reports, in a line for people: what went wrong, what to do about it. */
final class HadoopTrouble {
  private HadoopTrouble() {}

  static String reason(Throwable e, URI address) {
    Throwable root = root(e);
    if (isNoClient(root)) {
      return "no client for %s on the class path; add the jars of its Hadoop connector"
          .formatted(address.getScheme());
    } else if (root instanceof UnknownHostException) {
      return "the host of %s is unknown; check the address, or let HADOOP_CONF_DIR name the folder of your Hadoop settings"
          .formatted(address.getAuthority());
    } else if (isSilence(root)) {
      return "nobody answers at %s; check the address and that the file system is running"
          .formatted(address.getAuthority());
    } else if (String.valueOf(root.getMessage()).startsWith("RPC response")) {
      return "what answers at %s is no name node; give its RPC port, often 8020 or 9000, not that of its web pages"
          .formatted(address.getAuthority());
    }
    return firstLine(root);
  }

  /** The first cause; what another machine reports has none. */
  static Throwable root(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && !(root instanceof RemoteException)) {
      root = root.getCause();
    }
    return root;
  }

  static boolean isNoClient(Throwable root) {
    return root instanceof ClassNotFoundException
        || root instanceof NoClassDefFoundError
        || root instanceof UnsupportedFileSystemException;
  }

  static boolean isSilence(Throwable root) {
    return root instanceof ConnectException
        || root instanceof SocketTimeoutException
        || root instanceof EOFException;
  }

  static String firstLine(Throwable root) {
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    return message.lines().findFirst().orElse(root.toString());
  }
}
