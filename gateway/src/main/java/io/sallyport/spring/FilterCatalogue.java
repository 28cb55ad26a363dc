package io.sallyport.spring;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What we say of the filters that ship with Spring Cloud Gateway: those that are refused, and why;
/// those that a route can have without it.
final class FilterCatalogue {
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry(
              "TokenRelay",
              "it would pass on a token that was issued for this gateway; write 'forward: { identity: … }' in the"
                  + " policy"),
          Map.entry("SaveSession", "there are no sessions"),
          Map.entry("RequestHeaderToRequestUri", "a client would choose where its request goes"),
          Map.entry("SetRequestUri", "a request goes to its route's upstream"),
          Map.entry(
              "SetRequestHostHeader", "backends are told the host that was judged, and no other"),
          Map.entry(
              "RequestRateLimiter",
              "it needs references to beans; write 'limits: [ … ]' in the route"),
          Map.entry("CircuitBreaker", "endpoints are ejected by their upstream's 'health'"),
          Map.entry("FallbackHeaders", "it belongs to CircuitBreaker"),
          Map.entry("JsonToGrpc", "it opens connections of its own to backends"),
          Map.entry("LocalResponseCache", "it would share answers between callers"),
          Map.entry("CacheRequestBody", "its key is a Java type and its value reaches no backend"),
          Map.entry("ModifyRequestBody", "it is written in Java: give a filter of your own a name"),
          Map.entry(
              "ModifyResponseBody", "it is written in Java: give a filter of your own a name"));

  private static final String EDITS = "headers: { %s: { %s: … } }";
  private static final Map<String, String> TWINS =
      Map.of(
          "SetRequestHeader", EDITS.formatted("request", "set"),
          "RemoveRequestHeader", EDITS.formatted("request", "remove"),
          "SetResponseHeader", EDITS.formatted("response", "set"),
          "RemoveResponseHeader", EDITS.formatted("response", "remove"),
          "SetPath", "rewrite: { path: … }",
          "StripPrefix", "rewrite: { path: \"/{**}\" }",
          "PrefixPath", "rewrite: { path: … }",
          "RequestSize", "body: { max: … }",
          "Retry", "retry: { … }",
          "PreserveHostHeader", "the host is always kept");

  private FilterCatalogue() {}

  /// Why a filter is refused.
  static Optional<String> refusal(String name) {
    return Optional.ofNullable(REFUSED.get(name));
  }

  /// The names of those that are refused.
  static Set<String> refused() {
    return REFUSED.keySet();
  }

  /// What a route can say instead, on the express lane.
  static Optional<String> twin(String name) {
    return Optional.ofNullable(TWINS.get(name));
  }
}
