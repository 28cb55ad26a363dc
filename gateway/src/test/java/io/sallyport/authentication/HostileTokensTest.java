package io.sallyport.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.util.Base64URL;
import io.sallyport.async.Answer;
import io.sallyport.authentication.Authentication.Authenticated;
import io.sallyport.authentication.Authentication.Rejected;
import io.sallyport.authentication.Authenticator.Presented;
import io.sallyport.policy.Vouching;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every line of `tokens.txt`: what is done to a good token, and what comes of it.
class HostileTokensTest {
  private static final Pattern CHANGE = Pattern.compile("-?[\\w#]+(=\\S+)?");
  private static final Pattern TIME = Pattern.compile("now([+-]\\d+)");
  private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000);

  private static final Tokens ISSUER = new Tokens("k1");
  private static final BearerTokens TOKENS =
      new BearerTokens(
          new TokenSettings(10_000, 10_000, 10_000, _ -> false, 1 << 20),
          _ -> {
            throw new IllegalArgumentException("no trust store is needed here");
          });
  private static final Authenticator AUTHENTICATOR =
      ((BearerTokens.Trusted) TOKENS.trusting(List.of(ISSUER.identity("corporate"))))
          .authenticator();

  @AfterAll
  static void end() {
    TOKENS.close();
  }

  static Stream<Arguments> lines() throws IOException {
    List<Arguments> rows = new ArrayList<>();
    try (InputStream file =
        HostileTokensTest.class.getResourceAsStream("/authentication/tokens.txt")) {
      String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.split("\n")) {
        if (!line.isBlank() && !line.startsWith("#")) {
          int first = line.indexOf(" | ");
          int last = line.lastIndexOf(" | ");
          String done = line.substring(first + 3, Math.max(first + 3, last));
          rows.add(argumentSet(line.substring(0, first), done, line.substring(last + 3)));
        }
      }
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void comesTo(String done, String outcome) {
    assertThat(outcome(field(done))).isEqualTo(outcome);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"header kid=\"k2\"", "header alg=\"HS256\"", "header typ=\"jwt\"", "token .p.s"})
  void aHeaderIsNotTakenForOneThatWasReadBefore(String done) {
    assertThat(outcome("Bearer " + ISSUER.token(NOW.minusSeconds(1)))).isEqualTo("accepted");
    assertThat(outcome(field(done))).isEqualTo("bad-credential");
    assertThat(outcome("Bearer " + ISSUER.token(NOW.minusSeconds(2)))).isEqualTo("accepted");
    assertThat(outcome(field(done))).isEqualTo("bad-credential");
  }

  private static String outcome(String field) {
    var presented =
        new Presented(
            List.of(field), InetAddress.getLoopbackAddress(), new CredentialMemory(), NOW);

    Answer<Authentication> answer =
        AUTHENTICATOR.authenticate(new Vouching(List.of("corporate"), false), presented);

    assertThat(answer).isInstanceOf(Answer.Ready.class);
    return word(((Answer.Ready<Authentication>) answer).value());
  }

  private static String word(Authentication authentication) {
    return switch (authentication) {
      case Authenticated _ -> "accepted";
      case Rejected rejected -> rejected.reason().word();
    };
  }

  private static String field(String done) {
    int space = done.indexOf(' ');
    String what = space < 0 ? done : done.substring(0, space);
    String how = space < 0 ? "" : unescaped(done.substring(space + 1));
    String good = ISSUER.token(NOW);
    return switch (what) {
      case "header" ->
          "Bearer " + ISSUER.sign(changed(ISSUER.header(), how), Tokens.json(Tokens.claims(NOW)));
      case "claims" ->
          "Bearer " + ISSUER.sign(Tokens.json(ISSUER.header()), changed(Tokens.claims(NOW), how));
      case "token" -> "Bearer " + spelt(good, how);
      case "field" -> how.replace("{}", good);
      default -> "Bearer " + mangled(good, what);
    };
  }

  /// `NAME=JSON` sets, `-NAME` removes, `TEXT:` replaces everything.
  private static String changed(Map<String, Object> object, String how) {
    if (how.startsWith("TEXT:")) {
      return how.substring("TEXT:".length());
    }
    StringBuilder set = new StringBuilder();
    Matcher changes = CHANGE.matcher(how);
    while (changes.find()) {
      String change = changes.group();
      if (change.startsWith("-")) {
        object.remove(change.substring(1));
      } else {
        int equals = change.indexOf('=');
        String json =
            TIME.matcher(change.substring(equals + 1))
                .replaceAll(
                    time -> String.valueOf(NOW.getEpochSecond() + Long.parseLong(time.group(1))));
        object.remove(change.substring(0, equals));
        set.append(",\"").append(change, 0, equals).append("\":").append(json);
      }
    }
    String rest = Tokens.json(object);
    return rest.substring(0, rest.length() - 1) + set + '}';
  }

  private static String spelt(String token, String template) {
    String[] parts = token.split("\\.");
    StringBuilder spelt = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      switch (c) {
        case 'h' -> spelt.append(parts[0]);
        case 'p' -> spelt.append(parts[1]);
        case 's' -> spelt.append(parts[2]);
        default -> spelt.append(c);
      }
    }
    return spelt.toString();
  }

  private static String mangled(String token, String how) {
    int dot = token.lastIndexOf('.') + 1;
    String signed = token.substring(0, dot);
    byte[] signature = new Base64URL(token.substring(dot)).decode();
    return switch (how) {
      // 64 bytes leave four bits of the last character unused: the next letter means the same.
      case "stray-bits" ->
          token.substring(0, token.length() - 1) + (char) (token.charAt(token.length() - 1) + 1);
      case "cut" -> signed + Base64URL.encode(Arrays.copyOf(signature, 63));
      case "zeros" -> signed + Base64URL.encode(new byte[64]);
      case "der" -> signed + Base64URL.encode(der(signature));
      case "flipped" -> {
        signature[10] ^= 1;
        yield signed + Base64URL.encode(signature);
      }
      case "swapped" -> {
        var claims = Tokens.claims(NOW);
        claims.put("sub", "mallory");
        yield token.substring(0, token.indexOf('.') + 1)
            + Tokens.encode(Tokens.json(claims))
            + token.substring(dot - 1);
      }
      case "long" -> {
        var claims = Tokens.claims(NOW);
        claims.put("x", "x".repeat(15_000));
        yield ISSUER.sign(ISSUER.header(), claims);
      }
      default -> throw new IllegalArgumentException(how);
    };
  }

  private static byte[] der(byte[] signature) {
    try {
      return ECDSA.transcodeSignatureToDER(signature);
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static String unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\t", "\t");
  }
}
