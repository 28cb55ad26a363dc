package io.sallyport.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.sallyport.admission.Permit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes a caller's request the gateway's: edits its fields in place, in one pass, so that a
/// backend can believe what it reads.
///
/// What only we may say is dropped when a stranger said it: who calls (`Sallyport-*`), which way it
/// came (`Forwarded`, `X-Forwarded-*`, `X-Real-IP`), which request it is (`X-Request-Id`). A
/// trusted proxy's word on the way it came is kept, and our hop added. `Host` is the canonical host
/// with the port that the client named.
final class RequestFields {
  private static final AsciiString SALLYPORT = AsciiString.cached("sallyport-");
  private static final AsciiString X_FORWARDED = AsciiString.cached("x-forwarded-");
  private static final AsciiString X_ = AsciiString.cached("x-");
  private static final List<AsciiString> ANOTHER_TARGET =
      List.of(
          AsciiString.cached("x-original-url"),
          AsciiString.cached("x-rewrite-url"),
          AsciiString.cached("x-http-method-override"),
          AsciiString.cached("x-http-method"),
          AsciiString.cached("x-method-override"));
  private static final AsciiString X_REAL_IP = AsciiString.cached("x-real-ip");
  private static final AsciiString FORWARDED = AsciiString.cached("forwarded");
  private static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
  private static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
  private static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
  private static final AsciiString X_FORWARDED_PORT = AsciiString.cached("x-forwarded-port");
  private static final AsciiString X_REQUEST_ID = AsciiString.cached("x-request-id");
  private static final AsciiString IDENTITY = AsciiString.cached("sallyport-identity");
  private static final AsciiString HTTPS = AsciiString.cached("https");
  private static final String DEFAULT_PORT = "443";
  private static final int LONGEST_REQUEST_ID = 128;

  private final AsciiString viaHttp11;
  private final AsciiString viaHttp2;

  RequestFields(EdgeSettings settings) {
    this.viaHttp11 = AsciiString.of("1.1 " + settings.name());
    this.viaHttp2 = AsciiString.of("2 " + settings.name());
  }

  /// Edits the fields of a head that has just arrived, before anybody judges it: what no backend
  /// will get, no rule must read either. `Connection: x-tenant` would otherwise show `x-tenant` to
  /// the rules and hide it from the backend.
  static void received(HttpHeaders headers, Peer.Standing standing) {
    HopByHop.strip(headers);
    HopByHop.stripTe(headers);
    removeWhatOnlyWeMaySay(headers, standing);
  }

  /// Edits the fields of an exchange that was admitted.
  ///
  /// @return the id of the trace that the request belongs to
  String forwarded(Exchange exchange, Permit permit, String decisionId) {
    HttpHeaders headers = exchange.requestHeaders();
    headers.remove(HttpHeaderNames.AUTHORIZATION);
    joinCookies(headers);

    String host = permit.target().host();
    String port = port(exchange.inbound().authority());
    String authority = port == null ? host : host + ':' + port;
    if (!authority.equals(headers.get(HttpHeaderNames.HOST))) {
      headers.set(HttpHeaderNames.HOST, authority);
    }
    addHop(headers, exchange.peer(), authority, port == null ? DEFAULT_PORT : port);
    headers.add(HttpHeaderNames.VIA, via(exchange.protocol()));
    if (!keepsRequestId(headers, exchange.peer().standing())) {
      headers.set(X_REQUEST_ID, decisionId);
    }
    String traceId = TraceContext.continued(headers, decisionId);
    AnswerFields.edit(headers, permit.route().requestHeaders());
    headers.set(AnswerFields.DECISION, decisionId);
    String identityToken = permit.identityToken();
    if (identityToken != null) {
      headers.set(IDENTITY, identityToken);
    }
    return traceId;
  }

  /// Edits what comes after the body: some backends merge it into the head.
  static void trailers(HttpHeaders trailers) {
    received(trailers, Peer.Standing.STRANGER);
    trailers.remove(HttpHeaderNames.AUTHORIZATION);
    trailers.remove(HttpHeaderNames.CONTENT_LENGTH);
    trailers.remove(HttpHeaderNames.HOST);
    trailers.remove(HttpHeaderNames.COOKIE);
  }

  private static void removeWhatOnlyWeMaySay(HttpHeaders headers, Peer.Standing standing) {
    List<CharSequence> found = null;
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      CharSequence name = fields.next().getKey();
      boolean drop =
          switch (standing) {
            case STRANGER ->
                startsWith(name, SALLYPORT) || asksForAnotherTarget(name) || tellsTheWay(name);
            case TRUSTED_PROXY -> startsWith(name, SALLYPORT) || asksForAnotherTarget(name);
          };
      if (drop) {
        if (found == null) {
          found = new ArrayList<>(4);
        }
        found.add(name);
      }
    }
    if (found != null) {
      for (CharSequence name : found) {
        headers.remove(name);
      }
    }
  }

  /// Whether some backends would take the field's word for the method or the target: they would
  /// then see another request than the one that was judged.
  private static boolean asksForAnotherTarget(CharSequence name) {
    if (!startsWith(name, X_)) {
      return false;
    }
    for (AsciiString each : ANOTHER_TARGET) {
      if (each.contentEqualsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /// Whether a field says where a request came from, or which one it is.
  static boolean tellsTheWay(CharSequence name) {
    return startsWith(name, X_FORWARDED)
        || AsciiString.contentEqualsIgnoreCase(name, FORWARDED)
        || AsciiString.contentEqualsIgnoreCase(name, X_REAL_IP)
        || AsciiString.contentEqualsIgnoreCase(name, X_REQUEST_ID);
  }

  private static boolean startsWith(CharSequence name, AsciiString prefix) {
    // The first letter decides nearly always; a letter's case is its sixth bit.
    return name.length() >= prefix.length()
        && (name.charAt(0) | 0x20) == prefix.charAt(0)
        && AsciiString.regionMatches(name, true, 0, prefix, 0, prefix.length());
  }

  /// HTTP/2 may split `Cookie` into crumbs; HTTP/1.1 knows one field (RFC 9113 §8.2.3).
  private static void joinCookies(HttpHeaders headers) {
    Iterator<? extends CharSequence> crumbs =
        headers.valueCharSequenceIterator(HttpHeaderNames.COOKIE);
    if (!crumbs.hasNext()) {
      return;
    }
    crumbs.next();
    if (crumbs.hasNext()) {
      headers.set(
          HttpHeaderNames.COOKIE, String.join("; ", headers.getAll(HttpHeaderNames.COOKIE)));
    }
  }

  /// The port that the client named; null when it named none. The authority is known to be well
  /// formed.
  private static @Nullable String port(@Nullable String authority) {
    if (authority == null) {
      return null;
    }
    int colon = authority.lastIndexOf(':');
    boolean inBrackets = colon < authority.lastIndexOf(']');
    return colon < 0 || inBrackets || colon == authority.length() - 1
        ? null
        : authority.substring(colon + 1);
  }

  /// RFC 7239, and the older fields that most backends read. A stranger's are gone by now.
  private static void addHop(HttpHeaders headers, Peer peer, String authority, String port) {
    switch (peer.standing()) {
      case STRANGER -> {
        headers.add(FORWARDED, peer.hopTo(authority));
        headers.add(X_FORWARDED_FOR, peer.text());
        headers.add(X_FORWARDED_HOST, authority);
        headers.add(X_FORWARDED_PROTO, HTTPS);
        headers.add(X_FORWARDED_PORT, port);
      }
      case TRUSTED_PROXY -> {
        append(headers, FORWARDED, peer.hopTo(authority));
        append(headers, X_FORWARDED_FOR, peer.text());
        // The first of our proxies knows what the client asked for.
        addIfAbsent(headers, X_FORWARDED_HOST, authority);
        addIfAbsent(headers, X_FORWARDED_PROTO, HTTPS);
        addIfAbsent(headers, X_FORWARDED_PORT, port);
      }
    }
  }

  private static void addIfAbsent(HttpHeaders headers, AsciiString name, CharSequence value) {
    if (!headers.contains(name)) {
      headers.add(name, value);
    }
  }

  private static void append(HttpHeaders headers, AsciiString name, AsciiString element) {
    if (headers.contains(name)) {
      headers.set(name, String.join(", ", headers.getAll(name)) + ", " + element);
    } else {
      headers.add(name, element);
    }
  }

  private AsciiString via(String protocol) {
    return switch (protocol) {
      case "HTTP/2" -> viaHttp2;
      default -> viaHttp11;
    };
  }

  private static boolean keepsRequestId(HttpHeaders headers, Peer.Standing standing) {
    return switch (standing) {
      case STRANGER -> false;
      case TRUSTED_PROXY -> {
        List<String> ids = headers.getAll(X_REQUEST_ID);
        yield ids.size() == 1 && !ids.get(0).isEmpty() && ids.get(0).length() <= LONGEST_REQUEST_ID;
      }
    };
  }
}
