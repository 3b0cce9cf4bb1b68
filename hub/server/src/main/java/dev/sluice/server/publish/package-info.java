/// Publishing over HTTP: a request with one event, a stream of lines or chunks, or a batch. Read [PublishRoute] first,
/// then [Upload], which appends the events of streams and batches.
@NullMarked
package dev.sluice.server.publish;

import org.jspecify.annotations.NullMarked;
