/// CEL text becomes a condition: type-checked at load, bounded at run time, never throwing.
///
/// Tour: [CelExpressions] (what compiles, and what it may cost), [Vocabulary] (the names that a
/// rule may use), [Reading] (what else a rule must keep to, and which variables it reads),
/// [Compilation] (what came of it), [CelCondition] and [CelKey] (what runs), [Variables] (a request
/// as rules see it: views, no copies), [DataValue] (the typed values of `data/*.yaml`), [Inputs]
/// (what rules read, for the audit record), [Explanation] (why it came out so).
///
/// Where the description of bundles is silent, the stricter meaning holds: query parameters, header
/// fields, path variables and claims are asked by names that are written in the rule;
/// `authorization`, `cookie` and `proxy-authorization` cannot be read at all; a regular expression
/// is written in the rule; what has no type known at load (a claim) is no truth value and no key
/// until it is compared or converted; a list of networks answers `within` only.
///
/// cel-java stays in this room: no type of it appears in a public signature.
@NullMarked
package io.sallyport.policy.cel;

import org.jspecify.annotations.NullMarked;
