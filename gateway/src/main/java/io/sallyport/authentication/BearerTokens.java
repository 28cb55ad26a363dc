package io.sallyport.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sallyport.authentication.StrictJson.Malformed;
import io.sallyport.bundle.JwtIdentity;
import io.sallyport.bundle.JwtIdentity.KeyFile;
import io.sallyport.bundle.JwtIdentity.KeyUrl;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.net.ssl.TrustManagerFactory;

/// Everything about bearer tokens that outlives a bundle: verified tokens, key sets and the bounds
/// of signature checks. One per process; safe to share between threads.
public final class BearerTokens implements AutoCloseable {
  private final KeySetFetch fetch;
  private final FetchedKeys.Pace pace;
  private final LongSupplier nanos;
  private final ScheduledExecutorService timer;
  private final AttemptBudget budget;
  private final Cache<String, VerifiedToken> verified;
  private final KeyFetches keyFetches = new KeyFetches();
  private final LongAdder checks = new LongAdder();

  // Guarded by this.
  private final Shared<JwtIdentity, TokenRules> rules = new Shared<>();
  private final Shared<KeyUrl, FetchedKeys> fetched = new Shared<>();

  /// @param trust the trust store of this name (`trust:` of a key set); the empty name is the
  ///   JDK's. Throws IllegalArgumentException for a name it does not know
  public BearerTokens(TokenSettings settings, Function<String, TrustManagerFactory> trust) {
    this(settings, new HttpsKeySetFetch(trust), FetchedKeys.Pace.DEFAULT, sinceNow());
  }

  BearerTokens(
      TokenSettings settings, KeySetFetch fetch, FetchedKeys.Pace pace, LongSupplier nanos) {
    this.fetch = fetch;
    this.pace = pace;
    this.nanos = nanos;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sallyport-keys-timer").factory());
    this.budget = new AttemptBudget(settings, nanos);
    this.verified =
        Caffeine.newBuilder()
            .maximumWeight(settings.cacheBytes())
            .weigher((String _, VerifiedToken token) -> token.weight())
            .executor(Runnable::run)
            .build();
  }

  /// Loads what checks signatures, a native library that tests itself: some 0.2 s, once in a
  /// process. Nobody has to; who has a thread to spare early saves the first bundle the wait.
  public static void load() {
    SignatureProvider.load();
  }

  /// Begins to trust these identities. Returns at once; keys behind HTTPS begin to be fetched
  /// unless they already are.
  public synchronized Trust trusting(Collection<JwtIdentity> identities) {
    Map<String, TokenRules> byId = new HashMap<>();
    List<JwtIdentity> held = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (JwtIdentity identity : identities) {
      try {
        byId.put(identity.id(), rules.acquire(identity, this::rulesOf));
        held.add(identity);
      } catch (UnusableKeyFile e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      release(held);
      return new Distrusted(problems);
    }
    var released = new AtomicBoolean();
    return new Trusted(
        new BearerAuthenticator(
            byId,
            verified,
            budget,
            checks,
            () -> {
              if (released.compareAndSet(false, true)) {
                release(held);
              }
            }));
  }

  /// What came of trusting.
  public sealed interface Trust {}

  public record Trusted(Authenticator authenticator) implements Trust {}

  /// @param problems each one sentence for the person who wrote the bundle
  public record Distrusted(List<String> problems) implements Trust {
    public Distrusted {
      problems = List.copyOf(problems);
    }
  }

  /// Signatures that were checked: tokens that were not known already.
  public long signatureChecks() {
    return checks.sum();
  }

  /// Verified tokens that are remembered, about.
  public long remembered() {
    return verified.estimatedSize();
  }

  /// Times that an issuer's keys were fetched.
  public long keyFetchesThatSucceeded() {
    return keyFetches.succeeded.sum();
  }

  /// Times that an issuer did not answer with a key set.
  public long keyFetchesThatFailed() {
    return keyFetches.failed.sum();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    fetch.close();
  }

  private TokenRules rulesOf(JwtIdentity identity) {
    return new TokenRules(
        identity,
        switch (identity.keys()) {
          case KeyFile file -> keysOf(file, identity);
          case KeyUrl url ->
              fetched.acquire(
                  url, _ -> new FetchedKeys(url, fetch, timer, nanos, pace, keyFetches));
        });
  }

  private static FileKeys keysOf(KeyFile file, JwtIdentity identity) {
    try {
      return new FileKeys(KeySet.read(file.json(), null));
    } catch (Malformed e) {
      throw new UnusableKeyFile(
          file.path() + ": the keys of identity '" + identity.id() + "': " + e.getMessage());
    }
  }

  private synchronized void release(List<JwtIdentity> identities) {
    for (JwtIdentity identity : identities) {
      rules.release(
          identity,
          _ -> {
            if (identity.keys() instanceof KeyUrl url) {
              fetched.release(url, FetchedKeys::close);
            }
          });
    }
  }

  private static LongSupplier sinceNow() {
    long start = System.nanoTime();
    return () -> System.nanoTime() - start;
  }

  private static final class UnusableKeyFile extends RuntimeException {
    UnusableKeyFile(String problem) {
      super(problem);
    }
  }
}
