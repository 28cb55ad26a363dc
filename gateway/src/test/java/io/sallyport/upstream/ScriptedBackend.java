package io.sallyport.upstream;

import io.sallyport.bundle.Upstream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/// A backend that says exactly the bytes that a test wants, on blocking sockets and threads of its
/// own.
final class ScriptedBackend implements AutoCloseable {

  /// What happens on one connection.
  interface Script {
    void run(Connection connection) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final List<String> heads = new CopyOnWriteArrayList<>();

  private ScriptedBackend(ServerSocket server) {
    this.server = server;
  }

  static ScriptedBackend start(Script script) {
    return start(ServerSocketFactory.getDefault(), script);
  }

  static ScriptedBackend start(ServerSocketFactory sockets, Script script) {
    try {
      var backend =
          new ScriptedBackend(
              sockets.createServerSocket(0, 256, InetAddress.ofLiteral("127.0.0.1")));
      Thread.ofVirtual().start(() -> backend.accept(script));
      return backend;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Every request is answered with these bytes on the same connection.
  static ScriptedBackend answering(String answer) {
    return start(
        connection -> {
          while (connection.readHead()) {
            connection.say(answer);
          }
        });
  }

  /// One request is read, these bytes are said, and the connection is closed.
  static ScriptedBackend answeringOnce(String answer) {
    return start(
        connection -> {
          connection.readHead();
          connection.say(answer);
          connection.close();
        });
  }

  private void accept(Script script) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        if (server.isClosed()) {
          // An accept that was under way when the backend vanished must not answer any more.
          socket.close();
          return;
        }
        int number = accepted.incrementAndGet();
        Thread.ofVirtual()
            .start(
                () -> {
                  try (socket) {
                    script.run(new Connection(socket, number));
                  } catch (IOException | InterruptedException e) {
                    // The other side has gone: that is what some tests are about.
                  }
                });
      } catch (IOException e) {
        return;
      }
    }
  }

  int port() {
    return server.getLocalPort();
  }

  Upstream.Endpoint endpoint(String zone) {
    return new Upstream.Endpoint("127.0.0.1", port(), zone);
  }

  int accepted() {
    return accepted.get();
  }

  List<String> heads() {
    return heads;
  }

  @Override
  public void close() {
    vanish();
  }

  /// Stops listening and ends every connection.
  void vanish() {
    try {
      server.close();
      for (Socket each : sockets) {
        each.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// One accepted connection.
  final class Connection {
    private final Socket socket;
    private final int number;

    Connection(Socket socket, int number) {
      this.socket = socket;
      this.number = number;
    }

    /// The how-manieth connection it is, from 1.
    int number() {
      return number;
    }

    InputStream in() throws IOException {
      return socket.getInputStream();
    }

    OutputStream out() throws IOException {
      return socket.getOutputStream();
    }

    /// Reads to the empty line; false when the connection ended instead.
    boolean readHead() throws IOException {
      var head = new StringBuilder();
      int next;
      while ((next = in().read()) >= 0) {
        head.append((char) next);
        if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
          heads.add(head.toString());
          return true;
        }
      }
      return false;
    }

    void say(String bytes) throws IOException {
      out().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      out().flush();
    }

    /// Speaks TLS as the server on this connection, whose socket the script may still cut.
    Connection secured(SSLContext context) throws IOException {
      return new Connection(
          context.getSocketFactory().createSocket(socket, InputStream.nullInputStream(), true),
          number);
    }

    void close() throws IOException {
      socket.close();
    }

    /// Ends the connection with RST.
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /// Says nothing until the other side goes.
    void stall() throws IOException {
      while (in().read() >= 0) {}
    }
  }
}
