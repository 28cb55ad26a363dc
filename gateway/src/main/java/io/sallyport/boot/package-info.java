/// All wiring, and the settings of the process. The only room that knows every other; nobody
/// imports it but `main`.
///
/// Tour: [GatewayApplication] (from settings to a gateway that serves, top to bottom), [Settings]
/// (every property under `sallyport.`), [SettingsReader] (from Spring's sources to records, or to
/// every problem at once), [Wiring] (who is given whom), [PublicPort] (our listener as the web
/// server of a Spring Boot application), [ManagementPort] (Spring's own server beside it).
@NullMarked
package io.sallyport.boot;

import org.jspecify.annotations.NullMarked;
