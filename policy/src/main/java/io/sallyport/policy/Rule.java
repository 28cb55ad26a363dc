package io.sallyport.policy;

import java.util.Objects;

/// One line of a policy: an id that people know it by, and when it matches.
public record Rule(String id, Condition when) {
  public Rule {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(when, "when");
  }
}
