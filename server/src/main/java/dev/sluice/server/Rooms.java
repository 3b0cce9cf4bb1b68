package dev.sluice.server;

import dev.sluice.core.delivery.Hub;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Routes;
import dev.sluice.server.transport.Loops;
import dev.sluice.server.transport.Subscribe;
import dev.sluice.server.transport.Transport;
import dev.sluice.server.transport.poll.Polls;
import dev.sluice.server.transport.sse.SseStream;
import dev.sluice.server.transport.stream.Streams;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/// What is at which path: the one place that knows all rooms of the server.
final class Rooms {
    private Rooms() {}

    static Route routes(ServerSettings settings, Hub hub, Loops loops, Clock clock) {
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong(); // Of whichever loop asks.
        Streams streams = new Streams(loops);
        Polls polls = new Polls(loops, settings.answerBytesMax(), random);
        Subscribe subscribe = new Subscribe(
                Map.of(
                        Transport.SSE, new SseStream(loops, random),
                        Transport.NDJSON, streams::openJsonLines,
                        Transport.TEXT, streams::openText,
                        Transport.LONG_POLL, polls::answer,
                        Transport.POLL, polls::answer),
                settings.subscribe(),
                clock.wall());
        return new Routes().on(HttpMethod.GET, "/channels", subscribe).on(HttpMethod.GET, "/channels/**", subscribe);
    }
}
