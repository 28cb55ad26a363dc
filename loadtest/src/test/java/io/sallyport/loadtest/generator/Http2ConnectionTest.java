package io.sallyport.loadtest.generator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Http2ConnectionTest {
  private static final String SETTINGS = "000000 04 00 00000000";
  private static final String SETTINGS_ACK = "000000 04 01 00000000";

  private final RecordedWork work = new RecordedWork();
  private final Http2Connection connection =
      new Http2Connection(
          work, new FieldBlock(new Target(1, "localhost", "/x", Protocol.H2, List.of(), 200)), 10);
  private final EmbeddedChannel channel = new EmbeddedChannel(connection);

  @BeforeEach
  void greet() {
    connection.greet();
    connection.flush();
    channel.releaseOutbound();
  }

  @AfterEach
  void releaseEverything() {
    channel.finishAndReleaseAll();
  }

  @Test
  void isOpenWhenBothSettingsAreExchanged() {
    receive(SETTINGS);
    assertThat(work.heard).isEmpty();

    receive(SETTINGS_ACK);

    assertThat(work.heard).containsExactly("opened");
    assertThat(sent()).isEqualTo(hex(SETTINGS_ACK));
  }

  @Test
  void asksNoMoreStreamsThanTheServerAllows() {
    receive("000006 04 00 00000000 0003 00000002");
    receive(SETTINGS_ACK);
    connection.ask(new Exchange());
    assertThat(connection.hasRoom()).isTrue();

    connection.ask(new Exchange());

    assertThat(connection.hasRoom()).isFalse();
  }

  @Test
  void namesItsFieldsByIndexFromTheSecondRequestOn() {
    open();
    connection.ask(new Exchange());
    connection.ask(new Exchange());
    connection.flush();

    assertThat(sent())
        .isEqualTo(
            hex(
                "000011 01 05 00000001 82 87 41 09 6c6f63616c686f7374 44 02 2f78"
                    + "000004 01 05 00000003 82 87 bf be"));
  }

  @Test
  void indexesNothingForAServerWithoutATable() {
    receive("000006 04 00 00000000 0001 00000000");
    receive(SETTINGS_ACK);
    channel.releaseOutbound();
    connection.ask(new Exchange());
    connection.flush();

    assertThat(sent())
        .isEqualTo(hex("000012 01 05 00000001 20 82 87 01 09 6c6f63616c686f7374 04 02 2f78"));
  }

  @Test
  void hearsAnAnswerInManyPieces() {
    open();
    connection.ask(new Exchange());
    // An interim answer, the head in two frames, data in two, trailers.
    String answer =
        "000005 01 04 00000001 08 03 313033"
            + "000001 01 00 00000001 88"
            + "000003 09 04 00000001 0f 0d 00"
            + "000002 00 00 00000001 6869"
            + "000001 00 00 00000001 21"
            + "000004 01 05 00000001 00 01 78 00";
    byte[] bytes = hex(answer);

    for (byte one : bytes) {
      assertThat(work.heard).containsExactly("opened");
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {one}));
    }

    assertThat(work.heard).containsExactly("opened", "answered 200");
  }

  @Test
  void hearsAStatusThatIsInTheDynamicTable() {
    open();
    connection.ask(new Exchange());
    connection.ask(new Exchange());

    receive("000005 01 05 00000001 48 03 343239");
    receive("000001 01 05 00000003 be");

    assertThat(work.heard).containsExactly("opened", "answered 429", "answered 429");
  }

  @Test
  void losesAStreamThatIsReset() {
    open();
    connection.ask(new Exchange());

    receive("000004 03 00 00000001 00000002");

    assertThat(work.heard).containsExactly("opened", "lost");
  }

  @Test
  void resetsAStreamThatIsAbandonedAndIgnoresItsAnswer() {
    open();
    var exchange = new Exchange();
    connection.ask(exchange);
    connection.flush();
    channel.releaseOutbound();

    connection.abandon(exchange);
    receive("000001 01 05 00000001 88");

    assertThat(sent()).isEqualTo(hex("000004 03 00 00000001 00000008"));
    assertThat(work.heard).containsExactly("opened");
  }

  @Test
  void asksAgainWhatAServerThatGoesAwayHasNotSeen() {
    open();
    connection.ask(new Exchange());
    connection.ask(new Exchange());

    receive("000008 07 00 00000000 00000001 00000000");
    assertThat(connection.hasRoom()).isFalse();
    receive("000001 01 05 00000001 88");

    assertThat(work.heard)
        .containsExactly("opened", "again", "answered 200", "closed: the server went away");
  }

  @Test
  void answersAPing() {
    open();

    receive("000008 06 00 00000000 0102030405060708");

    assertThat(sent()).isEqualTo(hex("000008 06 01 00000000 0102030405060708"));
  }

  @Test
  void losesEverythingWhenTheServerBreaksTheProtocol() {
    open();
    connection.ask(new Exchange());

    receive("ffffff 00 00 00000001");

    assertThat(work.heard).containsExactly("opened", "lost", "closed: a frame of 16777215 bytes");
  }

  private void open() {
    receive(SETTINGS);
    receive(SETTINGS_ACK);
    channel.releaseOutbound();
  }

  private void receive(String hex) {
    channel.writeInbound(Unpooled.wrappedBuffer(hex(hex)));
  }

  private byte[] sent() {
    ByteBuf all = Unpooled.buffer();
    while (channel.readOutbound() instanceof ByteBuf one) {
      all.writeBytes(one);
      one.release();
    }
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes);
    return bytes;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }
}
