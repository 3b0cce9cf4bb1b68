/// The audit log: what callers deleted, ended or revoked, and how many requests were refused, with the names and
/// addresses of the callers. Read [dev.sluice.server.audit.Audit] first.
///
/// Core reports to it through `OperationListener` and `DenialListener`.
@NullMarked
package dev.sluice.server.audit;

import org.jspecify.annotations.NullMarked;
