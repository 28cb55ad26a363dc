package io.sallyport.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.RawBackend;
import io.sallyport.testing.TestBundle;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The Spring lane among clients that leave and backends that break: every exchange ends, and no
/// buffer is lost (`LeakCheck` looks after the class).
///
/// Seconds in a build; for longer, `mvn -pl gateway -am test -Dtest=LaneSoakTest
/// -Dsurefire.failIfNoSpecifiedTests=false -Dsoak.seconds=600`.
final class LaneSoakTest {
  private static final Duration SOAK = Duration.ofSeconds(Long.getLong("soak.seconds", 3));
  private static final String ROUTES =
      """
      - id: sound
        match: { host: localhost, path: /sound/** }
        policy: open
        upstream: backend
        timeouts: { firstByte: 1s, idle: 1s }
        filters: [ StripPrefix=1, "AddResponseHeader=x-a, 1" ]
      - id: reading
        match: { host: localhost, path: /reading/** }
        policy: open
        upstream: backend
        timeouts: { firstByte: 1s, idle: 1s }
        filters: [ RemoveJsonAttributesResponseBody=secret ]
      """;

  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();

  @Test
  void everyExchangeEnds() throws Exception {
    var random = new Random(7);
    RawBackend.Script moody =
        connection -> {
          while (!connection.head().isEmpty()) {
            switch (random.nextInt(6)) {
              case 0 -> connection.reset();
              case 1 -> connection.say("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf");
              case 2 -> connection.say("HTTP/1.1 nonsense\r\n\r\n");
              case 3 ->
                  connection.say(
                      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n"
                          + "{\"secret\": 1} ");
              default -> connection.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole");
            }
            if (random.nextInt(4) == 0) {
              return;
            }
          }
        };
    try (var backend = RawBackend.start(moody);
        var sound = new EchoBackend();
        var gateway =
            GatewayUnderTest.start(TestBundle.of(ROUTES, backend.address(), sound.address()));
        var h1 = gateway.client(HttpClient.Version.HTTP_1_1);
        var h2 = gateway.client(HttpClient.Version.HTTP_2);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      long end = System.nanoTime() + SOAK.toNanos();
      for (HttpClient client : List.of(h1, h1, h2, h2)) {
        callers.execute(() -> ask(gateway, client, end));
      }
      callers.execute(() -> leave(gateway, end));
      callers.shutdown();
      assertThat(
              callers.awaitTermination(
                  SOAK.toSeconds() + 30, java.util.concurrent.TimeUnit.SECONDS))
          .isTrue();

      assertThat(answers.get()).isPositive();
      assertThat(failures.get()).isPositive();
      for (int i = 0; i < 500 && gateway.edge().inFlight() > 0; i++) {
        Thread.sleep(10);
      }
      assertThat(gateway.edge().inFlight()).isZero();
    }
  }

  private void ask(GatewayUnderTest gateway, HttpClient client, long end) {
    var random = new Random(end);
    while (System.nanoTime() < end) {
      String path = random.nextBoolean() ? "/sound/a" : "/reading/a";
      var request =
          HttpRequest.newBuilder(gateway.uri(path))
              .timeout(Duration.ofMillis(random.nextBoolean() ? 2000 : 5));
      if (random.nextBoolean()) {
        request.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[random.nextInt(200_000)]));
      }
      try {
        client.send(request.build(), BodyHandlers.ofByteArray());
        answers.incrementAndGet();
      } catch (IOException e) {
        failures.incrementAndGet();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /// Leaves in the middle of whatever comes.
  private void leave(GatewayUnderTest gateway, long end) {
    byte[] request =
        "POST /sound/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx"
            .getBytes(StandardCharsets.US_ASCII);
    while (System.nanoTime() < end) {
      try (var socket = gateway.connect("http/1.1")) {
        socket.getOutputStream().write(request);
        Thread.sleep(3);
      } catch (IOException | InterruptedException e) {
        failures.incrementAndGet();
      }
    }
  }
}
