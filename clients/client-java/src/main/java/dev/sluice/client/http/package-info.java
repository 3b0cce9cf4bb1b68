/**
 * HTTP requests and waits. Each wait can be ended by another thread, has a time limit, and uses a clock that tests can
 * replace. Start with {@link dev.sluice.client.http.Monitor}, the only place where the client waits.
 */
@NullMarked
package dev.sluice.client.http;

import org.jspecify.annotations.NullMarked;
