/// A whole gateway for tests: [GatewayUnderTest] on free ports, bundles for it ([TestBundle]), an
/// audit log to read ([AuditInMemory]) and backends that say exactly what a test writes
/// ([RawBackend]). Every test class of this module runs under [LeakCheck] and [BlockingCheck].
@NullMarked
package io.sallyport.testing;

import org.jspecify.annotations.NullMarked;
