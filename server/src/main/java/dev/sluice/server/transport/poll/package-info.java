/// One question, one answer: polling, and long polling where the answer may take its time. Read
/// [dev.sluice.server.transport.poll.PollAnswer] first.
@NullMarked
package dev.sluice.server.transport.poll;

import org.jspecify.annotations.NullMarked;
