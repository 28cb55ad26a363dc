package io.sallyport.bundle;

import io.sallyport.bundle.BundleTests.Expectation;
import io.sallyport.bundle.BundleTests.Question;
import io.sallyport.bundle.BundleTests.TestCase;
import io.sallyport.bundle.format.Section;
import io.sallyport.bundle.format.Units;
import io.sallyport.bundle.format.Value;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Place;
import io.sallyport.bundle.source.Suggestion;
import io.sallyport.identity.Caller;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Tls;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads callers and tests.
final class TestsReader {
  private static final Pattern NUMERIC_ADDRESS =
      Pattern.compile("[0-9.]{7,15}|[0-9A-Fa-f:.]{2,45}");
  private static final Set<Reason> OF_A_DECISION =
      Set.of(
          Reason.DENIED_BY_RULE,
          Reason.NO_RULE_ALLOWED,
          Reason.RULE_ERROR,
          Reason.STEP_UP_REQUIRED);

  private final Registry<JwtIdentity> identities;
  private final Registry<Caller> callers;
  private final Known known;
  private final Findings findings;
  private final Map<String, Place> names = new HashMap<>();
  private final Map<String, Duration> authenticatedAgo = new HashMap<>();

  /// What an expectation may name.
  ///
  /// @param complete false when part of the bundle could not be read: then nothing is missing
  record Known(
      boolean complete, Set<String> routes, Set<String> allowRules, Set<String> denyRules) {}

  TestsReader(
      Registry<JwtIdentity> identities, Registry<Caller> callers, Known known, Findings findings) {
    this.identities = identities;
    this.callers = callers;
    this.known = known;
    this.findings = findings;
  }

  void callers(Section file) {
    Section section = file.section("callers");
    if (section == null) {
      return;
    }
    section
        .entries()
        .forEach(
            (name, entry) -> {
              if (name.equals("anonymous")) {
                findings.problem(
                    entry.key().place(), "'anonymous' is always there and cannot be described");
              } else if (entry.value() instanceof Section caller) {
                Units.duration(caller.text("authenticated", "").replace(" ago", ""))
                    .ifPresent(ago -> authenticatedAgo.put(name, ago));
                callers.define(new Value.Leaf(entry.key(), name), caller(caller));
              }
            });
  }

  private @Nullable Caller caller(Section caller) {
    Value.Leaf identity = caller.leaf("identity");
    JwtIdentity vouching = identity == null ? null : identities.use(identity);
    if (vouching == null) {
      return null;
    }
    String subject = caller.text("subject");
    String client = caller.text("client");
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", vouching.issuer());
    if (subject != null) {
      claims.put("sub", subject);
    }
    if (client != null) {
      claims.put("client_id", client);
    }
    Section given = caller.section("claims");
    if (given != null) {
      claims.putAll(plain(given));
    }
    return new Caller.Identified(
        vouching.id(),
        "jwt",
        subject,
        client,
        vouching.issuer(),
        caller.text("spiffe"),
        caller.text("acr"),
        caller.texts("amr"),
        caller.texts("scopes"),
        caller.texts("groups"),
        caller.texts("roles"),
        caller.flag("revoked", false),
        claims,
        caller.text("bound"));
  }

  /// How long ago callers were authenticated when they ask, by their names.
  Map<String, Duration> authenticatedAgo() {
    return authenticatedAgo;
  }

  List<TestCase> tests(Section file) {
    List<TestCase> tests = new ArrayList<>();
    for (Section test : file.sections("tests")) {
      Value.Leaf name = test.leaf("name");
      Section request = test.section("request");
      Section expect = test.section("expect");
      Question question = request == null ? null : question(request);
      Expectation expectation = expect == null ? null : expectation(expect);
      if (name == null) {
        continue;
      }
      Place first = names.putIfAbsent(name.text(), name.place());
      if (first != null) {
        findings.problem(
            name.place(), "test '%s' is there twice; first at %s".formatted(name.text(), first));
      } else if (question != null && expectation != null) {
        tests.add(new TestCase(name.text(), name.place(), question, expectation));
      }
    }
    return tests;
  }

  private @Nullable Question question(Section request) {
    Value.Leaf as = request.leaf("as");
    Caller caller =
        as == null || as.text().equals("anonymous") ? Caller.ANONYMOUS : callers.use(as);
    Value.Leaf url = request.leaf("url");
    if (url != null && !url.text().startsWith("https://")) {
      findings.problem(url.place(), "'url' must start with https://");
      return null;
    }
    InetAddress source = source(request.leaf("source"));
    Instant time = time(request.leaf("time"));
    Map<String, List<String>> headers = headers(request.section("headers"));
    if (caller == null || url == null || source == null || time == null) {
      return null;
    }
    return new Question(
        as == null
            ? caller
            : BundleTests.authenticated(caller, authenticatedAgo.get(as.text()), time),
        request.text("method", "GET"),
        url.text(),
        headers,
        source,
        Math.toIntExact(request.number("port", 0)),
        headers.containsKey("transfer-encoding") ? -1 : request.number("bodySize", 0),
        tls(request.section("tls")),
        time);
  }

  private static Tls tls(@Nullable Section tls) {
    return tls == null
        ? Tls.UNKNOWN
        : new Tls(
            tls.text("version", ""),
            tls.text("suite", ""),
            tls.text("group", ""),
            tls.text("serverName", ""));
  }

  private Map<String, List<String>> headers(@Nullable Section headers) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    if (headers != null) {
      headers
          .entries()
          .forEach(
              (name, entry) -> {
                String lower = name.toLowerCase(Locale.ROOT);
                if (!FieldNames.isName(lower)) {
                  findings.problem(
                      entry.key().place(),
                      "'%s' is not the name of a header field (letters, digits and hyphens)"
                          .formatted(name));
                } else if (fields.put(lower, texts(entry.value())) != null) {
                  findings.problem(
                      entry.key().place(), "header field '%s' is there twice".formatted(lower));
                }
              });
    }
    return fields;
  }

  private static List<String> texts(Value value) {
    return switch (value) {
      case Value.Leaf leaf -> List.of(leaf.text());
      case Value.Many many -> many.items().stream().flatMap(item -> texts(item).stream()).toList();
      case Value.Tree _, Value.Faulty _, Section _ -> List.of();
    };
  }

  private @Nullable InetAddress source(Value.@Nullable Leaf leaf) {
    InetAddress source = address(leaf == null ? Question.DEFAULT_SOURCE : leaf.text());
    if (source == null && leaf != null) {
      findings.problem(leaf.place(), "'source' must be an IP address, not '" + leaf.text() + "'");
    }
    return source;
  }

  /// Never asks the name service.
  static @Nullable InetAddress address(String text) {
    if (!NUMERIC_ADDRESS.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private @Nullable Instant time(Value.@Nullable Leaf leaf) {
    if (leaf == null) {
      return Question.DEFAULT_TIME;
    }
    try {
      return OffsetDateTime.parse(leaf.text()).toInstant();
    } catch (DateTimeParseException e) {
      findings.problem(
          leaf.place(),
          "'time' must be such as 2026-01-01T12:00:00Z, not '%s'".formatted(leaf.text()));
      return null;
    }
  }

  private @Nullable Expectation expectation(Section expect) {
    List<String> verdicts =
        List.of("allow", "deny", "refuse").stream().filter(expect::has).toList();
    if (verdicts.size() > 1) {
      findings.problem(
          expect.nameOf(verdicts.getLast()),
          "only one of 'allow', 'deny' and 'refuse' can be expected");
    }
    if (verdicts.isEmpty()) {
      findings.problem(
          expect.place(), "expect without 'allow', 'deny' or 'refuse': say what must be answered");
    }
    exists(expect.leaf("route"), known.routes(), "route");
    exists(expect.leaf("allow"), known.allowRules(), "allow rule");
    denial(expect.leaf("deny"));
    reason(expect.leaf("refuse"));
    return new Expectation(
        expect.text("allow"),
        expect.text("deny"),
        expect.text("refuse"),
        expect.text("route"),
        Math.toIntExact(expect.number("status", 0)),
        expect.text("challenge"),
        expect.has("pathParameters") ? variables(expect.section("pathParameters")) : null,
        expect.has("identity") ? told(expect.section("identity")) : null);
  }

  private static Map<String, String> variables(@Nullable Section section) {
    Map<String, String> variables = new TreeMap<>();
    if (section != null) {
      section
          .entries()
          .forEach(
              (name, entry) -> {
                if (entry.value() instanceof Value.Leaf leaf) {
                  variables.put(name, leaf.text());
                }
              });
    }
    return variables;
  }

  private static BundleTests.Told told(@Nullable Section section) {
    if (section == null) {
      return new BundleTests.Told(null, null);
    }
    Section claims = section.section("claims");
    return new BundleTests.Told(section.text("audience"), claims == null ? null : plain(claims));
  }

  private static Map<String, Object> plain(Section section) {
    Map<String, Object> values = new LinkedHashMap<>();
    section
        .entries()
        .forEach(
            (name, entry) -> {
              if (entry.value() instanceof Value.Tree(var node)) {
                values.put(name, DataReader.plain(node));
              }
            });
    return values;
  }

  private void exists(Value.@Nullable Leaf leaf, Set<String> there, String kind) {
    if (leaf != null && known.complete() && !there.contains(leaf.text())) {
      findings.problem(
          leaf.place(),
          "there is no %s '%s'%s"
              .formatted(kind, leaf.text(), Suggestion.among(there, leaf.text())));
    }
  }

  private void denial(Value.@Nullable Leaf leaf) {
    if (leaf == null || Reason.of(leaf.text()).filter(OF_A_DECISION::contains).isPresent()) {
      return;
    }
    if (Reason.of(leaf.text()).isPresent()) {
      findings.problem(
          leaf.place(),
          "'%s' is no rule's answer; write refuse: %s".formatted(leaf.text(), leaf.text()));
      return;
    }
    List<String> words = new ArrayList<>(known.denyRules());
    OF_A_DECISION.forEach(reason -> words.add(reason.word()));
    if (known.complete() && !known.denyRules().contains(leaf.text())) {
      findings.problem(
          leaf.place(),
          "there is no deny rule and no reason '%s'%s"
              .formatted(leaf.text(), Suggestion.among(words, leaf.text())));
    }
  }

  private void reason(Value.@Nullable Leaf leaf) {
    if (leaf != null && Reason.of(leaf.text()).isEmpty()) {
      List<String> words = List.of(Reason.values()).stream().map(Reason::word).toList();
      findings.problem(
          leaf.place(),
          "there is no reason '%s'%s".formatted(leaf.text(), Suggestion.among(words, leaf.text())));
    }
  }
}
