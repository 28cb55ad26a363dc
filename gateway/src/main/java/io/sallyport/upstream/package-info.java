/// Which endpoint, in which zone, and what if it fails.
///
/// Tour: [Upstreams] (the door: install, choose, open, retry); [Choice] and `Topology` (own zone
/// first, the less busy of two); `UpstreamState` and `EndpointState` (what real requests and
/// `HealthCheck` taught, ejection of endpoints and zones; outlives a bundle); `RetryBudget`;
/// [UpstreamStream] and [UpstreamReceiver] (one try). Everything of a stream happens on one event
/// loop, under `LoopConnections`, in a `Pool` of its destination's protocol. HTTP/1.1 is
/// `Http1Pool`, `Http1Connector`, `Http1Connection`, `Http1Stream`, `Http1Request`, `AnswerDecoder`
/// and `AnswerFraming`. HTTP/2 is `H2Pool`, `H2Connector`, `H2Connection`, `H2Stream`, `H2Request`
/// and `H2RequestFields` (there), `H2AnswerDecoder` and `H2Answer` (back). Nothing outside these
/// names, and `HealthCheck`, knows the protocol.
///
/// What may not enter: whether a request may pass (everything that opens a stream takes a permit),
/// what an answer's fields say to the client, Spring, metrics libraries.
@NullMarked
package io.sallyport.upstream;

import org.jspecify.annotations.NullMarked;
