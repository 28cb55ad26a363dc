/// What happened: one record per request, numbered, written by one writer.
///
/// Tour: [AuditRecord] (what is told of a request), [AuditLog] (where the edge hands it over; never
/// blocks), [FileAuditLog] (bounded room, one writer thread), [AuditFile] (appends, follows
/// rotation), [AuditLine] (the line's fields and their order) on [JsonText]. A credential never
/// enters here. Nothing here knows Netty or Spring.
@NullMarked
package io.sallyport.audit;

import org.jspecify.annotations.NullMarked;
