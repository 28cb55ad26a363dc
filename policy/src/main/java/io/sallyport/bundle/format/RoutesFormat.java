package io.sallyport.bundle.format;

import static io.sallyport.bundle.format.CommonFormat.ID;
import static io.sallyport.bundle.format.CommonFormat.SSL_BUNDLE;
import static io.sallyport.bundle.format.CommonFormat.list;
import static io.sallyport.bundle.format.Field.notYet;
import static io.sallyport.bundle.format.Field.optional;
import static io.sallyport.bundle.format.Field.required;

import java.time.Duration;

/// `routes/*.yaml`: upstreams and routes.
public final class RoutesFormat {
  private static final Duration MS = Duration.ofMillis(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Shape.Text PATH =
      Shape.Text.matching("a path that starts with '/'", "/[!-~]{0,1022}");
  private static final Shape.Text HEADER = Shape.Text.free("the name of a header field");

  private static final Shape.Fields ENDPOINT =
      Shape.Fields.of(
          "endpoint",
          required(
              "address",
              Shape.Text.free("host:port"),
              "`host:port`; an IPv6 address in brackets: `\"[2001:db8::1]:8443\"`."),
          required("zone", ID, "The zone it stands in."));

  private static final Shape.Fields TLS =
      Shape.Fields.of(
          "tls",
          required(
              "trust",
              SSL_BUNDLE,
              "The Spring Boot SSL bundle whose trust store vouches for the backend."),
          optional(
              "serverName",
              Shape.Text.matching("a host name", "[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"),
              "the endpoint's host",
              "The name asked for (SNI), and the name that the certificate must carry."),
          notYet("clientCertificate"));

  private static final Shape.Fields BALANCE =
      Shape.Fields.of(
          "balance",
          optional(
              "zones",
              Shape.Fields.of(
                  "zones",
                  optional(
                      "prefer",
                      Shape.Word.of("own"),
                      "own",
                      "`own`: endpoints of the gateway's own zone are taken while there are any."),
                  notYet("spillBelow")),
              "How zones are chosen."),
          notYet("algorithm"),
          notYet("slowStart"));

  private static final Shape.Fields ACTIVE =
      Shape.Fields.of(
          "active",
          required("path", PATH, "The path that is asked for. 200 to 299 is well."),
          optional(
              "every",
              new Shape.Span(Duration.ofMillis(100), HOUR),
              "2s",
              "How often each is asked."),
          optional(
              "unhealthyAfter",
              new Shape.Whole(1, 100),
              "3",
              "So many bad answers in a row take an endpoint out."),
          optional(
              "healthyAfter",
              new Shape.Whole(1, 100),
              "2",
              "So many good answers in a row bring it back."));

  private static final Shape.Fields PASSIVE =
      Shape.Fields.of(
          "passive",
          optional(
              "consecutiveFailures",
              new Shape.Whole(1, 1000),
              "5",
              "So many failed requests in a row eject an endpoint."),
          optional(
              "eject", new Shape.Span(MS, HOUR), "30s", "How long an ejected endpoint stays out."),
          optional(
              "maxEjected",
              new Shape.Percent(0, 100),
              "50%",
              "At most this share of the endpoints is out at a time. A zone that failed as a whole"
                  + " is ejected nevertheless while another zone is healthy."));

  /// One upstream.
  public static final Shape.Fields UPSTREAM =
      Shape.Fields.of(
          "upstream",
          required("id", ID, "Its name in metrics and audit records."),
          optional(
              "protocol",
              Shape.Word.of("h1", "h2", "h2c"),
              "h1",
              "`h1`: HTTP/1.1, in cleartext unless `tls` is given. `h2`: HTTP/2, always inside TLS, so"
                  + " `tls` must be there, and the backend must agree to it (ALPN). `h2c`: HTTP/2 in"
                  + " cleartext, with prior knowledge."),
          optional("tls", TLS, "cleartext", "TLS to the backend."),
          required("endpoints", list(ENDPOINT, 1, 1000), "The backends."),
          optional("balance", BALANCE, "How an endpoint is chosen."),
          optional(
              "health",
              Shape.Fields.of(
                  "health",
                  optional(
                      "active", ACTIVE, "not asked", "Requests that the gateway makes itself."),
                  optional("passive", PASSIVE, "on", "What is learnt from real requests.")),
              "How to tell that an endpoint is well."),
          notYet("discover"),
          notYet("circuitBreaker"),
          notYet("concurrency"),
          notYet("sticky"));

  private static final Shape.Fields MATCH =
      Shape.Fields.of(
          "match",
          required(
              "host",
              Shape.Text.free("a host"),
              "`api.example.com`, or `*.example.com` for every host with one label more. Lower case, no port."
                  + " An exact host goes before a wildcard."),
          required(
              "path",
              Shape.Text.free("a path"),
              "`/orders/{id}/items` or `/orders/**`. `{name}` is one segment. `/a/**` is `/a`, `/a/`"
                  + " and everything below. The most specific path wins, and there is no fall-back"
                  + " to a less specific one. Case matters."),
          optional(
              "methods",
              list(Shape.Text.matching("a method in upper case", "[A-Z][A-Z-]{0,31}"), 1, 32),
              "every method",
              "The methods it is for. Other methods of a known path are refused with 405."),
          optional(
              "upgrade",
              Shape.Word.of("websocket"),
              "requests that stay requests",
              "`websocket`: the route is for requests that ask for a WebSocket (HTTP/1.1, RFC 6455), and"
                  + " for no others; a request of its path that asks for none, and that no other route"
                  + " of the path takes, is refused with 426. The upstream must speak `h1`."));

  private static final Shape.Fields REQUEST_OR_RESPONSE =
      Shape.Fields.of(
          "header edits",
          optional(
              "set",
              new Shape.Named(HEADER, Shape.Text.free("text"), 64),
              "Fields that are set, after `remove`. What was there is replaced."),
          optional("remove", list(HEADER, 1, 64), "Fields that are removed."));

  private static final Shape.Fields RESPOND =
      Shape.Fields.of(
          "respond",
          required("status", new Shape.Whole(200, 599), "The status."),
          optional(
              "contentType",
              Shape.Text.matching("a media type", "[!-~][ -~]{0,254}"),
              "text/plain; charset=utf-8",
              "The media type of the body."),
          optional("body", Shape.Text.free("text"), "empty", "The body."));

  private static final Shape.Fields TIMEOUTS =
      Shape.Fields.of(
          "timeouts",
          optional(
              "connect",
              new Shape.Span(MS, HOUR),
              "500ms",
              "To have a connection to an endpoint, TLS included."),
          optional(
              "firstByte",
              new Shape.Span(MS, HOUR),
              "30s",
              "From the whole request sent to the head of the answer, each try."),
          optional(
              "total",
              new Shape.Span(MS, HOUR),
              "no bound",
              "From the head of the request to the end of the answer."),
          optional("idle", new Shape.Span(MS, HOUR), "60s", "Without a byte in either direction."));

  private static final Shape.Fields RETRY =
      Shape.Fields.of(
          "retry",
          optional(
              "on",
              list(
                  Shape.Word.of("connect-failure", "reset-before-response", "502", "503", "504"),
                  1,
                  5),
              "connect-failure, reset-before-response",
              "After what another try is made, when that is safe."),
          optional("attempts", new Shape.Whole(0, 5), "1", "Extra tries. 0: none."),
          optional(
              "budget",
              new Shape.Percent(0, 100),
              "20%",
              "The share of requests that may be retries. A connect failure is not charged."),
          optional(
              "zone",
              Shape.Word.of("other", "any"),
              "other",
              "`other`: another try goes to another zone while there is one."));

  /// One route.
  public static final Shape.Fields ROUTE =
      Shape.Fields.of(
          "route",
          required("id", ID, "Stable: its name in metrics, audit records and tests."),
          required("match", MATCH, "The requests it is for."),
          required(
              "policy",
              ID,
              "every route names a policy, a public one too",
              "The policy that judges its requests. \"Public\" is a policy too."),
          optional("limits", list(ID, 1, 16), "none", "Limits, asked in this order."),
          optional(
              "upstream",
              ID,
              "Where requests are carried. Either this or `respond` must be there."),
          optional("respond", RESPOND, "A fixed answer that the gateway gives by itself."),
          optional(
              "rewrite",
              Shape.Fields.of(
                  "rewrite",
                  required(
                      "path",
                      PATH,
                      "The path that the backend gets. `{name}` and `{**}` are what the match's path"
                          + " caught; `{**}` is without its leading slash.")),
              "the path stays",
              "What changes on the way to the backend."),
          optional(
              "headers",
              Shape.Fields.of(
                  "headers",
                  optional("request", REQUEST_OR_RESPONSE, "On the way to the backend."),
                  optional("response", REQUEST_OR_RESPONSE, "On the way to the caller.")),
              "Header fields that are set or removed."),
          optional("timeouts", TIMEOUTS, "How long each part may take."),
          optional("retry", RETRY, "When another try is made."),
          optional(
              "body",
              Shape.Fields.of(
                  "body",
                  optional(
                      "max",
                      new Shape.Size(0, 10L << 30),
                      "10MiB",
                      "The largest request body. A larger one is refused with 413.")),
              "The body of the request."),
          optional(
              "filters",
              list(new Shape.Anything(), 1, 32),
              "none",
              "Filters of Spring Cloud Gateway, run in this order after admission: `{ name, args }`, or"
                  + " `Name=value, value`. The requests of a route that lists none never meet Spring"
                  + " Cloud Gateway. Which filters there are: `docs/reference/filters.md`."),
          optional(
              "stream",
              Shape.Fields.of(
                  "stream",
                  optional(
                      "reauthorize",
                      new Shape.Span(Duration.ofSeconds(1), HOUR),
                      "60s",
                      "How often an open WebSocket's request is judged again: the same credential, the"
                          + " rules then in force. It is cut off when it would not be let in any more."
                          + " Limits are not asked again."),
                  optional(
                      "idle",
                      new Shape.Span(MS, Duration.ofHours(24)),
                      "5m",
                      "Without a byte in either direction."),
                  notYet("closeOn")),
              "How long a WebSocket lives. Only with `match.upgrade`."),
          notYet("cors"),
          notYet("redirect"),
          notYet("split"),
          notYet("splits"),
          notYet("mirror"),
          notYet("mirrors"),
          notYet("sticky"),
          notYet("hedge"),
          notYet("hedging"));

  /// The whole file.
  public static final Shape.Fields FILE =
      Shape.Fields.of(
          "routes file",
          CommonFormat.apiVersion(),
          CommonFormat.kind("Routes"),
          CommonFormat.metadata(),
          optional("upstreams", list(UPSTREAM, 0, 10_000), "Where requests are carried."),
          optional("routes", list(ROUTE, 0, 100_000), "Which requests there are."));

  private RoutesFormat() {}
}
