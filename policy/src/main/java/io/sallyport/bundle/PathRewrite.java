package io.sallyport.bundle;

import java.util.List;
import java.util.Map;

/// A path template such as `/orders/{**}`, compiled to its pieces.
///
/// @param pieces literals and variable names in turn: even positions are literals, odd ones names
public record PathRewrite(List<String> pieces) {

  public PathRewrite {
    pieces = List.copyOf(pieces);
  }

  /// The template as it was written.
  public String template() {
    StringBuilder template = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      String piece = pieces.get(i);
      template.append(i % 2 == 0 ? piece : '{' + piece + '}');
    }
    return template.toString();
  }

  /// The path that the backend gets.
  public String apply(Map<String, String> variables) {
    StringBuilder path = new StringBuilder(64);
    for (int i = 0; i < pieces.size(); i++) {
      String piece = pieces.get(i);
      path.append(i % 2 == 0 ? piece : variables.getOrDefault(piece, ""));
    }
    return path.toString();
  }
}
