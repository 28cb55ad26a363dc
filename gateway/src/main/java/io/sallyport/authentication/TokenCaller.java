package io.sallyport.authentication;

import io.sallyport.authentication.StrictJson.Malformed;
import io.sallyport.identity.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the caller out of an access token's claims (RFC 9068 §2.2). A claim that is there and is
/// not of the kind it should be makes the token bad: nothing is guessed.
final class TokenCaller {
  private TokenCaller() {}

  static Caller of(String identity, Map<String, Object> claims) throws Malformed {
    String client = text(claims, "client_id");
    return new Caller.Identified(
        identity,
        "jwt",
        text(claims, "sub"),
        client != null ? client : text(claims, "azp"),
        text(claims, "iss"),
        null,
        text(claims, "acr"),
        texts(claims, "amr"),
        scopes(claims),
        texts(claims, "groups"),
        texts(claims, "roles"),
        false,
        claims);
  }

  private static @Nullable String text(Map<String, Object> claims, String name) throws Malformed {
    return switch (claims.get(name)) {
      case null -> null;
      case String text when !text.isEmpty() -> text;
      default -> throw new Malformed(name + " is not a string, or empty");
    };
  }

  /// Strings; or objects that say it in `value`, as SCIM does (RFC 7643 §2.4, RFC 9068 §2.2.3.1).
  private static List<String> texts(Map<String, Object> claims, String name) throws Malformed {
    return switch (claims.get(name)) {
      case null -> List.of();
      case List<?> entries -> {
        var texts = new ArrayList<String>(entries.size());
        for (Object entry : entries) {
          switch (entry) {
            case String text -> texts.add(text);
            case Map<?, ?> object when object.get("value") instanceof String text ->
                texts.add(text);
            default -> throw new Malformed(name + " holds something else than strings");
          }
        }
        yield texts;
      }
      default -> throw new Malformed(name + " is not a list");
    };
  }

  /// `scope`, separated by spaces (RFC 9068 §2.2.3); else `scp`, as some issuers write it.
  private static List<String> scopes(Map<String, Object> claims) throws Malformed {
    String name = claims.containsKey("scope") ? "scope" : "scp";
    return claims.get(name) instanceof String text
        ? List.of(text.split(" ")).stream().filter(scope -> !scope.isEmpty()).toList()
        : texts(claims, name);
  }
}
