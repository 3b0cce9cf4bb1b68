package dev.sluice.server.publish;

import dev.sluice.core.access.Grant;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Publication;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.MediaType;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.limit.PublishLimits;
import dev.sluice.server.limit.PublishLimits.Allowance;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `POST /channels`: publishes events to many channels in one request, as they arrive or atomically.
/// `docs/protocol.md` §3.
public final class BatchRoute implements Route {
    private static final String CONTENT_TYPE = MediaType.JSON_LINES;

    private final Hub hub;
    private final PublishSettings settings;
    private final InFlightBytes inFlight;
    private final PublishLimits limits;

    public BatchRoute(Hub hub, PublishSettings settings, InFlightBytes inFlight, PublishLimits limits) {
        this.hub = hub;
        this.settings = settings;
        this.inFlight = inFlight;
        this.limits = limits;
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of("atomic"));
        checkContentType(request);
        PublishRequest.refuseCodings(request);
        Preconditions.none(request, "a batch");
        var idempotencyKey = IdempotencyKey.of(request);
        EventFields defaults = PublishRequest.headerFields(request);
        if (request.parameters().flag("atomic")) whole(exchange, idempotencyKey, defaults);
        else
            new Upload(
                            exchange,
                            hub,
                            settings,
                            inFlight,
                            limits.of(exchange.grant()),
                            new BatchSource(settings, exchange.grant(), idempotencyKey, defaults))
                    .start();
    }

    private static void checkContentType(RequestHead request) {
        Optional<String> type = request.header(HeaderNames.CONTENT_TYPE);
        if (type.flatMap(MediaType::parse).filter(is -> is.isJsonLines()).isPresent()) return;
        throw new ProblemException(Problems.UNSUPPORTED_TYPE
                .of(
                        "Content-Type",
                        "A batch is " + CONTENT_TYPE + ", not " + Problems.quoted(type.orElse("nothing"))
                                + ". A single event goes to /channels/NAME.")
                .withHeader("Accept-Post", CONTENT_TYPE));
    }

    private void whole(Exchange exchange, Optional<IdempotencyKey> idempotencyKey, EventFields defaults) {
        Allowance allowance = limits.of(exchange.grant());
        long announced = BodyCollector.announced(exchange, settings.atomicBytesMax());
        allowance.take(1, announced);
        BodyCollector.collect(exchange, settings.atomicBytesMax(), inFlight, (bytes, held) -> {
            boolean handedOver = false;
            allowance.charge(0, bytes.length - announced);
            try {
                List<Long> lines = new ArrayList<>();
                List<Publication> publications = read(exchange.grant(), bytes, idempotencyKey, defaults, lines);
                held.take((long) publications.size() * Upload.OVERHEAD_BYTES);
                allowance.charge(Math.max(0, publications.size() - 1), 0);
                hub.publishAll(exchange.grant(), publications).whenComplete((outcome, failure) -> {
                    held.giveBackAll();
                    Problem failed = failure == null ? null : AppendResponses.failed(failure);
                    exchange.run(() -> {
                        if (failed != null) exchange.refuse(failed);
                        else answer(exchange, publications, lines, outcome);
                    });
                });
                handedOver = true;
            } finally {
                if (!handedOver) held.giveBackAll();
            }
        });
    }

    private List<Publication> read(
            Grant grant,
            byte[] bytes,
            Optional<IdempotencyKey> idempotencyKey,
            EventFields defaults,
            List<Long> lines) {
        var publications = new ArrayList<Publication>();
        var source = new BatchSource(settings, grant, idempotencyKey, defaults);
        BatchSource.Events take = (draft, conditions, line, size) -> {
            if (publications.size() == settings.atomicLinesMax()) {
                throw Problems.TOO_LARGE.refused(
                        "An atomic batch has at most " + settings.atomicLinesMax() + " lines: send less at a time.");
            }
            publications.add(new Publication(draft, conditions));
            lines.add(line);
        };
        try {
            source.feed(ByteBuffer.wrap(bytes), take, () -> false);
            source.end(take);
        } catch (ProblemException refused) {
            throw new ProblemException(withNothingAppended(refused.problem(), source.line()));
        }
        return publications;
    }

    private static void answer(
            Exchange exchange, List<Publication> publications, List<Long> lines, AppendResult.Batch outcome) {
        switch (outcome) {
            case AppendResult.Batch.All(List<AppendResult> each) -> {
                Cursor last = each.isEmpty() ? null : AppendResponses.id(each.getLast());
                boolean replayed = !each.isEmpty() && each.stream().allMatch(AppendResult.Same.class::isInstance);
                exchange.answer(AppendResponses.counted(each.size(), last, replayed));
            }
            case AppendResult.Batch.None(int index, AppendResult refusal) -> {
                var channel = publications.get(index).draft().channel();
                exchange.refuse(withNothingAppended(AppendResponses.problem(refusal, channel), lines.get(index)));
            }
        }
    }

    private static Problem withNothingAppended(Problem problem, long line) {
        return problem.withMember("line", line).withMember("count", 0L);
    }
}
