package dev.sluice.server;

import dev.sluice.core.delivery.Hub;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.presence.Presence;
import dev.sluice.server.channels.ChannelList;
import dev.sluice.server.channels.ChannelRoutes;
import dev.sluice.server.channels.OpenApi;
import dev.sluice.server.channels.Probes;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Request;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Routes;
import dev.sluice.server.page.ChannelPage;
import dev.sluice.server.page.ClientModule;
import dev.sluice.server.page.IndexPage;
import dev.sluice.server.page.Link;
import dev.sluice.server.page.Pages;
import dev.sluice.server.presence.Identities;
import dev.sluice.server.presence.PresenceList;
import dev.sluice.server.presence.PresenceLog;
import dev.sluice.server.presence.Reception;
import dev.sluice.server.publish.BatchRoute;
import dev.sluice.server.publish.ChannelEnds;
import dev.sluice.server.publish.ClientMessages;
import dev.sluice.server.publish.PublishRoute;
import dev.sluice.server.publish.Publisher;
import dev.sluice.server.session.Sessions;
import dev.sluice.server.transport.Loops;
import dev.sluice.server.transport.ReaderBudget;
import dev.sluice.server.transport.Subscribe;
import dev.sluice.server.transport.Transport;
import dev.sluice.server.transport.poll.Polls;
import dev.sluice.server.transport.sse.SseStream;
import dev.sluice.server.transport.stream.Streams;
import dev.sluice.server.transport.websocket.MessageLimits;
import dev.sluice.server.transport.websocket.WebSockets;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// What is at which path: the one place that knows all rooms of the server.
final class Rooms implements AutoCloseable {
    private final ServerSettings settings;
    private final Loops loops;
    private final Publisher publisher;
    private final InFlightBytes inFlight;
    private final ChannelEnds ends;
    private final Log log;
    private final BooleanSupplier isReady;
    private final Pages pages = new Pages();
    private final Presence presence;
    private final Subscribe subscribe;
    private final ClientMessages messages;
    private final Sessions sessions;

    /// @param executor for looking after ends of channels, and after who is present
    /// @param isReady  whether new clients should come
    Rooms(ServerSettings settings, Hub hub, Loops loops, Clock clock, Executor executor, BooleanSupplier isReady) {
        this.log = hub.log();
        this.isReady = isReady;
        this.settings = settings;
        this.loops = loops;
        this.publisher = publisher(hub);
        this.inFlight = settings.publish().inFlight();
        this.ends = new ChannelEnds(hub.log(), executor);
        this.messages = new ClientMessages(publisher, settings.publish(), inFlight);
        this.presence = Presence.open(log, settings.presence(), executor, clock.elapsedMs(), new PresenceLog());
        MessageLimits limits = MessageLimits.of(settings.publish().lineBytesMax(), inFlight, settings.http());
        Reception reception = new Reception(presence, Identities.CLAIMED);
        var readers = new ReaderBudget(hub.readers(), settings.subscribe());
        this.sessions =
                new Sessions(loops, messages, limits, settings.subscribe(), clock.wall(), reception, readers, presence);
        this.subscribe = new Subscribe(ways(limits), settings.subscribe(), clock.wall(), reception, readers);
    }

    /// @param links what the hub's page names besides
    Routes routes(List<Link> links) {
        PublishRoute publish = new PublishRoute(publisher, ends, settings.publish(), inFlight);
        BatchRoute batch = new BatchRoute(publisher, settings.publish(), inFlight);
        ChannelRoutes channels = new ChannelRoutes(log);
        Probes probes = new Probes(log, isReady);
        return new ClientModule()
                .addTo(new Routes())
                .on(HttpMethod.GET, "/", new IndexPage(pages, log, links))
                .on(HttpMethod.GET, "/page/**", pages)
                .on(HttpMethod.GET, "/channels", new ChannelList(log, subscribe))
                .on(HttpMethod.POST, "/channels", batch)
                .on(HttpMethod.GET, "/channels/**", subscribe)
                .on(HttpMethod.HEAD, "/channels/**", channels::head)
                .on(HttpMethod.POST, "/channels/**", publish)
                .on(HttpMethod.PUT, "/channels/**", publish)
                .on(HttpMethod.DELETE, "/channels/**", channels::delete)
                .on(HttpMethod.GET, "/session", sessions)
                .on(HttpMethod.POST, "/session/**", sessions::post)
                .on(HttpMethod.GET, "/presence/**", new PresenceList(presence))
                .on(HttpMethod.GET, "/livez", probes::live)
                .on(HttpMethod.GET, "/readyz", probes::ready)
                .on(HttpMethod.GET, "/openapi.json", new OpenApi());
    }

    /// What those get that are too many: subscribers in their transport's words, so that an EventSource survives it.
    Route full() {
        Problem full = Problems.FULL
                .of("It has as many connections as it is set to take (connections_max). Try again in some seconds.")
                .withHeader("Retry-After", "5");
        return exchange -> {
            Request request = exchange.request();
            boolean subscribes = request.method().equals(HttpMethod.GET)
                    && request.path().segments().getFirst().equals("channels");
            if (subscribes) subscribe.refuse(exchange, full);
            else exchange.refuse(full);
        };
    }

    private Map<Transport, Subscribe.Way> ways(MessageLimits limits) {
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong(); // Of whichever loop asks.
        Streams streams = new Streams(loops);
        long answersBytes = settings.hub().answersBytes();
        InFlightBytes answers = new InFlightBytes(answersBytes, "delivery.answers_max");
        // Of one client a quarter at most, so that what it asks for fits in beside others.
        Polls polls = new Polls(loops, Math.min(settings.answerBytesMax(), answersBytes / 4), answers, random);
        return Map.of(
                Transport.SSE, new SseStream(loops, random, settings.subscribe().sseRetry()),
                Transport.WEBSOCKET, new WebSockets(loops, messages, limits),
                Transport.NDJSON, streams::openJsonLines,
                Transport.TEXT, streams::openText,
                Transport.LONG_POLL, polls::answer,
                Transport.POLL, polls::answer,
                Transport.PAGE, new ChannelPage(pages, loops)::open);
    }

    private static Publisher publisher(Hub hub) {
        return new Publisher() {
            @Override
            public CompletionStage<Appended> append(Publication publication) {
                return hub.publish(publication);
            }

            @Override
            public CompletionStage<Appended.Batch> appendAll(List<Publication> publications) {
                return hub.publishAll(publications);
            }
        };
    }

    /// Does what is due by now. On the executor, several times a second.
    void tick() {
        presence.tick();
    }

    @Override
    public void close() {
        presence.close();
        ends.close();
    }
}
