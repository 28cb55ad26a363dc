package io.sallyport.scenarios;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// One connection that wastes the target's time until the target has had enough.
///
/// @param pause between two bytes
record SlowClient(Target target, Reader reader, Manner manner, Duration pause, SSLContext tls) {
  private static final int BODY_BYTES = 4096;
  private static final int SMALL_BUFFER = 1024;
  private static final int CONNECT_MILLIS = 5000;
  private static final int STATUS_AT = "HTTP/1.1 ".length();
  private static final int STATUS_LENGTH = 3;

  /// What is slow about it.
  enum Manner {
    /// The head of the request comes byte by byte.
    HEAD,
    /// The head comes at once, 4 KiB of body byte by byte.
    BODY,
    /// The request comes at once, the answer is read byte by byte.
    READ
  }

  /// How the connection ended.
  sealed interface End {
    record Answered(int status) implements End {}

    /// Closed, reset or refused, without an answer.
    record Closed() implements End {}
  }

  /// Opens a connection and uses it slowly until it ends. Blocks; an interrupt is heard at the next
  /// byte.
  ///
  /// @param opened told when the connection, with its TLS, stands
  End run(Runnable opened) throws InterruptedException {
    try (var socket = open()) {
      opened.run();
      socket.setSoTimeout(Math.toIntExact(pause.toMillis()));
      return switch (manner) {
        case HEAD -> send(socket, "", head("GET", "") + "\r\n");
        case BODY ->
            send(
                socket,
                head("POST", "content-type: text/plain\r\ncontent-length: " + BODY_BYTES + "\r\n")
                    + "\r\n",
                "a".repeat(BODY_BYTES));
        case READ -> send(socket, head("GET", "connection: close\r\n") + "\r\n", "");
      };
    } catch (IOException e) {
      return new End.Closed();
    }
  }

  private Socket open() throws IOException {
    var plain = new Socket();
    try {
      plain.setReceiveBufferSize(SMALL_BUFFER);
      plain.setTcpNoDelay(true);
      plain.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS);
      if (!target.isTls()) {
        return plain;
      }
      plain.setSoTimeout(CONNECT_MILLIS);
      var socket =
          (SSLSocket)
              tls.getSocketFactory().createSocket(plain, target.host(), target.port(), true);
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /// Listening for an answer is the pause between two bytes. Nothing more is sent once an answer
  /// has begun: it would reset a connection that the target has closed, and the answer would be
  /// lost.
  private End send(Socket socket, String atOnce, String slowly)
      throws IOException, InterruptedException {
    var out = socket.getOutputStream();
    out.write(atOnce.getBytes(StandardCharsets.ISO_8859_1));
    var rest = slowly.getBytes(StandardCharsets.ISO_8859_1);
    var begin = new StringBuilder();
    for (int sent = 0; ; sent++) {
      if (sent < rest.length && begin.isEmpty()) {
        out.write(rest[sent]);
      }
      int read = listen(socket);
      if (read == Silence.CLOSED) {
        return end(begin);
      }
      if (read != Silence.NOTHING) {
        begin.append((char) read);
        Thread.sleep(manner == Manner.READ ? pause : Duration.ZERO);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (manner != Manner.READ && begin.length() >= STATUS_AT + STATUS_LENGTH) {
        return end(begin);
      }
    }
  }

  private static int listen(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read();
    } catch (SocketTimeoutException e) {
      return Silence.NOTHING;
    }
  }

  /// What a read says that gave no byte.
  private static final class Silence {
    static final int CLOSED = -1;
    static final int NOTHING = -2;
  }

  private static End end(CharSequence begin) {
    if (begin.length() < STATUS_AT + STATUS_LENGTH) {
      return new End.Closed();
    }
    try {
      return new End.Answered(Integer.parseInt(begin, STATUS_AT, STATUS_AT + STATUS_LENGTH, 10));
    } catch (NumberFormatException e) {
      return new End.Closed();
    }
  }

  private String head(String method, String more) {
    return method
        + " "
        + reader.path()
        + " HTTP/1.1\r\nhost: "
        + target.origin().getRawAuthority()
        + "\r\n"
        + reader.authorization().map(value -> "authorization: " + value + "\r\n").orElse("")
        + more;
  }
}
