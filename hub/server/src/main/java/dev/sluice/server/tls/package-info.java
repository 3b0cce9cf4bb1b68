/// Certificates and private keys: read from files and checked, and made for development. Knows no sockets:
/// [dev.sluice.server.net.TlsContext] uses them. Read [dev.sluice.server.tls.CertificateSource] first.
///
/// The authority behind `--tls-dev` is [DevelopmentCertificate], that of the nodes of a cluster
/// [NodeAuthority].
@NullMarked
package dev.sluice.server.tls;

import org.jspecify.annotations.NullMarked;
