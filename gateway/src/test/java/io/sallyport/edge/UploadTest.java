package io.sallyport.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.RawBackend;
import io.sallyport.testing.TestBundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bodies on their way to a backend that takes its time.
@Timeout(60)
final class UploadTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MIB = 1 << 20;

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aSlowBackendOfALargeUploadCostsBoundedMemory(HttpClient.Version version) throws Exception {
    int pieces = 100;
    CountDownLatch go = new CountDownLatch(1);
    try (var backend =
            RawBackend.start(
                connection -> {
                  connection.head();
                  await(go);
                  readToLastChunk(connection.in());
                  connection.say(OK);
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()));
        HttpClient client = gateway.client(version)) {
      long directBefore = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
      var answer =
          client.sendAsync(
              HttpRequest.newBuilder(gateway.uri("/"))
                  .POST(BodyPublishers.ofByteArrays(Collections.nCopies(pieces, new byte[MIB])))
                  .build(),
              BodyHandlers.ofString());
      long held = whatIsHeldAtStandstill(gateway);
      long direct = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - directBefore;
      go.countDown();

      assertThat(held).isLessThan(MIB / 2);
      assertThat(direct).isLessThan(16 * MIB);
      assertThat(answer.get(50, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(gateway.audit().first(any -> true).bytesIn()).isEqualTo((long) pieces * MIB);
      assertThat(gateway.listener().bytesInFlight()).isZero();
    }
  }

  /// Nothing but framing is left to send then, and it must not wait for more.
  @Test
  void theEndOfAChunkedBodyMayComeAlone() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    try (var backend =
            RawBackend.start(
                connection -> {
                  connection.head();
                  connection.until("hello\r\n");
                  arrived.countDown();
                  connection.until("0\r\n\r\n");
                  connection.say(OK);
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()));
        var client = gateway.connect("http/1.1")) {
      var out = client.getOutputStream();
      out.write(
          """
          POST / HTTP/1.1
          Host: localhost
          Transfer-Encoding: chunked
          Connection: close

          5
          hello
          """
              .replace("\n", "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();
      out.write(LAST_CHUNK);

      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 ");
    }
  }

  private static void readToLastChunk(InputStream in) throws IOException {
    byte[] piece = new byte[64 * 1024];
    int kept = 0;
    while (!endsWithLastChunk(piece, kept)) {
      // The end may come in pieces: what could be its beginning stays in front.
      int tail = Math.min(kept, LAST_CHUNK.length - 1);
      System.arraycopy(piece, kept - tail, piece, 0, tail);
      int read = in.read(piece, tail, piece.length - tail);
      if (read < 0) {
        throw new IOException("the body ended early");
      }
      kept = tail + read;
    }
  }

  private static boolean endsWithLastChunk(byte[] piece, int length) {
    return length >= LAST_CHUNK.length
        && Arrays.equals(
            piece, length - LAST_CHUNK.length, length, LAST_CHUNK, 0, LAST_CHUNK.length);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Bytes of bodies in the gateway when they have come to stand still.
  private static long whatIsHeldAtStandstill(GatewayUnderTest gateway) throws InterruptedException {
    long last = 0;
    int still = 0;
    for (int i = 0; i < 200; i++) {
      long now = gateway.listener().bytesInFlight();
      still = now > 0 && now == last ? still + 1 : 0;
      if (still == 10) {
        return now;
      }
      last = now;
      Thread.sleep(50);
    }
    throw new AssertionError("never stands still: " + last);
  }
}
