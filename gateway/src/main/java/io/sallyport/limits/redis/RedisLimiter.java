package io.sallyport.limits.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.sallyport.async.Answer;
import io.sallyport.bundle.Limit;
import io.sallyport.limits.Allowance;
import io.sallyport.limits.Allowance.Exhausted;
import io.sallyport.limits.Allowance.Granted;
import io.sallyport.limits.Allowance.Quota;
import io.sallyport.limits.Allowance.Unavailable;
import io.sallyport.limits.Gcra;
import io.sallyport.limits.Limiter;
import io.sallyport.limits.LocalLimiter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/// Counts in Redis, for all replicas together: one script, one round trip, Redis' own clock.
///
/// When Redis does not answer in time, each limit's own `storeDown` mode applies, and after a few
/// such answers requests do not wait for it any more, until it answers again ([CoolDown]). A bucket
/// of the store and its local share are not the same: an outage gives each caller at most one burst
/// more, divided among the replicas.
public final class RedisLimiter implements Limiter, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLimiter.class);
  private static final TimeUnit TICK = TimeUnit.MICROSECONDS;
  private static final String SCRIPT = script();
  private static final Duration RECONNECT = Duration.ofMillis(500);

  private final RedisSettings settings;
  private final LocalLimiter localShare;
  private final CoolDown coolDown;
  private final ClientResources resources;
  private final RedisClient client;
  private final Executor later =
      CompletableFuture.delayedExecutor(RECONNECT.toMillis(), TimeUnit.MILLISECONDS);
  private volatile @Nullable StatefulRedisConnection<String, String> connection;
  private final LongAdder failures = new LongAdder();
  private volatile boolean closed;

  /// Begins to connect; does not wait for it.
  public RedisLimiter(RedisSettings settings) {
    this.settings = settings;
    this.localShare = new LocalLimiter(settings.replicas(), settings.mostBuckets());
    this.coolDown = new CoolDown(settings.coolDown().toNanos());
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(Delay.constant(RECONNECT))
            .build();
    this.client = RedisClient.create(resources);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(10_000)
            .build());
    connect();
  }

  @Override
  public Answer<Allowance> take(List<Take> takes) {
    StatefulRedisConnection<String, String> store = connection;
    if (store == null || !coolDown.mayAsk(System.nanoTime())) {
      return new Answer.Ready<>(degraded(takes));
    }
    return new Answer.Pending<>(
        ask(store, takes)
            .timeout(settings.timeout())
            .map(reply -> read(takes, reply))
            .switchIfEmpty(Mono.error(() -> new IllegalStateException("an empty reply")))
            .doOnNext(_ -> answered())
            .onErrorResume(error -> Mono.fromSupplier(() -> unanswered(takes, error))));
  }

  @Override
  public void close() {
    closed = true;
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private void connect() {
    if (closed) {
      return;
    }
    client
        .connectAsync(StringCodec.UTF8, RedisURI.create(settings.uri()))
        .whenComplete(
            (connected, error) -> {
              if (error == null) {
                connection = connected;
              } else {
                // Lettuce reconnects by itself, but not what was never connected.
                LOG.warn("limits: no connection to Redis: {}", error.toString());
                later.execute(this::connect);
              }
            });
  }

  private static Mono<List<Object>> ask(
      StatefulRedisConnection<String, String> store, List<Take> takes) {
    String[] keys = new String[takes.size()];
    String[] quotas = new String[2 * takes.size()];
    for (int i = 0; i < keys.length; i++) {
      Take take = takes.get(i);
      Gcra gcra = Gcra.of(take.limit(), TICK, 1);
      keys[i] = "sallyport:limit:" + take.limit().id() + ':' + take.key();
      quotas[2 * i] = Long.toString(gcra.interval());
      quotas[2 * i + 1] = Long.toString(gcra.tolerance());
    }
    var commands = store.async();
    String digest = commands.digest(SCRIPT);
    return Mono.<List<Object>>fromCompletionStage(
            () -> commands.evalsha(digest, ScriptOutputType.MULTI, keys, quotas))
        .onErrorResume(
            RedisNoScriptException.class,
            _ ->
                Mono.fromCompletionStage(
                    () -> commands.eval(SCRIPT, ScriptOutputType.MULTI, keys, quotas)));
  }

  /// What the script says: which bucket refuses (0: none), now, and where the buckets stand.
  private static Allowance read(List<Take> takes, List<Object> reply) {
    int refusing = Math.toIntExact((Long) reply.get(0));
    long now = (Long) reply.get(1);
    if (refusing > 0) {
      Limit limit = takes.get(refusing - 1).limit();
      return Gcra.of(limit, TICK, 1).exhausted(limit, (Long) reply.get(2), now, TICK);
    }
    Quota tightest = null;
    for (int i = 0; i < takes.size(); i++) {
      Limit limit = takes.get(i).limit();
      Quota quota = Gcra.of(limit, TICK, 1).quota(limit, (Long) reply.get(2 + i), now, TICK);
      tightest = Quota.tighter(tightest, quota);
    }
    return new Granted(tightest, false);
  }

  /// How often Redis was asked and did not answer well or in time.
  public long failures() {
    return failures.sum();
  }

  /// Whether requests are decided by Redis: it is connected and has not failed many times in a row.
  public boolean answers() {
    StatefulRedisConnection<String, String> store = connection;
    return store != null && store.isOpen() && !coolDown.sparing();
  }

  private void answered() {
    if (coolDown.succeeded()) {
      LOG.info("limits: Redis answers again");
    }
  }

  private Allowance unanswered(List<Take> takes, Throwable error) {
    failures.increment();
    if (coolDown.failed(System.nanoTime())) {
      LOG.warn("limits: Redis does not answer, limits are degraded: {}", error.toString());
    }
    return degraded(takes);
  }

  /// Each limit in its own mode: one that denies decides for all.
  private Allowance degraded(List<Take> takes) {
    List<Take> local = new ArrayList<>(takes.size());
    for (Take take : takes) {
      switch (take.limit().storeDown()) {
        case DENY -> {
          return new Unavailable(take.limit(), "Redis does not answer");
        }
        case LOCAL_SHARE -> local.add(take);
        case ALLOW -> {}
      }
    }
    return switch (localShare.takeNow(local)) {
      case Granted(Quota quota, boolean _) -> new Granted(quota, true);
      case Exhausted exhausted -> exhausted;
      case Unavailable unavailable -> unavailable;
    };
  }

  private static String script() {
    try (InputStream file = RedisLimiter.class.getResourceAsStream("take.lua")) {
      return new String(
          Objects.requireNonNull(file, "take.lua").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
