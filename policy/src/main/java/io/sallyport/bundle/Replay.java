package io.sallyport.bundle;

import io.sallyport.identity.Caller;
import io.sallyport.policy.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Judges recorded requests by two bundles and keeps what comes out otherwise, by rule. Limits,
/// credentials and backends have no part in it: a token that one bundle's identity takes is taken
/// by the other's of the same id.
///
/// Its size is bounded by the rules and routes of the two bundles. For one thread.
public final class Replay {
  private final Bundle before;
  private final Bundle after;
  private final Map<List<String>, Group> changed = new LinkedHashMap<>();
  private final Map<List<String>, Group> undecidable = new LinkedHashMap<>();
  private long judged;
  private long same;

  public Replay(Bundle before, Bundle after) {
    this.before = before;
    this.after = after;
  }

  /// Requests that come out otherwise in the same way.
  ///
  /// @param what `now admitted`, `now refused`, `refused otherwise`, `undecidable`
  /// @param change from which answer to which, or what is not known
  /// @param example one of them, in short
  public record Group(String what, String change, long count, String example) {}

  /// Judges one request. Never throws.
  public void judge(Recorded recorded) {
    judged++;
    Bundle maker =
        Stream.of(before, after)
            .filter(bundle -> bundle.shortId().equals(recorded.bundle()))
            .findFirst()
            .orElse(null);
    switch (recorded.judge(before, maker)) {
      case Recorded.Undecidable(String why) -> undecidable(recorded, why + " (by the old bundle)");
      case Recorded.Decided(Ruling old) -> {
        switch (recorded.judge(after, maker)) {
          case Recorded.Undecidable(String why) -> undecidable(recorded, why);
          case Recorded.Decided(Ruling young) -> compare(recorded, old, young);
        }
      }
    }
  }

  private void compare(Recorded recorded, Ruling old, Ruling young) {
    String what = what(old, young);
    if (what.isEmpty()) {
      same++;
    } else {
      add(
          changed,
          what,
          Comparison.describe(old) + "  ->  " + Comparison.describe(young),
          recorded);
    }
  }

  private static String what(Ruling old, Ruling young) {
    boolean was = old instanceof Ruling.Admitted;
    boolean is = young instanceof Ruling.Admitted;
    if (was != is) {
      return is ? "now admitted" : "now refused";
    }
    return reason(old).equals(reason(young)) ? "" : "refused otherwise";
  }

  private static Optional<Reason> reason(Ruling ruling) {
    return ruling instanceof Ruling.Refused refused
        ? Optional.of(refused.reason())
        : Optional.empty();
  }

  private void undecidable(Recorded recorded, String why) {
    add(undecidable, "undecidable", why, recorded);
  }

  private static void add(
      Map<List<String>, Group> groups, String what, String change, Recorded recorded) {
    groups.merge(
        List.of(what, change),
        new Group(what, change, 1, example(recorded)),
        (had, _) -> new Group(what, change, had.count() + 1, had.example()));
  }

  private static String example(Recorded recorded) {
    String who =
        switch (recorded.caller()) {
          case null -> "";
          case Caller.Anonymous _ -> " by nobody in particular";
          case Caller.Identified caller -> " by " + caller.subject();
        };
    return "decision %s: %s %s%s%s"
        .formatted(recorded.decision(), recorded.method(), recorded.host(), recorded.target(), who);
  }

  /// How many requests were judged, among them those that come out the same.
  public long judged() {
    return judged;
  }

  public long same() {
    return same;
  }

  /// What comes out otherwise, the most frequent first.
  public List<Group> changed() {
    return byCount(changed);
  }

  /// What cannot be told, the most frequent first.
  public List<Group> undecidable() {
    return byCount(undecidable);
  }

  private static List<Group> byCount(Map<List<String>, Group> groups) {
    List<Group> sorted = new ArrayList<>(groups.values());
    sorted.sort(Comparator.comparingLong(Group::count).reversed().thenComparing(Group::change));
    return sorted;
  }
}
