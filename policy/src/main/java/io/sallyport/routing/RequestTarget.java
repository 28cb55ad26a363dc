package io.sallyport.routing;

/// A canonical request target. Policy, routing and the backend see this and nothing else.
///
/// @param method as sent, case-sensitive (RFC 9110 §9.1)
/// @param host lower case, without port; an IPv6 literal with its brackets
/// @param path starts with a slash; unreserved characters decoded, the rest percent-encoded with
///   upper-case digits
/// @param query spelt like the path; its raw text is what the backend gets
public record RequestTarget(String method, String host, String path, Query query)
    implements TargetReading {

  /// What the backend is sent when the route does not rewrite it.
  public String pathAndQuery() {
    return query.raw() == null ? path : path + '?' + query.raw();
  }
}
