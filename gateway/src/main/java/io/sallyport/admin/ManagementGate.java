package io.sallyport.admin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.crypto.bcrypt.BCrypt;

/// Who may see what is behind the management port: whoever shows a token whose bcrypt hash is a
/// setting. Without such a setting nobody may.
///
/// A bcrypt check costs some 60 ms, so it runs on two threads of its own, its outcome is remembered
/// under a keyed hash of what was shown, and new checks are bounded in number: a flood of guesses
/// costs the guessers their answers and the gateway next to nothing. Safe to share between threads.
public final class ManagementGate implements AutoCloseable {
  /// What answers everybody: what a scheduler asks, and the keys that backends verify with.
  static final Set<String> OPEN = Set.of("/live", "/ready", "/.well-known/jwks.json");

  private static final String SCHEME = "bearer ";
  private static final int LONGEST_TOKEN = 72;
  private static final int REMEMBERED = 1024;
  private static final int THREADS = 2;
  private static final int WAITING = 16;
  private static final int CHECKS_PER_SECOND = 5;
  private static final int BURST = 10;
  private static final long NANOS_PER_CHECK = Duration.ofSeconds(1).toNanos() / CHECKS_PER_SECOND;

  /// What came of asking.
  enum Answer {
    ADMITTED,
    /// No credential, or one that nobody knows.
    REFUSED,
    /// Too many unknown credentials of late; ask again in a second.
    TOO_MANY_ATTEMPTS
  }

  private final List<String> hashes;
  private final LongSupplier nanoTime;
  private final SecretKeySpec key;
  private final ThreadPoolExecutor checkers;

  // Guarded by itself, and the two below by it.
  private final Set<String> refused =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  // Apart, so that no flood of guesses drives one out; there are no more than hashes.
  private final Set<String> admitted = new HashSet<>();

  // When the bucket of checks will be full again (GCRA).
  private long full;

  /// @param hashes bcrypt hashes of the tokens that are good
  public ManagementGate(List<String> hashes) {
    this(hashes, System::nanoTime);
  }

  ManagementGate(List<String> hashes, LongSupplier nanoTime) {
    this.hashes = List.copyOf(hashes);
    this.nanoTime = nanoTime;
    this.full = nanoTime.getAsLong();
    var random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
    this.checkers =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("management-credential-", 0).daemon().factory());
    checkers.allowCoreThreadTimeOut(true);
  }

  /// Asks whether a request may see what is at a path. Never blocks.
  ///
  /// @param authorization every `Authorization` field
  CompletableFuture<Answer> ask(String path, List<String> authorization) {
    if (OPEN.contains(path)) {
      return CompletableFuture.completedFuture(Answer.ADMITTED);
    }
    var token = token(authorization);
    if (token.isEmpty() || hashes.isEmpty()) {
      return CompletableFuture.completedFuture(Answer.REFUSED);
    }
    var memory = keyed(token);
    synchronized (refused) {
      if (admitted.contains(memory)) {
        return CompletableFuture.completedFuture(Answer.ADMITTED);
      }
      if (refused.contains(memory)) {
        return CompletableFuture.completedFuture(Answer.REFUSED);
      }
      if (!mayCheck()) {
        return CompletableFuture.completedFuture(Answer.TOO_MANY_ATTEMPTS);
      }
    }
    try {
      return CompletableFuture.supplyAsync(() -> check(token, memory), checkers);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(Answer.TOO_MANY_ATTEMPTS);
    }
  }

  private static String token(List<String> authorization) {
    if (authorization.size() != 1) {
      return "";
    }
    var field = authorization.getFirst();
    boolean bearer = field.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    var token = bearer ? field.substring(SCHEME.length()).strip() : "";
    // bcrypt reads no more than 72 bytes: a longer token would be good with any ending.
    return token.length() > LONGEST_TOKEN ? "" : token;
  }

  private boolean mayCheck() {
    long now = nanoTime.getAsLong();
    long next = Math.max(full, now) + NANOS_PER_CHECK;
    if (next - now > BURST * NANOS_PER_CHECK) {
      return false;
    }
    full = next;
    return true;
  }

  private Answer check(String token, String memory) {
    var answer = Answer.REFUSED;
    for (String hash : hashes) {
      if (BCrypt.checkpw(token, hash)) {
        answer = Answer.ADMITTED;
      }
    }
    synchronized (refused) {
      (answer == Answer.ADMITTED ? admitted : refused).add(memory);
    }
    return answer;
  }

  private String keyed(String token) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  @Override
  public void close() {
    checkers.shutdownNow();
  }
}
