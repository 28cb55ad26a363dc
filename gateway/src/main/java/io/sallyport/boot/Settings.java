package io.sallyport.boot;

import io.sallyport.audit.FileAuditLog;
import io.sallyport.listener.Network;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Every property under `sallyport.`, one record for each group; `docs/reference/settings.md` says
/// what each means. A record refuses what makes no sense, with a message that begins with the name
/// of its component; [SettingsReader] puts the group before it.
record Settings(
    General general,
    Https https,
    Http http,
    Tls tls,
    Redis redis,
    Audit audit,
    BundleSource bundle,
    Drain drain,
    Bounds bounds,
    Tokens tokens,
    Identity identity,
    Management management) {

  /// What belongs to no group: `sallyport.bind-address` and its neighbours.
  ///
  /// @param bindAddress null: every address
  /// @param eventLoops 0: one for each core
  /// @param zone the zone that this replica runs in; empty: no zone is its own
  /// @param replicas how many replicas share the limits
  /// @param trustedProxies networks whose `X-Forwarded-For` is believed
  /// @param plugins a folder of jars with filters; null: there are none
  record General(
      @Nullable InetAddress bindAddress,
      @DefaultValue("0") int eventLoops,
      @DefaultValue("") String zone,
      @DefaultValue("1") int replicas,
      @DefaultValue List<String> trustedProxies,
      @Nullable Path plugins) {
    General {
      if (plugins != null) {
        check(Files.isDirectory(plugins), "plugins", plugins, "a folder of jars");
      }
      trustedProxies = List.copyOf(trustedProxies);
      trustedProxies.forEach(
          network ->
              check(isNetwork(network), "trusted-proxies", network, "networks such as 10.0.0.0/8"));
      check(eventLoops >= 0 && eventLoops <= 1024, "event-loops", eventLoops, "0 to 1024");
      check(replicas >= 1 && replicas <= 10_000, "replicas", replicas, "1 to 10000");
    }
  }

  /// @param publicPort what clients see in front of us; 0: the listening port
  record Https(
      @DefaultValue("8443") int port, @DefaultValue("0") int publicPort, @DefaultValue Hsts hsts) {
    Https {
      checkPort("port", port);
      checkPort("public-port", publicPort);
    }
  }

  /// `Strict-Transport-Security` (RFC 6797).
  ///
  /// @param maxAge zero: the field is not sent
  record Hsts(
      @DefaultValue("730d") Duration maxAge,
      @DefaultValue("true") boolean includeSubDomains,
      @DefaultValue("false") boolean preload) {
    Hsts {
      check(!maxAge.isNegative(), "max-age", maxAge, "not negative");
    }
  }

  /// @param port 0: off
  record Http(@DefaultValue("8080") int port) {
    Http {
      checkPort("port", port);
    }
  }

  /// @param certificate PEM: the server's certificate, then its chain
  /// @param key PEM: its unencrypted PKCS #8 key
  /// @param bundle name of a Spring Boot SSL bundle, instead of the two
  /// @param more further certificates, chosen by the name that a client asks for (SNI)
  record Tls(
      @Nullable Path certificate,
      @Nullable Path key,
      @Nullable String bundle,
      @DefaultValue List<Pair> more) {
    Tls {
      more = List.copyOf(more);
      if ((certificate == null) != (key == null)) {
        throw new IllegalArgumentException("certificate and key: one is set without the other");
      }
      if (certificate != null && bundle != null) {
        throw new IllegalArgumentException("bundle: set beside certificate; one of them must go");
      }
      if (bundle != null && !more.isEmpty()) {
        throw new IllegalArgumentException(
            "bundle: set beside more; several certificates are named by files");
      }
    }

    record Pair(@Nullable Path certificate, @Nullable Path key) {
      Pair {
        if (certificate == null || key == null) {
          throw new IllegalArgumentException("certificate: each needs one, and a key");
        }
      }
    }
  }

  /// @param uri `redis://` or `rediss://`; null: limits are local
  record Redis(@Nullable String uri, @DefaultValue("50ms") Duration timeout) {
    private static final Pattern URI = Pattern.compile("rediss?://.+");

    Redis {
      check(uri == null || URI.matcher(uri).matches(), "uri", "(hidden)", "redis://HOST:PORT");
      checkPositive("timeout", timeout);
    }
  }

  /// @param queue how many requests may be on their way at a time
  record Audit(
      @DefaultValue("audit.jsonl") Path file,
      @DefaultValue("refuse") FileAuditLog.WhenFull whenFull,
      @DefaultValue("65536") int queue) {
    Audit {
      check(queue >= 16 && queue <= 16_777_216, "queue", queue, "16 to 16777216");
    }
  }

  /// @param folder a folder, or a packed bundle
  /// @param lastGood a folder for the bundle that served last; null: none is kept
  /// @param candidate a folder or a packed bundle that is asked beside and decides nothing; null:
  ///   none
  /// @param trustedKeys PEM files of the keys of which one must have signed a bundle; none: nothing
  ///   need be signed
  record BundleSource(
      @Nullable Path folder,
      @Nullable Path lastGood,
      @Nullable Path candidate,
      @DefaultValue List<Path> trustedKeys) {}

  /// @param delay how long connections are still accepted after readiness was given up
  /// @param timeout how long requests may take to finish after that
  record Drain(@DefaultValue("0s") Duration delay, @DefaultValue("25s") Duration timeout) {
    Drain {
      check(!delay.isNegative(), "delay", delay, "not negative");
      checkPositive("timeout", timeout);
    }
  }

  /// How much clients may take; see `ListenerSettings.Bounds`.
  ///
  /// @param requests exchanges at a time in the whole process
  record Bounds(
      @DefaultValue("10s") Duration handshake,
      @DefaultValue("10s") Duration header,
      @DefaultValue("60s") Duration idle,
      @DefaultValue("32KB") DataSize headerSize,
      @DefaultValue("100") int headerCount,
      @DefaultValue("8KB") DataSize requestLineSize,
      @DefaultValue("256") int streams,
      @DefaultValue("20000") int connections,
      @DefaultValue("1000") int connectionsPerSource,
      @DefaultValue("256MB") DataSize bytesInFlight,
      @DefaultValue("10000") int requests) {
    Bounds {
      checkPositive("handshake", handshake);
      checkPositive("header", header);
      checkPositive("idle", idle);
      checkSize("header-size", headerSize, 1024, 1 << 20);
      checkSize("request-line-size", requestLineSize, 128, 1 << 20);
      checkSize("bytes-in-flight", bytesInFlight, 1 << 16, Long.MAX_VALUE);
      check(headerCount >= 1 && headerCount <= 10_000, "header-count", headerCount, "1 to 10000");
      check(streams >= 1 && streams <= 10_000, "streams", streams, "1 to 10000");
      check(connections >= 1, "connections", connections, "at least 1");
      check(
          connectionsPerSource >= 1, "connections-per-source", connectionsPerSource, "at least 1");
      check(requests >= 1, "requests", requests, "at least 1");
    }
  }

  /// How much authentication may cost; see `TokenSettings`.
  ///
  /// @param cacheSize memory for verified tokens, about
  record Tokens(
      @DefaultValue("50") int checksPerConnection,
      @DefaultValue("100") int checksPerSource,
      @DefaultValue("4000") int checksInAll,
      @DefaultValue("64MB") DataSize cacheSize) {
    Tokens {
      check(checksPerConnection >= 1, "checks-per-connection", checksPerConnection, "at least 1");
      check(checksPerSource >= 1, "checks-per-source", checksPerSource, "at least 1");
      check(checksInAll >= 1, "checks-in-all", checksInAll, "at least 1");
      checkSize("cache-size", cacheSize, 1 << 10, Long.MAX_VALUE);
    }
  }

  /// @param keys a JWKS document of private P-256 keys that sign what backends are told of callers;
  ///   null: each process makes its own
  record Identity(@Nullable Path keys) {}

  /// @param tokenHash bcrypt hashes of the tokens that open the management port
  record Management(@DefaultValue List<String> tokenHash) {
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}");

    Management {
      tokenHash = List.copyOf(tokenHash);
      for (String hash : tokenHash) {
        check(
            BCRYPT.matcher(hash).matches(),
            "token-hash",
            "(hidden)",
            "a bcrypt hash; make one: sallyport token --management");
      }
    }
  }

  private static boolean isNetwork(String text) {
    try {
      return Network.of(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void checkSize(String name, DataSize size, long least, long most) {
    boolean good = size.toBytes() >= least && size.toBytes() <= most;
    check(
        good,
        name,
        size,
        "at least " + least + (most == Long.MAX_VALUE ? "B" : "B, at most " + most + "B"));
  }

  private static void checkPort(String name, int port) {
    check(port >= 0 && port <= 65_535, name, port, "0 to 65535");
  }

  private static void checkPositive(String name, Duration duration) {
    check(duration.isPositive(), name, duration, "more than zero");
  }

  private static void check(boolean good, String name, Object value, String expected) {
    if (!good) {
      throw new IllegalArgumentException(name + ": " + value + " is not possible; " + expected);
    }
  }
}
