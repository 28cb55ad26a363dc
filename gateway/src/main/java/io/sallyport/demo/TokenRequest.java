package io.sallyport.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What an access token shall say.
///
/// @param subject who it is about
/// @param client the program that asked for it (`client_id`)
/// @param claims what else it says, over and above the usual
/// @param lifetime from now; negative makes one that has expired already
public record TokenRequest(
    String subject,
    String client,
    List<String> scopes,
    String audience,
    Map<String, Object> claims,
    Duration lifetime) {

  public TokenRequest {
    scopes = List.copyOf(scopes);
    claims = Map.copyOf(claims);
  }
}
