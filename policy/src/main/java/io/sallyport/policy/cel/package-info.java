/// CEL text becomes a condition: type-checked at load, bounded at run time, never throwing.
///
/// Tour: [CelExpressions] (what compiles), [Compilation] (what came of it), [CelCondition] and
/// [CelKey] (what runs), [DataValue] (the typed values of `data/*.yaml`), [Inputs] (what rules
/// read, for the audit record). cel-java stays in this room: no type of it appears in a public
/// signature.
@NullMarked
package io.sallyport.policy.cel;

import org.jspecify.annotations.NullMarked;
