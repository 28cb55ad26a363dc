package io.sallyport.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A backend that says on its socket exactly what a test writes, right or wrong.
public final class RawBackend implements AutoCloseable {
  private final ServerSocket server;
  private final Script script;
  private final List<Connection> connections = new ArrayList<>();

  /// What it does with each connection, on a thread of its own. When it returns, the connection is
  /// closed.
  @FunctionalInterface
  public interface Script {
    void serve(Connection connection) throws IOException;
  }

  private RawBackend(Script script) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  public static RawBackend start(Script script) throws IOException {
    return new RawBackend(script);
  }

  /// `127.0.0.1:PORT`.
  public String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /// How many connections it was opened.
  public synchronized int connections() {
    return connections.size();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Connection connection = new Connection(server.accept());
        synchronized (this) {
          connections.add(connection);
        }
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Connection connection) {
    try (connection) {
      script.serve(connection);
    } catch (IOException e) {
      // The gateway left: what a test looks at, it looks at on its own side.
      return;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    server.close();
    for (Connection connection : connections) {
      connection.close();
    }
  }

  /// One connection from the gateway.
  public static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    public Socket socket() {
      return socket;
    }

    public InputStream in() {
      return in;
    }

    /// The next request's head, lines as sent; empty when the gateway closed the connection.
    public String head() throws IOException {
      return until("\r\n\r\n");
    }

    /// Everything up to and with this text, or to the end.
    public String until(String end) throws IOException {
      byte[] wanted = end.getBytes(StandardCharsets.ISO_8859_1);
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      int matched = 0;
      while (matched < wanted.length) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        read.write(next);
        matched = next == wanted[matched] ? matched + 1 : next == wanted[0] ? 1 : 0;
      }
      return read.toString(StandardCharsets.ISO_8859_1);
    }

    public void say(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    /// Ends the connection by a reset.
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
