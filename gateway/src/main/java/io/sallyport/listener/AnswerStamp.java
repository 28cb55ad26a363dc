package io.sallyport.listener;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// What every HTTPS answer carries, whoever made it: `Date` (RFC 9110 §6.6.1) and
/// `Strict-Transport-Security`. Both protocols' exchanges call it for each final head, refusals and
/// errors too. Used on one event loop; the date is spelt once per second.
final class AnswerStamp {
  private static final AsciiString HSTS = AsciiString.cached("strict-transport-security");

  /// RFC 9110 §5.6.7: two digits for the day, which `RFC_1123_DATE_TIME` does not write.
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final AsciiString hsts;
  private long second = Long.MIN_VALUE;
  private AsciiString date = AsciiString.EMPTY_STRING;

  AnswerStamp(ListenerSettings.Hsts hsts) {
    this.hsts = hsts.maxAge().isZero() ? AsciiString.EMPTY_STRING : new AsciiString(hsts.value());
  }

  void stamp(HttpHeaders headers) {
    if (!headers.contains(HttpHeaderNames.DATE)) {
      headers.set(HttpHeaderNames.DATE, date());
    }
    if (hsts.isEmpty()) {
      headers.remove(HSTS);
    } else {
      headers.set(HSTS, hsts);
    }
  }

  private AsciiString date() {
    long now = System.currentTimeMillis() / 1000;
    if (now != second) {
      second = now;
      date = new AsciiString(DATE.format(Instant.ofEpochSecond(now)));
    }
    return date;
  }
}
