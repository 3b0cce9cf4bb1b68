package dev.sluice.server.publish;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Registration;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.limit.CallerShares;
import dev.sluice.server.limit.ClientKey;
import dev.sluice.server.limit.PublishLimits;
import dev.sluice.server.limit.PublishLimits.Allowance;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/// `POST` and `PUT` of `/channels/{name}`: the body is the data of an event, or of several. `docs/protocol.md` §3.
public final class PublishRoute implements Route {
    private final Hub hub;
    private final PublishSettings settings;
    private final InFlightBytes inFlight;
    private final PublishLimits limits;
    private final LeaseLimits leases;
    private final Function<Executor, Dispatcher> dispatchers;

    /// @param dispatchers finds the dispatcher of an event loop
    /// @param shares      gives each caller a share of the hub's leases
    public PublishRoute(
            Hub hub,
            Function<Executor, Dispatcher> dispatchers,
            PublishSettings settings,
            InFlightBytes inFlight,
            PublishLimits limits,
            CallerShares shares) {
        this.hub = hub;
        this.leases = new LeaseLimits(hub.leases(), shares);
        this.dispatchers = dispatchers;
        this.settings = settings;
        this.inFlight = inFlight;
        this.limits = limits;
    }

    @Override
    public Object prepare(RequestHead head) {
        return PublishRequest.parse(head);
    }

    /// Uploads are not pipelined: they take long and hold memory.
    @Override
    public boolean isPipelined(Object prepared) {
        return ((PublishRequest) prepared).split() == PublishRequest.Split.NONE;
    }

    @Override
    public void handle(Exchange exchange) {
        PublishRequest request = (PublishRequest) exchange.prepared(this);
        requireGrant(exchange.grant(), request);
        switch (request.split()) {
            case NONE -> whole(exchange, request);
            case LINE, CHUNK -> stream(exchange, request);
        }
    }

    /// Refuses before a byte of the body is read. Only the body shows whether a request that ends the channel
    /// also publishes: the hub checks that.
    private static void requireGrant(Grant grant, PublishRequest request) {
        if (request.close()) grant.require(Verb.CLOSE, request.channel());
        if (!request.close() || request.split() != PublishRequest.Split.NONE) {
            String key = request.fields().key();
            grant.require(Verb.PUBLISH, request.channel(), request.type(), key);
        }
        if (request.fields().from() != null) grant.require(Verb.PUBLISH_AS, request.channel());
    }

    private void whole(Exchange exchange, PublishRequest request) {
        if (request.lease() != null) leases.require(exchange.grant(), request.channel());
        Allowance allowance = limits.of(exchange.grant());
        long announced = BodyCollector.announced(exchange, settings.eventBytesMax());
        allowance.take(1, announced);
        byte[] all = exchange.takeBody();
        if (all != null) { // The common case: the whole body arrived with the head.
            InFlightBytes.Holder held = inFlight.holder();
            held.take(all.length);
            publish(exchange, request, all, held);
            return;
        }
        BodyCollector.collect(exchange, settings.eventBytesMax(), inFlight, (bytes, held) -> {
            allowance.charge(0, bytes.length - announced);
            publish(exchange, request, bytes, held);
        });
    }

    private void publish(Exchange exchange, PublishRequest request, byte[] bytes, InFlightBytes.Holder held) {
        boolean handedOver = false;
        try {
            Publication publication = publication(request, bytes);
            Dispatcher dispatcher = dispatchers.apply(exchange.loop());
            PendingResponse response = new PendingResponse(exchange, request, held);
            if (request.lease() == null) hub.publish(exchange.grant(), publication, dispatcher, response);
            else publish(exchange.grant(), publication, request.lease(), dispatcher, response);
            handedOver = true;
            exchange.allowPipelining(); // The log has fixed its place before the next request.
        } finally {
            if (!handedOver) held.giveBackAll();
        }
    }

    private void publish(
            Grant grant, Publication publication, Duration lease, Dispatcher dispatcher, PendingResponse response) {
        ClientKey caller = leases.require(grant, publication.draft().channel());
        hub.publish(grant, publication, lease, caller, dispatcher).whenComplete(response::appended);
    }

    private static Publication publication(PublishRequest request, byte[] bytes) {
        // The removal of a key is an event even without data; the end of a channel without data is not.
        boolean onlyEnd = request.close() && bytes.length == 0 && !request.remove();
        Content content;
        if (onlyEnd) content = null;
        else if (request.remove() && bytes.length == 0) content = Content.NONE;
        else content = request.kind().check(bytes);
        Draft draft = onlyEnd
                ? Draft.end(request.channel())
                : new Draft(
                        request.channel(),
                        request.type(),
                        request.fields(),
                        content,
                        request.remove(),
                        request.close());
        return new Publication(draft, conditions(request, bytes));
    }

    private static Conditions conditions(PublishRequest request, byte[] bytes) {
        Optional<IdempotencyKey> key = request.idempotencyKey();
        if (key.isPresent()) return key.get().conditions(request.newest(), bytes, request.fingerprinted());
        return request.newest() instanceof Newest.Any ? Conditions.NONE : new Conditions(null, request.newest());
    }

    private void stream(Exchange exchange, PublishRequest request) {
        var source = new StreamSource(request, settings.eventBytesMax());
        var upload = new Upload(exchange, hub, settings, inFlight, limits.of(exchange.grant()), source);
        ClientKey caller = request.lease() == null ? null : leases.require(exchange.grant(), request.channel());
        upload.start();
        // A streaming publisher is notified of the channel's end at once, even while it pauses: this way, a
        // reader that may close the channel stops a running text generation.
        boolean repeatable = request.idempotencyKey().isPresent();
        Registration watch = hub.watchEnd(
                exchange.grant(),
                request.channel(),
                () -> exchange.run(() -> upload.channelEnded(request.channel(), repeatable)));
        upload.onDone(watch::close);
        if (request.lease() == null || exchange.isOver()) return;
        upload.renew(hub.leases().upload(request.channel(), request.lease(), caller), request.channel());
    }
}
