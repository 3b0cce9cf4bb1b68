/**
 * Asking a hub and waiting for it: what the rest of the client needs of HTTP, so that each wait can be ended from another
 * thread, has a limit, and goes by a clock that tests can move. Begin with {@link dev.sluice.client.http.Waiting}, the
 * only place where the client waits.
 */
@NullMarked
package dev.sluice.client.http;

import org.jspecify.annotations.NullMarked;
