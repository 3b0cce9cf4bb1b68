/// The output of connections: outlets, pending writes, slow clients, and the end of a connection.
@NullMarked
package dev.sluice.server.net.outlet;

import org.jspecify.annotations.NullMarked;
