package io.sallyport.policy;

/// What two ends agreed on for a connection. A text is empty where its provider does not tell.
///
/// @param version `TLSv1.3` or `TLSv1.2`
/// @param suite the cipher suite, by its IANA name
/// @param group of the key agreement
/// @param serverName that the client asked for (SNI)
public record Tls(String version, String suite, String group, String serverName) {
  /// Nothing is known.
  public static final Tls UNKNOWN = new Tls("", "", "", "");
}
