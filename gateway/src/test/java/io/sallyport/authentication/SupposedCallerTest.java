package io.sallyport.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.bundle.JwtIdentity;
import io.sallyport.identity.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SupposedCallerTest {
  private static final Instant NOW = Instant.parse("2026-05-04T12:00:00Z");

  private final Tokens tokens = new Tokens("k1");
  private final JwtIdentity identity = tokens.identity("corporate");

  @Test
  void aTokenNamesACallerWhoeverSignedIt() {
    var others = new Tokens("k2").token(NOW);

    assertThat(read("Bearer " + others + "\n"))
        .isInstanceOfSatisfying(
            SupposedCaller.Named.class,
            named -> {
              assertThat(named.objection()).isEmpty();
              assertThat(named.caller())
                  .isInstanceOfSatisfying(
                      Caller.Identified.class,
                      caller -> {
                        assertThat(caller.identity()).isEqualTo("corporate");
                        assertThat(caller.subject()).isEqualTo("alice");
                        assertThat(caller.scopes()).containsExactly("orders:read", "orders:write");
                      });
            });
  }

  @Test
  void whatElseSpeaksAgainstItIsSaid() {
    assertThat(objection(tokens.token(NOW.minusSeconds(3600))))
        .isEqualTo("expired-credential: expired");
    var claims = Tokens.claims(NOW);
    claims.put("aud", "api://other");
    assertThat(objection(tokens.sign(tokens.header(), claims)))
        .isEqualTo("bad-credential: another audience");
  }

  @Test
  void aTokenOfNobodyOrNoTokenIsNotRead() {
    var claims = Tokens.claims(NOW);
    claims.put("iss", "https://elsewhere.example.com");

    assertThat(read(tokens.sign(tokens.header(), claims)))
        .isEqualTo(
            new SupposedCaller.Unreadable("no identity of the bundle knows the token's issuer"));
    assertThat(read("secret.secret"))
        .isEqualTo(new SupposedCaller.Unreadable("the token cannot be read: not three parts"));
  }

  @Test
  void claimsChangeTheFieldsThatAreReadFromThem() {
    var caller =
        (Caller.Identified)
            SupposedCaller.with(
                alice(),
                Map.of("scope", "a b", "tenant", "t2", "level", "7", "groups", "[\"x\", \"y\"]"));

    assertThat(caller.scopes()).containsExactly("a", "b");
    assertThat(caller.groups()).containsExactly("x", "y");
    assertThat(caller.subject()).isEqualTo("alice");
    assertThat(caller.claims()).containsEntry("tenant", "t2").containsEntry("level", 7L);
  }

  @Test
  void aClaimThatSaysMoreThanOneValueIsText() {
    var caller =
        (Caller.Identified) SupposedCaller.with(alice(), Map.of("x", "1, \"sub\": \"eve\""));

    assertThat(caller.claims()).containsEntry("x", "1, \"sub\": \"eve\"");
    assertThat(caller.subject()).isEqualTo("alice");
  }

  @Test
  void aClaimOfTheWrongKindIsRefused() {
    assertThatThrownBy(() -> SupposedCaller.with(alice(), Map.of("sub", "7")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("claim sub is not a string, or empty");
  }

  private Caller.Identified alice() {
    return (Caller.Identified) ((SupposedCaller.Named) read(tokens.token(NOW))).caller();
  }

  private String objection(String token) {
    return ((SupposedCaller.Named) read(token)).objection();
  }

  private SupposedCaller.Reading read(String token) {
    return SupposedCaller.read(token, List.of(identity), NOW);
  }
}
