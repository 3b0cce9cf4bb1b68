/// The audit log: what callers destroyed, ended or revoked, and how many requests were refused, with who and from
/// where. Read [dev.sluice.server.audit.Audit] first.
///
/// Core reports to it through `OperationListener` and `DenialListener`.
@NullMarked
package dev.sluice.server.audit;

import org.jspecify.annotations.NullMarked;
