package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// A stream that its client does not read costs bounded memory and holds up no other.
final class StalledStreamTest {
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int MOST = Integer.MAX_VALUE;
  private static final int ANSWER = 8 * 1024 * 1024;
  private static final int BOUND = 1024 * 1024;

  private static byte[] number(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static void window(H2Client client, int size) throws IOException {
    var setting = ByteBuffer.allocate(6).putShort((short) INITIAL_WINDOW_SIZE).putInt(size);
    client.frame(H2Client.SETTINGS, 0, 0, setting.array());
  }

  private static int readBody(H2Client client, int stream) throws IOException {
    int read = 0;
    for (H2Client.Frame frame = client.read(); ; frame = client.read()) {
      if (frame.stream() == stream && frame.type() == H2Client.DATA) {
        read += frame.payload().length;
        if (frame.ends()) {
          return read;
        }
      }
    }
  }

  @Test
  void aStreamWithoutWindowLeavesRoomForTheOthers() throws Exception {
    try (var rig = Rig.start();
        var client = new H2Client(rig.connect("h2"))) {
      window(client, 0);
      client.frame(H2Client.WINDOW_UPDATE, 0, 0, number(2 * ANSWER));
      client.get(1, "/big?" + ANSWER);
      assertThat(client.answer(1).status()).hasToString("200");

      client.get(3, "/big?1000000").frame(H2Client.WINDOW_UPDATE, 0, 3, number(1_000_000));

      assertThat(readBody(client, 3)).isEqualTo(1_000_000);
      assertThat(rig.edge.sent.get() - 1_000_000).isLessThan(BOUND);
      client.frame(H2Client.WINDOW_UPDATE, 0, 1, number(ANSWER));
      assertThat(readBody(client, 1)).isEqualTo(ANSWER);
    }
  }

  @Test
  void manyStreamsShareTheBoundOfTheirConnection() throws Exception {
    try (var rig = Rig.start();
        var client = new H2Client(rig.connect("h2"))) {
      window(client, MOST);
      for (int stream = 1; stream < 200; stream += 2) {
        client.get(stream, "/big?" + ANSWER);
      }
      // Its answer tells that all before it were begun.
      client.get(201, "/nothing");
      assertThat(client.answer(201).status()).hasToString("204");

      assertThat(rig.edge.sent.get()).isLessThan(4 * BOUND);
    }
  }
}
