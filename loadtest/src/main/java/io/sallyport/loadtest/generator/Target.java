package io.sallyport.loadtest.generator;

import java.util.List;

/// What is asked, and of whom: a port of 127.0.0.1, a path, and how.
///
/// @param serverName the server name of TLS and the authority of every request
/// @param expect the status that a request must be answered with not to be an error
public record Target(
    int port, String serverName, String path, Protocol protocol, List<Header> headers, int expect) {

  public Target {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port: 1 to 65535, was " + port);
    }
    if (!serverName.matches("[A-Za-z0-9.-]+")) {
      throw new IllegalArgumentException("server name: letters, digits, '.', '-'");
    }
    if (!path.matches("/[\\x21-\\x7e]{0,4000}")) {
      throw new IllegalArgumentException(
          "path: begins with '/', visible ASCII, was '" + path + "'");
    }
    if (expect < 200 || expect > 599) {
      throw new IllegalArgumentException("expect: 200 to 599, was " + expect);
    }
    headers = List.copyOf(headers);
  }
}
