package dev.fathom.http.auth;

import dev.fathom.operation.AuditLine;

/** An answer that has more to say in the audit trail than its status. */
public interface AuditedAnswer {

    void describe(AuditLine line);
}
