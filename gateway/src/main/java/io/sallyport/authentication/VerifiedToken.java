package io.sallyport.authentication;

import io.sallyport.async.Answer;

/// A token that was verified, and what its verification rests on: when the identity's definition or
/// the key is not in force any more, it is worth nothing.
///
/// @param field the whole `Authorization` field that showed it
/// @param rules those of the identity that vouches; the same object as long as its definition
///   stands
/// @param key that signed it
/// @param answer made once, so that a hit allocates nothing
/// @param endMillis from when on it has expired, since the epoch, clock skew granted
record VerifiedToken(
    String field,
    TokenRules rules,
    VerificationKey key,
    Answer<Authentication> answer,
    long endMillis) {

  /// Memory that it takes, in bytes, about: the text, its claims and their objects.
  int weight() {
    return 1024 + 4 * field.length();
  }
}
