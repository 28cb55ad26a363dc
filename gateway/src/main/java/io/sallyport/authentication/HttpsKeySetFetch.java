package io.sallyport.authentication;

import io.sallyport.bundle.JwtIdentity.KeyUrl;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Fetches key sets over HTTPS on threads of its own. No redirects, 1 MiB at most, 5 s at most. The
/// server's certificate is checked against the named trust store, which is read anew each time, so
/// that a replaced one counts at once.
final class HttpsKeySetFetch implements KeySetFetch {
  static final Duration LONGEST = Duration.ofSeconds(5);
  private static final long LARGEST = 1 << 20;
  private static final int THREADS = 2;

  private final Function<String, TrustManagerFactory> trust;
  private final ExecutorService executor =
      Executors.newFixedThreadPool(
          THREADS, Thread.ofPlatform().daemon().name("sallyport-keys-", 0).factory());

  HttpsKeySetFetch(Function<String, TrustManagerFactory> trust) {
    this.trust = trust;
  }

  @Override
  public CompletableFuture<String> fetch(KeyUrl from) {
    if (!"https".equals(from.url().getScheme())) {
      return CompletableFuture.failedFuture(new IOException("not an https URL: " + from.url()));
    }
    // A key that is unknown is asked for by an event loop, and making a client reads files.
    return CompletableFuture.supplyAsync(() -> client(from.trust()), executor)
        .thenCompose(client -> fetch(from, client));
  }

  private static CompletableFuture<String> fetch(KeyUrl from, HttpClient client) {
    HttpRequest request =
        HttpRequest.newBuilder(from.url())
            .timeout(LONGEST)
            .header("accept", "application/jwk-set+json, application/json")
            .build();
    CompletableFuture<HttpResponse<String>> exchange =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), LARGEST));
    // The request's own time-out ends with the head; this one covers the body too.
    return exchange
        .orTimeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(HttpsKeySetFetch::body)
        .whenComplete((_, _) -> client.shutdownNow());
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private HttpClient client(String trustName) {
    SSLContext tls;
    try {
      tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.apply(trustName).getTrustManagers(), null);
    } catch (GeneralSecurityException e) {
      throw new CompletionException(e);
    }
    return HttpClient.newBuilder()
        .sslContext(tls)
        .connectTimeout(LONGEST)
        .followRedirects(HttpClient.Redirect.NEVER)
        .executor(executor)
        .build();
  }

  private static String body(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new CompletionException(new IOException("status " + response.statusCode()));
    }
    return response.body();
  }
}
