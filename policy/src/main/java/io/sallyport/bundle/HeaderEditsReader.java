package io.sallyport.bundle;

import io.sallyport.bundle.format.Section;
import io.sallyport.bundle.format.Value;
import io.sallyport.bundle.source.Findings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads which header fields a route sets and removes.
final class HeaderEditsReader {
  private final Findings findings;

  HeaderEditsReader(Findings findings) {
    this.findings = findings;
  }

  /// @param direction `request` or `response`
  Route.HeaderEdits read(@Nullable Section headers, String direction) {
    Section edits = headers == null ? null : headers.section(direction);
    if (edits == null) {
      return Route.HeaderEdits.NONE;
    }
    List<Route.HeaderEdits.Field> set = new ArrayList<>();
    Section fields = edits.section("set");
    if (fields != null) {
      fields
          .entries()
          .forEach(
              (name, entry) -> {
                FieldNames.refusal(name)
                    .ifPresent(why -> findings.problem(entry.key().place(), field(name, why)));
                if (entry.value() instanceof Value.Leaf value) {
                  if (!FieldNames.isValue(value.text())) {
                    findings.problem(
                        value.place(),
                        "the value of '%s' must be printable ASCII without spaces around it"
                            .formatted(name));
                  }
                  set.add(new Route.HeaderEdits.Field(name, value.text()));
                }
              });
    }
    Set<String> remove = new LinkedHashSet<>();
    for (Value.Leaf leaf : edits.leaves("remove")) {
      FieldNames.refusal(leaf.text())
          .ifPresent(why -> findings.problem(leaf.place(), field(leaf.text(), why)));
      if (!remove.add(leaf.text())) {
        findings.problem(leaf.place(), "'%s' is there twice".formatted(leaf.text()));
      }
    }
    return new Route.HeaderEdits(set, List.copyOf(remove));
  }

  private static String field(String name, String why) {
    return "header field '%s' %s".formatted(name, why);
  }
}
