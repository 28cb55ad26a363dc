package io.sallyport.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.FastThreadLocal;
import io.sallyport.admission.Permit;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.wire.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.net.ssl.TrustManagerFactory;

/// All backends: which endpoint a request goes to, the connections to it, and how well it is.
///
/// Every method may be called by any thread, but [#open] only on the stream's own event loop. None
/// blocks.
public final class Upstreams implements AutoCloseable {
  private final String ownZone;
  private final Function<String, TrustManagerFactory> trust;
  private final UpstreamEvents events;
  private final LongSupplier nanos;
  private final PoolSettings settings;
  private final EventLoopGroup loops;
  private final DnsAddressResolverGroup resolver;
  private final Bootstrap connector;
  private final Map<String, UpstreamState> states = new ConcurrentHashMap<>();
  private final Map<EventLoop, LoopConnections> perLoop = new ConcurrentHashMap<>();
  private final FastThreadLocal<LoopConnections> own = new FastThreadLocal<>();
  private final Map<Destination, HealthCheck> checks = new HashMap<>();
  private volatile boolean closed;

  /// @param ownZone the zone that this replica runs in; empty when it is in none
  /// @param trust the trust store of a name; throws IllegalArgumentException for an unknown one.
  ///   Asked whenever definitions are installed
  public Upstreams(
      Transport transport,
      String ownZone,
      Function<String, TrustManagerFactory> trust,
      UpstreamEvents events) {
    this(transport, ownZone, trust, events, System::nanoTime, PoolSettings.DEFAULT);
  }

  Upstreams(
      Transport transport,
      String ownZone,
      Function<String, TrustManagerFactory> trust,
      UpstreamEvents events,
      LongSupplier nanos,
      PoolSettings settings) {
    this.loops = transport.eventLoops();
    this.ownZone = ownZone;
    this.trust = trust;
    this.events = events;
    this.nanos = nanos;
    this.settings = settings;
    Class<? extends DatagramChannel> datagrams =
        transport.clientChannel() == EpollSocketChannel.class
            ? EpollDatagramChannel.class
            : NioDatagramChannel.class;
    this.resolver =
        new DnsAddressResolverGroup(new DnsNameResolverBuilder().datagramChannelType(datagrams));
    this.connector =
        new Bootstrap()
            .channel(transport.clientChannel())
            .resolver(resolver)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            // Clients' channels have the same: what is read there is written here.
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
  }

  /// Makes these the upstreams. Health, ejections and connections of endpoints that stay survive.
  /// All or nothing: throws IllegalArgumentException when a trust store is unknown.
  public synchronized void install(Collection<Upstream> definitions) {
    if (closed) {
      return;
    }
    var compiled = new LinkedHashMap<UpstreamState, Topology>();
    for (Upstream definition : definitions) {
      UpstreamState state = state(definition);
      compiled.put(state, state.compile(definition, trust));
    }
    for (UpstreamState each : states.values()) {
      each.install(compiled.get(each));
    }
    states.values().removeIf(UpstreamState::forgotten);
    check(compiled);
  }

  private UpstreamState state(Upstream definition) {
    return states.computeIfAbsent(
        definition.id(), id -> new UpstreamState(id, ownZone, events, nanos));
  }

  /// Starts and stops active checks.
  private void check(Map<UpstreamState, Topology> wanted) {
    var before = new HashMap<>(checks);
    checks.clear();
    wanted.forEach(
        (state, topology) -> {
          Upstream.ActiveHealth rules = topology.definition().activeHealth();
          for (Destination each : topology.destinations().values()) {
            HealthCheck had = before.get(each);
            if (rules == null) {
              each.state().down(false);
            } else if (had != null && had.sameAs(each, rules)) {
              checks.put(each, had);
              before.remove(each);
            } else {
              var check = new HealthCheck(state, each, rules, loops.next(), connector);
              checks.put(each, check);
              check.start();
            }
          }
        });
    before.values().forEach(HealthCheck::stop);
  }

  /// Where a request goes: own zone first, the less busy of two; never an endpoint that was tried
  /// while another is well, and in another zone when the route wants that.
  ///
  /// When every endpoint that passes its active checks is ejected, the one whose ejection ends
  /// first is tried. The first choice for a request (`tried` empty) counts it for the retry budget.
  public Choice choose(Permit permit, Set<Upstream.Endpoint> tried) {
    if (!(permit.route().action() instanceof Route.Forward(Upstream definition, _, _, _))) {
      return new Choice.None("route " + permit.route().id() + " forwards nowhere");
    }
    UpstreamState state = state(definition);
    if (tried.isEmpty()) {
      state.budget().request();
    }
    return state
        .of(definition, trust)
        .choose(tried, permit.route().retry().otherZone(), own.getIfExists(), nanos.getAsLong());
  }

  /// A stream to an endpoint that was chosen for this permit. Called on `loop`. The receiver is
  /// never called inside a call of the stream's methods.
  public UpstreamStream open(
      Permit permit, Upstream.Endpoint endpoint, EventLoop loop, UpstreamReceiver receiver) {
    if (!loop.inEventLoop()) {
      throw new IllegalStateException("a stream is opened on its own event loop");
    }
    if (!(permit.route().action() instanceof Route.Forward forward)) {
      throw new IllegalArgumentException("route " + permit.route().id() + " forwards nowhere");
    }
    Upstream definition = forward.upstream();
    Destination destination = state(definition).of(definition, trust).destination(endpoint);
    return connections(loop)
        .pool(destination)
        .open(permit.route().timeouts(), forward.stream(), receiver);
  }

  private LoopConnections connections(EventLoop loop) {
    LoopConnections connections = own.getIfExists();
    if (connections == null) {
      connections = new LoopConnections(loop, connector, settings);
      own.set(connections);
      perLoop.put(loop, connections);
      if (closed) {
        connections.close();
      }
    }
    return connections;
  }

  /// Whether another try is made after a failure. Whether it is *safe* (nothing sent, or idempotent
  /// with a body that was not consumed) the caller has already seen. A yes is charged, except after
  /// a failure to connect.
  ///
  /// @param triesMade tries so far, at least 1
  public RetryAnswer retry(Permit permit, UpstreamFailure failure, int triesMade) {
    return switch (failure.kind()) {
      case CONNECT, NO_CAPACITY -> retry(permit, Route.Retry.On.CONNECT_FAILURE, triesMade);
      case RESET_BEFORE_RESPONSE -> retry(permit, Route.Retry.On.RESET_BEFORE_RESPONSE, triesMade);
      case FIRST_BYTE_TIMEOUT, BROKEN, IDLE_TIMEOUT -> told(permit, RetryAnswer.NOT_ON_THIS);
    };
  }

  /// The same for an answer that the route wants tried again.
  public RetryAnswer retry(Permit permit, Route.Retry.On on, int triesMade) {
    Route.Retry retry = permit.route().retry();
    if (!retry.on().contains(on)) {
      return told(permit, RetryAnswer.NOT_ON_THIS);
    }
    if (triesMade > retry.attempts()) {
      return told(permit, RetryAnswer.ATTEMPTS_SPENT);
    }
    if (on == Route.Retry.On.CONNECT_FAILURE
        || !(permit.route().action() instanceof Route.Forward(Upstream definition, _, _, _))) {
      return told(permit, RetryAnswer.RETRY);
    }
    return told(permit, state(definition).budget().take(retry.budgetPercent()));
  }

  private RetryAnswer told(Permit permit, RetryAnswer answer) {
    if (permit.route().action() instanceof Route.Forward(Upstream definition, _, _, _)) {
      events.retry(definition.id(), answer);
    }
    return answer;
  }

  /// How every installed endpoint is.
  public List<EndpointStatus> endpoints() {
    var all = new ArrayList<EndpointStatus>();
    states.values().forEach(each -> all.addAll(each.statuses()));
    return all;
  }

  /// Closes idle connections now and busy ones when their exchange ends. Stops active checks.
  /// Idempotent.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      checks.values().forEach(HealthCheck::stop);
      perLoop.forEach((loop, connections) -> loop.execute(connections::close));
    } catch (RejectedExecutionException e) {
      // The loops are gone, and everything on them.
    }
    resolver.close();
  }
}
