/// TLS between nodes. Read [NodeTls] first.
///
/// The settings are in the library's `ClusterTable`; `NodeAuthority` in `server.tls` issues the certificates.
@NullMarked
package dev.sluice.cluster.tls;

import org.jspecify.annotations.NullMarked;
