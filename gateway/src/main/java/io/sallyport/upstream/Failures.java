package io.sallyport.upstream;

import java.net.ConnectException;
import javax.net.ssl.SSLException;

/// What went wrong, in words for an operator.
final class Failures {
  private Failures() {}

  /// One line, without stack or class names where there is a message. An exception of TLS tells its
  /// root, which is where the reason is.
  static String text(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null && !(root instanceof ConnectException)) {
      root = root.getCause();
    }
    String message =
        root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    String line = message.replace('\n', ' ').replace('\r', ' ');
    return cause instanceof SSLException ? "TLS: " + line : line;
  }
}
