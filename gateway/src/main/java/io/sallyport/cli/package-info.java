/// The commands that people type.
///
/// Tour: [Commands] (what there is), then one class for each command. `check`, `test`, `explain`,
/// `token` and `version` answer at once: nothing here starts Spring, and only `run` asks for a
/// gateway, through [GatewayStarter]. What a command says goes to standard output; what is wrong
/// goes to standard error. Exit codes: 0 done, 1 failed or refused, 2 the command line was not
/// understood.
@NullMarked
package io.sallyport.cli;

import org.jspecify.annotations.NullMarked;
