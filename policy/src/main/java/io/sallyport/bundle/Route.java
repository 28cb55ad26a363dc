package io.sallyport.bundle;

import io.sallyport.policy.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One route, compiled: which requests it is for, who judges them, and what happens to those that
/// may pass.
///
/// @param id stable: the name in metrics, audit records and tests
/// @param methods the methods it is for; empty means every method
/// @param maxBody bytes of request body that it accepts
/// @param inputs the variables that its policy and its limits read, for the audit record
public record Route(
    String id,
    String host,
    String path,
    Set<String> methods,
    Policy policy,
    List<Limit> limits,
    Action action,
    HeaderEdits requestHeaders,
    HeaderEdits responseHeaders,
    Timeouts timeouts,
    Retry retry,
    long maxBody,
    List<String> inputs) {

  public Route {
    methods = Set.copyOf(methods);
    limits = List.copyOf(limits);
    inputs = List.copyOf(inputs);
  }

  /// What happens to an admitted request.
  public sealed interface Action {}

  /// It is carried to a backend.
  ///
  /// @param filters what it runs through first; null: nothing
  /// @param stream null: it is no WebSocket
  public record Forward(
      Upstream upstream,
      @Nullable PathRewrite rewrite,
      FilterCompiler.@Nullable FilterChain filters,
      @Nullable Stream stream)
      implements Action {
    public Forward(Upstream upstream, @Nullable PathRewrite rewrite) {
      this(upstream, rewrite, null, null);
    }
  }

  /// How long a WebSocket lives.
  ///
  /// @param reauthorize how often its request is judged again, by the rules then in force
  /// @param idle without a byte in either direction
  public record Stream(Duration reauthorize, Duration idle) {
    public static final Stream DEFAULT = new Stream(Duration.ofSeconds(60), Duration.ofMinutes(5));
  }

  /// It is answered here.
  public record Respond(int status, String contentType, String body) implements Action {}

  /// Field edits; names in lower case. `remove` happens before `set`.
  public record HeaderEdits(List<Field> set, List<String> remove) {
    public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of());

    public HeaderEdits {
      set = List.copyOf(set);
      remove = List.copyOf(remove);
    }

    public record Field(String name, String value) {}

    public boolean isEmpty() {
      return set.isEmpty() && remove.isEmpty();
    }
  }

  /// How long each part may take.
  ///
  /// @param connect to have a connection to an endpoint, TLS included
  /// @param firstByte from the whole request sent to the answer's head, each try
  /// @param total from the request's head to the answer's end; null: no bound
  /// @param idle without a byte in either direction
  public record Timeouts(
      Duration connect, Duration firstByte, @Nullable Duration total, Duration idle) {
    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofMillis(500), Duration.ofSeconds(30), null, Duration.ofSeconds(60));
  }

  /// When another try is made. Never when bytes of the answer were passed on, nor when it is not
  /// safe.
  ///
  /// @param attempts extra tries
  /// @param budgetPercent share of requests that may be retries
  /// @param otherZone whether another try must be in another zone while there is one
  public record Retry(Set<On> on, int attempts, int budgetPercent, boolean otherZone) {
    public static final Retry DEFAULT =
        new Retry(Set.of(On.CONNECT_FAILURE, On.RESET_BEFORE_RESPONSE), 1, 20, true);

    public Retry {
      on = Set.copyOf(on);
    }

    public enum On {
      CONNECT_FAILURE,
      RESET_BEFORE_RESPONSE,
      STATUS_502,
      STATUS_503,
      STATUS_504
    }
  }
}
