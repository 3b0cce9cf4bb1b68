package dev.sluice.server.transport.poll;

import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.presence.Membership;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.presence.Attending;
import dev.sluice.server.transport.Loops;
import dev.sluice.server.transport.SubscribeRequest;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Answers a request with what there is, or as soon as there is something.
public final class Polls {
    private final Loops loops;
    private final long dataBytesMax;
    private final InFlightBytes inFlight;
    private final RandomGenerator random;

    /// @param dataBytesMax after so many bytes of data an answer takes no further event
    /// @param inFlight     counts what polls have found and their clients have not taken
    public Polls(Loops loops, long dataBytesMax, InFlightBytes inFlight, RandomGenerator random) {
        this.loops = loops;
        this.dataBytesMax = dataBytesMax;
        this.inFlight = inFlight;
        this.random = random;
    }

    public void answer(Exchange exchange, SubscribeRequest asked) {
        long waitMs = asked.waitTime().toMillis();
        // Up to a tenth early, at random: pollers that began together should not come back together.
        if (waitMs > 0) waitMs -= random.nextLong(waitMs / 10 + 1);
        Waiting waiting = new Waiting(asked.attending());
        Dispatcher loop = loops.of(exchange.channel());
        PollAnswer answer = new PollAnswer(exchange, loop, inFlight);
        Poll poll = Poll.ask(
                loop,
                asked.subscription(),
                asked.limit(),
                dataBytesMax,
                waitMs,
                asked.before(),
                answer::hasRoom,
                result -> {
                    if (result instanceof Poll.Result.Found) waiting.begin(); // Also of who need not wait.
                    answer.send(result);
                    waiting.end();
                });
        if (exchange.isOver()) return;
        waiting.begin();
        exchange.closed(() -> {
            poll.close();
            answer.drop();
            waiting.end();
        });
    }

    /// Somebody's presence from poll to poll: each is a connection that ends with its answer, and who lingers until the
    /// next one has never left.
    private static final class Waiting {
        private final Attending attending;
        private @Nullable Membership membership;

        Waiting(Attending attending) {
            this.attending = attending;
        }

        void begin() {
            if (membership == null) membership = attending.begin();
        }

        void end() {
            if (membership != null) membership.close();
        }
    }
}
