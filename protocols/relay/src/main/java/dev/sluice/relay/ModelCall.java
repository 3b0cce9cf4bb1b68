package dev.sluice.relay;

import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import dev.sluice.LogUnavailableException;
import dev.sluice.Message;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.Subscription;
import dev.sluice.wire.SseParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A call of a model whose answer is written to a channel, whoever reads it. The end of the channel, by whomever,
/// ends the call.
///
/// Each write requires that the channel's newest event is the one before: nothing is written to a channel that was
/// deleted or that has another author.
final class ModelCall implements Runnable {
    private static final int PIECE_BYTES = 16 << 10;
    private static final int USUAL_EVENT_BYTES = 32 << 10; // In the memory of each call.

    private final Sluice hub;
    private final String channel;
    private final @Nullable String author;
    private final Answer answer;
    private final Place place;
    private final CompletableFuture<HttpResponse<InputStream>> sent;
    private final CompletableFuture<Optional<Response>> refusal = new CompletableFuture<>();
    private final AtomicBoolean isDecided = new AtomicBoolean(); // Whether the first client gets a stream or a refusal.
    private volatile boolean isStopped;
    private volatile long heardNanos = System.nanoTime();
    private volatile @Nullable InputStream body;
    private volatile @Nullable Failure failure; // The reason to end the call, of this program.
    private String latest;

    /// Sends the request.
    ///
    /// @param answer receives the provider's events
    /// @param start  the channel's first event, which the caller has published
    /// @param place  has the memory of large events; the caller closes it
    ModelCall(Sluice hub, HttpClient client, HttpRequest request, Answer answer, Start start, Place place) {
        this.hub = hub;
        this.channel = start.channel();
        this.author = start.author();
        this.latest = start.id();
        this.answer = answer;
        this.place = place;
        sent = client.sendAsync(request, BodyHandlers.ofInputStream());
    }

    /// The first event of an answer.
    ///
    /// @param author the caller's name; null if it has none
    record Start(String channel, String id, @Nullable String author) {}

    /// Waits until the provider has begun to answer, or for this time.
    ///
    /// @return what the provider has answered instead of a stream; the channel is then deleted
    Optional<Response> refusal(long maxMs) throws InterruptedException {
        try {
            return refusal.get(maxMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            if (isDecided.compareAndSet(false, true)) return Optional.empty();
            return refusal.join();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Writes the answer until its end. Blocks.
    @Override
    public void run() {
        try (Subscription _ = hub.channels(channel)
                .after(latest)
                .types(Answer.END)
                .onGap(_ -> stop())
                .onEnd(this::stop)
                .subscribe(_ -> {})) {
            HttpResponse<InputStream> response = sent.join();
            heard();
            body = response.body(); // Whatever it is, close() can end it from here on.
            Failure reason = failure;
            if (reason != null) end(answer.failed(reason));
            else if (isStopped) return; // There was no body to close then.
            else if (isStream(response)) write(response.body());
            else refused(Refusal.of(response));
        } catch (LogUnavailableException failed) {
            end(answer.failed(Failure.UNAVAILABLE));
        } catch (RuntimeException failed) {
            // Of the client for HTTP, or cancelled. Its message may have the address, but never the request.
            if (!isStopped) refused(Response.problem(502, "The provider can't be reached."));
        } finally {
            close();
            refusal.complete(Optional.empty()); // Whatever has failed, the first client waits.
        }
    }

    private static boolean isStream(HttpResponse<InputStream> response) {
        return response.statusCode() == 200
                && response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
    }

    private void refused(Response response) {
        Failure reason = failure;
        if (reason == null && isDecided.compareAndSet(false, true)) {
            try {
                hub.channel(channel).delete(); // So that the same request may be made again.
                return;
            } catch (LogUnavailableException failed) {
                // The answer stays, and gets an end if the log takes one.
            } finally {
                refusal.complete(Optional.of(response));
            }
        }
        end(answer.failed(
                reason != null
                        ? reason
                        : Failure.ofProvider("The provider has answered with status " + response.status() + ".")));
    }

    private void write(InputStream stream) {
        if (isDecided.compareAndSet(false, true)) refusal.complete(Optional.empty());
        var parser = new SseParser();
        var piece = new byte[PIECE_BYTES];
        try {
            while (answer.hasMore()) {
                int length = stream.read(piece);
                if (length < 0) break;
                heard();
                if (!publishAll(messages(parser, piece, length))) return;
                if (!place.hold(parser.heldBytes() - USUAL_EVENT_BYTES)) answer.fail(Failure.BUSY);
            }
            end(answer.end());
        } catch (IOException broken) {
            Failure reason = failure;
            if (!isStopped) end(reason == null ? answer.end() : answer.failed(reason));
        }
    }

    private List<Message> messages(SseParser parser, byte[] piece, int length) {
        List<Message> messages = new ArrayList<>();
        try {
            parser.parse(piece, 0, length, block -> answer.message(block).ifPresent(messages::add));
        } catch (IOException tooLarge) {
            answer.fail(Failure.TOO_LARGE);
        }
        return messages;
    }

    /// Publishes events of the provider. Those before one that the hub does not take are the last.
    ///
    /// @return false if the answer has ended
    private boolean publishAll(List<Message> messages) {
        int count = messages.size();
        while (count > 0) {
            try {
                if (!publish(messages.subList(0, count))) return false;
                break;
            } catch (IllegalArgumentException invalid) {
                count--; // Nothing of the batch is stored.
            }
        }
        boolean isComplete = count == messages.size();
        if (!isComplete) end(answer.failed(Failure.TOO_LARGE));
        return isComplete;
    }

    /// @return false if the channel has ended or has another author
    private boolean publish(List<Message> messages) {
        List<BatchItem> items = new ArrayList<>();
        for (Message each : messages) {
            Message message = author == null ? each : each.from(author);
            items.add(new BatchItem.Publish(channel, items.isEmpty() ? message.ifLatest(latest) : message));
        }
        return switch (hub.publishAll(items)) {
            case BatchResult.Stored stored -> {
                latest = stored.ids().getLast();
                yield true;
            }
            case BatchResult.Refused _ -> false;
        };
    }

    private void end(Message message) {
        try {
            publish(List.of(message)); // If that is refused, the answer has ended already.
        } catch (LogUnavailableException failed) {
            // Nobody renews the lease from now on: the hub ends the answer.
        }
    }

    /// Renews the answer's lease: while this process lives, it decides when the answer ends.
    void renewLease() {
        try {
            hub.channel(channel).renew(ModelCalls.LEASE);
        } catch (IllegalStateException refused) {
            // The log takes nothing now, so no last will either. The next renewal tries again.
        }
    }

    private void heard() {
        heardNanos = System.nanoTime();
    }

    /// Ends the call if the provider has been silent for longer than this.
    void endIfSilent(long maxNanos) {
        if (System.nanoTime() - heardNanos > maxNanos) fail(Failure.SILENT);
    }

    /// Ends the call and the answer for a reason.
    void fail(Failure reason) {
        failure = reason;
        close();
    }

    private void stop() {
        isStopped = true;
        close();
    }

    /// Closes the connection to the provider, so that it ends the answer as well.
    private void close() {
        sent.cancel(true);
        InputStream open = body;
        if (open != null) close(open);
    }

    /// Closes a response's stream, which another thread may be reading.
    static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException broken) {
            // A connection that can't be closed is broken, and the thread that reads it gets the same exception.
        }
    }
}
