/// TLS between nodes. Read [NodeTls] first.
@NullMarked
package dev.sluice.cluster.tls;

import org.jspecify.annotations.NullMarked;
