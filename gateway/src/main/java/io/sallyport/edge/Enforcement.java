package io.sallyport.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.sallyport.admission.Admission;
import io.sallyport.admission.Permit;
import io.sallyport.admission.ProbeReport;
import io.sallyport.admission.Ruleset;
import io.sallyport.audit.AuditLog;
import io.sallyport.audit.AuditRecord;
import io.sallyport.bundle.BundleTests.Question;
import io.sallyport.bundle.JwtIdentity;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.identity.Caller;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Vouching;
import io.sallyport.routing.RequestTarget;
import io.sallyport.routing.RouteMatch;
import io.sallyport.routing.RouteTable;
import io.sallyport.routing.TargetReader;
import io.sallyport.telemetry.RequestMeters;
import io.sallyport.upstream.Choice;
import io.sallyport.upstream.RetryAnswer;
import io.sallyport.upstream.UpstreamFailure;
import io.sallyport.upstream.UpstreamReceiver;
import io.sallyport.upstream.UpstreamStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks a new ruleset, before it takes effect, what it answers on each of its routes: without a
/// token, with something that is none, and with a well-formed one under a key that nobody knows.
/// The questions take the way of every request, from the edge through admission to a lane, in this
/// process: at the end of the way stands a backend that answers nothing and raises the alarm.
///
/// What must be answered follows from the bundle alone. Nothing is fetched, taken from a limit,
/// recorded or counted.
public final class Enforcement {
  private static final String PROBE = "sallyport-probe";
  private static final List<String> RESTS =
      List.of(PROBE, "", PROBE + '/' + PROBE, PROBE + '/' + PROBE + '/' + PROBE);

  private final Admission admission;
  private final Duration longest;

  /// @param longest for all routes of a bundle together
  public Enforcement(Admission admission, Duration longest) {
    this.admission = admission;
    this.longest = longest;
  }

  /// Asks. Blocks: not for an event loop. Some 50 microseconds a route.
  ///
  /// @throws TimeoutException when it could not be done in time
  public ProbeReport ask(Ruleset rules) throws TimeoutException, InterruptedException {
    // A daemon: an authenticator that never returns must not keep the process from ending.
    var loop = new DefaultEventLoop(new DefaultThreadFactory("enforcement", true));
    try {
      return loop.submit(() -> new Asking(rules, loop).all())
          .get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the gateway could not ask itself", e.getCause());
    } finally {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  /// One ruleset being asked, on a loop of its own.
  private final class Asking {
    private final Ruleset rules;
    private final EventLoop loop;
    private final Instant now = Instant.now();
    private final Alarm alarm = new Alarm();
    private final Heard heard = new Heard();
    private final Edge edge;
    private final long end = System.nanoTime() + longest.toNanos();

    Asking(Ruleset rules, EventLoop loop) {
      this.rules = rules;
      this.loop = loop;
      this.edge =
          new Edge(
              () -> rules,
              admission::admit,
              alarm,
              heard,
              new RequestMeters(new SimpleMeterRegistry(), new PrometheusRegistry()),
              EdgeSettings.DEFAULT,
              _ -> (exchange, _) -> alarm.ring(exchange));
    }

    ProbeReport all() throws TimeoutException {
      Map<String, String> failures = new LinkedHashMap<>();
      List<String> unasked = new ArrayList<>();
      int enforced = 0;
      for (Route route : rules.bundle().routeList()) {
        if (System.nanoTime() > end) {
          throw new TimeoutException();
        }
        RequestTarget target = target(route);
        if (target == null) {
          unasked.add(route.id());
          continue;
        }
        String failure = failure(route, target);
        if (failure.isEmpty()) {
          enforced++;
        } else {
          failures.put(route.id(), failure);
        }
      }
      return new ProbeReport(enforced, failures, unasked);
    }

    private String failure(Route route, RequestTarget target) {
      Vouching vouching = route.policy().authenticate();
      Optional<Reason> withoutToken = expected(route, target);
      for (String authorization : credentials(vouching)) {
        boolean read = !authorization.isEmpty() && !vouching.readsNoCredential();
        Optional<Reason> came = ask(route, target, authorization);
        boolean right =
            read
                ? came.filter(reason -> isOfCredentials(reason)).isPresent()
                : came.equals(withoutToken);
        if (!right) {
          return "%s: expected %s, came %s"
              .formatted(
                  authorization.isEmpty() ? "without a token" : "with a bad token",
                  read ? "a refusal of the token" : said(withoutToken),
                  said(came));
        }
      }
      return "";
    }

    private static boolean isOfCredentials(Reason reason) {
      return reason == Reason.BAD_CREDENTIAL || reason == Reason.KEYS_UNAVAILABLE;
    }

    private static String said(Optional<Reason> reason) {
      return reason.map(Reason::word).orElse("an admission");
    }

    private List<String> credentials(Vouching vouching) {
      List<String> credentials = new ArrayList<>(List.of("", "Bearer " + PROBE));
      for (String id : vouching.identities()) {
        JwtIdentity identity = rules.bundle().identities().get(id);
        if (identity != null) {
          credentials.add("Bearer " + wellFormed(identity));
        }
      }
      if (vouching.readsNoCredential()) {
        credentials.add("Bearer a.b.c");
      }
      return credentials;
    }

    /// All that this identity wants, under a key that nobody has.
    private String wellFormed(JwtIdentity identity) {
      String algorithm = identity.algorithms().iterator().next();
      String header =
          "{\"alg\":\"%s\",\"typ\":\"%s\",\"kid\":\"%s\"}"
              .formatted(algorithm, identity.types().iterator().next(), PROBE);
      String payload =
          "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"%s\",\"iat\":%d,\"exp\":%d}"
              .formatted(
                  identity.issuer(),
                  identity.audiences().iterator().next(),
                  PROBE,
                  now.getEpochSecond(),
                  now.getEpochSecond() + Math.min(60, identity.maxLifetime().toSeconds()));
      return coded(header.getBytes(US_ASCII))
          + '.'
          + coded(payload.getBytes(US_ASCII))
          + '.'
          + coded(new byte[64]);
    }

    private static String coded(byte[] bytes) {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// What the bundle answers to nobody.
    private Optional<Reason> expected(Route route, RequestTarget target) {
      return new Question(
              Caller.ANONYMOUS,
              target.method(),
              "https://" + target.host() + target.pathAndQuery(),
              isWebSocket(route) ? Map.of("upgrade", List.of(RouteTable.WEB_SOCKET)) : Map.of(),
              ProbeExchange.SOURCE,
              now)
          .refusal(rules.bundle());
    }

    /// Empty: it was admitted.
    private Optional<Reason> ask(Route route, RequestTarget target, String authorization) {
      alarm.rung = false;
      heard.record = null;
      edge.accept(new ProbeExchange(loop, target, authorization, isWebSocket(route), now));
      AuditRecord record = heard.record;
      if (alarm.rung) {
        return Optional.empty();
      }
      if (record == null) {
        return Optional.of(Reason.INTERNAL);
      }
      return Optional.ofNullable(record.reason());
    }

    private static boolean isWebSocket(Route route) {
      return route.methods().contains(RouteTable.WEB_SOCKET);
    }

    /// A target that leads to this very route; null when none was found.
    private @Nullable RequestTarget target(Route route) {
      String host =
          route.host().startsWith("*.") ? PROBE + route.host().substring(1) : route.host();
      String path = route.path().replaceAll("\\{[^/{}]*\\}", PROBE);
      boolean any = path.endsWith("/**");
      for (String rest : any ? RESTS : List.of("")) {
        String asked = any ? path.substring(0, path.length() - 2) + rest : path;
        if (TargetReader.read(method(route), host, asked) instanceof RequestTarget target
            && rules.bundle().routes().lookup(target, isWebSocket(route))
                instanceof RouteMatch.Found<Route>(Route found, Map<String, String> _)
            && found.id().equals(route.id())) {
          return target;
        }
      }
      return null;
    }

    private static String method(Route route) {
      boolean any = route.methods().isEmpty() || isWebSocket(route);
      return any ? "GET" : route.methods().stream().sorted().findFirst().orElse("GET");
    }
  }

  /// The end of the way: whoever comes here was let through.
  private static final class Alarm implements Backends {
    private boolean rung;

    void ring(PermittedExchange exchange) {
      rung = true;
      exchange.fail(Reason.NO_ENDPOINT, PROBE);
    }

    @Override
    public Choice choose(Permit permit, Set<Upstream.Endpoint> tried) {
      rung = true;
      return new Choice.None(PROBE);
    }

    @Override
    public UpstreamStream open(
        Permit permit, Upstream.Endpoint endpoint, EventLoop loop, UpstreamReceiver receiver) {
      rung = true;
      throw new IllegalStateException(PROBE);
    }

    @Override
    public RetryAnswer retry(Permit permit, UpstreamFailure failure, int triesMade) {
      return RetryAnswer.NOT_ON_THIS;
    }

    @Override
    public RetryAnswer retry(Permit permit, Route.Retry.On on, int triesMade) {
      return RetryAnswer.NOT_ON_THIS;
    }
  }

  /// Keeps what would have been recorded.
  private static final class Heard implements AuditLog {
    private @Nullable AuditRecord record;

    @Override
    public Reservation reserve() {
      return Reservation.RESERVED;
    }

    @Override
    public void append(Reservation reservation, AuditRecord heard) {
      record = heard;
    }

    @Override
    public void event(String kind, Map<String, Object> fields) {}
  }
}
