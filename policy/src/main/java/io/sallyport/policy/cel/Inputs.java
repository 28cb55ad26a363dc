package io.sallyport.policy.cel;

import io.sallyport.policy.AccessRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the variables that rules read, as plain JDK values, for the audit record.
public final class Inputs {
  private final Map<String, DataValue> data;

  Inputs(Map<String, DataValue> data) {
    this.data = data;
  }

  /// The value of an input such as `request.query.tenant`: null when absent, a list when the name
  /// came more than once. Never a credential.
  public @Nullable Object read(String input, AccessRequest request) {
    return data.get(input + request);
  }
}
