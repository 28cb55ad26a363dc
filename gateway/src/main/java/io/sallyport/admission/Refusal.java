package io.sallyport.admission;

import io.sallyport.limits.Allowance;
import io.sallyport.policy.Reason;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// No.
///
/// @param detail for logs and audit, never for the caller
/// @param allowed for `method-not-allowed`: what `Allow` says
/// @param exhausted for `limited`: what the RateLimit fields and `Retry-After` say
public record Refusal(
    Reason reason,
    String detail,
    Considered considered,
    Set<String> allowed,
    Allowance.@Nullable Exhausted exhausted)
    implements Verdict {

  public Refusal {
    Objects.requireNonNull(reason, "reason");
    allowed = Set.copyOf(allowed);
  }

  public Refusal(Reason reason, String detail, Considered considered) {
    this(reason, detail, considered, Set.of(), null);
  }
}
