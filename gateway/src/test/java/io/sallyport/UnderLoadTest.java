package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.demo.DemoBackend;
import io.sallyport.demo.IdentityCheck;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.TestBundle;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/// What clients notice of a zone that fails, of a reload and of a drain: nothing. Real TLS over
/// HTTP/1.1 and HTTP/2, real tokens, real backends in three zones.
@Timeout(60)
class UnderLoadTest {
  private static final String ROUTES =
      """
      - id: orders
        match: { host: localhost, path: /orders/**, methods: [GET] }
        policy: readers
        upstream: backend
        retry: { on: [connect-failure, reset-before-response], attempts: 2, budget: 50%, zone: other }
      """;

  private static final JsonMapper JSON = new JsonMapper();

  private final List<DemoBackend> backends = new ArrayList<>();
  private GatewayUnderTest gateway;

  @BeforeEach
  void start() throws IOException {
    for (int zone = 0; zone < 3; zone++) {
      String name = String.valueOf((char) ('a' + zone));
      backends.add(
          DemoBackend.start(
              name,
              name + "1",
              new InetSocketAddress("127.0." + (zone + 1) + ".1", 0),
              IdentityCheck.believeNothing()));
    }
    gateway = GatewayUnderTest.start(bundle(ROUTES));
  }

  @AfterEach
  void stop() {
    gateway.close();
    backends.forEach(DemoBackend::close);
  }

  @Test
  void aZoneThatDiesAndComesBackCostsNoReaderAnError() throws Exception {
    try (Load load = new Load()) {
      load.awaitAnswers(300);
      backends.get(0).down();
      load.awaitAnswers(600);
      backends.get(0).up();
      backends.get(1).down();
      load.awaitAnswers(600);
      backends.get(1).up();
      load.awaitAnswers(200);
    }
    assertThat(backends).allSatisfy(backend -> assertThat(backend.isUp()).isTrue());
  }

  @Test
  void theOwnZoneServesWhileItIsWellAndAnotherWhenItIsNot() throws Exception {
    try (Load load = new Load()) {
      load.awaitAnswers(200);
      assertThat(load.zones).containsExactly("a");
      backends.get(0).down();
      load.awaitAnswers(200);
      assertThat(load.zones).containsAnyOf("b", "c");
    }
  }

  @Test
  void fiveHundredReloadsCostNobodyAnything() throws Exception {
    try (Load load = new Load()) {
      load.awaitAnswers(100);
      for (int i = 0; i < 500; i++) {
        // Every other bundle has a route more, so that routes, policies and upstreams are made
        // anew.
        gateway.load(
            bundle(
                i % 2 == 0
                    ? ROUTES
                    : ROUTES
                        + """
                        - id: more
                          match: { host: localhost, path: /more/** }
                          policy: open
                          upstream: backend
                        """));
      }
      load.awaitAnswers(100);
    }
  }

  @Test
  void aDrainLetsEverythingThatHadBegunFinish() throws Exception {
    try (Load load = new Load()) {
      load.awaitAnswers(300);
      gateway
          .listener()
          .drain(Duration.ofSeconds(10))
          .toCompletableFuture()
          .get(15, TimeUnit.SECONDS);
      load.awaitTurnedAway();
    }
    assertThat(gateway.listener().connections()).isZero();
    assertThat(gateway.edge().inFlight()).isZero();
  }

  private Map<String, String> bundle(String routes) {
    return TestBundle.of(
        routes,
        backends.stream()
            .map(b -> b.address().getAddress().getHostAddress() + ":" + b.address().getPort())
            .toArray(String[]::new));
  }

  /// Readers that ask again and again, half of them over HTTP/1.1, until the load is closed. Then
  /// there must have been no failure: neither an exception nor a status but 200. A refused
  /// connection is not a failure: nothing was asked.
  private final class Load implements AutoCloseable {
    private static final int READERS = 8;

    private final String token = gateway.token("alice", "orders:read");
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Set<String> zones = ConcurrentHashMap.newKeySet();
    private final List<HttpClient> clients =
        List.of(
            gateway.client(HttpClient.Version.HTTP_1_1), gateway.client(HttpClient.Version.HTTP_2));
    private final List<Thread> readers = new ArrayList<>();

    Load() {
      for (int i = 0; i < READERS; i++) {
        HttpClient client = clients.get(i % clients.size());
        readers.add(Thread.ofVirtual().start(() -> read(client)));
      }
    }

    private void read(HttpClient client) {
      HttpRequest request =
          gateway.request("/orders/7", token).timeout(Duration.ofSeconds(20)).build();
      while (!over.get()) {
        try {
          HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
          if (answer.statusCode() != 200) {
            failures.add(answer.statusCode() + " " + answer.body());
            return;
          }
          zones.add(JSON.readTree(answer.body()).get("zone").asString());
          answers.incrementAndGet();
        } catch (ConnectException refused) {
          turnedAway.incrementAndGet();
          return;
        } catch (IOException e) {
          failures.add(e.toString());
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    /// Waits for so many answers more.
    void awaitAnswers(int more) throws InterruptedException {
      int enough = answers.get() + more;
      while (answers.get() < enough && failures.isEmpty()) {
        assertThat(readers).as("readers that still ask").anyMatch(Thread::isAlive);
        Thread.sleep(5);
      }
    }

    void awaitTurnedAway() {
      readers.forEach(Load::join);
      assertThat(turnedAway.get()).as("readers turned away").isEqualTo(READERS);
    }

    @Override
    public void close() {
      over.set(true);
      readers.forEach(Load::join);
      clients.forEach(HttpClient::shutdownNow);
      assertThat(failures).isEmpty();
    }

    private static void join(Thread reader) {
      try {
        reader.join(Duration.ofSeconds(25));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
