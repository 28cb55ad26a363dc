package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder.SensitivityDetector;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Heads with a token that came before, beside Netty's decoder, which reads each in full.
final class H2HeadDecoderTest {
  private static final ListenerSettings.Bounds BOUNDS = ListenerSettings.Bounds.DEFAULT;
  private static final SensitivityDetector NEVER_INDEXED =
      (name, _) -> "authorization".contentEquals(name);

  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder(NEVER_INDEXED);
  private final H2HeadDecoder decoder = new H2HeadDecoder(BOUNDS);
  private final DefaultHttp2HeadersDecoder netty = new DefaultHttp2HeadersDecoder(false, 1 << 20);

  @Test
  void aTokenThatCameBeforeIsTheSameText() throws Exception {
    H2Head first = head(request("/a", "Bearer one"));
    H2Head second = head(request("/b", "Bearer one"));

    assertThat(second.fields().get("authorization")).isEqualTo("Bearer one");
    assertThat((Object) second.authorization()).isSameAs(first.authorization());
    assertThat(second.knownPath()).isEqualTo("/b");
    assertThat(second.request()).isInstanceOf(H2Head.Understood.class);
  }

  @Test
  void anotherTokenIsRead() throws Exception {
    for (String token : List.of("Bearer one", "Bearer two", "Bearer one", "Bearer one!")) {
      assertThat(head(request("/", token)).fields().getAll("authorization")).containsExactly(token);
    }
  }

  @Test
  void aPseudoHeaderAfterTheTokenIsAsWrongTheSecondTime() throws Exception {
    for (int time = 0; time < 3; time++) {
      var headers = new DefaultHttp2Headers(false, 4);
      headers.method("GET").scheme("https").authority("localhost");
      ByteBuf block = coded(headers);
      block.writeBytes(coded(new DefaultHttp2Headers(false, 1).add("authorization", "Bearer one")));
      block.writeBytes(coded(new DefaultHttp2Headers(false, 1).path("/")));

      assertThat(((H2Head) decoder.decodeHeaders(3, block)).request())
          .isInstanceOfSatisfying(
              H2Head.Refused.class,
              refused -> assertThat(refused.detail()).contains("after other fields"));
    }
  }

  @Test
  void tokensCountTowardsTheBoundEachTime() throws Exception {
    String half = "Bearer " + "x".repeat(BOUNDS.headerBytes() / 2 - 40);
    for (int time = 0; time < 3; time++) {
      assertThat(head(request("/", half)).request()).isInstanceOf(H2Head.Understood.class);
      Http2Headers twice = request("/", half).add("authorization", half);
      assertThat(head(twice).request()).isInstanceOf(H2Head.Refused.class);
    }
  }

  @Test
  void whatIsWrongWithATokenIsNotForgotten() throws Exception {
    for (int time = 0; time < 3; time++) {
      assertThat(head(request("/", "Bearer \u0001")).request()).isInstanceOf(H2Head.Refused.class);
    }
  }

  @Test
  void aLongTokenIsReadEachTime() throws Exception {
    String token = "Bearer " + "x".repeat(2 * H2HeadDecoder.LONGEST_REMEMBERED);
    H2Head first = head(request("/", token));
    H2Head second = head(request("/", token));

    assertThat(second.fields().get("authorization")).isEqualTo(token);
    assertThat((Object) second.authorization()).isNotSameAs(first.authorization());
  }

  @Test
  void aTokenIsFoundAmongFieldsOfEveryKind() throws Exception {
    for (int time = 0; time < 3; time++) {
      Http2Headers headers =
          request("/" + "long".repeat(100), "Bearer one")
              .add("x-" + "n".repeat(300), "v".repeat(300))
              .add("authorization", "Basic two");
      H2Head head = head(headers);
      assertThat(head.fields().getAll("authorization")).containsExactly("Bearer one", "Basic two");
      assertThat(head.fields().get("x-" + "n".repeat(300))).isEqualTo("v".repeat(300));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyConnectionReadsWhatNettyReads(long seed) throws Exception {
    var random = new Random(seed);
    for (int request = 0; request < 400; request++) {
      ByteBuf block = coded(randomFields(random));
      var expected = netty.decodeHeaders(3, block.duplicate());
      var head = (H2Head) decoder.decodeHeaders(3, block);

      assertThat(block.isReadable()).isFalse();
      assertThat(head.fields().getAll("authorization"))
          .isEqualTo(texts(expected.getAll("authorization")));
      assertThat(head.fields().getAll("x-a")).isEqualTo(texts(expected.getAll("x-a")));
      assertThat(head.knownPath()).isEqualTo(String.valueOf(expected.path()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatIsNotHpackFailsAsItFailsInNetty(long seed) throws Exception {
    var random = new Random(seed);
    byte[] sound = ByteBufUtil.getBytes(coded(request("/path", "Bearer one")));
    for (int time = 0; time < 2000; time++) {
      var ours = new H2HeadDecoder(BOUNDS);
      var theirs = new DefaultHttp2HeadersDecoder(false, 1 << 20);
      ours.decodeHeaders(3, Unpooled.copiedBuffer(sound));
      theirs.decodeHeaders(3, Unpooled.copiedBuffer(sound));
      byte[] damaged = sound.clone();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(damaged.length) + 1;

      assertThat(outcome(ours, Unpooled.copiedBuffer(damaged, 0, length)))
          .as(HexFormat.of().formatHex(damaged, 0, length))
          .isEqualTo(outcome(theirs, Unpooled.copiedBuffer(damaged, 0, length)));
    }
  }

  private static String outcome(DefaultHttp2HeadersDecoder decoder, ByteBuf block) {
    try {
      decoder.decodeHeaders(3, block);
      return "decoded, left " + block.readableBytes();
    } catch (Http2Exception e) {
      return String.valueOf(e.error());
    }
  }

  private static Http2Headers randomFields(Random random) {
    Http2Headers headers = request("/" + random.nextInt(20), "Bearer " + random.nextInt(3));
    if (random.nextInt(4) == 0) {
      headers.remove("authorization");
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      headers.add("x-a", "value-" + random.nextInt(30));
    }
    if (random.nextInt(4) == 0) {
      headers.add("authorization", "Basic " + "y".repeat(random.nextInt(1, 300)));
    }
    return headers;
  }

  private static Http2Headers request(String path, String authorization) {
    return new DefaultHttp2Headers(false, 8)
        .method("GET")
        .scheme("https")
        .authority("localhost")
        .path(path)
        .add("authorization", authorization);
  }

  private H2Head head(Http2Headers headers) throws Http2Exception {
    return (H2Head) decoder.decodeHeaders(3, coded(headers));
  }

  private ByteBuf coded(Http2Headers headers) throws Http2Exception {
    ByteBuf block = Unpooled.buffer();
    encoder.encodeHeaders(3, headers, block);
    return block;
  }

  private static List<String> texts(List<CharSequence> values) {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(value.toString()));
    return texts;
  }
}
