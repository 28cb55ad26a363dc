package io.sallyport.limits.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.Base16;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.sallyport.limits.redis.Reply.Refused;
import io.sallyport.limits.redis.Reply.Standing;
import io.sallyport.limits.redis.Reply.Taken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Two scripts in Redis, one round trip each, by Redis' own clock.
///
/// A command is sent at most once: one that was on its way when the connection broke fails, and is
/// not sent again over the next. To give back twice would be to give away.
final class RedisStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);
  private static final Duration RECONNECT = Duration.ofMillis(500);
  private static final Script TAKE = Script.named("take.lua");
  private static final Script BACK = Script.named("back.lua");

  private final RedisSettings settings;
  private final ClientResources resources;
  private final RedisClient client;
  private final Executor later =
      CompletableFuture.delayedExecutor(RECONNECT.toMillis(), TimeUnit.MILLISECONDS);
  private volatile @Nullable StatefulRedisConnection<String, String> connection;
  private volatile boolean closed;

  /// Begins to connect; does not wait for it.
  RedisStore(RedisSettings settings) {
    this.settings = settings;
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
            .replayFilter(_ -> true)
            .requestQueueSize(10_000)
            .build());
    connect();
  }

  @Override
  public CompletableFuture<Reply> take(List<Charge> charges) {
    String[] keys = new String[charges.size()];
    String[] arguments = new String[3 * keys.length];
    for (int i = 0; i < keys.length; i++) {
      Charge charge = charges.get(i);
      keys[i] = charge.bucket();
      arguments[3 * i] = Long.toString(charge.terms().gcra().interval());
      arguments[3 * i + 1] = Long.toString(charge.terms().gcra().tolerance());
      arguments[3 * i + 2] = Integer.toString(charge.requests());
    }
    return run(TAKE, keys, arguments).thenApply(reply -> read(charges, reply));
  }

  @Override
  public CompletableFuture<Void> giveBack(List<Charge> charges) {
    String[] keys = new String[charges.size()];
    String[] arguments = new String[keys.length];
    for (int i = 0; i < keys.length; i++) {
      Charge charge = charges.get(i);
      keys[i] = charge.bucket();
      arguments[i] =
          Long.toString(Math.multiplyExact(charge.terms().gcra().interval(), charge.requests()));
    }
    return run(BACK, keys, arguments).handle((_, _) -> null);
  }

  @Override
  public boolean isOpen() {
    StatefulRedisConnection<String, String> store = connection;
    return store != null && store.isOpen();
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

  private CompletableFuture<List<Object>> run(Script script, String[] keys, String[] arguments) {
    StatefulRedisConnection<String, String> store = connection;
    if (store == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
    }
    try {
      return evaluate(store.async(), script, keys, arguments)
          .toCompletableFuture()
          .orTimeout(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static CompletionStage<List<Object>> evaluate(
      RedisAsyncCommands<String, String> redis, Script script, String[] keys, String[] arguments) {
    CompletionStage<List<Object>> reply =
        redis.evalsha(script.digest(), ScriptOutputType.MULTI, keys, arguments);
    return reply.exceptionallyCompose(
        error ->
            cause(error) instanceof RedisNoScriptException
                ? redis.eval(script.text(), ScriptOutputType.MULTI, keys, arguments)
                : CompletableFuture.failedStage(error));
  }

  private static Throwable cause(Throwable error) {
    Throwable cause = error.getCause();
    return error instanceof CompletionException && cause != null ? cause : error;
  }

  private static Reply read(List<Charge> charges, List<Object> reply) {
    int refusing = Math.toIntExact((Long) reply.get(0));
    long now = (Long) reply.get(1);
    if (refusing > 0) {
      return new Refused(now, refusing - 1, (Long) reply.get(2));
    }
    List<Standing> buckets = new ArrayList<>(charges.size());
    for (int i = 0; i < charges.size(); i++) {
      int taken = Math.toIntExact((Long) reply.get(2 * i + 3));
      if (taken <= 0 || taken > charges.get(i).requests()) {
        throw new IllegalStateException("a reply that makes no sense");
      }
      buckets.add(new Standing((Long) reply.get(2 * i + 2), taken));
    }
    return new Taken(now, buckets);
  }

  private record Script(String text, String digest) {
    static Script named(String name) {
      try (InputStream file = RedisStore.class.getResourceAsStream(name)) {
        byte[] text = Objects.requireNonNull(file, name).readAllBytes();
        return new Script(new String(text, StandardCharsets.UTF_8), Base16.digest(text));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
