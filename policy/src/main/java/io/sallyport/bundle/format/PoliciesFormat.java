package io.sallyport.bundle.format;

import static io.sallyport.bundle.format.CommonFormat.EXPRESSION;
import static io.sallyport.bundle.format.CommonFormat.ID;
import static io.sallyport.bundle.format.CommonFormat.SSL_BUNDLE;
import static io.sallyport.bundle.format.CommonFormat.list;
import static io.sallyport.bundle.format.Field.notYet;
import static io.sallyport.bundle.format.Field.optional;
import static io.sallyport.bundle.format.Field.required;

import java.time.Duration;
import java.util.List;

/// `policies/*.yaml`: who may vouch, limits, baseline, policies.
public final class PoliciesFormat {
  private static final Shape.Text TEXT =
      Shape.Text.matching("printable text without spaces", "[!-~]{1,512}");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration WEEK = Duration.ofDays(7);

  private static final Shape.Fields KEYS =
      Shape.Fields.of(
          "keys",
          optional(
              "url",
              TEXT,
              "An `https://` address of the issuer's JWKS document. Either this or `file`."),
          optional(
              "file",
              TEXT,
              "A JWKS document of the bundle, below `keys/`. It must not hold a private key."),
          optional(
              "trust",
              SSL_BUNDLE,
              "the JDK's trust store",
              "The Spring Boot SSL bundle that vouches for the server behind `url`."),
          optional(
              "refresh", new Shape.Span(SECOND, DAY), "5m", "How often `url` is fetched anew."),
          optional(
              "staleFor",
              new Shape.Span(SECOND, WEEK),
              "24h",
              "How long the last good document serves while `url` does not answer."));

  private static final Shape.Fields JWT =
      Shape.Fields.of(
          "jwt",
          required("issuer", TEXT, "What `iss` must be, to the letter."),
          required(
              "audiences",
              list(TEXT, 1, 64),
              "a token that is meant for anybody is meant for an attacker too",
              "`aud` must contain one of them."),
          required(
              "algorithms",
              list(Shape.Text.free("a JWS algorithm"), 1, 16),
              "the token must not choose",
              "The signature algorithms accepted: `ES256`, `ES384`, `ES512`, `EdDSA`, `RS256`,"
                  + " `RS384`, `RS512`, `PS256`, `PS384`, `PS512`. `none` and `HS*` cannot be"
                  + " written."),
          required("keys", KEYS, "Where the issuer's public keys are."),
          optional(
              "types",
              list(Shape.Text.matching("a media type", "[!-~]{1,128}"), 1, 16),
              "[at+jwt]",
              "What `typ` may be, without regard to case and without `application/`."),
          optional(
              "clockSkew",
              new Shape.Span(Duration.ZERO, Duration.ofMinutes(5)),
              "30s",
              "How far the issuer's clock may be off."),
          optional(
              "maxLifetime",
              new Shape.Span(SECOND, DAY),
              "1h",
              "The longest time from `iat` to `exp`."),
          optional(
              "binding",
              new Shape.Word(List.of("none"), List.of("any", "dpop", "mtls")),
              "none",
              "`none`: no proof of possession is asked for. A token that carries `cnf` is refused"
                  + " all the same: its proof is not checked."));

  /// One identity.
  public static final Shape.Fields IDENTITY =
      Shape.Fields.of(
          "identity",
          required("id", ID, "The name that policies call it by. Not `anonymous`."),
          optional("jwt", JWT, "Bearer tokens of one issuer."),
          notYet("mtls"),
          notYet("apiKeys"),
          notYet("oidc"),
          notYet("introspection"));

  /// One limit.
  public static final Shape.Fields LIMIT =
      Shape.Fields.of(
          "limit",
          required("id", ID, "Its name in routes and metrics."),
          required(
              "key",
              EXPRESSION,
              "A CEL expression of type string: whose quota a request takes from. A request for"
                  + " which it is absent, empty or an error is refused."),
          required(
              "quota",
              Shape.Fields.of(
                  "quota",
                  required("requests", new Shape.Whole(1, 1_000_000_000), "So many requests"),
                  required("per", new Shape.Span(SECOND, DAY), "in this time,"),
                  optional(
                      "burst",
                      new Shape.Whole(1, 1_000_000_000),
                      "as `requests`",
                      "of which so many at once.")),
              "How much one key may take (GCRA)."),
          optional(
              "storeDown",
              Shape.Word.of("local-share", "deny", "allow"),
              "local-share",
              "While the shared store does not answer: `local-share`, each replica enforces its"
                  + " share of the quota; `deny`; `allow`."));

  /// It stands between quotes in a challenge.
  private static final Shape.Text ACR = Shape.Text.matching("an acr value", "[!#-\\[\\]-~]{1,255}");

  private static final Shape.Fields RULE =
      Shape.Fields.of(
          "rule",
          required("id", ID, "Its name in audit records and tests, unique within its policy."),
          required("when", EXPRESSION, "A CEL expression of type bool."));

  /// One policy.
  public static final Shape.Fields POLICY =
      Shape.Fields.of(
          "policy",
          required("id", ID, "Its name in routes and audit records."),
          required(
              "authenticate",
              new Shape.OneOrMany(Shape.Word.of("anonymous"), list(ID, 1, 64)),
              "write 'anonymous' when nobody has to vouch",
              "Ids of identities that may vouch for the caller. `anonymous` alone: credentials are"
                  + " not read and are removed. `anonymous` among others: a credential is optional,"
                  + " but one that is presented and bad is refused."),
          optional(
              "deny",
              list(RULE, 1, 1000),
              "none",
              "Rules of which any that holds denies. One that errors denies."),
          required(
              "allow",
              list(RULE, 1, 1000),
              "a policy that allows nothing denies everything",
              "Rules of which one must hold. One that errors does not allow."),
          optional(
              "forward",
              Shape.Fields.of(
                  "forward",
                  optional(
                      "identity",
                      Shape.Fields.of(
                          "identity",
                          required("audience", TEXT, "The token's `aud`."),
                          optional(
                              "claims",
                              list(TEXT, 1, 64),
                              "sub",
                              "Claims that are copied from the caller's credential."),
                          optional(
                              "lifetime",
                              new Shape.Span(Duration.ofSeconds(10), HOUR),
                              "60s",
                              "How long the token is good."),
                          notYet("perRequest")),
                      "Tells the backend who calls, by a signed token in `Sallyport-Identity`."),
                  notYet("credential")),
              "the backend is not told who calls",
              "What the backend is told of the caller."),
          optional(
              "shadows",
              ID,
              "nothing: it decides",
              "Another policy, which it is asked beside and never instead of: what it would have"
                  + " answered is recorded and counted. No route names it."),
          optional(
              "audit",
              Shape.Word.of("decision", "full"),
              "decision",
              "`full`: records tell what came of every rule, not only which one decided."),
          optional(
              "require",
              Shape.Fields.of(
                  "require",
                  optional(
                      "secondFactor",
                      Shape.Fields.of(
                          "secondFactor",
                          optional(
                              "acr",
                              list(ACR, 1, 16),
                              "any",
                              "Values of `acr` of which the credential's must be one."),
                          optional(
                              "within",
                              new Shape.Span(SECOND, DAY),
                              "whenever",
                              "How long ago the caller was authenticated at most, by `auth_time`.")),
                      "How strongly and how lately the caller must have been authenticated.")),
              "nothing",
              "What a caller who is allowed must have besides. Who has not is answered 401 with what to"
                  + " come back with (RFC 9470). Asked last, so that nobody is sent to a second factor"
                  + " only to be denied."));

  /// The whole file.
  public static final Shape.Fields FILE =
      Shape.Fields.of(
          "policies file",
          CommonFormat.apiVersion(),
          CommonFormat.kind("Policies"),
          CommonFormat.metadata(),
          optional("identities", list(IDENTITY, 0, 1000), "Who may vouch for a caller."),
          optional("limits", list(LIMIT, 0, 1000), "How much a caller may take."),
          optional(
              "baseline",
              Shape.Fields.of(
                  "baseline",
                  required("deny", list(RULE, 1, 1000), "Rules that deny under every policy.")),
              "none",
              "Is ANDed with every policy; a policy can only tighten it."),
          optional("policies", list(POLICY, 0, 10_000), "Who may do what."));

  private PoliciesFormat() {}
}
