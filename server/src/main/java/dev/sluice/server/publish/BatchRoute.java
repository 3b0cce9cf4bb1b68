package dev.sluice.server.publish;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Publication;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.MediaType;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.http.Request;
import dev.sluice.server.http.Route;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `POST /channels`: events of many channels in one request, as they come or all or none. `docs/protocol.md` §3.
public final class BatchRoute implements Route {
    private static final System.Logger LOG = System.getLogger(BatchRoute.class.getName());
    private static final String CONTENT_TYPE = "application/x-ndjson";

    private final Publisher publisher;
    private final PublishSettings settings;
    private final InFlightBytes inFlight;

    public BatchRoute(Publisher publisher, PublishSettings settings, InFlightBytes inFlight) {
        this.publisher = publisher;
        this.settings = settings;
        this.inFlight = inFlight;
    }

    @Override
    public void handle(Exchange exchange) {
        Request request = exchange.request();
        request.parameters().allow(Set.of("atomic"));
        checkContentType(request);
        PublishRequest.refuseCodings(request);
        Preconditions.none(request, "a batch");
        var once = IdempotencyKey.of(request);
        if (request.parameters().flag("atomic")) whole(exchange, once);
        else new Upload(exchange, publisher, settings, inFlight, new BatchSource(settings, once)).start();
    }

    private static void checkContentType(Request request) {
        Optional<String> type = request.header(HttpHeaderNames.CONTENT_TYPE);
        if (type.flatMap(MediaType::parse)
                .filter(is -> is.essence().equals(CONTENT_TYPE))
                .isPresent()) return;
        throw new Refused(Problems.UNSUPPORTED_TYPE
                .of(
                        "Content-Type",
                        "A batch is " + CONTENT_TYPE + ", not " + Problems.quoted(type.orElse("nothing"))
                                + ". A single event goes to /channels/NAME.")
                .withHeader("Accept-Post", CONTENT_TYPE));
    }

    private void whole(Exchange exchange, Optional<IdempotencyKey> once) {
        Body.collect(exchange, settings.atomicBytesMax(), inFlight, (bytes, held) -> {
            boolean handedOver = false;
            try {
                List<Long> lines = new ArrayList<>();
                List<Publication> publications = read(bytes, once, lines);
                publisher.appendAll(publications).whenComplete((outcome, failure) -> {
                    held.giveBackAll();
                    if (failure != null) LOG.log(System.Logger.Level.ERROR, "append failed", failure);
                    exchange.run(() -> answer(exchange, publications, lines, failure == null ? outcome : null));
                });
                handedOver = true;
            } finally {
                if (!handedOver) held.giveBackAll();
            }
        });
    }

    private List<Publication> read(byte[] bytes, Optional<IdempotencyKey> once, List<Long> lines) {
        var publications = new ArrayList<Publication>();
        var source = new BatchSource(settings, once);
        BatchSource.Events take = (draft, conditions, line, size) -> {
            if (publications.size() == settings.atomicLinesMax()) {
                throw Problems.TOO_LARGE.refused(
                        "An atomic batch has at most " + settings.atomicLinesMax() + " lines: send less at a time.");
            }
            publications.add(new Publication(draft, conditions));
            lines.add(line);
        };
        try {
            source.feed(Unpooled.wrappedBuffer(bytes), take);
            source.end(take);
        } catch (Refused refused) {
            throw new Refused(nothingTaken(refused.problem(), source.line()));
        }
        return publications;
    }

    private static void answer(
            Exchange exchange, List<Publication> publications, List<Long> lines, Appended.@Nullable Batch outcome) {
        switch (outcome) {
            case null -> exchange.refuse(Outcomes.failed());
            case Appended.Batch.All(List<Appended> each) -> {
                Cursor last = each.isEmpty() ? null : Outcomes.id(each.getLast());
                boolean replayed = !each.isEmpty() && each.stream().allMatch(Appended.Same.class::isInstance);
                exchange.answer(Outcomes.counted(each.size(), last, replayed));
            }
            case Appended.Batch.None(int index, Appended refusal) -> {
                var channel = publications.get(index).draft().channel();
                exchange.refuse(nothingTaken(Outcomes.problem(refusal, channel), lines.get(index)));
            }
        }
    }

    private static Problem nothingTaken(Problem problem, long line) {
        return problem.withMember("line", line).withMember("count", 0L);
    }
}
