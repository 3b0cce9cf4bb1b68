/// Request and response: polling, and long polling, where the answer waits for the first event. Read
/// [dev.sluice.server.transport.poll.PollResponse] first.
@NullMarked
package dev.sluice.server.transport.poll;

import org.jspecify.annotations.NullMarked;
