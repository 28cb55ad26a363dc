package io.sallyport.loadtest.generator;

/// What a connection speaks, by its ALPN name (RFC 7301).
public enum Protocol {
  H1("http/1.1"),
  H2("h2");

  private final String alpn;

  Protocol(String alpn) {
    this.alpn = alpn;
  }

  String alpn() {
    return alpn;
  }
}
