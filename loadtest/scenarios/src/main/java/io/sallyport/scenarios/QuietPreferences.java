package io.sallyport.scenarios;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.prefs.AbstractPreferences;
import java.util.prefs.Preferences;
import java.util.prefs.PreferencesFactory;
import org.jspecify.annotations.Nullable;

/// Preferences that live as long as the process. Gatling asks Maven Central for its newest release
/// unless its preferences say that it did so lately; here they say so, and name an old one. A load
/// test talks to its target only. Nothing is written below the operator's home either.
public final class QuietPreferences implements PreferencesFactory {
  /// For the Java runtime.
  public QuietPreferences() {}

  static void install() {
    System.setProperty(PreferencesFactory.class.getName(), QuietPreferences.class.getName());
  }

  @Override
  public Preferences systemRoot() {
    return Root.NODE;
  }

  @Override
  public Preferences userRoot() {
    return Root.NODE;
  }

  /// On its own, since the first preference of a process decides which factory is asked: none is
  /// made before the factory is installed.
  private static final class Root {
    static final Preferences NODE = new Node(null, "");

    static {
      // The time lies ahead, so that it is lately however long the run takes.
      var gatling = NODE.node("/io/gatling/latestVersion");
      gatling.putLong("lastCheckTimestamp", Long.MAX_VALUE);
      gatling.putBoolean("lastCheckSuccess", true);
      gatling.put("latestReleaseNumber", "3.0.0");
      gatling.put("latestReleaseDate", "2018-10-23T00:00:00Z");
    }
  }

  private static final class Node extends AbstractPreferences {
    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final Map<String, Node> children = new ConcurrentHashMap<>();

    Node(@Nullable AbstractPreferences parent, String name) {
      super(parent, name);
    }

    @Override
    protected void putSpi(String key, String value) {
      values.put(key, value);
    }

    @Override
    protected @Nullable String getSpi(String key) {
      return values.get(key);
    }

    @Override
    protected void removeSpi(String key) {
      values.remove(key);
    }

    @Override
    protected void removeNodeSpi() {
      values.clear();
    }

    @Override
    protected String[] keysSpi() {
      return values.keySet().toArray(String[]::new);
    }

    @Override
    protected String[] childrenNamesSpi() {
      return children.keySet().toArray(String[]::new);
    }

    @Override
    protected AbstractPreferences childSpi(String name) {
      return children.computeIfAbsent(name, child -> new Node(this, child));
    }

    @Override
    protected void syncSpi() {}

    @Override
    protected void flushSpi() {}
  }
}
