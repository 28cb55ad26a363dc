package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.Reason;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.RawBackend;
import io.sallyport.testing.TestBundle;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What callers notice when the issuer of their tokens dies, or changes its keys.
@Timeout(30)
final class IssuerTest {
  private static final String ROUTES =
      """
      - id: orders
        match: { host: localhost, path: /orders }
        policy: readers
        upstream: backend
      """;

  private static void answerAll(RawBackend.Connection connection) throws IOException {
    while (!connection.head().isEmpty()) {
      connection.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  }

  private static HttpResponse<String> get(GatewayUnderTest gateway, HttpClient client, String token)
      throws IOException, InterruptedException {
    return client.send(gateway.request("/orders", token).build(), BodyHandlers.ofString());
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void anIssuerThatDiedIsNotMissed(Version version) throws Exception {
    try (var backend = RawBackend.start(IssuerTest::answerAll);
        var gateway = GatewayUnderTest.start(TestBundle.of(ROUTES, backend.address()));
        HttpClient client = gateway.client(version)) {
      String known = gateway.token("alice", "orders:read");
      assertThat(get(gateway, client, known).statusCode()).isEqualTo(200);

      gateway.issuer().down();

      assertThat(get(gateway, client, known).statusCode()).isEqualTo(200);
      String neverSeen = gateway.token("bob", "orders:read");
      assertThat(get(gateway, client, neverSeen).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aNewKeyIsFetchedAndADroppedOneIsWorthNothing(Version version) throws Exception {
    try (var backend = RawBackend.start(IssuerTest::answerAll);
        var gateway = GatewayUnderTest.start(TestBundle.of(ROUTES, backend.address()));
        HttpClient client = gateway.client(version)) {
      String old = gateway.token("alice", "orders:read");
      assertThat(get(gateway, client, old).statusCode()).isEqualTo(200);
      long fetches = gateway.issuer().fetches();

      gateway.issuer().rotate();
      gateway.issuer().dropOldKeys();
      assertThat(get(gateway, client, old).statusCode())
          .as("until keys are fetched")
          .isEqualTo(200);
      String signedByTheNew = gateway.token("alice", "orders:read");
      assertThat(get(gateway, client, signedByTheNew).statusCode()).isEqualTo(200);
      assertThat(gateway.issuer().fetches()).isEqualTo(fetches + 1);

      // It was verified and cached; what that rested on is gone.
      var refused = get(gateway, client, old);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(
              gateway
                  .record(refused.headers().firstValue("sallyport-decision").orElseThrow())
                  .reason())
          .isEqualTo(Reason.BAD_CREDENTIAL);
      assertThat(gateway.issuer().fetches())
          .as("strangers cannot aim us at it")
          .isEqualTo(fetches + 1);
    }
  }
}
