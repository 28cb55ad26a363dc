package io.sallyport.admin;

import java.security.SecureRandom;
import java.util.Base64;
import org.springframework.security.crypto.bcrypt.BCrypt;

/// A bearer token for the management port: 256 random bits. The gateway is told its bcrypt hash
/// only.
///
/// @param token what is shown as `Authorization: Bearer`
/// @param hash what `sallyport.management.token-hash` is set to
public record ManagementToken(String token, String hash) {
  private static final int BYTES = 32;
  private static final int COST = 10;

  /// Makes one. Costs some 60 ms of CPU.
  public static ManagementToken make() {
    var random = new SecureRandom();
    var bits = new byte[BYTES];
    random.nextBytes(bits);
    var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    return new ManagementToken(token, BCrypt.hashpw(token, BCrypt.gensalt("$2b", COST, random)));
  }
}
