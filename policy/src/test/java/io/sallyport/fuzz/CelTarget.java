package io.sallyport.fuzz;

import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.bundle.BundleTests;
import io.sallyport.bundle.Explainer;
import io.sallyport.identity.Caller;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Whatever a rule says, reading the bundle ends; if the rule is taken, asking it does, and so does
/// explaining it.
public final class CelTarget {
  private static final String ROUTES =
      """
      apiVersion: sallyport/v1
      kind: Routes
      routes:
        - id: r
          match: { host: api.example.com, path: "/of/{id}" }
          policy: p
          respond: { status: 200 }
      """;
  private static final String DATA =
      """
      apiVersion: sallyport/v1
      kind: Data
      values:
        names: { type: list(string), value: [a, b, c] }
        networks: { type: list(cidr), value: [192.0.2.0/24] }
        many: { type: int, value: 3 }
      """;
  private static final Caller CALLER =
      new Caller.Identified(
          "i",
          "jwt",
          "alice",
          "web",
          "https://id.example.com",
          null,
          null,
          List.of("pwd"),
          List.of("orders:read"),
          List.of("staff"),
          List.of(),
          false,
          Map.of("tenant", "t1", "level", 3L, "teams", List.of("a", "b")));

  private CelTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String rule = new String(input, StandardCharsets.UTF_8);
    String policies =
        "apiVersion: sallyport/v1\nkind: Policies\npolicies:\n"
            + "  - id: p\n    authenticate: anonymous\n    allow: [ { id: a, when: "
            + quoted(rule)
            + " } ]\n";
    if (BundleReader.read(
            Map.of(
                "routes/r.yaml", ROUTES.getBytes(StandardCharsets.UTF_8),
                "data/d.yaml", DATA.getBytes(StandardCharsets.UTF_8),
                "policies/p.yaml", policies.getBytes(StandardCharsets.UTF_8)))
        instanceof BundleReading.Good good) {
      String url = "https://api.example.com/of/7?tenant=t1&twice=1&twice=2";
      Map<String, List<String>> headers = Map.of("accept", List.of("text/html"));
      for (Caller caller : List.of(Caller.ANONYMOUS, CALLER)) {
        new BundleTests.Question(
                caller,
                "GET",
                url,
                headers,
                InetAddress.getLoopbackAddress(),
                BundleTests.Question.DEFAULT_TIME)
            .refusal(good.bundle());
        Explainer.explain(
            good.bundle(), caller, "GET", url, headers, null, BundleTests.Question.DEFAULT_TIME);
      }
    }
  }

  /// As YAML's double-quoted style has it.
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
              } else if (c < ' ' || c > '~') {
                quoted.append("\\u%04x".formatted(c));
              } else {
                quoted.append((char) c);
              }
            });
    return quoted.append('"').toString();
  }
}
