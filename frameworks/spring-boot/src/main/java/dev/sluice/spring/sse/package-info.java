/// Streams of an application: Server-Sent Events of its own controllers, on its own port. Because the events
/// come from the hub, a client may reconnect to any instance of the application. Begin with [SluiceSse] or
/// [ReactiveSluiceSse].
@NullMarked
package dev.sluice.spring.sse;

import org.jspecify.annotations.NullMarked;
