package io.sallyport.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import io.sallyport.pki.ServerCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// An issuer of access tokens (RFC 9068) for development, with its key set behind HTTPS. Its keys
/// live in memory only: what it signed is worth nothing once it has ended.
///
/// Safe for use by several threads.
public final class DevelopmentIssuer implements AutoCloseable {
  private static final String KEY_SET_PATH = "/jwks.json";
  private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");

  /// The newest key, which signs, is first.
  private volatile List<ECKey> keys = List.of(newKey());

  private final AtomicLong fetches = new AtomicLong();
  private final RestartableServer server;

  private DevelopmentIssuer(InetSocketAddress address, ServerCertificate certificate)
      throws IOException {
    this.server = RestartableServer.start(address, certificate.serverContext(), this::answer);
  }

  /// Starts an issuer that listens when this returns.
  ///
  /// @param address port 0: a free one
  /// @param certificate good for `localhost`
  /// @throws IOException when the address cannot be had
  public static DevelopmentIssuer start(InetSocketAddress address, ServerCertificate certificate)
      throws IOException {
    return new DevelopmentIssuer(address, certificate);
  }

  /// What its tokens have as `iss`.
  public String issuer() {
    return "https://localhost:" + server.address().getPort();
  }

  /// Where its public keys are.
  public URI keySet() {
    return URI.create(issuer() + KEY_SET_PATH);
  }

  /// How often the key set has been fetched.
  public long fetches() {
    return fetches.get();
  }

  /// A token signed by the newest key (ES256, compact).
  public String token(TokenRequest request) {
    var key = keys.getFirst();
    var now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .audience(request.audience())
            .subject(request.subject())
            .claim("client_id", request.client())
            .claim("scope", String.join(" ", request.scopes()))
            .issueTime(Date.from(now.plus(earlier(request))))
            .expirationTime(Date.from(now.plus(request.lifetime())))
            .jwtID(UUID.randomUUID().toString());
    request.claims().forEach(claims::claim);
    var header =
        new JWSHeader.Builder(JWSAlgorithm.ES256).type(ACCESS_TOKEN).keyID(key.getKeyID()).build();
    try {
      var token = new SignedJWT(header, claims.build());
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("a fresh P-256 key does not sign", e);
    }
  }

  /// Signs with a new key from now on; the key set holds the earlier ones too.
  public synchronized void rotate() {
    keys = Stream.concat(Stream.of(newKey()), keys.stream()).toList();
  }

  /// Leaves only the newest key in the key set: what others have signed is worth nothing now.
  public synchronized void dropOldKeys() {
    keys = List.of(keys.getFirst());
  }

  /// Stops answering, as an issuer that has crashed.
  public void down() {
    server.down();
  }

  /// Answers again on the same port with the same keys.
  public void up() throws IOException {
    server.up();
  }

  @Override
  public void close() {
    server.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getRawPath().equals(KEY_SET_PATH)
          || !exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      fetches.incrementAndGet();
      var publicKeys = new JWKSet(List.<JWK>copyOf(keys)).toString(true);
      var body = publicKeys.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/jwk-set+json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /// A token that has expired was issued before it did.
  private static Duration earlier(TokenRequest request) {
    return request.lifetime().isPositive() ? Duration.ZERO : request.lifetime().minusMinutes(5);
  }

  private static ECKey newKey() {
    try {
      return new ECKeyGenerator(Curve.P_256)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.ES256)
          .keyIDFromThumbprint(true)
          .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("this JDK cannot make a P-256 key", e);
    }
  }
}
