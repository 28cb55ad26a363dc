package io.sallyport.edge;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/// Passes a trace on, or starts one (W3C Trace Context, level 1).
///
/// The gateway is one hop of the trace: it keeps the trace id and the flags and puts its own parent
/// id. What is not a valid `traceparent` starts a new trace, and its `tracestate` goes (§3.2.1,
/// §4.3). A started trace carries the decision id as its trace id, and says `sampled`: services
/// that follow their parent would otherwise never sample at all.
final class TraceContext {
  static final AsciiString TRACEPARENT = AsciiString.cached("traceparent");
  static final AsciiString TRACESTATE = AsciiString.cached("tracestate");

  private static final int TRACE_ID = 3;
  private static final int PARENT_ID = 36;
  private static final int FLAGS = 53;
  private static final int LENGTH = 55;

  private TraceContext() {}

  /// Edits the two fields in place; the trace id is what audit calls this trace.
  static String continued(HttpHeaders headers, String decisionId) {
    String parent = only(headers);
    String parentId = DecisionIds.parentId(decisionId);
    if (parent != null && isValid(parent)) {
      String traceId = parent.substring(TRACE_ID, PARENT_ID - 1);
      String flags = parent.substring(FLAGS, LENGTH);
      headers.set(TRACEPARENT, "00-" + traceId + '-' + parentId + '-' + flags);
      return traceId;
    }
    headers.remove(TRACESTATE);
    headers.set(TRACEPARENT, "00-" + decisionId + '-' + parentId + "-01");
    return decisionId;
  }

  private static @Nullable String only(HttpHeaders headers) {
    var values = headers.valueCharSequenceIterator(TRACEPARENT);
    if (!values.hasNext()) {
      return null;
    }
    String first = values.next().toString();
    return values.hasNext() ? null : first;
  }

  private static boolean isValid(String parent) {
    int length = parent.length();
    if (length < LENGTH
        || parent.charAt(2) != '-'
        || parent.charAt(PARENT_ID - 1) != '-'
        || parent.charAt(FLAGS - 1) != '-'
        || !isHex(parent, 0, 2)
        || !isHex(parent, FLAGS, LENGTH)
        || parent.startsWith("ff")) {
      return false;
    }
    // A later version may say more after another dash (§4.3); version 00 may not.
    boolean lengthFits =
        length == LENGTH || (!parent.startsWith("00") && parent.charAt(LENGTH) == '-');
    return lengthFits
        && isHexAndNotZero(parent, TRACE_ID, PARENT_ID - 1)
        && isHexAndNotZero(parent, PARENT_ID, FLAGS - 1);
  }

  private static boolean isHexAndNotZero(String text, int from, int to) {
    if (!isHex(text, from, to)) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return true;
      }
    }
    return false;
  }

  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (!hex) {
        return false;
      }
    }
    return true;
  }
}
