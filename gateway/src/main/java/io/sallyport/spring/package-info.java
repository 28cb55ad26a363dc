/// The Spring lane: Spring Cloud Gateway's filters, for routes that list them, behind the same
/// door.
///
/// The tour: [SpringLane] compiles what routes list and takes admitted exchanges in;
/// [GatewayFilters] is Spring Cloud Gateway's catalogue, [FilterCatalogue] what we say of it,
/// [Plugins] the operator's own. An exchange is a [LaneExchange]; [DecidedRoute] runs the filters
/// of its [GatewayRoute]; [CarryFilter] and [Carriage] lead it to a backend. [SpringImport] makes
/// bundles of applications.
///
/// Nothing but Spring enters here, and what it must know of the edge.
@NullMarked
package io.sallyport.spring;

import org.jspecify.annotations.NullMarked;
