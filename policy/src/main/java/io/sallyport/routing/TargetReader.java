package io.sallyport.routing;

import org.jspecify.annotations.Nullable;

/// Reads a request's target, once, into its canonical form (RFC 3986 §6.2.2); what has two meanings
/// is refused.
///
/// Three forms of RFC 9112 §3.2 exist, and one more that nobody is served by: origin-form (`/a?b`)
/// and absolute-form (`https://host/a?b`) name a target; `*` and the authority-form of CONNECT name
/// the gateway itself, which has nothing to offer there, and are refused.
///
/// A target that is already canonical costs one scan; its text is not copied unless it has a query.
public final class TargetReader {

  private TargetReader() {}

  /// Reads a target. Pure, never throws. The length of its text is the listener's to bound.
  ///
  /// @param method the method as sent
  /// @param authority the one `Host` field or `:authority`; null when there was none
  /// @param requestTarget the request line's target or `:path`
  public static TargetReading read(
      String method, @Nullable String authority, String requestTarget) {
    if (!isToken(method)) {
      return new TargetReading.Ambiguous("the method is not a token");
    }
    if (method.equals("CONNECT")) {
      return new TargetReading.Ambiguous("CONNECT asks for a tunnel");
    }
    if (authority == null) {
      return new TargetReading.Ambiguous("no authority");
    }
    String host = Authority.canonicalHost(authority);
    if (host == null) {
      return new TargetReading.Ambiguous("the authority is not a host with an optional port");
    }
    if (requestTarget.startsWith("/")) {
      return readOrigin(method, host, requestTarget);
    }
    return readAbsolute(method, host, authority, requestTarget);
  }

  private static TargetReading readAbsolute(
      String method, String host, String authority, String target) {
    int start = schemeLength(target);
    if (start < 0) {
      return new TargetReading.Ambiguous("neither a path nor an absolute http URL");
    }
    int end = start;
    while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    // Compared as text: `host` and `host:443` are two spellings, and two spellings are one too
    // many.
    if (!target.substring(start, end).equalsIgnoreCase(authority)) {
      return new TargetReading.Ambiguous("the target's authority differs from the request's");
    }
    String rest = target.substring(end);
    return readOrigin(method, host, rest.startsWith("/") ? rest : '/' + rest);
  }

  private static int schemeLength(String target) {
    if (target.regionMatches(true, 0, "https://", 0, 8)) {
      return 8;
    }
    return target.regionMatches(true, 0, "http://", 0, 7) ? 7 : -1;
  }

  private static TargetReading readOrigin(String method, String host, String target) {
    int question = target.indexOf('?');
    Component path = Component.path(question < 0 ? target : target.substring(0, question));
    Component query =
        question < 0 ? Component.NONE : Component.query(target.substring(question + 1));
    return switch (path) {
      case Component.Refused(String why) -> new TargetReading.Ambiguous("path: " + why);
      case Component.Canonical(String pathText) ->
          switch (query) {
            case Component.Refused(String why) -> new TargetReading.Ambiguous("query: " + why);
            case Component.Canonical(String queryText) ->
                new RequestTarget(
                    method, host, pathText, question < 0 ? Query.NONE : Query.of(queryText));
          };
    };
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letterOrDigit =
          (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
