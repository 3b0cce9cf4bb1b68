/// The identity of a caller: keys, passwords, certificates.
///
/// People log in by [PasswordLogins] and [PasswordHash]. [ClientCertificates] and [CertificateName] derive a
/// caller from a certificate, [GrantSubject] selects the callers to which a grant applies, and
/// [SigningAlgorithm] has a constant for each algorithm of tokens.
@NullMarked
package dev.sluice.server.auth.identity;

import org.jspecify.annotations.NullMarked;
