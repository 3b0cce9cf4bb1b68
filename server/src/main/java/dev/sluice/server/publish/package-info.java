/// Taking in events: one request with one event, a stream of lines or chunks, or a batch. Read [PublishRoute]
/// first, then [Upload], through which everything goes that is more than one event.
@NullMarked
package dev.sluice.server.publish;

import org.jspecify.annotations.NullMarked;
