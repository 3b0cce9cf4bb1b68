package dev.sluice.client;

import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.http.Monitor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The author of a stream of events that has an end, such as the answer of a model: one channel, written by one author
 * ({@code docs/answers.md}).
 *
 * <pre>{@code
 * try (var author = client.author("answers/7")) {
 *     author.append("start", "{\"model\":\"small\"}");
 *     author.ended().thenAccept(end -> call.cancel()); // Also if a reader stops it.
 *     for (var token : call) {
 *         if (!author.text(token)) break; // It has ended.
 *     }
 *     author.done("{\"tokens\":12}");
 * }
 * }</pre>
 *
 * <p>{@link #text} and {@link #append} do not wait for the hub: events wait in order in a queue, those that come during one request are
 * sent together in the next, and each is stored once, whatever connection, node or restart of the hub comes between.
 * The channel has a lease, which the author renews for as long as it is open, also while it has nothing to say. If the
 * author is gone, the hub ends the channel with the status {@code failed} and the reason {@code lost}. An event that
 * the hub refuses ends it, too, after the events before it, with the reason that the hub gives, such as
 * {@code too-large}.
 *
 * <p>The caller needs the verbs {@code publish}, {@code close} and {@code subscribe} on the channel. Safe for use by many
 * threads.
 */
public final class Author implements AutoCloseable {
    private interface Task {
        void run() throws InterruptedException;
    }

    static final Duration LEASE = Duration.ofSeconds(15);

    private final String channel;
    private final Duration lease;
    private final Sender sender;
    private final PublishRequests requests;
    private final HubQueries queries;
    private final Settings settings;
    private final Monitor monitor;
    private final AuthorQueue queue;
    private final String key;
    private final Runnable onClosed;
    private final CompletableFuture<End> ended = new CompletableFuture<>();
    private volatile @Nullable Follower follower;

    /** Why this author ends the channel as failed; null unless the hub refused an event. */
    private volatile @Nullable RefusedException refusal;

    /** The number of the next event. Used by the sending thread only. */
    private long number = 1;

    /** Whether the channel has its first event, and so its lease. */
    private volatile boolean hasLease;

    Author(
            String channel,
            Duration lease,
            Sender sender,
            PublishRequests requests,
            HubQueries queries,
            Settings settings,
            Monitor monitor,
            Runnable onClosed) {
        this.channel = HubAddress.checkName(channel);
        this.lease = Publication.checkLease(lease);
        this.sender = sender;
        this.requests = requests;
        this.queries = queries;
        this.settings = settings;
        this.monitor = monitor;
        this.onClosed = onClosed;
        queue = new AuthorQueue(monitor, settings.keptBytesMax());
        key = requests.newKey();
    }

    /** Begins to send, and to listen for the end. */
    void start(Follower listening) {
        follower = listening;
        if (ended.isDone()) listening.close();
        settings.threads().newThread(() -> run(this::sendAll, this::onRefused)).start();
    }

    /** Receives the end of the channel, whoever writes it. */
    void received(Message message) {
        if (message instanceof Event event && event.type().equals(End.TYPE)) received(End.read(event.bytes()));
        else if (message instanceof Message.Closed) over(End.CLOSED);
    }

    private void received(End end) {
        var refused = refusal;
        if (refused != null && end.status().equals("failed")) over(refused);
        else over(end);
    }

    public String channel() {
        return channel;
    }

    /**
     * Appends a piece of text, as an event of the type {@code delta}: readers who lag get several pieces joined. Does
     * not wait for the hub, unless the queue has reached {@link ClientBuilder#keptBytesMax}: then until there is room.
     *
     * @return false if the channel has ended, or its end was appended: stop generating
     */
    public boolean text(String piece) throws InterruptedException {
        return queue.add(Publication.text(channel, piece).type("delta"));
    }

    /**
     * Appends an event with JSON data, as {@link #text} does.
     *
     * @throws IllegalArgumentException if this is not one JSON value
     */
    public boolean append(String type, String json) throws InterruptedException {
        return append(Publication.json(channel, json).type(type));
    }

    /** As {@link #append(String, String)}, with the event's key. */
    public boolean append(String type, String key, String json) throws InterruptedException {
        return append(Publication.json(channel, json).type(type).key(key));
    }

    private boolean append(Publication event) throws InterruptedException {
        event.line(); // Refuses invalid JSON here, and not in the middle of a batch.
        return queue.add(event);
    }

    /** Waits until everything that was appended is in the hub's log, or the channel has ended. */
    public void flush() throws InterruptedException {
        queue.awaitEmpty();
    }

    /**
     * Returns a future that completes when the channel has ended: by this author, by a reader who stopped it, or because
     * the hub considered this author lost. Completes exceptionally if the hub refuses the author for another reason, or
     * was not reachable for {@link ClientBuilder#retryFor}. It completes as soon as the hub says so, on a thread of this
     * client: actions that depend on it must be quick.
     */
    public CompletableFuture<End> ended() {
        return ended.copy();
    }

    /** Ends the channel as complete, after everything that was appended. Returns how it has ended: another end wins. */
    public End done() throws InterruptedException {
        return end(new End("done", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    }

    /**
     * As {@link #done()}, with what the answer cost.
     *
     * @param usage a JSON value; {@code "unknown"} in quotation marks if it is not known
     */
    public End done(String usage) throws InterruptedException {
        return end(new End("done", Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(usage)));
    }

    /**
     * Ends the channel as incomplete, after everything that was appended.
     *
     * @param reason  a word for programs, such as {@code refused}
     * @param message a sentence for people
     * @return how it has ended: another end wins
     */
    public End failed(String reason, String message) throws InterruptedException {
        return end(new End("failed", Optional.of(reason), Optional.of(message), Optional.empty(), Optional.empty()));
    }

    private End end(End end) throws InterruptedException {
        queue.add(Publication.json(channel, end.json()).type(End.TYPE).closing());
        try {
            return ended.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException(failed.getCause());
        }
    }

    /** Runs the task of a thread: its failure ends the work of the author. */
    private void run(Task task, Consumer<RefusedException> onRefused) {
        try {
            task.run();
        } catch (RefusedException refused) {
            onRefused.accept(refused);
        } catch (InterruptedException reason) {
            Thread.currentThread().interrupt();
            over(reason);
        } catch (RuntimeException | Error reason) {
            over(reason);
        }
    }

    private void sendAll() throws InterruptedException {
        while (!ended.isDone()) {
            // The first event alone, because it brings the lease.
            var block = queue.take(hasLease ? AuthorQueue.BLOCK_EVENTS_MAX : 1);
            if (block.isPresent()) send(block.get());
        }
    }

    private void send(List<Publication> block) throws InterruptedException {
        var last = block.get(block.size() - 1);
        var blockKey = key + "." + number;
        boolean isSingle = block.size() == 1;
        var request = isSingle
                ? requests.one(
                        first(last.isClosing() ? last : last.lease(lease)).idempotencyKey(blockKey))
                : requests.batch(block, blockKey, false);
        if (number == 1)
            settings.threads()
                    .newThread(() -> run(this::renewLeases, queue::fail))
                    .start();
        sender.send(request, monitor.deadline(settings.retryFor()), ended::isDone);
        number += block.size();
        hasLease = true;
        queue.stored();
        if (last.isClosing()) over(End.read(last.data()));
    }

    /** The hub takes the first event in an empty channel only: not in that of another author. */
    private Publication first(Publication event) {
        return number == 1 ? event.ifNoneMatch() : event;
    }

    /**
     * Renews the lease until the channel has ended, three times in its duration: one renewal may be lost. Begins with
     * the first attempt to send the first event, whose answer may be lost. Has its own thread, because an answer that
     * the sending thread waits for may take longer than the lease.
     */
    private void renewLeases() throws InterruptedException {
        var interval = lease.dividedBy(3);
        var next = monitor.deadline(interval);
        while (!ended.isDone()) {
            queue.pause(next.remaining());
            next = monitor.deadline(interval);
            if (!ended.isDone()) renew();
        }
    }

    private void renew() throws InterruptedException {
        try {
            queries.renewLease(channel, lease);
        } catch (UnreachableException later) {
            // The next renewal or event tries again, and the lease has its whole duration after a restart of the hub.
        } catch (RefusedException refused) {
            // Deleted, or given up: the next event begins another lease.
            if (refused.problem().status() == 404) hasLease = false;
            else if (!isWorthRenewing(refused)) throw refused;
        }
    }

    /** The next renewal, with another token, may succeed; another server's refusal says nothing about the lease. */
    private static boolean isWorthRenewing(RefusedException refused) {
        return refused.getCause() instanceof HttpStatusException reason
                && (reason.isWorthRetrying(true) || reason.isAboutStaleToken());
    }

    /** The follower knows how, once it has received the end. */
    private void endedElsewhere() {
        try {
            ended.get(settings.answerMax().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException none) {
            over(End.CLOSED);
        } catch (InterruptedException reason) {
            Thread.currentThread().interrupt();
            over(End.CLOSED);
        } catch (ExecutionException failed) {
            // The future has its outcome.
        }
    }

    /** Ends the channel as failed, before the refused event. Another end wins. */
    private void onRefused(RefusedException reasonOfHub) {
        if (reasonOfHub.problem().status() == 409) {
            endedElsewhere();
            return;
        }
        if (reasonOfHub.problem().status() == 412) { // The channel is that of another author, who may go on.
            over(reasonOfHub);
            return;
        }
        queue.end();
        refusal = reasonOfHub;
        var problem = reasonOfHub.problem();
        var reason = problem.json().isEmpty() ? "refused" : problem.type().replaceFirst(".*/", "");
        var end = new End(
                "failed", Optional.of(reason), Optional.of(problem.toString()), Optional.empty(), Optional.empty());
        var event =
                Publication.json(channel, end.json()).type(End.TYPE).closing().idempotencyKey(key + ".end");
        try {
            sender.send(requests.one(first(event)), monitor.deadline(settings.retryFor()), ended::isDone);
        } catch (RefusedException alsoRefused) {
            if (alsoRefused.problem().status() == 409) endedElsewhere();
        } catch (SluiceException | CancellationException failed) {
            // The lease ends the channel.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            over(reasonOfHub);
        }
    }

    /** First the queue: who learns of the end must not be able to append. */
    private void over(End how) {
        queue.end();
        if (ended.complete(how)) release();
    }

    private void over(Throwable failure) {
        queue.end();
        if (ended.completeExceptionally(failure)) release();
    }

    private void release() {
        var listening = follower;
        if (listening != null) listening.close();
        monitor.close();
        onClosed.run();
    }

    /** Ends the work because its client is closed: the lease expires. */
    void abandon() {
        over(new CancellationException("closed"));
    }

    /**
     * Ends the channel with the status {@code failed} and the reason {@code aborted}, unless it has ended. So a program
     * that throws amid an answer leaves none open. Waits for the hub.
     */
    @Override
    public void close() {
        if (ended.isDone()) return;
        try {
            failed("aborted", "The author stopped before the end of this answer.");
        } catch (InterruptedException reason) {
            Thread.currentThread().interrupt();
            abandon();
        } catch (SluiceException | CancellationException reason) {
            // The future has it, and the lease ends the channel.
            over(reason);
        }
    }
}
