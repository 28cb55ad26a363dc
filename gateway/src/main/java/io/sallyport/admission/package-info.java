/// The story of a request up to yes or no. The only issuer of [Permit].
///
/// Tour: [Admission] (the story, top to bottom), [Inquiry] (one request on its way through it),
/// [Inbound] and [ClientConnection] (what it may see of the wire), [Verdict] with [Permit] and
/// [Refusal], [Considered] (what the audit record tells of both), [Ruleset] (a bundle made ready to
/// judge). No Netty and no Spring: a request is a read-only view in JDK types.
@NullMarked
package io.sallyport.admission;

import org.jspecify.annotations.NullMarked;
