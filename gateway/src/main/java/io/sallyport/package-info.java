/// The program, and the map of the house.
///
/// A request's way: `listener` (TLS, HTTP/1.1, HTTP/2) ▸ `edge` (one exchange from head to last
/// byte) ▸ `admission` (may it? `authentication` ▸ the policy module ▸ `limits`) ▸ `edge` again
/// (then what?) ▸ `upstream` (which endpoint, in which zone), and one record of it in `audit` and
/// `telemetry`.
///
/// What it stands on: `wire` (event loops, TLS provider), `snapshot` (the bundle in force), `pki`
/// (certificates). Around it: `boot` (all wiring; begin at `GatewayApplication`), `admin` (the
/// management port), `spring` (Spring Cloud Gateway beside the express lane), `cli` (the commands),
/// `demo`.
///
/// Nothing else lives here. `docs/` and `CONTRIBUTING.md` say more.
@NullMarked
package io.sallyport;

import org.jspecify.annotations.NullMarked;
