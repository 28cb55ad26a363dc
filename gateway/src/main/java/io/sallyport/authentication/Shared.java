package io.sallyport.authentication;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/// Things that live as long as somebody uses them. Not thread-safe.
final class Shared<K, V> {
  private final Map<K, Counted<V>> things = new HashMap<>();

  /// The one thing of this key; made when nobody uses it yet.
  V acquire(K key, Function<K, V> make) {
    Counted<V> counted = things.get(key);
    if (counted == null) {
      counted = new Counted<>(make.apply(key));
      things.put(key, counted);
    }
    counted.users++;
    return counted.thing;
  }

  /// One user less; the last one ends it.
  void release(K key, Consumer<V> end) {
    Counted<V> counted = things.get(key);
    if (counted != null && --counted.users == 0) {
      things.remove(key);
      end.accept(counted.thing);
    }
  }

  private static final class Counted<V> {
    final V thing;
    int users;

    Counted(V thing) {
      this.thing = thing;
    }
  }
}
