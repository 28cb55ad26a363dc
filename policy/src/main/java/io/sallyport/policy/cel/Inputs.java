package io.sallyport.policy.cel;

import io.sallyport.identity.Caller;
import io.sallyport.policy.AccessRequest;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the variables that rules read, as plain JDK values, for the audit record.
public final class Inputs {
  /// Query parameters that people put credentials in, although nobody should: a regular expression,
  /// whatever the case. Their values are neither recorded nor shown.
  public static final String SECRET_PARAMETERS =
      "access_token|id_token|refresh_token|token|code|client_secret|password|api_?key|jwt";

  /// What stands in the place of a secret.
  public static final String MASKED = "***";

  private static final Pattern SECRET =
      Pattern.compile(SECRET_PARAMETERS, Pattern.CASE_INSENSITIVE);

  private final Map<String, DataValue> data;

  Inputs(Map<String, DataValue> data) {
    this.data = data;
  }

  /// The bundle's values, by name.
  public Map<String, DataValue> data() {
    return data;
  }

  /// The value of an input such as `request.query.tenant`: null when absent, a list when the name
  /// came more than once. Never a credential. Never throws.
  public @Nullable Object read(String input, AccessRequest request) {
    if (input.startsWith("request.query.")) {
      String name = rest(input, "request.query.");
      Object value = oneOrAll(request.target().query().all(name));
      return value != null && isSecret(name) ? MASKED : value;
    }
    if (input.startsWith("request.headers.")) {
      String name = rest(input, "request.headers.");
      return Variables.CREDENTIAL_FIELDS.contains(name)
          ? null
          : oneOrAll(request.headers().all(name));
    }
    if (input.startsWith("request.pathParameters.")) {
      return request.variables().get(rest(input, "request.pathParameters."));
    }
    if (input.startsWith("caller.claims.")) {
      return request.caller() instanceof Caller.Identified caller
          ? caller.claims().get(rest(input, "caller.claims."))
          : null;
    }
    if (input.startsWith("data.")) {
      DataValue value = data.get(rest(input, "data."));
      return value == null ? null : value.value();
    }
    int dot = input.indexOf('.');
    ByName root = dot < 0 ? null : new Variables(request, Map.of()).root(input.substring(0, dot));
    return root == null ? null : plain(root.get(input.substring(dot + 1)));
  }

  /// Whether a query parameter's values are secrets, by its name.
  static boolean isSecret(String parameter) {
    return SECRET.matcher(parameter).matches();
  }

  private static @Nullable Object oneOrAll(List<String> values) {
    return switch (values.size()) {
      case 0 -> null;
      case 1 -> values.getFirst();
      default -> values;
    };
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case InetAddress address -> address.getHostAddress();
      case Instant time -> time.toString();
      // Only asked for a name, never as a whole.
      case ByName _ -> null;
      case null, default -> value;
    };
  }

  private static String rest(String input, String prefix) {
    return input.substring(prefix.length());
  }
}
