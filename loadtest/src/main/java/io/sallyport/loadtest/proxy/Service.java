package io.sallyport.loadtest.proxy;

/// What a proxy may offer. The same path goes to the same file of the backend in all of them; each
/// service has paths of its own, so that Sallyport can have a route for it.
public enum Service {
  /// TLS in, HTTP/1.1 in clear to the backend, nothing checked, nothing logged (Sallyport: an
  /// anonymous policy; its record and its meters cannot be switched off).
  BARE("bare"),
  /// Everything on: a known ES256 token, a policy with a scope and a claim, a local limit, a record
  /// of each request, meters.
  CHECKS("checks"),
  /// As [#BARE], with HTTP/2 in clear to the backend.
  H2C_BARE("h2c-bare"),
  /// As [#CHECKS], with HTTP/2 in clear to the backend.
  H2C_CHECKS("h2c-checks"),
  /// As [#BARE], with one of Spring Cloud Gateway's filters.
  FILTERED("filtered"),
  /// As [#CHECKS], without a limit.
  UNLIMITED("unlimited"),
  /// As [#CHECKS], one route for many paths.
  ONE_ROUTE("one-route"),
  /// As [#CHECKS], a route for each path.
  MANY_ROUTES("many-routes"),
  /// As [#CHECKS], a route and a policy for each path.
  MANY_POLICIES("many-policies");

  private final String folder;

  Service(String folder) {
    this.folder = folder;
  }

  /// The first segment of its paths.
  public String folder() {
    return folder;
  }
}
