package io.sallyport.bench;

import io.sallyport.async.Answer;
import io.sallyport.authentication.Authentication;
import io.sallyport.authentication.Authenticator;
import io.sallyport.authentication.Authenticator.Presented;
import io.sallyport.authentication.BearerTokens;
import io.sallyport.authentication.CredentialMemory;
import io.sallyport.authentication.TokenSettings;
import io.sallyport.policy.Vouching;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Who is this? By where the token is known from. 64 tokens take turns in a cache; a cache that
/// holds next to nothing makes each of them new again and again. Fields are equal to those seen
/// before and never the same object, as they come from the wire.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenBenchmark {
  private static final int TOKENS = 64;
  private static final InetAddress SOURCE = InetAddress.ofLiteral("203.0.113.7");

  private final BenchBundle bench = new BenchBundle();
  private final Vouching vouching = new Vouching(List.of("bench"), false);
  private final Authenticator remembering = authenticator(bench, 64 << 20);
  private final Authenticator forgetful = authenticator(bench, 1);
  private final CredentialMemory connection = new CredentialMemory();
  private final Presented[] onOne = new Presented[TOKENS];
  private final byte[][] onTheWire = new byte[TOKENS][];
  private final Presented again;
  private int next;

  public TokenBenchmark() {
    Instant now = Instant.now();
    for (int i = 0; i < TOKENS; i++) {
      String field = bench.authorization(i);
      onOne[i] = new Presented(List.of(field), SOURCE, connection, now);
      onTheWire[i] = field.getBytes(StandardCharsets.ISO_8859_1);
    }
    again = fromTheWire(0);
    // Twice: a connection remembers what the cache knew.
    for (int i = 2 * TOKENS - 1; i >= 0; i--) {
      proved(remembering.authenticate(vouching, onOne[i % TOKENS]));
    }
  }

  @Benchmark
  public Answer<Authentication> knownToTheConnection() {
    return remembering.authenticate(vouching, again);
  }

  /// Each one is not what the connection showed last. With the making of the string, whose hash is
  /// not known yet.
  @Benchmark
  public Answer<Authentication> knownToTheCache() {
    next = (next + 1) & (TOKENS - 1);
    return remembering.authenticate(vouching, fromTheWire(next));
  }

  @Benchmark
  public Answer<Authentication> coldEs256() {
    return forgetful.authenticate(vouching, another());
  }

  private Presented fromTheWire(int token) {
    return new Presented(
        List.of(new String(onTheWire[token], StandardCharsets.ISO_8859_1)),
        SOURCE,
        connection,
        onOne[token].time());
  }

  private Presented another() {
    next = (next + 1) & (TOKENS - 1);
    return onOne[next];
  }

  private static void proved(Answer<Authentication> answer) {
    if (!(answer instanceof Answer.Ready<Authentication> ready)
        || !(ready.value() instanceof Authentication.Authenticated)) {
      throw new IllegalStateException(answer.toString());
    }
  }

  private static Authenticator authenticator(BenchBundle bench, long cacheBytes) {
    var tokens =
        new BearerTokens(
            new TokenSettings(
                Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, _ -> true, cacheBytes),
            name -> {
              throw new IllegalArgumentException(name);
            });
    return switch (tokens.trusting(bench.bundle().identities().values())) {
      case BearerTokens.Trusted(Authenticator authenticator) -> authenticator;
      case BearerTokens.Distrusted(var problems) ->
          throw new IllegalStateException(problems.toString());
    };
  }
}
