package dev.sluice.server.publish;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.AppendListener;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.json.JsonObjectReader;
import dev.sluice.server.limit.PublishLimits;
import dev.sluice.server.net.outlet.ReadWatermarks;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Publishes messages of WebSockets and sessions, and appends those that arrive in one turn of an event loop
/// together. Each message gets one receipt, which also reports errors, in a later turn of the loop and never
/// from within the call.
public final class ClientMessages {
    private static final System.Logger LOG = System.getLogger(ClientMessages.class.getName());

    /// The number of unacknowledged messages and queued answers at which reading from a connection stops.
    private static final int IN_FLIGHT_MAX = 64;

    private final Hub hub;
    private final Function<Executor, Dispatcher> dispatchers;
    private final PublishSettings settings;
    private final InFlightBytes inFlight;
    private final PublishLimits limits;
    private final ResponseListener answers;
    private final ReadWatermarks gate;

    /// The result of a message.
    ///
    /// @param ref     the client's reference, as JSON; null if it is absent
    /// @param id      the id of the event; null if it was not published
    /// @param replay  true if it had been published before
    /// @param problem the reason why it was not published, else null
    public record Receipt(
            @Nullable String ref,
            @Nullable String id,
            boolean replay,
            @Nullable Problem problem) {}

    /// @param dispatchers finds the dispatcher of an event loop
    /// @param answers     is notified of refusals
    public ClientMessages(
            Hub hub,
            Function<Executor, Dispatcher> dispatchers,
            PublishSettings settings,
            InFlightBytes inFlight,
            PublishLimits limits,
            ResponseListener answers) {
        this.answers = answers;
        this.hub = hub;
        this.dispatchers = dispatchers;
        this.settings = settings;
        this.inFlight = inFlight;
        this.limits = limits;
        this.gate = new ReadWatermarks(IN_FLIGHT_MAX, settings.unacknowledgedBytes());
    }

    /// Decides whether to read from a connection, by its unacknowledged messages and the answers that its client
    /// has not received.
    public ReadWatermarks gate() {
        return gate;
    }

    /// Publishes a message that is an object: `{"ref"?,"channel"?,"type"?,"key"?,"from"?,"data"}`.
    ///
    /// @param loop           the event loop of the connection, which calls this method
    /// @param defaultChannel the channel if the message names none; null if it must name one
    public void object(
            Executor loop,
            Grant grant,
            byte[] message,
            @Nullable ChannelName defaultChannel,
            Consumer<Receipt> onReceipt) {
        BatchLine line = BatchLine.message(settings.eventBytesMax(), defaultChannel);
        try {
            Publication publication = new Publication(line.read(message), Conditions.NONE);
            append(loop, grant, publication, line.ref(), message.length, onReceipt);
        } catch (ProblemException refused) {
            refuse(loop, line.ref(), refused.problem(), onReceipt);
        }
    }

    /// Publishes a message of a session: `{"op":"publish","ref"?,"channel",…,"idempotencyKey"?,"ifMatch"?}`.
    ///
    /// @param loop    the event loop of the connection, which calls this method
    /// @param members the members of the object
    /// @param bytes   the size of the message
    public void ofSession(
            Executor loop,
            Grant grant,
            Map<String, JsonObjectReader.Value> members,
            int bytes,
            Consumer<Receipt> onReceipt) {
        BatchLine line = BatchLine.ofSession(settings.eventBytesMax());
        try {
            Draft draft = line.read(members);
            append(loop, grant, new Publication(draft, line.conditions(draft)), line.ref(), bytes, onReceipt);
        } catch (ProblemException refused) {
            refuse(loop, line.ref(), refused.problem(), onReceipt);
        }
    }

    /// Publishes a message that is the data of an event.
    ///
    /// @param loop the event loop of the connection, which calls this method
    public void data(
            Executor loop, Grant grant, ChannelName channel, boolean isText, byte[] data, Consumer<Receipt> onReceipt) {
        try {
            PublishRequest.channel(channel.value(), "path");
            if (data.length > settings.eventBytesMax()) {
                throw BodyCollector.tooLarge("The message is too long", settings.eventBytesMax());
            }
            Content content = (isText ? DataKind.TEXT : DataKind.BINARY).check(data);
            Draft draft = Draft.event(channel, EventType.MESSAGE, content);
            append(loop, grant, new Publication(draft, Conditions.NONE), null, data.length, onReceipt);
        } catch (ProblemException refused) {
            refuse(loop, null, refused.problem(), onReceipt);
        }
    }

    private void append(
            Executor loop,
            Grant grant,
            Publication publication,
            @Nullable String ref,
            int bytes,
            Consumer<Receipt> onReceipt) {
        limits.of(grant).take(1, bytes);
        InFlightBytes.Holder held = inFlight.holder();
        held.take(bytes);
        PendingReceipt pending = new PendingReceipt(loop, publication.draft().channel(), ref, held, onReceipt);
        boolean isHandedOver = false;
        try {
            hub.publish(grant, publication, dispatchers.apply(loop), pending);
            isHandedOver = true;
        } catch (AccessDeniedException denied) {
            refuse(loop, ref, Problems.of(denied), onReceipt);
        } finally {
            if (!isHandedOver) held.giveBackAll();
        }
    }

    private void refuse(Executor loop, @Nullable String ref, Problem problem, Consumer<Receipt> onReceipt) {
        Receipt refusal = refusal(ref, problem);
        execute(loop, () -> onReceipt.accept(refusal));
    }

    /// Counts the refusal of a message.
    public void refused(Problem problem) {
        answers.refused(problem);
    }

    private Receipt refusal(@Nullable String ref, Problem problem) {
        refused(problem);
        return new Receipt(ref, null, false, problem);
    }

    private static void execute(Executor loop, Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException stopped) {
            // The server has stopped, and the connection was closed with its event loop.
            LOG.log(Level.DEBUG, "the event loop has stopped, a receipt was dropped", stopped);
        }
    }

    /// The receipt of a message that is being appended. A single object per message, because there are many
    /// messages.
    private final class PendingReceipt implements AppendListener, Runnable {
        private final Executor loop;
        private final ChannelName channel;
        private final @Nullable String ref;
        private final InFlightBytes.Holder held;
        private final Consumer<Receipt> onReceipt;
        private @Nullable AppendResult outcome;
        private @Nullable Throwable failure;

        PendingReceipt(
                Executor loop,
                ChannelName channel,
                @Nullable String ref,
                InFlightBytes.Holder held,
                Consumer<Receipt> onReceipt) {
            this.loop = loop;
            this.channel = channel;
            this.ref = ref;
            this.held = held;
            this.onReceipt = onReceipt;
        }

        @Override
        public void appended(@Nullable AppendResult outcome, @Nullable Throwable failure) {
            this.outcome = outcome;
            this.failure = failure;
            held.giveBackAll();
            execute(loop, this);
        }

        @Override
        public void run() {
            onReceipt.accept(receipt());
        }

        private Receipt receipt() {
            if (failure != null) return refusal(ref, AppendResponses.failed(failure));
            AppendResult decided = Objects.requireNonNull(outcome);
            Cursor id = AppendResponses.id(decided);
            if (id == null) return refusal(ref, AppendResponses.problem(decided, channel));
            return new Receipt(ref, id.text(), decided instanceof AppendResult.Same, null);
        }
    }
}
