package io.sallyport.edge;

import io.sallyport.admission.Admission;
import io.sallyport.admission.Inbound;
import io.sallyport.admission.Ruleset;
import io.sallyport.admission.Verdict;
import io.sallyport.async.Answer;
import io.sallyport.audit.AuditLog;
import io.sallyport.bundle.Route;
import io.sallyport.policy.Reason;
import io.sallyport.telemetry.RequestMeters;
import io.sallyport.upstream.Upstreams;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/// Every exchange passes here: what it may, what becomes of it, and that it is recorded. Holds what
/// exchanges share; the story of one is [Passage]. Safe to share between event loops.
public final class Edge implements ExchangeHandler {
  final EdgeSettings settings;
  final Supplier<Ruleset> rules;
  final BiFunction<Inbound, Ruleset, Answer<Verdict>> admission;
  final AuditLog audit;
  final RequestMeters meters;
  final DecisionIds decisionIds = new DecisionIds();
  final AtomicInteger inFlight = new AtomicInteger();
  final Lane<Route.Forward> expressLane;
  final Lane<Route.Forward> springLane;
  final Lane<Route.Respond> respondLane = new RespondLane();

  private final Map<Reason, Problem> problems;

  /// @param rules the rules in force; read once by each request
  /// @param springLane makes the lane of routes that list filters
  public Edge(
      Supplier<Ruleset> rules,
      Admission admission,
      Upstreams upstreams,
      AuditLog audit,
      RequestMeters meters,
      EdgeSettings settings,
      Function<Carrier, Lane<Route.Forward>> springLane) {
    this(
        rules, admission::admit, new Backends.Real(upstreams), audit, meters, settings, springLane);
  }

  Edge(
      Supplier<Ruleset> rules,
      BiFunction<Inbound, Ruleset, Answer<Verdict>> admission,
      Backends backends,
      AuditLog audit,
      RequestMeters meters,
      EdgeSettings settings,
      Function<Carrier, Lane<Route.Forward>> springLane) {
    this.rules = rules;
    this.admission = admission;
    this.audit = audit;
    this.meters = meters;
    this.settings = settings;
    ExpressLane carrier = new ExpressLane(backends, settings);
    this.expressLane = carrier;
    this.springLane = springLane.apply(carrier);
    this.problems = Problem.table(settings);
  }

  @Override
  public void accept(Exchange exchange) {
    new Passage(this, exchange).begin();
  }

  @Override
  public void refuse(Exchange exchange, Reason reason, String detail) {
    new Passage(this, exchange).beginRefused(reason, detail);
  }

  /// Exchanges that are under way.
  public int inFlight() {
    return inFlight.get();
  }

  Problem problem(Reason reason) {
    return Objects.requireNonNull(problems.get(reason), "a problem for every reason");
  }
}
