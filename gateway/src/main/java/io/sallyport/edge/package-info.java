/// One exchange from head to last byte: admit, forward or refuse, record.
///
/// Tour: [Edge] (where the listener hands exchanges over), [Passage] (the story of one), [Lane]
/// (what happens to one with a permit): [RespondLane] answers it here, [ExpressLane] carries it to
/// a backend, [Crossing] is one such way there and back. [Problem] is the one table from error to
/// response. [RequestFields], [AnswerFields], [HopByHop], [TraceContext] and [RateLimitFields] say
/// what becomes of header fields.
///
/// [Exchange] and its two companions [ExchangeHandler] and [RequestReceiver] are the door to the
/// listener, which implements them for HTTP/1.1 and HTTP/2. No codec enters here, no TLS, no
/// Spring; nothing here blocks.
@NullMarked
package io.sallyport.edge;

import org.jspecify.annotations.NullMarked;
