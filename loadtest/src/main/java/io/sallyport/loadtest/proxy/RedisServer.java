package io.sallyport.loadtest.proxy;

import java.util.List;

/// A Redis for one run: on the loopback, nothing kept.
public final class RedisServer {
  private RedisServer() {}

  public static List<String> command(Site site) {
    return List.of(
        "redis-server",
        "--port",
        String.valueOf(site.redisPort()),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        site.folder().toString());
  }
}
