package io.sallyport.loadtest.generator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.collection.IntObjectHashMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// HTTP/2 (RFC 9113) with as many streams at a time as it is told and the server allows. Windows
/// are as wide as they go, so that it is never the client that slows an answer down.
final class Http2Connection extends Connection {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FRAME_HEAD = 9;
  private static final int LARGEST_FRAME = 16 * 1024;
  private static final int LARGEST_BLOCK = 256 * 1024;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PUSH_PROMISE = 5;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;

  private static final int ACK = 0x1;
  private static final int END_STREAM = 0x1;
  private static final int END_HEADERS = 0x4;
  private static final int PADDED = 0x8;
  private static final int PRIORITY = 0x20;

  private static final int HEADER_TABLE_SIZE = 1;
  private static final int ENABLE_PUSH = 2;
  private static final int MAX_CONCURRENT_STREAMS = 3;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int CANCEL = 8;

  private static final int WIDE = 1 << 30;
  private static final int DEFAULT_WINDOW = 65_535;
  private static final int LAST_STREAM = Integer.MAX_VALUE - 2;

  private final FieldBlock fields;
  private final int mostStreams;
  private final IntObjectHashMap<Exchange> asked = new IntObjectHashMap<>();
  private final StatusReader statuses = new StatusReader();
  private final ByteBuf block = Unpooled.buffer(256);
  private int allowedStreams = Integer.MAX_VALUE;
  private int nextStream = 1;
  private boolean plain;
  private boolean theirSettings;
  private boolean ourSettings;
  private boolean goingAway;
  private int unacknowledged;

  // The frame of data that is being read.
  private int dataStream;
  private int dataLeft;
  private boolean dataEnds;
  private boolean inData;

  // The field block that is being read.
  private int blockStream;
  private boolean blockEnds;

  Http2Connection(Work work, FieldBlock fields, int mostStreams) {
    super(work, Protocol.H2);
    this.fields = fields;
    this.mostStreams = mostStreams;
  }

  @Override
  boolean hasRoom() {
    return isOpen()
        && !goingAway
        && asked.size() < Math.min(mostStreams, allowedStreams)
        && nextStream < LAST_STREAM;
  }

  @Override
  void ask(Exchange exchange) {
    int stream = nextStream;
    nextStream += 2;
    exchange.connection = this;
    asked.put(stream, exchange);
    ByteBuf out = out();
    int head = out.writerIndex();
    out.writeMedium(0).writeByte(HEADERS).writeByte(END_STREAM | END_HEADERS).writeInt(stream);
    if (plain) {
      fields.writePlain(out);
    } else if (stream == 1) {
      fields.writeFirst(out);
    } else {
      fields.writeLater(out);
    }
    byte[] token = exchange.token;
    if (token != null) {
      FieldBlock.writeToken(out, token);
    }
    out.setMedium(head, out.writerIndex() - head - FRAME_HEAD);
  }

  @Override
  void abandon(Exchange exchange) {
    for (var entry : asked.entries()) {
      if (entry.value() == exchange) {
        int stream = entry.key();
        asked.remove(stream);
        frame(RST_STREAM, 0, stream, 4).writeInt(CANCEL);
        flush();
        return;
      }
    }
  }

  @Override
  void greet() {
    out().writeBytes(PREFACE);
    ByteBuf settings = frame(SETTINGS, 0, 0, 12);
    settings.writeShort(ENABLE_PUSH).writeInt(0);
    settings.writeShort(INITIAL_WINDOW_SIZE).writeInt(WIDE);
    frame(WINDOW_UPDATE, 0, 0, 4).writeInt(WIDE - DEFAULT_WINDOW);
  }

  @Override
  void end() {
    List<Exchange> left = new ArrayList<>(asked.values());
    asked.clear();
    left.forEach(work::lost);
    block.release();
  }

  private ByteBuf frame(int type, int flags, int stream, int length) {
    return out().writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
  }

  @Override
  void read(ByteBuf in) throws ProtocolProblem {
    while (true) {
      if (inData) {
        int taken = Math.min(dataLeft, in.readableBytes());
        in.skipBytes(taken);
        dataLeft -= taken;
        if (dataLeft > 0) {
          return;
        }
        inData = false;
        if (dataEnds) {
          answered(dataStream);
        }
      }
      if (in.readableBytes() < FRAME_HEAD) {
        return;
      }
      int at = in.readerIndex();
      int length = in.getUnsignedMedium(at);
      int type = in.getByte(at + 3);
      int flags = in.getByte(at + 4);
      int stream = in.getInt(at + 5) & Integer.MAX_VALUE;
      if (length > LARGEST_FRAME) {
        throw new ProtocolProblem("a frame of " + length + " bytes");
      }
      if (type == DATA) {
        in.skipBytes(FRAME_HEAD);
        inData = true;
        dataStream = stream;
        dataLeft = length;
        dataEnds = (flags & END_STREAM) != 0;
        consumed(length);
      } else {
        if (in.readableBytes() < FRAME_HEAD + length) {
          return;
        }
        in.skipBytes(FRAME_HEAD);
        int end = in.readerIndex() + length;
        frame(type, flags, stream, in, end);
        in.readerIndex(end);
      }
    }
  }

  private void frame(int type, int flags, int stream, ByteBuf in, int end) throws ProtocolProblem {
    switch (type) {
      case HEADERS -> {
        blockStream = stream;
        blockEnds = (flags & END_STREAM) != 0;
        int padding = (flags & PADDED) != 0 ? in.readUnsignedByte() : 0;
        in.skipBytes((flags & PRIORITY) != 0 ? 5 : 0);
        int length = end - padding - in.readerIndex();
        if (length < 0) {
          throw new ProtocolProblem("more padding than frame");
        }
        fields(flags, in, length);
      }
      case CONTINUATION -> fields(flags, in, end - in.readerIndex());
      case RST_STREAM -> {
        Exchange exchange = asked.remove(stream);
        if (exchange != null) {
          work.lost(exchange);
        }
      }
      case SETTINGS -> settings(flags, in, end);
      case PING -> {
        if ((flags & ACK) == 0) {
          frame(PING, ACK, 0, 8).writeLong(in.readLong());
        }
      }
      case GOAWAY -> goAway(in.readInt() & Integer.MAX_VALUE);
      case PUSH_PROMISE -> throw new ProtocolProblem("a push, which was refused");
      default -> {}
    }
  }

  private void fields(int flags, ByteBuf in, int length) throws ProtocolProblem {
    boolean last = (flags & END_HEADERS) != 0;
    ByteBuf whole = in.slice(in.readerIndex(), length);
    if (!last || block.isReadable()) {
      if (block.readableBytes() + length > LARGEST_BLOCK) {
        throw new ProtocolProblem("a field block without end");
      }
      block.writeBytes(whole);
      whole = block;
    }
    if (last) {
      int status;
      try {
        status = statuses.status(blockStream, whole);
      } catch (Http2Exception e) {
        throw new ProtocolProblem("not HPACK: " + e.getMessage());
      }
      block.clear();
      Exchange exchange = asked.get(blockStream);
      // Neither an interim answer nor trailers change the status.
      if (exchange != null && status >= 200) {
        exchange.status = status;
      }
      if (blockEnds) {
        answered(blockStream);
      }
    }
  }

  private void answered(int stream) {
    Exchange exchange = asked.remove(stream);
    if (exchange != null) {
      work.answered(exchange, exchange.status);
    }
    if (goingAway && asked.isEmpty()) {
      close("the server went away");
    }
  }

  private void settings(int flags, ByteBuf in, int end) {
    if ((flags & ACK) != 0) {
      ourSettings = true;
    } else {
      while (in.readerIndex() + 6 <= end) {
        int id = in.readUnsignedShort();
        long value = in.readUnsignedInt();
        if (id == MAX_CONCURRENT_STREAMS) {
          allowedStreams = (int) Math.min(value, Integer.MAX_VALUE);
        } else if (id == HEADER_TABLE_SIZE && value < FieldBlock.DEFAULT_TABLE) {
          // A smaller table has to be acknowledged in the next block: say that none is used.
          plain = true;
        }
      }
      frame(SETTINGS, ACK, 0, 0);
      theirSettings = true;
    }
    if (theirSettings && ourSettings) {
      ready();
    }
  }

  private void goAway(int lastStream) {
    goingAway = true;
    List<Integer> unseen = new ArrayList<>();
    asked.keySet().stream().filter(stream -> stream > lastStream).forEach(unseen::add);
    for (int stream : unseen) {
      Exchange exchange = asked.remove(stream);
      if (exchange != null) {
        work.again(exchange);
      }
    }
    if (asked.isEmpty()) {
      close("the server went away");
    }
  }

  private void consumed(int length) {
    unacknowledged += length;
    if (unacknowledged >= WIDE / 2) {
      frame(WINDOW_UPDATE, 0, 0, 4).writeInt(unacknowledged);
      unacknowledged = 0;
    }
  }
}
