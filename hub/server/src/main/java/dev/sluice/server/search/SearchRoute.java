package dev.sluice.server.search;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.AccessCheck;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.log.SearchRejectedException;
import dev.sluice.core.search.EventScan;
import dev.sluice.core.search.TimeSpan;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.head.MediaType;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.metrics.SearchCounts;
import dev.sluice.server.transport.HttpStream;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// `GET /search/{name}`: reads the kept events of a channel on a dedicated thread, so that event loops stay free
/// and all searches together take at most one core. `docs/protocol.md` §5.
public final class SearchRoute implements Route, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SearchRoute.class.getName());
    private static final String CONTENT_TYPE = MediaType.JSON_LINES;
    private static final int IDLE_SECONDS = 10;

    private final Hub hub;
    private final SearchBudget budget;
    private final SearchCounts counts = new SearchCounts();
    private final InstantSource clock;
    private final LongSupplier nowNs;

    /// Its queue is short: each search of the budget has one slice in it.
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("sluice-search").daemon().factory());

    /// @param clock for a `since` that is a duration, and for histograms up to now
    /// @param nowNs a clock that does not go back
    public SearchRoute(Hub hub, SearchBudget budget, InstantSource clock, LongSupplier nowNs) {
        this.hub = hub;
        this.budget = budget;
        this.clock = clock;
        this.nowNs = nowNs;
        thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public void handle(Exchange exchange) {
        SearchRequest request = SearchRequest.of(exchange.request(), clock);
        if (exchange.request().method().equals(Method.HEAD)) {
            AccessCheck.subscribe(exchange.grant(), request.range().selection());
            exchange.answer(HttpStream.head(CONTENT_TYPE));
            return;
        }
        SearchBudget.Place place = budget.take(exchange.grant());
        try {
            open(exchange.grant(), request, place).whenComplete((opened, failure) -> {
                if (failure != null) place.close();
                exchange.run(() -> {
                    if (failure == null) begin(exchange, request, opened, place);
                    else exchange.refuse(problem(failure));
                });
            });
        } catch (RuntimeException refused) {
            place.close();
            throw refused;
        }
        if (!exchange.isOver()) exchange.abandoned(place::close);
    }

    /// Returns the counts of all searches since the start.
    public SearchCounts counts() {
        return counts;
    }

    /// Opens a search on the thread of searches, because finding its start may read thousands of slices.
    private CompletionStage<RunningSearch.Opened> open(Grant grant, SearchRequest request, SearchBudget.Place place) {
        return CompletableFuture.supplyAsync(() -> scan(grant, request, place), this::run)
                .thenCompose(opened -> opened);
    }

    private CompletionStage<RunningSearch.Opened> scan(Grant grant, SearchRequest request, SearchBudget.Place place) {
        CompletionStage<EventScan> opened = hub.scan(grant, request.range());
        if (request.buckets() == 0) return opened.thenApply(scan -> new RunningSearch.Opened(scan, null));
        Executor slices = slice -> {
            if (place.isOpen()) run(slice); // The client may have disconnected.
        };
        return opened.thenCompose(scan ->
                scan.span(slices).thenApply(span -> new RunningSearch.Opened(scan, buckets(span, request))));
    }

    /// Creates the histogram. Without limits in the request, it spans the oldest to the newest event.
    private TimeBuckets buckets(@Nullable TimeSpan span, SearchRequest request) {
        long now = clock.millis();
        Long since = request.range().sinceMs();
        Long until = request.range().untilMs();
        return new TimeBuckets(
                since != null ? since : span == null ? now : span.firstMs(),
                until != null ? until : span == null ? now : span.lastMs() + 1,
                request.buckets());
    }

    private void begin(
            Exchange exchange, SearchRequest request, RunningSearch.Opened opened, SearchBudget.Place place) {
        var search = new RunningSearch(
                request,
                opened,
                exchange.grant(),
                new SearchLines(exchange.framing()),
                this::run,
                nowNs,
                counts,
                place);
        var outlet = exchange.stream(HttpStream.head(CONTENT_TYPE), search);
        search.begin(outlet, hub.settings().stall());
    }

    private void run(Runnable slice) {
        try {
            thread.execute(slice);
        } catch (RejectedExecutionException closed) {
            LOG.log(System.Logger.Level.DEBUG, "a search ends with its server");
        }
    }

    private static Problem problem(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof AccessDeniedException denied) return Problems.of(denied);
        if (cause instanceof SearchRejectedException refused)
            return Problems.FULL.of("The hub can't begin the search: " + refused.getMessage() + ".");
        LOG.log(System.Logger.Level.ERROR, "search failed", cause);
        return Problems.LOG_FAILED
                .of("The log could not find the start of the search. Search again.")
                .withHeader("Retry-After", "1");
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
