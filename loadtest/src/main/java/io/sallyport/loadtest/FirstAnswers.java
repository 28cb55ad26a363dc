package io.sallyport.loadtest;

import io.sallyport.loadtest.measure.Metric;
import io.sallyport.loadtest.process.Started;
import io.sallyport.loadtest.proxy.ProxyKind;
import io.sallyport.loadtest.proxy.Running;
import io.sallyport.loadtest.proxy.Service;
import io.sallyport.loadtest.proxy.Setup;
import io.sallyport.loadtest.proxy.Site;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.SSLSocket;

/// Starts a proxy and asks until it answers: how long that took since the process was started, and
/// what CPU time.
final class FirstAnswers {
  private static final Duration AT_MOST = Duration.ofMinutes(1);
  private static final Duration BETWEEN = Duration.ofMillis(5);
  private static final int SOCKET_MILLIS = 5_000;

  private final Site site;
  private final Started started;

  FirstAnswers(Site site, Started started) {
    this.site = site;
    this.started = started;
  }

  Map<Metric, Double> round(ProxyKind kind, Setup setup, String path)
      throws IOException, InterruptedException, NotMeasured {
    long begin = System.nanoTime();
    Running proxy = kind.start(site, setup, started);
    try {
      int port = proxy.port(Service.BARE);
      while (!answers(port, path)) {
        if (!proxy.process().isAlive()) {
          throw new NotMeasured("ended before it answered: " + started.said(proxy.name()));
        }
        if (System.nanoTime() - begin > AT_MOST.toNanos()) {
          throw new NotMeasured("no answer after " + AT_MOST.toSeconds() + " s");
        }
        Thread.sleep(BETWEEN);
      }
      Map<Metric, Double> round = new EnumMap<>(Metric.class);
      round.put(Metric.FIRST_ANSWER, (System.nanoTime() - begin) / 1e9);
      round.put(Metric.FIRST_ANSWER_CPU, proxy.usage().nanos() / 1e9);
      round.put(Metric.RESIDENT, proxy.residentMib());
      return round;
    } finally {
      started.end(proxy.process());
    }
  }

  /// Whether a request over a new TLS connection is answered 200.
  private boolean answers(int port, String path) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket tls =
            (SSLSocket)
                site.client().getSocketFactory().createSocket(socket, "localhost", port, true)) {
      tls.setSoTimeout(SOCKET_MILLIS);
      tls.getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String status =
          new BufferedReader(
                  new java.io.InputStreamReader(tls.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      return status != null && status.startsWith("HTTP/1.1 200");
    } catch (IOException notYet) {
      return false;
    }
  }
}
