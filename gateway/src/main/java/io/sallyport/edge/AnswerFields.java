package io.sallyport.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.sallyport.bundle.Route;

/// Makes a backend's answer the gateway's: edits its fields in place.
final class AnswerFields {
  static final AsciiString DECISION = AsciiString.cached("sallyport-decision");

  private static final AsciiString STRICT_TRANSPORT_SECURITY =
      AsciiString.cached("strict-transport-security");
  private static final AsciiString ALT_SVC = AsciiString.cached("alt-svc");

  private final AsciiString via;

  AnswerFields(EdgeSettings settings) {
    this.via = AsciiString.of("1.1 " + settings.name());
  }

  /// An interim answer's fields (1xx).
  static void interim(HttpHeaders headers) {
    HopByHop.strip(headers);
  }

  /// The answer's fields.
  void forwarded(HttpHeaders headers, Route.HeaderEdits edits) {
    edited(headers);
    headers.add(HttpHeaderNames.VIA, via);
    edit(headers, edits);
  }

  /// The fields of an answer that others have written or changed. HSTS and alternative services are
  /// the listener's to announce, not a backend's: it would speak for a host that it shares.
  static void edited(HttpHeaders headers) {
    HopByHop.strip(headers);
    headers.remove(STRICT_TRANSPORT_SECURITY);
    headers.remove(ALT_SVC);
  }

  /// What comes after the body must not say where the body ends.
  static void trailers(HttpHeaders trailers) {
    HopByHop.strip(trailers);
    trailers.remove(HttpHeaderNames.CONTENT_LENGTH);
  }

  /// What a route wants changed: first removed, then set.
  static void edit(HttpHeaders headers, Route.HeaderEdits edits) {
    if (edits.isEmpty()) {
      return;
    }
    for (String name : edits.remove()) {
      headers.remove(name);
    }
    for (Route.HeaderEdits.Field field : edits.set()) {
      headers.set(field.name(), field.value());
    }
  }
}
