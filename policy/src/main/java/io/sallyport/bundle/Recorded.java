package io.sallyport.bundle;

import io.sallyport.bundle.BundleTests.Question;
import io.sallyport.identity.Caller;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Rule;
import io.sallyport.policy.SecondFactor;
import io.sallyport.policy.Tls;
import io.sallyport.policy.Vouching;
import io.sallyport.policy.cel.Inputs;
import io.sallyport.routing.RequestTarget;
import io.sallyport.routing.RouteTable;
import io.sallyport.routing.TargetReader;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A request as an audit record tells it: what rules read of it, not all that came. What it does
/// not tell is never guessed.
///
/// @param decision the id that the record is known by
/// @param target path and query as policy saw them; values that were secrets are `***`
/// @param caller who called; null when nobody had been asked yet, or could be believed
/// @param webSocket whether it asked for one
/// @param bundle short id of the bundle that judged it
/// @param reason the word that it was refused with; empty: none
/// @param inputs the variables that were read, by name; a value that is null was read and absent
public record Recorded(
    String decision,
    String method,
    String host,
    String target,
    InetAddress source,
    Instant time,
    @Nullable Caller caller,
    boolean webSocket,
    String bundle,
    String reason,
    Map<String, @Nullable Object> inputs) {
  /// What a bundle answers, if that can be told.
  sealed interface Judged {}

  record Decided(Ruling ruling) implements Judged {}

  /// @param why what is not known, in words; the same for every request that lacks the same
  record Undecidable(String why) implements Judged {}

  /// What a bundle answers. Never throws.
  ///
  /// @param maker the bundle that judged it when it came; null: it is not at hand. Whatever is not
  ///   recorded of a credential can be told only where both bundles ask for the same
  Judged judge(Bundle by, @Nullable Bundle maker) {
    Directions directions = directions(by);
    return switch (directions) {
      // As it was sent: written as an address it might be another target.
      case Directions.Refused(Reason word, String why) ->
          new Decided(new Ruling.Refused(word, Optional.empty(), Optional.empty(), "", why));
      case Directions.DeadEnd _ when caller != null -> new Decided(Ruling.on(question(caller), by));
      case Directions.DeadEnd end ->
          withoutCaller(
              word ->
                  new Ruling.Refused(
                      word, Optional.empty(), Optional.empty(), "", end.reason().word()),
              maker != null && maker.identities().equals(by.identities()));
      case Directions.ToRoute to -> atRoute(to, by, maker);
    };
  }

  private Judged atRoute(Directions.ToRoute to, Bundle by, @Nullable Bundle maker) {
    Vouching vouching = to.vouching();
    if (vouching.readsNoCredential()) {
      return decided(to, Caller.ANONYMOUS, by);
    }
    if (caller == null) {
      boolean showedNone = reason.equals(Reason.NO_CREDENTIAL.word());
      return showedNone && vouching.anonymousAllowed()
          ? decided(to, Caller.ANONYMOUS, by)
          : withoutCaller(word -> Ruling.early(word, to), asksForTheSame(vouching, by, maker));
    }
    if (caller instanceof Caller.Anonymous && !hadItsCredentialsRead(maker)) {
      return new Undecidable("its credentials were not read");
    }
    return decided(to, caller, by);
  }

  /// Nobody was known. Who had shown nothing has nothing to show; a credential that was refused is
  /// refused again where the same is asked for.
  private Judged withoutCaller(Function<Reason, Ruling> refused, boolean asksForTheSame) {
    Optional<Reason> word = Reason.of(reason).filter(it -> it.status() == 401);
    if (word.isEmpty()) {
      return new Undecidable("nobody had been asked who calls");
    }
    return word.get() == Reason.NO_CREDENTIAL || asksForTheSame
        ? new Decided(refused.apply(word.get()))
        : new Undecidable("its credential was refused, and is not recorded");
  }

  private boolean asksForTheSame(Vouching vouching, Bundle by, @Nullable Bundle maker) {
    return maker != null
        && directions(maker) instanceof Directions.ToRoute to
        && identities(to.vouching(), maker).equals(identities(vouching, by));
  }

  private static Map<String, @Nullable JwtIdentity> identities(Vouching vouching, Bundle of) {
    Map<String, @Nullable JwtIdentity> identities = new HashMap<>();
    vouching.identities().forEach(id -> identities.put(id, of.identities().get(id)));
    return identities;
  }

  private Judged decided(Directions.ToRoute to, Caller who, Bundle by) {
    boolean decides = to.vouching().readsNoCredential() || vouches(to.vouching(), who);
    String lacking = decides ? lacking(to, who) : "";
    return lacking.isEmpty()
        ? new Decided(Ruling.on(question(who), by))
        : new Undecidable("not recorded: " + lacking);
  }

  private static boolean vouches(Vouching vouching, Caller caller) {
    return switch (caller) {
      case Caller.Anonymous _ -> vouching.anonymousAllowed();
      case Caller.Identified who -> vouching.identities().contains(who.identity());
    };
  }

  /// Whether credentials were looked at when this was recorded, as far as that can be told.
  private boolean hadItsCredentialsRead(@Nullable Bundle maker) {
    return maker != null
        && directions(maker) instanceof Directions.ToRoute to
        && !to.vouching().readsNoCredential();
  }

  private Directions directions(Bundle by) {
    return Directions.of(TargetReader.read(method, host, target), webSocket, by);
  }

  private String lacking(Directions.ToRoute to, Caller who) {
    Policy policy = to.route().policy();
    TreeSet<String> lacking = new TreeSet<>();
    Stream.concat(
            Stream.of(policy.baselineDeny(), policy.deny(), policy.allow())
                .flatMap(List::stream)
                .map(Rule::when)
                .flatMap(when -> when.inputs().stream()),
            policy.require() == null ? Stream.empty() : SecondFactor.INPUTS.stream())
        .filter(input -> !isKnown(input, to.target(), who))
        .forEach(lacking::add);
    return String.join(", ", lacking);
  }

  private boolean isKnown(String input, RequestTarget understood, Caller who) {
    if (input.startsWith("request.query.")) {
      return !understood
          .query()
          .all(input.substring("request.query.".length()))
          .contains(Inputs.MASKED);
    }
    if (input.startsWith("request.headers.")) {
      return inputs.containsKey(input);
    }
    if (input.startsWith("caller.")) {
      return who instanceof Caller.Anonymous
          || switch (input) {
            case "caller.kind",
                "caller.authenticated",
                "caller.identity",
                "caller.issuer",
                "caller.subject",
                "caller.client",
                "caller.spiffe" ->
                true;
            default -> inputs.containsKey(input);
          };
    }
    // The target, the source, the time, the route and the bundle's own values are always known.
    boolean ofTheConnection =
        input.startsWith("tls.") || input.equals("source.port") || input.equals("request.bodySize");
    return !ofTheConnection || inputs.containsKey(input);
  }

  private Question question(Caller known) {
    Map<String, List<String>> headers = new HashMap<>();
    inputs.forEach(
        (name, value) -> {
          if (name.startsWith("request.headers.") && value != null) {
            headers.put(name.substring("request.headers.".length()), texts(value));
          }
        });
    if (webSocket) {
      headers.put("upgrade", List.of(RouteTable.WEB_SOCKET));
    }
    return new Question(
        filled(known),
        method,
        "https://" + host + target,
        headers,
        source,
        inputs.get("source.port") instanceof Number port ? port.intValue() : 0,
        inputs.get("request.bodySize") instanceof Number size ? size.longValue() : -1,
        new Tls(text("tls.version"), text("tls.suite"), text("tls.group"), text("tls.serverName")),
        time);
  }

  private String text(String input) {
    return inputs.get(input) instanceof String text ? text : "";
  }

  /// The caller with what the rules had read of it.
  private Caller filled(Caller known) {
    return switch (known) {
      case Caller.Anonymous _ -> known;
      case Caller.Identified who -> {
        Map<String, Object> claims = new HashMap<>(who.claims());
        inputs.forEach(
            (name, value) -> {
              if (name.startsWith("caller.claims.") && value != null) {
                claims.put(name.substring("caller.claims.".length()), value);
              }
            });
        yield new Caller.Identified(
            who.identity(),
            who.kind(),
            who.subject(),
            who.client(),
            who.issuer(),
            who.spiffe(),
            inputs.get("caller.acr") instanceof String acr ? acr : null,
            read("caller.amr"),
            read("caller.scopes"),
            read("caller.groups"),
            read("caller.roles"),
            Boolean.TRUE.equals(inputs.get("caller.revoked")),
            claims,
            inputs.get("caller.bound") instanceof String bound ? bound : null);
      }
    };
  }

  private List<String> read(String input) {
    Object value = inputs.get(input);
    return value == null ? List.of() : texts(value);
  }

  private static List<String> texts(Object value) {
    return value instanceof List<?> many
        ? many.stream().map(String::valueOf).toList()
        : new ArrayList<>(List.of(String.valueOf(value)));
  }
}
