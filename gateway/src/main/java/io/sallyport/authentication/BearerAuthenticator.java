package io.sallyport.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import io.sallyport.async.Answer;
import io.sallyport.authentication.Authentication.Authenticated;
import io.sallyport.authentication.Authentication.Rejected;
import io.sallyport.authentication.StrictJson.Malformed;
import io.sallyport.identity.Caller;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Vouching;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Authenticates by `Authorization: Bearer` (RFC 6750 §2.1) for one bundle.
///
/// A token that was verified before costs a comparison (the connection's last one) or a look into
/// the cache. Only success is remembered, never a refusal.
final class BearerAuthenticator implements Authenticator {
  private static final String SCHEME = "Bearer ";

  private static final Answer<Authentication> ANONYMOUS =
      new Answer.Ready<>(new Authenticated(Caller.ANONYMOUS));
  private static final Answer<Authentication> NO_CREDENTIAL =
      rejected(new Rejected(Reason.NO_CREDENTIAL, "no Authorization"));
  private static final Answer<Authentication> EXPIRED =
      rejected(new Rejected(Reason.EXPIRED_CREDENTIAL, "expired"));

  private final Map<String, TokenRules> identities;
  private final Cache<String, VerifiedToken> verified;
  private final AttemptBudget budget;
  private final LongAdder checks;
  private final Runnable release;

  /// @param identities by id
  /// @param verified tokens, by the whole field that showed them; shared by all bundles
  /// @param checks counts signature checks
  /// @param release what closing does
  BearerAuthenticator(
      Map<String, TokenRules> identities,
      Cache<String, VerifiedToken> verified,
      AttemptBudget budget,
      LongAdder checks,
      Runnable release) {
    this.identities = Map.copyOf(identities);
    this.verified = verified;
    this.budget = budget;
    this.checks = checks;
    this.release = release;
  }

  @Override
  public Answer<Authentication> authenticate(Vouching vouching, Presented presented) {
    if (vouching.readsNoCredential()) {
      return ANONYMOUS;
    }
    List<String> fields = presented.authorization();
    if (fields.isEmpty()) {
      return vouching.anonymousAllowed() ? ANONYMOUS : NO_CREDENTIAL;
    }
    if (fields.size() > 1) {
      return rejected(TokenRules.bad("several Authorization fields"));
    }
    String field = fields.getFirst();
    VerifiedToken known = known(field, vouching, presented.memory());
    if (known == null) {
      return verify(field, vouching, presented);
    }
    return presented.time().toEpochMilli() < known.endMillis() ? known.answer() : EXPIRED;
  }

  @Override
  public void close() {
    release.run();
  }

  /// The token as verified before, if what that rests on is still in force and counts here.
  private @Nullable VerifiedToken known(String field, Vouching vouching, CredentialMemory memory) {
    VerifiedToken last = memory.lastVerified;
    if (last != null && last.field().equals(field) && stands(last, vouching)) {
      return last;
    }
    VerifiedToken cached = verified.getIfPresent(field);
    if (cached != null && stands(cached, vouching)) {
      memory.lastVerified = cached;
      return cached;
    }
    return null;
  }

  private boolean stands(VerifiedToken token, Vouching vouching) {
    TokenRules rules = token.rules();
    return identities.get(rules.id()) == rules
        && vouching.identities().contains(rules.id())
        && rules.keys().holds(token.key());
  }

  private Answer<Authentication> verify(String field, Vouching vouching, Presented presented) {
    // One space, as RFC 6750 writes it: another spelling would be another credential.
    if (!field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return rejected(TokenRules.bad("not a Bearer credential"));
    }
    CompactJws token;
    try {
      token = CompactJws.read(field.substring(SCHEME.length()));
    } catch (Malformed e) {
      return rejected(TokenRules.bad("not a canonical JWS: " + e.getMessage()));
    }
    TokenRules rules = whoMayVouch(token, vouching);
    if (rules == null) {
      return rejected(TokenRules.bad("no identity that may vouch here has this issuer"));
    }
    Rejected objection = rules.objection(token, presented.time());
    if (objection != null) {
      return rejected(objection);
    }
    if (presented.probe()) {
      return check(field, token, rules, rules.keys().known(token.keyId(), token.algorithm()));
    }
    String exceeded = budget.exceeded(presented.memory(), presented.source());
    if (exceeded != null) {
      return rejected(
          new Rejected(Reason.TOO_MANY_ATTEMPTS, "signature checks, bound of: " + exceeded));
    }
    return rules
        .keys()
        .find(token.keyId(), token.algorithm())
        .then(lookup -> check(field, token, rules, lookup));
  }

  /// May run on the thread that fetched the keys: the connection's memory is not touched here.
  private Answer<Authentication> check(
      String field, CompactJws token, TokenRules rules, KeySource.Lookup lookup) {
    return switch (lookup) {
      case KeySource.Found(VerificationKey key) -> {
        checks.increment();
        if (!token.signedBy(key)) {
          yield rejected(TokenRules.bad("the signature is wrong"));
        }
        try {
          Answer<Authentication> answer = new Answer.Ready<>(rules.proved(token));
          verified.put(field, new VerifiedToken(field, rules, key, answer, rules.endMillis(token)));
          yield answer;
        } catch (Malformed e) {
          yield rejected(TokenRules.bad(String.valueOf(e.getMessage())));
        }
      }
      case KeySource.Unknown _ -> rejected(TokenRules.bad("no such key"));
      case KeySource.Unavailable(String why) ->
          rejected(new Rejected(Reason.KEYS_UNAVAILABLE, why));
    };
  }

  /// The identity of this token's issuer; where several are, the one whose audience it is.
  private @Nullable TokenRules whoMayVouch(CompactJws token, Vouching vouching) {
    TokenRules first = null;
    for (String id : vouching.identities()) {
      TokenRules rules = identities.get(id);
      if (rules != null && rules.isIssuerOf(token)) {
        if (rules.isAudienceOf(token)) {
          return rules;
        }
        first = first == null ? rules : first;
      }
    }
    return first;
  }

  private static Answer<Authentication> rejected(Rejected rejected) {
    return new Answer.Ready<>(rejected);
  }
}
