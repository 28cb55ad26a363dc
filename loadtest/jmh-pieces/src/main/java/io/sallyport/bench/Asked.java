package io.sallyport.bench;

import io.sallyport.admission.ClientConnection;
import io.sallyport.admission.Inbound;
import io.sallyport.authentication.CredentialMemory;
import io.sallyport.policy.HeaderFields;
import io.sallyport.policy.Tls;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;

/// A request's head for admission: a GET of a path on `localhost`, on a connection of its own.
public record Asked(String target, List<String> authorization, Instant time, Connection connection)
    implements Inbound {
  private static final InetAddress SOURCE = InetAddress.ofLiteral("203.0.113.7");

  public static Asked get(String target, String authorization) {
    return new Asked(
        target, List.of(authorization), Instant.now(), new Connection(new CredentialMemory()));
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public String authority() {
    return "localhost";
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
  public HeaderFields headers() {
    return name -> name.equals("authorization") ? authorization : List.of();
  }

  @Override
  public InetAddress source() {
    return SOURCE;
  }

  /// A connection whose certificate is for every host.
  public record Connection(CredentialMemory credentials) implements ClientConnection {
    @Override
    public Tls tls() {
      return Tls.UNKNOWN;
    }

    @Override
    public boolean certifiedFor(String host) {
      return true;
    }
  }
}
