package dev.sluice.server.publish;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import org.jspecify.annotations.Nullable;

/// `POST` and `PUT` of `/channels/{name}`: the body is the data. `docs/protocol.md` §3.
public final class PublishRoute implements Route {
    private static final System.Logger LOG = System.getLogger(PublishRoute.class.getName());

    private final Publisher publisher;
    private final Ends ends;
    private final PublishSettings settings;
    private final InFlightBytes inFlight;

    public PublishRoute(Publisher publisher, Ends ends, PublishSettings settings, InFlightBytes inFlight) {
        this.publisher = publisher;
        this.ends = ends;
        this.settings = settings;
        this.inFlight = inFlight;
    }

    @Override
    public void handle(Exchange exchange) {
        PublishRequest request = PublishRequest.parse(exchange.request());
        switch (request.split()) {
            case NONE -> whole(exchange, request);
            case LINE, CHUNK -> stream(exchange, request);
        }
    }

    private void whole(Exchange exchange, PublishRequest request) {
        Body.collect(exchange, settings.eventBytesMax(), inFlight, (bytes, held) -> {
            boolean handedOver = false;
            try {
                Publication publication = publication(request, bytes);
                publisher.append(publication).whenComplete((outcome, failure) -> {
                    held.giveBackAll();
                    if (failure != null) LOG.log(System.Logger.Level.ERROR, "append failed", failure);
                    exchange.run(() -> answer(exchange, request, failure == null ? outcome : null));
                });
                handedOver = true;
            } finally {
                if (!handedOver) held.giveBackAll();
            }
        });
    }

    private static void answer(Exchange exchange, PublishRequest request, @Nullable Appended outcome) {
        if (outcome == null) exchange.refuse(Outcomes.failed());
        else exchange.answer(Outcomes.answer(outcome, request.channel()));
    }

    private static Publication publication(PublishRequest request, byte[] bytes) {
        // A key's end may be without data; a channel's end without data is the end alone.
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
                        request.key(),
                        null,
                        content,
                        request.remove(),
                        request.close());
        Conditions conditions = request.once()
                .map(key -> key.conditions(request.newest(), bytes, request.meaning()))
                .orElse(new Conditions(null, request.newest()));
        return new Publication(draft, conditions);
    }

    private void stream(Exchange exchange, PublishRequest request) {
        var source = new StreamSource(request, settings.eventBytesMax());
        var upload = new Upload(exchange, publisher, settings, inFlight, source);
        upload.start();
        // Who publishes as it comes learns of the end as it comes, also in a pause: that is how a reader who may close
        // the channel stops a running generation.
        boolean repeatable = request.once().isPresent();
        Ends.Watch watch = ends.watch(
                request.channel(), () -> exchange.run(() -> upload.channelEnded(request.channel(), repeatable)));
        upload.whenDone(watch::close);
    }
}
