package io.sallyport.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WriteBatchTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new WriteBatch());

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void smallWritesBecomeOneBuffer() {
    write("a", "bc", "def");

    channel.flush();

    assertThat(written()).containsExactly("abcdef");
  }

  @Test
  void nothingLeavesBeforeTheFlush() {
    write("a");

    assertThat(channel.outboundMessages()).isEmpty();
  }

  @Test
  void aLargeWritePassesByReferenceAndInItsPlace() {
    ByteBuf large = Unpooled.copiedBuffer("x".repeat(4096), US_ASCII);
    write("before");
    channel.write(large);
    write("after");

    channel.flush();

    assertThat(channel.outboundMessages().toArray()[1]).isSameAs(large);
    assertThat(written()).containsExactly("before", "x".repeat(4096), "after");
  }

  @Test
  void aBatchHoldsOneTlsRecord() {
    for (int i = 0; i < 9; i++) {
      write("y".repeat(2048));
    }

    channel.flush();

    assertThat(written().stream().map(String::length)).containsExactly(16 * 1024, 2048);
  }

  @Test
  void everyWriteIsToldThatItWasWritten() {
    List<ChannelPromise> promises = List.of(promised("a"), promised("b"), promised(""));
    assertThat(promises).noneMatch(ChannelPromise::isDone);

    channel.flush();

    assertThat(promises).allMatch(ChannelPromise::isSuccess);
  }

  @Test
  void closingWritesWhatIsHeld() {
    ChannelPromise promise = promised("last");

    channel.close();

    assertThat(written()).containsExactly("last");
    assertThat(promise.isSuccess()).isTrue();
  }

  @Test
  void whoWaitsWhenTheHandlerGoesIsTold() {
    ChannelPromise promise = promised("lost");

    channel.pipeline().remove(WriteBatch.class);

    assertThat(promise.cause()).isInstanceOf(ClosedChannelException.class);
  }

  /// As Netty's HTTP/2 does, which says GOAWAY when a reset could not be written.
  @Test
  void whatIsWrittenBecauseTheHandlerGoesIsLetGo() {
    WriteBatch batch = channel.pipeline().get(WriteBatch.class);
    var context = channel.pipeline().context(batch);
    ByteBuf more = Unpooled.copiedBuffer("goaway", US_ASCII);
    var told = channel.newPromise();
    channel
        .write(Unpooled.copiedBuffer("a", US_ASCII))
        .addListener(failed -> batch.write(context, more, told));

    channel.pipeline().remove(batch);

    assertThat(more.refCnt()).isZero();
    assertThat(told.cause()).isInstanceOf(java.nio.channels.ClosedChannelException.class);
  }

  private void write(String... texts) {
    for (String text : texts) {
      channel.write(Unpooled.copiedBuffer(text, US_ASCII), channel.voidPromise());
    }
  }

  private ChannelPromise promised(String text) {
    ChannelPromise promise = channel.newPromise();
    channel.write(Unpooled.copiedBuffer(text, US_ASCII), promise);
    return promise;
  }

  private List<String> written() {
    var texts = new ArrayList<String>();
    ByteBuf each;
    while ((each = channel.readOutbound()) != null) {
      texts.add(each.toString(US_ASCII));
      each.release();
    }
    return texts;
  }
}
