/// The commands: what a person types, and the exit code that comes back (0 done, 1 refused or
/// failed, 2 wrong usage). A command prints one clear line for an error, never a stack trace.
///
/// What may not enter: decisions. A command reads its arguments, asks another room, prints.
@NullMarked
package io.sallyport.cli;

import org.jspecify.annotations.NullMarked;
