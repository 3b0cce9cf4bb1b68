package dev.sluice.server.publish;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Refused;
import dev.sluice.server.json.JsonObjectReader;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Publishes what clients send over a connection of their own. Never fails: what goes wrong is in the receipt.
public final class ClientMessages {
    private static final System.Logger LOG = System.getLogger(ClientMessages.class.getName());

    private final Publisher publisher;
    private final PublishSettings settings;
    private final InFlightBytes inFlight;

    /// What became of a message.
    ///
    /// @param ref     what the client calls it, as JSON; null: nothing
    /// @param id      of the event; null: there is none
    /// @param replay  whether it had been published before
    /// @param problem why not; null: all is well
    public record Receipt(
            @Nullable String ref,
            @Nullable String id,
            boolean replay,
            @Nullable Problem problem) {}

    public ClientMessages(Publisher publisher, PublishSettings settings, InFlightBytes inFlight) {
        this.publisher = publisher;
        this.settings = settings;
        this.inFlight = inFlight;
    }

    /// Of messages that are published and not acknowledged: with more, a connection is not read from for now.
    public int unacknowledgedBytes() {
        return settings.unacknowledgedBytes();
    }

    /// A message that is an object: `{"ref"?,"channel"?,"type"?,"key"?,"data"}`.
    ///
    /// @param usual the channel where it names none; null: it must name one
    public CompletionStage<Receipt> object(byte[] message, @Nullable ChannelName usual) {
        BatchLine line = BatchLine.message(settings.eventBytesMax(), usual);
        try {
            return append(new Publication(line.read(message), Conditions.NONE), line.ref(), message.length);
        } catch (Refused refused) {
            return refused(line.ref(), refused.problem());
        }
    }

    /// A message of a session: `{"op":"publish","ref"?,"channel",…,"idempotencyKey"?,"ifMatch"?}`.
    ///
    /// @param members of the object
    /// @param bytes   of all of it
    public CompletionStage<Receipt> ofSession(Map<String, JsonObjectReader.Value> members, int bytes) {
        BatchLine line = BatchLine.ofSession(settings.eventBytesMax());
        try {
            Draft draft = line.read(members);
            return append(new Publication(draft, line.conditions(draft)), line.ref(), bytes);
        } catch (Refused refused) {
            return refused(line.ref(), refused.problem());
        }
    }

    /// A message that is the data itself.
    public CompletionStage<Receipt> data(ChannelName channel, boolean isText, byte[] data) {
        try {
            PublishRequest.channel(channel.value(), "path");
            if (data.length > settings.eventBytesMax()) {
                throw Body.tooLarge("The message is too long", settings.eventBytesMax());
            }
            Content content = (isText ? DataKind.TEXT : DataKind.BINARY).check(data);
            return append(
                    new Publication(Draft.event(channel, EventType.MESSAGE, content), Conditions.NONE),
                    null,
                    data.length);
        } catch (Refused refused) {
            return refused(null, refused.problem());
        }
    }

    private CompletionStage<Receipt> append(Publication publication, @Nullable String ref, int bytes) {
        InFlightBytes.Holder held = inFlight.holder();
        held.take(bytes);
        return publisher.append(publication).handle((outcome, failure) -> {
            held.giveBackAll();
            if (failure != null) {
                LOG.log(System.Logger.Level.ERROR, "append failed", failure);
                return new Receipt(ref, null, false, Outcomes.failed());
            }
            Cursor id = Outcomes.id(outcome);
            return id == null
                    ? new Receipt(
                            ref,
                            null,
                            false,
                            Outcomes.problem(outcome, publication.draft().channel()))
                    : new Receipt(ref, id.text(), outcome instanceof Appended.Same, null);
        });
    }

    private static CompletionStage<Receipt> refused(@Nullable String ref, Problem problem) {
        return CompletableFuture.completedStage(new Receipt(ref, null, false, problem));
    }
}
