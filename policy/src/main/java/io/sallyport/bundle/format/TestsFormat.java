package io.sallyport.bundle.format;

import static io.sallyport.bundle.format.CommonFormat.ID;
import static io.sallyport.bundle.format.CommonFormat.list;
import static io.sallyport.bundle.format.Field.optional;
import static io.sallyport.bundle.format.Field.required;

/// `tests/*.yaml`: what the bundle must answer.
public final class TestsFormat {
  private static final Shape.Text TEXT = Shape.Text.free("text");
  private static final Shape.Items TEXTS = list(TEXT, 0, 1000);

  private static final Shape.Fields CALLER =
      Shape.Fields.of(
          "caller",
          required("identity", ID, "The identity that vouches for this caller."),
          optional("subject", TEXT, "absent", "`caller.subject`."),
          optional("client", TEXT, "absent", "`caller.client`."),
          optional("scopes", TEXTS, "none", "`caller.scopes`."),
          optional("groups", TEXTS, "none", "`caller.groups`."),
          optional("roles", TEXTS, "none", "`caller.roles`."),
          optional("acr", TEXT, "absent", "`caller.acr`."),
          optional("amr", TEXTS, "none", "`caller.amr`."),
          optional("revoked", new Shape.Flag(), "false", "`caller.revoked`."),
          optional(
              "claims",
              new Shape.Named(TEXT, new Shape.Anything(), 1000),
              "none",
              "`caller.claims`, besides `iss`, `sub` and `client_id`, which follow from the above."),
          optional("spiffe", TEXT, "absent", "`caller.spiffe`."),
          optional("bound", Shape.Word.of("dpop", "mtls"), "absent", "`caller.bound`."),
          optional(
              "authenticated",
              Shape.Text.matching("a duration and 'ago', such as 5m ago", Units.DURATION + " ago"),
              "not known",
              "When the caller was authenticated, before the request: `caller.claims.auth_time`, in"
                  + " seconds since 1970."));

  private static final Shape.Fields REQUEST =
      Shape.Fields.of(
          "request",
          optional("as", ID, "anonymous", "A caller of the tests, or `anonymous`."),
          optional(
              "method", Shape.Text.matching("a method", "[A-Za-z-]{1,32}"), "GET", "The method."),
          required("url", TEXT, "An absolute `https://` address, as a client would send it."),
          optional(
              "headers",
              new Shape.Named(TEXT, new Shape.OneOrMany(Shape.Text.free("text"), TEXTS), 100),
              "none",
              "Header fields. A list is a field that comes more than once."),
          optional("source", TEXT, "198.51.100.7", "The address that the request comes from."),
          optional("port", new Shape.Whole(1, 65535), "not known", "`source.port`."),
          optional(
              "bodySize",
              new Shape.Whole(0, 1L << 40),
              "0",
              "`request.bodySize`. A body of unknown length is written `headers: {"
                  + " transfer-encoding: chunked }`."),
          optional(
              "tls",
              Shape.Fields.of(
                  "tls",
                  optional("version", TEXT, "not known", "`tls.version`."),
                  optional("suite", TEXT, "not known", "`tls.suite`."),
                  optional("group", TEXT, "not known", "`tls.group`."),
                  optional("serverName", TEXT, "not known", "`tls.serverName`.")),
              "The connection that it comes on."),
          optional("time", TEXT, "2026-01-01T12:00:00Z", "When it comes, as RFC 3339 writes it."));

  private static final Shape.Fields EXPECT =
      Shape.Fields.of(
          "expect",
          optional("allow", ID, "The allow rule that admits it."),
          optional(
              "deny",
              ID,
              "The deny rule that refuses it, or a reason: `denied-by-rule`, `no-rule-allowed`,"
                  + " `rule-error`, `step-up-required`."),
          optional("refuse", ID, "The reason it is refused for, out of the closed list."),
          optional("route", ID, "The route that it belongs to."),
          optional(
              "status",
              new Shape.Whole(200, 599),
              "The status of the refusal, or of a route that responds by itself."),
          optional(
              "challenge",
              Shape.Word.of("none", "bearer", "invalid_token", "insufficient_user_authentication"),
              "The challenge of the answer (`WWW-Authenticate`): `bearer` is one without an error, the"
                  + " last two are errors (RFC 6750, RFC 9470)."),
          optional(
              "pathParameters",
              new Shape.Named(TEXT, Shape.Text.matching("text", ".{0,1024}"), 64),
              "What the route's `{name}` and `**` must have matched."),
          optional(
              "identity",
              Shape.Fields.of(
                  "identity",
                  optional("audience", TEXT, "any", "The token's `aud`."),
                  optional(
                      "claims",
                      new Shape.Named(TEXT, new Shape.Anything(), 64),
                      "any",
                      "All that it says of the caller, `sub` among it.")),
              "What the backend must be told of the caller. `{}`: anything at all."));

  private static final Shape.Fields TEST =
      Shape.Fields.of(
          "test",
          required("name", TEXT, "A sentence, unique in the bundle."),
          required("request", REQUEST, "What comes."),
          required("expect", EXPECT, "What must be answered: one of `allow`, `deny`, `refuse`."));

  /// The whole file.
  public static final Shape.Fields FILE =
      Shape.Fields.of(
          "tests file",
          CommonFormat.apiVersion(),
          CommonFormat.kind("Tests"),
          CommonFormat.metadata(),
          optional(
              "coverage",
              Shape.Fields.of(
                  "coverage",
                  optional(
                      "rules",
                      new Shape.Percent(0, 100),
                      "0%",
                      "The share of rules that must have decided tests both ways."),
                  optional(
                      "routes",
                      new Shape.Percent(0, 100),
                      "0%",
                      "The share of routes that a test must have reached.")),
              "A bundle that falls below is not loaded. Of several files the highest counts."),
          optional(
              "callers",
              new Shape.Named(ID, CALLER, 10_000),
              "none",
              "Callers by name, for the tests of every file."),
          optional("tests", list(TEST, 0, 100_000), "none", "The tests."));

  private TestsFormat() {}
}
