package io.sallyport.admission;

import io.sallyport.authentication.CredentialMemory;
import io.sallyport.policy.HeaderFields;
import io.sallyport.policy.Tls;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The head of a request, as a test writes it.
record Head(
    String method,
    @Nullable String authority,
    String target,
    Map<String, List<String>> fields,
    Instant time,
    ClientConnection connection)
    implements Inbound {

  static Head get(String target, String... authorization) {
    return new Head(
        "GET",
        Bundles.HOST,
        target,
        Map.of("authorization", List.of(authorization)),
        Instant.now(),
        new Connection(new CredentialMemory(), true));
  }

  Head method(String other) {
    return new Head(other, authority, target, fields, time, connection);
  }

  Head authority(@Nullable String other) {
    return new Head(method, other, target, fields, time, connection);
  }

  Head on(ClientConnection other) {
    return new Head(method, authority, target, fields, time, other);
  }

  @Override
  public HeaderFields headers() {
    return name -> fields.getOrDefault(name, List.of());
  }

  @Override
  public boolean asksForWebSocket() {
    return false;
  }

  @Override
  public int port() {
    return 40_000;
  }

  @Override
  public long bodySize() {
    return 0;
  }

  @Override
  public InetAddress source() {
    return InetAddress.getLoopbackAddress();
  }

  record Connection(CredentialMemory credentials, boolean certified) implements ClientConnection {
    @Override
    public Tls tls() {
      return Tls.UNKNOWN;
    }

    @Override
    public boolean certifiedFor(String host) {
      return certified;
    }
  }
}
