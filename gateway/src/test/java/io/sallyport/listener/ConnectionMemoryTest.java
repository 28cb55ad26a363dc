package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.wire.TlsProvider;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// What a connection holds on to. Bytes are measured by the load tests; what can be said for sure
/// is said here.
final class ConnectionMemoryTest {
  private static EmbeddedChannel connected(ServedCertificate certificate) {
    SslHandler tls = certificate.context().newHandler(UnpooledByteBufAllocator.DEFAULT);
    return new EmbeddedChannel(tls);
  }

  @Test
  void theEngineOfAConnectionIsFreedWhenItCloses() {
    Assumptions.assumeTrue(OpenSsl.isAvailable());
    var certificate = ServedCertificate.of(Rig.LOCALHOST, TlsProvider.BORINGSSL);
    var channel = connected(certificate);
    var engine = channel.pipeline().get(SslHandler.class).engine();
    assertThat(ReferenceCountUtil.refCnt(engine)).isEqualTo(1);

    channel.close();

    assertThat(ReferenceCountUtil.refCnt(engine)).isZero();
    channel.finishAndReleaseAll();
  }

  @Test
  void aContextLivesAsLongAsAConnectionUsesIt() {
    Assumptions.assumeTrue(OpenSsl.isAvailable());
    var certificate = ServedCertificate.of(Rig.LOCALHOST, TlsProvider.BORINGSSL);
    var context = certificate.context();
    int unused = ReferenceCountUtil.refCnt(context);

    var channel = connected(certificate);
    assertThat(ReferenceCountUtil.refCnt(context)).isEqualTo(unused + 1);

    channel.finishAndReleaseAll();
    assertThat(ReferenceCountUtil.refCnt(context)).isEqualTo(unused);
  }

  @Test
  void nothingOfTheHandshakeStaysInThePipeline() throws Exception {
    try (var rig = Rig.start();
        var client = rig.h1()) {
      client.send("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");

      var connection = rig.edge.held.take().exchange.inbound().connection();

      assertThat(connection)
          .isInstanceOfSatisfying(
              ClientSocket.class,
              socket ->
                  assertThat(handlers(socket)).containsExactly("tls", "batch", "h1-decoder", "h1"));
    }
  }

  private static List<String> handlers(ClientSocket socket) {
    return List.copyOf(socket.channel.pipeline().toMap().keySet());
  }
}
