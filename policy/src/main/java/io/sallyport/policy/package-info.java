/// The question and the answer: may this caller do this?
///
/// Tour: [AccessRequest] (the question), [Policy] (who judges), [Decision] (the answer), [Reason]
/// (the closed list of refusals that the whole product speaks). Total, pure, synchronous; deny by
/// default, deny wins. No input, no output.
@NullMarked
package io.sallyport.policy;

import org.jspecify.annotations.NullMarked;
