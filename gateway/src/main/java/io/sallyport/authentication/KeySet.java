package io.sallyport.authentication;

import com.nimbusds.jose.jwk.JWK;
import io.sallyport.authentication.StrictJson.Malformed;
import io.sallyport.authentication.VerificationKey.Unusable;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The public keys of an issuer at one time (RFC 7517 §5). Immutable.
final class KeySet {
  /// Holds no key.
  static final KeySet EMPTY = new KeySet(List.of(), List.of());

  private final List<VerificationKey> keys;
  private final Set<VerificationKey> members;
  private final List<String> leftOut;

  private KeySet(List<VerificationKey> keys, List<String> leftOut) {
    this.keys = List.copyOf(keys);
    this.members = Set.copyOf(keys);
    this.leftOut = List.copyOf(leftOut);
  }

  /// Reads a JWKS document. Keys that cannot be used are left out (RFC 7517 §5); so are keys that
  /// share an id, since it could not be said which of them is meant.
  ///
  /// @param before what the document said last time: a key that is still there stays the same
  ///   object
  /// @throws Malformed when it is not a JWKS document, or no key of it can be used
  static KeySet read(String json, @Nullable KeySet before) throws Malformed {
    if (!(StrictJson.object(json).get("keys") instanceof List<?> entries)) {
      throw new Malformed("not a key set: no list of keys");
    }
    Map<String, List<VerificationKey>> byId = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      try {
        VerificationKey key = key(entries.get(i), before);
        byId.computeIfAbsent(String.valueOf(key.id()), _ -> new ArrayList<>(1)).add(key);
      } catch (Unusable e) {
        leftOut.add("keys[" + i + "]: " + e.getMessage());
      }
    }
    List<VerificationKey> keys = new ArrayList<>();
    byId.forEach(
        (id, sharing) -> {
          if (sharing.size() == 1 || sharing.getFirst().id() == null) {
            keys.addAll(sharing);
          } else {
            leftOut.add("kid " + id + ": " + sharing.size() + " keys have it");
          }
        });
    if (keys.isEmpty()) {
      throw new Malformed("no key that can be used" + (leftOut.isEmpty() ? "" : ": " + leftOut));
    }
    return new KeySet(keys, leftOut);
  }

  /// The key that a token names; null when there is none, or a token that names none could mean
  /// several.
  @Nullable VerificationKey find(@Nullable String id, String algorithm) {
    VerificationKey found = null;
    for (VerificationKey key : keys) {
      if (key.fits(algorithm) && (id == null || id.equals(key.id()))) {
        if (found != null) {
          return null;
        }
        found = key;
      }
    }
    return found;
  }

  /// Whether this very key is one of the set's.
  boolean holds(VerificationKey key) {
    return members.contains(key);
  }

  /// Why keys of the document are not in the set, each one sentence.
  List<String> leftOut() {
    return leftOut;
  }

  @SuppressWarnings("unchecked") // StrictJson makes maps with String keys and nothing else.
  private static VerificationKey key(Object entry, @Nullable KeySet before) throws Unusable {
    if (!(entry instanceof Map<?, ?> members)) {
      throw new Unusable("not an object");
    }
    try {
      JWK jwk = JWK.parse((Map<String, Object>) members);
      if (before != null) {
        for (VerificationKey key : before.keys) {
          if (key.sameAs(jwk)) {
            return key;
          }
        }
      }
      return VerificationKey.of(jwk);
    } catch (ParseException | IllegalArgumentException e) {
      throw new Unusable("not a key: " + e.getMessage());
    }
  }
}
