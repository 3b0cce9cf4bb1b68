/// The identity of a caller: keys, passwords, certificates.
///
/// People log in by [PasswordLogins] and [PasswordHash]. [ClientCertificates] and [CertificateName] derive a
/// caller from a certificate, [GrantSubject] says to whom a grant applies, and an algorithm of tokens is a
/// constant of [SigningAlgorithm].
@NullMarked
package dev.sluice.server.auth.identity;

import org.jspecify.annotations.NullMarked;
