package io.sallyport.scenarios;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One read by each caller before the load begins. A wrong token or an unknown certificate is found
/// by one request and not by thousands.
final class Preflight {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Preflight() {}

  /// @return what is wrong, by caller; empty: nothing
  static List<String> problems(Plan plan) throws InterruptedException {
    var problems = new ArrayList<String>();
    try (var client =
        HttpClient.newBuilder()
            .sslContext(plan.trust().context())
            .connectTimeout(PATIENCE)
            .build()) {
      for (int i = 0; i < plan.readers().size(); i++) {
        var reader = plan.readers().get(i);
        var request = HttpRequest.newBuilder(plan.target().with(reader.path())).timeout(PATIENCE);
        reader.authorization().ifPresent(value -> request.header("authorization", value));
        try {
          var status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
          if (!plan.expectedStatuses().contains(status)) {
            problems.add("caller %d, GET %s: answered %d".formatted(i + 1, reader, status));
          }
        } catch (IOException e) {
          problems.add("caller %d, GET %s: %s".formatted(i + 1, reader, e));
        }
      }
    }
    return problems;
  }
}
