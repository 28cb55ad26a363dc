/// Where a request wants to go, understood once, and which route that is.
///
/// Tour: [TargetReader] (what a target's text means, or why it is ambiguous), [RequestTarget],
/// [RoutePattern] (what a route is for), [RouteTable] (host map and path trie), [RouteMatch] (what
/// the table answers). Nothing but the JDK enters here.
///
/// Where the description of bundles is silent, the stricter meaning holds:
/// * **Characters.** A path has the characters of RFC 3986 and no `;`, a query those of RFC 3986;
///   `[`, `]`, `|`, `"`, a space or anything beyond ASCII must be escaped.
/// * **Escapes.** `%00` is refused everywhere; in a path also `%2F`, `%5C`, `%3B`, every escaped
///   control character, and `%25` before two hex digits (who decodes twice would see something
///   else). The query is respelt like the path; that spelling is what the backend gets.
/// * **`+` in a query** is a plus sign to some and a space to others. It is not touched; a rule
///   that reads such a value gets an error ([Query#isPlain]), and in a name it is refused.
/// * **Parameters.** At most 1000.
/// * **Host.** Labels of letters, digits and hyphens without a trailing dot, or an IPv6 address in
///   brackets; a port, if any, is 1 to 65535. The authority of an absolute-form target repeats the
///   `Host` field to the letter, port included; its scheme is `http` or `https`.
/// * **Forms.** `OPTIONS *` and CONNECT address the gateway itself and have no target.
/// * **Patterns.** `*.example.com` is exactly one label more. What an exact host does not serve,
///   its wildcard does not serve either. `{name}` is never empty. `/a` and `/a/` are two paths. GET
///   does not bring HEAD. A variable's value is spelt as in the canonical path.
@NullMarked
package io.sallyport.routing;

import org.jspecify.annotations.NullMarked;
