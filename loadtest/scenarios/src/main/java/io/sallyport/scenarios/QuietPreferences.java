package io.sallyport.scenarios;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.prefs.AbstractPreferences;
import java.util.prefs.Preferences;
import java.util.prefs.PreferencesFactory;
import org.jspecify.annotations.Nullable;

/// Preferences that live as long as the process. Gatling asks Maven Central for its newest release
/// unless its preferences say that it did so lately; here they say so, and a load test talks to its
/// target only. Nothing is written below the operator's home either.
public final class QuietPreferences implements PreferencesFactory {
  private static final Preferences ROOT = new Node(null, "");

  static {
    var gatling = ROOT.node("/io/gatling/latestVersion");
    gatling.putLong("lastCheckTimestamp", System.currentTimeMillis());
    gatling.putBoolean("lastCheckSuccess", false);
  }

  /// For the Java runtime.
  public QuietPreferences() {}

  static void install() {
    System.setProperty(PreferencesFactory.class.getName(), QuietPreferences.class.getName());
  }

  @Override
  public Preferences systemRoot() {
    return ROOT;
  }

  @Override
  public Preferences userRoot() {
    return ROOT;
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
