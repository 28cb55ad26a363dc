package io.sallyport.demo;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/// A demo that runs in another process of the same person, found by its state folder.
public final class RunningDemo {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path state;

  public RunningDemo(Path state) {
    this.state = state;
  }

  /// What is asked of a zone.
  public enum ZoneWish {
    UP("POST", "up"),
    DOWN("POST", "down"),
    STATUS("GET", "status");

    private final String method;
    private final String word;

    ZoneWish(String method, String word) {
      this.method = method;
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /// Takes a zone down or up, or only looks.
  ///
  /// @return how its backends are now, one line for each
  /// @throws DemoProblem when no demo runs or there is no such zone
  public String zone(String name, ZoneWish wish) throws DemoProblem {
    return ask(wish.method, "/zones/" + name + "/" + wish.word);
  }

  /// A fresh token.
  ///
  /// @throws DemoProblem when no demo runs or it knows nobody of that name
  public String token(String person) throws DemoProblem {
    return ask("POST", "/tokens/" + person);
  }

  private String ask(String method, String path) throws DemoProblem {
    if (!path.matches("[a-z0-9/-]+")) {
      throw new DemoProblem("names are lower-case letters and digits");
    }
    var control = ControlFile.Contents.read(ControlFile.in(state));
    var uri = URI.create("http://127.0.0.1:" + control.port() + path);
    var request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .header("Authorization", control.authorization())
            .method(method, BodyPublishers.noBody())
            .build();
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var answer = client.send(request, BodyHandlers.ofString());
      var text = answer.body().stripTrailing();
      if (answer.statusCode() != 200) {
        throw new DemoProblem(text);
      }
      return text;
    } catch (ConnectException e) {
      throw new DemoProblem("the demo of this folder has ended; start one: ./sallyport demo", e);
    } catch (IOException e) {
      throw new DemoProblem("the demo does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoProblem("interrupted", e);
    }
  }
}
