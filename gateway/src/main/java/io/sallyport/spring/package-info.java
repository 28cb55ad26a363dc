/// The Spring lane: Spring Cloud Gateway beside the express lane, for routes that list its filters.
///
/// Today it holds what keeps it shut: [SpringLane] makes Spring Cloud Gateway's whole handler chain
/// in a context of its own when it is first asked for, and lets nothing into it without a permit.
/// Nothing but Spring enters here, and what it must know of admission.
@NullMarked
package io.sallyport.spring;

import org.jspecify.annotations.NullMarked;
