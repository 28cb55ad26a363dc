package io.sallyport.loadtest.work;

import io.sallyport.loadtest.process.Cores;
import io.sallyport.loadtest.proxy.Setup;
import io.sallyport.loadtest.proxy.Variant;

/// Works whose proxies are alive together. A stage begins with new processes and ends them.
public enum Stage {
  ONE_CORE("each proxy on one core, one worker"),
  FILTERED("routes with a filter of Spring Cloud Gateway"),
  SCALE("many routes, policies, tokens"),
  REDIS("limits counted in Redis"),
  TWO_CORES("each proxy on two cores, two workers; the generator shares them"),
  START("started anew each time, on two cores");

  private final String says;

  Stage(String says) {
    this.says = says;
  }

  public String says() {
    return says;
  }

  public Setup setup(Cores cores) {
    return switch (this) {
      case ONE_CORE -> new Setup(Variant.PLAIN, cores.onProxy(), 1);
      case FILTERED -> new Setup(Variant.FILTERED, cores.onProxy(), 1);
      case SCALE -> new Setup(Variant.LARGE, cores.onProxy(), 1);
      case REDIS -> new Setup(Variant.REDIS, cores.onProxy(), 1);
      case TWO_CORES, START -> new Setup(Variant.PLAIN, cores.onBoth(), 2);
    };
  }

  /// Where the generator of its works runs.
  public String generatorCores(Cores cores) {
    return switch (this) {
      case ONE_CORE, FILTERED, SCALE, REDIS, START -> cores.onOther();
      case TWO_CORES -> cores.onBoth();
    };
  }
}
