package io.sallyport.routing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A hash table whose keys are asked as a region of a longer text, so that a lookup copies nothing.
/// Open addressing with linear probing, at most half full. Immutable.
final class NameTable<V> {
  private final @Nullable String[] keys;
  private final List<@Nullable V> values;
  private final List<V> all;
  private final int mask;

  NameTable(Map<String, V> entries) {
    int capacity = Integer.highestOneBit(Math.max(1, entries.size()) * 4 - 1);
    this.mask = capacity - 1;
    this.keys = new @Nullable String[capacity];
    this.values = new ArrayList<>(Collections.nCopies(capacity, null));
    this.all = List.copyOf(entries.values());
    entries.forEach(
        (key, value) -> {
          int slot = spread(key.hashCode()) & mask;
          while (keys[slot] != null) {
            slot = (slot + 1) & mask;
          }
          keys[slot] = key;
          values.set(slot, value);
        });
  }

  /// The value of the key that `text` spells from `from` to before `to`; null when there is none.
  @Nullable V get(String text, int from, int to) {
    if (all.isEmpty()) {
      return null;
    }
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + text.charAt(i);
    }
    int length = to - from;
    int slot = spread(hash) & mask;
    for (String key = keys[slot]; key != null; key = keys[slot]) {
      if (key.length() == length && text.startsWith(key, from)) {
        return values.get(slot);
      }
      slot = (slot + 1) & mask;
    }
    return null;
  }

  List<V> values() {
    return all;
  }

  private static int spread(int hash) {
    return hash ^ (hash >>> 16);
  }
}
