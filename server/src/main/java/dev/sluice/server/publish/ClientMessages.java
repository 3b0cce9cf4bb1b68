package dev.sluice.server.publish;

import dev.sluice.core.access.AccessDenied;
import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.http.AnswerListener;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.json.JsonObjectReader;
import dev.sluice.server.limit.PublishLimits;
import dev.sluice.server.net.ReadGate;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Publishes messages of WebSockets and sessions, those that come in one turn of an event loop together. The returned
/// stages never fail: errors are in the receipt.
public final class ClientMessages {
    /// Messages published and not acknowledged, plus answers queued, at which reading from a connection stops.
    private static final int IN_FLIGHT_MAX = 64;

    private final Hub hub;
    private final Function<Executor, Dispatcher> dispatchers;
    private final PublishSettings settings;
    private final InFlightBytes inFlight;
    private final PublishLimits limits;
    private final AnswerListener answers;
    private final ReadGate gate;

    /// The result of a message.
    ///
    /// @param ref     the client's reference, as JSON; null: none
    /// @param id      of the event; null if it was not published
    /// @param replay  true if it had been published before
    /// @param problem the reason if it was not published, else null
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
            AnswerListener answers) {
        this.answers = answers;
        this.hub = hub;
        this.dispatchers = dispatchers;
        this.settings = settings;
        this.inFlight = inFlight;
        this.limits = limits;
        this.gate = new ReadGate(IN_FLIGHT_MAX, settings.unacknowledgedBytes());
    }

    /// Decides whether to read from a connection, by its published, unacknowledged messages and the answers that its
    /// client has not received.
    public ReadGate gate() {
        return gate;
    }

    /// Publishes a message that is an object: `{"ref"?,"channel"?,"type"?,"key"?,"from"?,"data"}`.
    ///
    /// @param loop           that of its connection, which calls this
    /// @param defaultChannel the channel if the message names none; null: it must name one
    public CompletionStage<Receipt> object(
            Executor loop, Grant grant, byte[] message, @Nullable ChannelName defaultChannel) {
        BatchLine line = BatchLine.message(settings.eventBytesMax(), defaultChannel);
        try {
            Publication publication = new Publication(line.read(message), Conditions.NONE);
            return append(loop, grant, publication, line.ref(), message.length);
        } catch (Refused refused) {
            return refused(line.ref(), refused.problem());
        }
    }

    /// Publishes a message of a session: `{"op":"publish","ref"?,"channel",…,"idempotencyKey"?,"ifMatch"?}`.
    ///
    /// @param loop    that of its connection, which calls this
    /// @param members the members of the object
    /// @param bytes   the size of the message
    public CompletionStage<Receipt> ofSession(
            Executor loop, Grant grant, Map<String, JsonObjectReader.Value> members, int bytes) {
        BatchLine line = BatchLine.ofSession(settings.eventBytesMax());
        try {
            Draft draft = line.read(members);
            return append(loop, grant, new Publication(draft, line.conditions(draft)), line.ref(), bytes);
        } catch (Refused refused) {
            return refused(line.ref(), refused.problem());
        }
    }

    /// Publishes a message that is the data of an event.
    ///
    /// @param loop that of its connection, which calls this
    public CompletionStage<Receipt> data(Executor loop, Grant grant, ChannelName channel, boolean isText, byte[] data) {
        try {
            PublishRequest.channel(channel.value(), "path");
            if (data.length > settings.eventBytesMax()) {
                throw BodyCollector.tooLarge("The message is too long", settings.eventBytesMax());
            }
            Content content = (isText ? DataKind.TEXT : DataKind.BINARY).check(data);
            return append(
                    loop,
                    grant,
                    new Publication(Draft.event(channel, EventType.MESSAGE, content), Conditions.NONE),
                    null,
                    data.length);
        } catch (Refused refused) {
            return refused(null, refused.problem());
        }
    }

    private CompletionStage<Receipt> append(
            Executor loop, Grant grant, Publication publication, @Nullable String ref, int bytes) {
        limits.of(grant).take(1, bytes);
        InFlightBytes.Holder held = inFlight.holder();
        held.take(bytes);
        CompletionStage<Appended> appended;
        try {
            appended = hub.publish(grant, publication, dispatchers.apply(loop));
        } catch (AccessDenied denied) {
            held.giveBackAll();
            return refused(ref, Problems.of(denied));
        }
        return appended.handle((outcome, failure) -> {
            held.giveBackAll();
            if (failure != null) return refusal(ref, AppendAnswers.failed(failure));
            Cursor id = AppendAnswers.id(outcome);
            return id == null
                    ? refusal(
                            ref,
                            AppendAnswers.problem(outcome, publication.draft().channel()))
                    : new Receipt(ref, id.text(), outcome instanceof Appended.Same, null);
        });
    }

    private CompletionStage<Receipt> refused(@Nullable String ref, Problem problem) {
        return CompletableFuture.completedStage(refusal(ref, problem));
    }

    private Receipt refusal(@Nullable String ref, Problem problem) {
        answers.refused(problem);
        return new Receipt(ref, null, false, problem);
    }
}
