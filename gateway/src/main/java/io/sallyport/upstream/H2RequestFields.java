package io.sallyport.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// A request's fields, or its trailers, as HPACK encodes them: a view of the fields that the edge
/// made, and no copy. Pseudo-header fields come first, names are in lower case, `Host` is said as
/// `:authority` alone, and what is about a connection stays out (RFC 9113 §8.2, §8.3.1).
final class H2RequestFields extends H2FieldBlock {
  private static final AsciiString METHOD = AsciiString.cached(":method");
  private static final AsciiString SCHEME = AsciiString.cached(":scheme");
  private static final AsciiString PATH = AsciiString.cached(":path");
  private static final AsciiString AUTHORITY = AsciiString.cached(":authority");
  private static final int PSEUDO = 4;

  private final @Nullable AsciiString method;
  private final CharSequence scheme;
  private final CharSequence path;
  private final HttpHeaders fields;

  private H2RequestFields(
      @Nullable AsciiString method, CharSequence scheme, CharSequence path, HttpHeaders fields) {
    this.method = method;
    this.scheme = scheme;
    this.path = path;
    this.fields = fields;
  }

  static H2RequestFields head(
      AsciiString method, CharSequence scheme, CharSequence path, HttpHeaders fields) {
    return new H2RequestFields(method, scheme, path, fields);
  }

  static H2RequestFields trailers(HttpHeaders fields) {
    return new H2RequestFields(null, "", "", fields);
  }

  /// About how many.
  @Override
  public int size() {
    return PSEUDO + fields.size();
  }

  @Override
  public boolean isEmpty() {
    return false;
  }

  @Override
  public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
    return new Walk();
  }

  /// Walks over all of them, once. What `next` returns is the walk itself, valid until it goes on:
  /// the encoder reads each field and keeps none.
  private final class Walk
      implements Iterator<Map.Entry<CharSequence, CharSequence>>,
          Map.Entry<CharSequence, CharSequence> {
    private final Iterator<Map.Entry<CharSequence, CharSequence>> rest =
        fields.iteratorCharSequence();
    private int pseudo = method == null ? PSEUDO : 0;
    private CharSequence name = "";
    private CharSequence value = "";
    private boolean ahead;

    @Override
    public boolean hasNext() {
      ahead = ahead || advance();
      return ahead;
    }

    @Override
    public Map.Entry<CharSequence, CharSequence> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ahead = false;
      return this;
    }

    private boolean advance() {
      while (pseudo < PSEUDO) {
        if (pseudo(pseudo++)) {
          return true;
        }
      }
      while (rest.hasNext()) {
        Map.Entry<CharSequence, CharSequence> field = rest.next();
        AsciiString lower = AsciiString.of(field.getKey()).toLowerCase();
        if (!isConnectionSpecific(lower) && !HttpHeaderNames.HOST.equals(lower)) {
          name = lower;
          value = field.getValue();
          return true;
        }
      }
      return false;
    }

    private boolean pseudo(int which) {
      CharSequence said;
      switch (which) {
        case 0 -> {
          name = METHOD;
          said = method;
        }
        case 1 -> {
          name = SCHEME;
          said = scheme;
        }
        case 2 -> {
          name = PATH;
          said = path;
        }
        default -> {
          name = AUTHORITY;
          said = fields.get(HttpHeaderNames.HOST);
        }
      }
      value = said == null ? "" : said;
      return said != null;
    }

    @Override
    public CharSequence getKey() {
      return name;
    }

    @Override
    public CharSequence getValue() {
      return value;
    }

    @Override
    public CharSequence setValue(CharSequence other) {
      throw new UnsupportedOperationException();
    }
  }
}
