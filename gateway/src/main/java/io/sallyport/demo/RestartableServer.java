package io.sallyport.demo;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 server of the JDK that can be killed and brought back on the same port. Each
/// exchange has a virtual thread, so handlers may block.
final class RestartableServer implements AutoCloseable {
  private static final int BACKLOG = 1024;

  static {
    // Otherwise an answer's body waits for the acknowledgement of its head: 40 ms on loopback. The
    // server reads these once, when its first instance is made, and has no other way to be told.
    setDefault("sun.net.httpserver.nodelay", "true");
    setDefault("sun.net.httpserver.maxIdleConnections", "4096");
  }

  private final @Nullable SSLContext tls;
  private final HttpHandler handler;
  private final InetSocketAddress address;
  private @Nullable HttpServer running;
  private @Nullable ExecutorService threads;

  private RestartableServer(InetSocketAddress wanted, @Nullable SSLContext tls, HttpHandler handler)
      throws IOException {
    this.tls = tls;
    this.handler = handler;
    this.address = listen(wanted);
  }

  /// Listens at once; port 0 takes a free one, which it keeps from then on.
  ///
  /// @param tls null: cleartext
  /// @throws IOException when the address cannot be had
  static RestartableServer start(
      InetSocketAddress address, @Nullable SSLContext tls, HttpHandler handler) throws IOException {
    return new RestartableServer(address, tls, handler);
  }

  InetSocketAddress address() {
    return address;
  }

  synchronized boolean isUp() {
    return running != null;
  }

  /// Listens again; nothing happens when it does already.
  synchronized void up() throws IOException {
    if (running == null) {
      listen(address);
    }
  }

  /// Stops listening and cuts every connection, also in the middle of an answer.
  synchronized void down() {
    if (running != null) {
      running.stop(0);
      running = null;
    }
    if (threads != null) {
      threads.shutdownNow();
      threads = null;
    }
  }

  @Override
  public void close() {
    down();
  }

  private synchronized InetSocketAddress listen(InetSocketAddress wanted) throws IOException {
    var server = tls == null ? HttpServer.create() : secured(tls);
    server.bind(wanted, BACKLOG);
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(executor);
    server.createContext("/", handler);
    server.start();
    running = server;
    threads = executor;
    return server.getAddress();
  }

  private static HttpServer secured(SSLContext tls) throws IOException {
    var server = HttpsServer.create();
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return server;
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
