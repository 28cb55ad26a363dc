package io.sallyport.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sallyport.admin.ManagementGate;
import io.sallyport.admin.ManagementPages;
import io.sallyport.admin.ManagementPort;
import io.sallyport.admin.Readiness;
import io.sallyport.admission.Admission;
import io.sallyport.admission.AdmissionSettings;
import io.sallyport.admission.Ruleset;
import io.sallyport.audit.FileAuditLog;
import io.sallyport.authentication.BearerTokens;
import io.sallyport.authentication.IdentitySigner;
import io.sallyport.authentication.TokenSettings;
import io.sallyport.bundle.pack.SigningKey;
import io.sallyport.bundle.pack.Unusable;
import io.sallyport.cli.BuildInfo;
import io.sallyport.cli.ConfigurationRefused;
import io.sallyport.edge.Edge;
import io.sallyport.edge.EdgeSettings;
import io.sallyport.edge.Enforcement;
import io.sallyport.limits.Limiter;
import io.sallyport.limits.LocalLimiter;
import io.sallyport.limits.redis.RedisLimiter;
import io.sallyport.limits.redis.RedisSettings;
import io.sallyport.listener.Listener;
import io.sallyport.listener.ListenerSettings;
import io.sallyport.listener.Network;
import io.sallyport.snapshot.Seals;
import io.sallyport.snapshot.Snapshots;
import io.sallyport.spring.SpringLane;
import io.sallyport.telemetry.AuditMeters;
import io.sallyport.telemetry.GarbageCollectionMeters;
import io.sallyport.telemetry.LimitMeters;
import io.sallyport.telemetry.RequestMeters;
import io.sallyport.telemetry.TokenMeters;
import io.sallyport.telemetry.UpstreamMeters;
import io.sallyport.upstream.Upstreams;
import io.sallyport.wire.TlsProvider;
import io.sallyport.wire.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextFactory;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Who is given whom, from the sockets up. Read top to bottom: what a thing needs stands above it.
///
/// What Spring Boot configures by itself is listed here by name, and nothing else is: the SSL
/// bundles, the order of stopping, and the second context for the management port.
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
  SslAutoConfiguration.class,
  LifecycleAutoConfiguration.class,
  ManagementContextAutoConfiguration.class
})
class Wiring {
  /// A bucket with its key costs about 256 bytes; all buckets of a limit may take a tenth of the
  /// heap.
  private static final int MOST_BUCKETS =
      Math.clamp(Runtime.getRuntime().maxMemory() / 10 / 256, 10_000, 1_000_000);

  /// For all routes of a bundle together; a route takes some 50 microseconds.
  private static final Duration LONGEST_PROBING = Duration.ofSeconds(60);

  // ---- what everything stands on ----

  @Bean(destroyMethod = "close")
  Transport transport(Settings settings) {
    int loops = settings.general().eventLoops();
    int cores = Runtime.getRuntime().availableProcessors();
    return Transport.start(loops == 0 ? cores : loops, "loop");
  }

  @Bean(destroyMethod = "close")
  PrometheusMeterRegistry meters() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return registry;
  }

  @Bean
  GarbageCollectionMeters garbageCollection(MeterRegistry registry) {
    return new GarbageCollectionMeters(registry);
  }

  @Bean
  RequestMeters requestMeters(PrometheusMeterRegistry registry) {
    return new RequestMeters(registry, registry.getPrometheusRegistry());
  }

  @Bean(destroyMethod = "close")
  FileAuditLog audit(Settings settings, MeterRegistry registry) {
    var audit = settings.audit();
    try {
      var log = new FileAuditLog(audit.file(), audit.queue(), audit.whenFull());
      AuditMeters.register(registry, log);
      return log;
    } catch (UncheckedIOException e) {
      throw new ConfigurationRefused(
          "sallyport.audit.file: cannot open " + audit.file() + ": " + e.getCause());
    }
  }

  @Bean
  Trust trust(SslBundles bundles) {
    return new Trust(bundles);
  }

  // ---- may it? ----

  @Bean(destroyMethod = "close")
  BearerTokens tokens(Settings settings, Trust trust, MeterRegistry registry) {
    var bounds = settings.tokens();
    var proxies = networks(settings);
    var tokens =
        new BearerTokens(
            new TokenSettings(
                bounds.checksPerConnection(),
                bounds.checksPerSource(),
                bounds.checksInAll(),
                source -> proxies.stream().anyMatch(network -> network.contains(source)),
                bounds.cacheSize().toBytes()),
            trust);
    TokenMeters.register(registry, tokens);
    return tokens;
  }

  @Bean
  IdentitySigner identitySigner(Settings settings) {
    Path keys = settings.identity().keys();
    if (keys == null) {
      return new IdentitySigner("sallyport", InstantSource.system());
    }
    try {
      return new IdentitySigner("sallyport", InstantSource.system(), Files.readString(keys));
    } catch (IOException e) {
      throw new ConfigurationRefused("sallyport.identity.keys: cannot read " + keys);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationRefused("sallyport.identity.keys: " + keys + ": " + e.getMessage());
    }
  }

  @Bean
  Limiter limiter(Settings settings, MeterRegistry registry) {
    var redis = settings.redis();
    if (redis.uri() == null) {
      return new LocalLimiter(1, MOST_BUCKETS);
    }
    var limiter =
        new RedisLimiter(
            new RedisSettings(
                URI.create(redis.uri()),
                redis.timeout(),
                RedisSettings.COOL_DOWN,
                settings.general().replicas(),
                MOST_BUCKETS));
    LimitMeters.register(registry, limiter);
    return limiter;
  }

  @Bean
  LimitMeters limitMeters(Limiter limiter, MeterRegistry registry) {
    return new LimitMeters(limiter, registry);
  }

  @Bean(destroyMethod = "close")
  Candidate candidate(Settings settings, RequestMeters requests, SpringLane springLane) {
    return new Candidate(
        settings.bundle().candidate(), seals(settings), springLane, requests::forgetCandidate);
  }

  @Bean
  Admission admission(LimitMeters limits, IdentitySigner signer, Candidate candidate) {
    return new Admission(AdmissionSettings.DEFAULT, limits, signer, candidate);
  }

  // ---- then where? ----

  @Bean(destroyMethod = "close")
  Upstreams upstreams(Settings settings, Transport transport, Trust trust, MeterRegistry registry) {
    return new Upstreams(transport, settings.general().zone(), trust, new UpstreamMeters(registry));
  }

  // ---- by which rules? ----

  @Bean(destroyMethod = "close")
  Snapshots<Ruleset> snapshots(
      Settings settings,
      BearerTokens tokens,
      Upstreams upstreams,
      Trust trust,
      FileAuditLog audit,
      RequestMeters requests,
      LimitMeters limits,
      MeterRegistry registry,
      SpringLane springLane,
      Admission admission) {
    return new Snapshots<>(
        Snapshots.Source.of(
            settings.bundle().folder(), settings.bundle().lastGood(), seals(settings)),
        new SnapshotJudge(
            tokens, upstreams, trust, springLane, new Enforcement(admission, LONGEST_PROBING)),
        new SnapshotReports(audit, requests, limits, registry));
  }

  // ---- the public port ----

  @Bean
  Edge edge(
      Settings settings,
      Snapshots<Ruleset> snapshots,
      Admission admission,
      Upstreams upstreams,
      FileAuditLog audit,
      RequestMeters meters,
      SpringLane springLane) {
    var defaults = EdgeSettings.DEFAULT;
    return new Edge(
        snapshots::current,
        admission,
        upstreams,
        audit,
        meters,
        new EdgeSettings(
            defaults.name(),
            defaults.realm(),
            settings.bounds().requests(),
            defaults.admissionTimeout()),
        springLane::lane);
  }

  @Bean
  ServedCertificates certificates(Settings settings, SslBundles bundles, FileAuditLog audit) {
    return new ServedCertificates(settings.tls(), TlsProvider.best(), bundles, audit);
  }

  @Bean
  Readiness readiness() {
    return new Readiness();
  }

  @Bean
  PublicPort publicPort(
      Settings settings,
      Transport transport,
      ServedCertificates certificates,
      Edge edge,
      Snapshots<Ruleset> snapshots,
      Readiness readiness,
      MeterRegistry registry) {
    var reports = new ListenerReports(registry, TlsProvider.best());
    return new PublicPort(
        () ->
            reports.of(
                Listener.start(
                    listenerSettings(settings),
                    transport,
                    certificates.certificates(),
                    edge,
                    host -> snapshots.current().bundle().routes().knows(host),
                    reports)),
        settings.drain(),
        readiness);
  }

  // ---- the management port ----

  @Bean(destroyMethod = "close")
  ManagementGate managementGate(Settings settings) {
    return new ManagementGate(settings.management().tokenHash());
  }

  @Bean
  ManagementPages managementPages(
      Readiness readiness,
      IdentitySigner signer,
      PrometheusMeterRegistry registry,
      Snapshots<Ruleset> snapshots,
      Upstreams upstreams) {
    return new ManagementPages(
        readiness,
        signer::publicKeySet,
        registry::scrape,
        () -> describe(snapshots.current()),
        upstreams::endpoints);
  }

  @Bean
  static ManagementContextFactory managementContextFactory() {
    return new ManagementContextFactory(
        WebApplicationType.REACTIVE, NettyReactiveWebServerFactory.class, ManagementPort.class);
  }

  // ---- Spring Cloud Gateway ----

  /// What Spring Boot hands to the public port as its handler, too.
  @Bean(destroyMethod = "close")
  SpringLane springLane(Settings settings, MeterRegistry registry) {
    var lane = new SpringLane(settings.general().plugins());
    FunctionCounter.builder("sallyport.spring.without.permit", lane, SpringLane::withoutPermit)
        .description("Exchanges that reached Spring Cloud Gateway without a permit; refused")
        .register(registry);
    return lane;
  }

  private static ListenerSettings listenerSettings(Settings settings) {
    var https = settings.https();
    var hsts = https.hsts();
    var bounds = settings.bounds();
    var address = settings.general().bindAddress();
    int http = settings.http().port();
    return new ListenerSettings(
        address == null ? new InetSocketAddress(0).getAddress() : address,
        https.port(),
        https.publicPort(),
        http == 0 ? OptionalInt.empty() : OptionalInt.of(http),
        new ListenerSettings.Hsts(hsts.maxAge(), hsts.includeSubDomains(), hsts.preload()),
        networks(settings),
        new ListenerSettings.Bounds(
            bounds.handshake(),
            bounds.header(),
            bounds.idle(),
            Math.toIntExact(bounds.headerSize().toBytes()),
            bounds.headerCount(),
            Math.toIntExact(bounds.requestLineSize().toBytes()),
            bounds.streams(),
            bounds.connections(),
            bounds.connectionsPerSource(),
            bounds.bytesInFlight().toBytes()));
  }

  private static Seals seals(Settings settings) {
    return new Seals(trustedKeys(settings), BuildInfo.read().version());
  }

  private static List<PublicKey> trustedKeys(Settings settings) {
    var keys = new ArrayList<PublicKey>();
    for (Path file : settings.bundle().trustedKeys()) {
      try {
        keys.add(SigningKey.publicKey(file));
      } catch (Unusable e) {
        throw new ConfigurationRefused("sallyport.bundle.trusted-keys: " + e.why());
      }
    }
    return keys;
  }

  private static List<Network> networks(Settings settings) {
    return settings.general().trustedProxies().stream().map(Network::of).toList();
  }

  private static Map<String, Object> describe(Ruleset rules) {
    var bundle = rules.bundle();
    return Map.of(
        "id", bundle.id(),
        "routes", bundle.routeList().size(),
        "enforced", rules.report().enforced(),
        "outOfService", rules.report().failures(),
        "unasked", rules.report().unasked(),
        "policies", bundle.policies().size(),
        "sources", bundle.sources(),
        "warnings", bundle.warnings());
  }
}
