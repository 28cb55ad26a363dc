package io.sallyport.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class H2LoadOutputTest {
  private static final String OUTPUT =
      """
      starting benchmark...
      spawning thread #0: 32 total client(s). 60000 total requests
      TLS Protocol: TLSv1.3
      Cipher: TLS_AES_256_GCM_SHA384
      Server Temp Key: X25519 253 bits
      Application protocol: h2
      progress: 100% done

      finished in 2.40s, 25041.52 req/s, 26.43MB/s
      requests: 60000 total, 60000 started, 60000 done, 59990 succeeded, 10 failed, 2 errored, 1 timeout
      status codes: 59990 2xx, 3 3xx, 6 4xx, 4 5xx
      traffic: 63.33MB (66403234) total, 1.75MB (1838498) headers (space savings 84.15%), 58.59MB (61440000) data
                           min         max         mean         sd        +/- sd
      time for request:      123us     17.79ms      1.27ms       519us    80.97%
      """;

  @Test
  void whatH2loadSaysIsRead() {
    H2LoadOutput seen = H2LoadOutput.parse(OUTPUT);

    assertThat(seen).isEqualTo(new H2LoadOutput(25041.52, 59990, 6, 7, 3, 61440000, "h2"));
  }

  @Test
  void aLoadThatDidNotEndIsRefused() {
    assertThatThrownBy(() -> H2LoadOutput.parse("starting benchmark..."))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("starting benchmark");
  }
}
