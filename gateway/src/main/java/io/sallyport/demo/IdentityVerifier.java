package io.sallyport.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.demo.ToldIdentity.Unverified;
import io.sallyport.demo.ToldIdentity.Verified;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Verifies `Sallyport-Identity` as every backend behind the gateway should: ES256, signed by a key
/// of the gateway's public key set, meant for this audience, not expired.
///
/// The key set is fetched when a token names a key that is not known, at most once per
/// [#REFETCH_AFTER]; a verified token is remembered until it expires.
public final class IdentityVerifier implements IdentityCheck, AutoCloseable {
  static final Duration REFETCH_AFTER = Duration.ofSeconds(2);
  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);
  private static final int REMEMBERED = 1000;

  private final URI keySet;
  private final String audience;
  private final HttpClient client;
  private final ReentrantLock fetching = new ReentrantLock();
  private final Map<String, JWTClaimsSet> remembered = Collections.synchronizedMap(new Latest());
  private volatile JWKSet keys = new JWKSet();
  private @Nullable Instant lastFetch;

  /// @param keySet where the gateway's management port serves its public keys
  /// @param tls trusts the certificate of that port
  /// @param audience the `forward.identity.audience` of the policies that lead here
  public IdentityVerifier(URI keySet, SSLContext tls, String audience) {
    this.keySet = keySet;
    this.audience = audience;
    this.client = HttpClient.newBuilder().sslContext(tls).connectTimeout(FETCH_TIMEOUT).build();
  }

  @Override
  public ToldIdentity check(@Nullable String token) {
    if (token == null) {
      return new Unverified("no Sallyport-Identity");
    }
    var known = remembered.get(token);
    if (known != null && !expired(known)) {
      return verified(known);
    }
    try {
      return verify(token, SignedJWT.parse(token));
    } catch (ParseException e) {
      return new Unverified("Sallyport-Identity is not a signed token");
    } catch (JOSEException e) {
      return new Unverified("its signature cannot be checked");
    } catch (IOException e) {
      return new Unverified("the gateway's keys are not to be had: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private ToldIdentity verify(String token, SignedJWT jwt)
      throws ParseException, JOSEException, IOException {
    if (!JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm())) {
      return new Unverified("its algorithm is not ES256");
    }
    var key = key(jwt.getHeader().getKeyID());
    if (key == null) {
      return new Unverified("signed by a key that the gateway does not have");
    }
    if (!jwt.verify(new ECDSAVerifier(key))) {
      return new Unverified("its signature is wrong");
    }
    var claims = jwt.getJWTClaimsSet();
    if (!claims.getAudience().contains(audience)) {
      return new Unverified("meant for " + claims.getAudience() + ", not for " + audience);
    }
    if (expired(claims)) {
      return new Unverified("expired");
    }
    remembered.put(token, claims);
    return verified(claims);
  }

  private @Nullable ECKey key(@Nullable String id) throws IOException {
    var key = keys.getKeyByKeyId(id);
    if (key == null && id != null) {
      fetch();
      key = keys.getKeyByKeyId(id);
    }
    return key instanceof ECKey ec ? ec : null;
  }

  private void fetch() throws IOException {
    fetching.lock();
    try {
      var now = Instant.now();
      if (lastFetch != null && now.isBefore(lastFetch.plus(REFETCH_AFTER))) {
        return;
      }
      lastFetch = now;
      var request = HttpRequest.newBuilder(keySet).timeout(FETCH_TIMEOUT).build();
      var answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(keySet + " answered " + answer.statusCode());
      }
      keys = JWKSet.parse(answer.body());
    } catch (ParseException e) {
      throw new IOException(keySet + " is not a key set", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      fetching.unlock();
    }
  }

  private static boolean expired(JWTClaimsSet claims) {
    var end = claims.getExpirationTime();
    return end == null || end.toInstant().plus(CLOCK_SKEW).isBefore(Instant.now());
  }

  private static Verified verified(JWTClaimsSet claims) {
    return new Verified(claims.toJSONObject());
  }

  /// The tokens that were verified last.
  private static final class Latest extends LinkedHashMap<String, JWTClaimsSet> {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, JWTClaimsSet> eldest) {
      return size() > REMEMBERED;
    }
  }
}
