package io.sallyport.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sallyport.authentication.BearerTokens;

/// Shows what authentication costs, and whether issuers give their keys.
public final class TokenMeters {
  private TokenMeters() {}

  /// Makes the meters; they read when they are scraped.
  public static void register(MeterRegistry registry, BearerTokens tokens) {
    FunctionCounter.builder("sallyport.token.checks", tokens, BearerTokens::signatureChecks)
        .description("Signatures checked: tokens that were not known already")
        .register(registry);
    Gauge.builder("sallyport.token.remembered", tokens, BearerTokens::remembered)
        .description("Verified tokens that are remembered, about")
        .register(registry);
    FunctionCounter.builder("sallyport.key.fetches", tokens, BearerTokens::keyFetchesThatSucceeded)
        .description("Fetches of issuers' keys, by outcome")
        .tag("outcome", "fetched")
        .register(registry);
    FunctionCounter.builder("sallyport.key.fetches", tokens, BearerTokens::keyFetchesThatFailed)
        .description("Fetches of issuers' keys, by outcome")
        .tag("outcome", "failed")
        .register(registry);
  }
}
