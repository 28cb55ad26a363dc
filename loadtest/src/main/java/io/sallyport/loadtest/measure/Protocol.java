package io.sallyport.loadtest.measure;

/// The protocol between client and proxy.
public enum Protocol {
  H1("h1", "http/1.1"),
  H2("h2", "h2");

  private final String label;
  private final String alpn;

  Protocol(String label, String alpn) {
    this.label = label;
    this.alpn = alpn;
  }

  public String label() {
    return label;
  }

  public String alpn() {
    return alpn;
  }
}
