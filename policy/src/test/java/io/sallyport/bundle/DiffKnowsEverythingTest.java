package io.sallyport.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.ForwardedIdentity;
import io.sallyport.policy.Policy;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a bundle is made of, as `diff` compares it. Whoever adds a part makes this fail, teaches
/// [BundleDiff] about it, and writes it here.
final class DiffKnowsEverythingTest {
  /// Each is in one of its lines, or in the whole of one of these, or follows from others
  /// (`inputs`), or is not what a bundle means (`sources`, `warnings`, `id`).
  private static final Set<String> KNOWN =
      Set.of(
          "Bundle: hosts id identities inputs limits policies routeList routes sources upstreams warnings",
          "Route: action host id inputs limits maxBody methods path policy requestHeaders"
              + " responseHeaders retry timeouts",
          "Forward: filters rewrite stream upstream",
          "Respond: body contentType status",
          "Stream: idle reauthorize",
          "Limit: burst id key per requests storeDown",
          "JwtIdentity: algorithms audiences clockSkew id issuer keys maxLifetime types",
          "ForwardedIdentity: audience claims lifetime",
          "Policy: allow audit authenticate baselineDeny besides deny forward fullAudit id require shadows");

  @Test
  void nothingIsForgotten() {
    for (Class<? extends Record> part :
        List.of(
            Bundle.class,
            Route.class,
            Route.Forward.class,
            Route.Respond.class,
            Route.Stream.class,
            Limit.class,
            JwtIdentity.class,
            ForwardedIdentity.class)) {
      known(
          part.getSimpleName(),
          Arrays.stream(part.getRecordComponents()).map(RecordComponent::getName));
    }
    known(
        "Policy",
        Arrays.stream(Policy.class.getDeclaredMethods())
            .filter(method -> method.getParameterCount() == 0 && !method.isSynthetic())
            .map(Method::getName));
  }

  private static void known(String type, Stream<String> parts) {
    String line =
        KNOWN.stream().filter(each -> each.startsWith(type + ": ")).findFirst().orElseThrow();
    Set<String> listed = Set.of(line.substring(type.length() + 2).split(" "));

    assertThat(listed).as(type).containsAll(parts.collect(Collectors.toCollection(TreeSet::new)));
  }
}
