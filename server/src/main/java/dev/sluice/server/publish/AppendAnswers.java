package dev.sluice.server.publish;

import dev.sluice.core.access.AccessDenied;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.encoding.Bytes;
import dev.sluice.core.encoding.LogField;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.NotPublished;
import dev.sluice.core.log.UnknownOutcome;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Status;
import dev.sluice.server.json.Json;
import dev.sluice.server.limit.CallerShares;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Turns the outcome of an append into the HTTP answer.
final class AppendAnswers {
    private static final System.Logger LOG = System.getLogger(AppendAnswers.class.getName());
    /// Channels come to be free when somebody deletes some, or by retention.
    private static final int CHANNELS_RETRY_SECONDS = 60;

    private static final String REPLAY = "Idempotent-Replay";
    private static final LoggedCauses LOGGED = new LoggedCauses();
    private static final ThreadLocal<Bytes> BUFFER = ThreadLocal.withInitial(Bytes::new);

    private AppendAnswers() {}

    /// The id of the event in the log, appended by this publish or by an earlier one with the same key; null if the
    /// publish was refused.
    static @Nullable Cursor id(Appended outcome) {
        return switch (outcome) {
            case Appended.Placed placed -> placed.id();
            case Appended.Same(Cursor id) -> id;
            case Appended.KeyReused(),
                    Appended.NewestDiffers _,
                    Appended.Ended _,
                    Appended.Full _,
                    Appended.TooManyChannels _,
                    Appended.ChannelShare _ -> null;
        };
    }

    /// Whether the event is in the log, appended by this publish or by an earlier one with the same key.
    static boolean isInLog(Appended outcome) {
        return outcome instanceof Appended.Placed || outcome instanceof Appended.Same;
    }

    static Answer answer(Appended outcome, ChannelName channel) {
        return switch (outcome) {
            case Appended.Placed(Epoch epoch, long position) -> created(epoch, position, channel);
            case Appended.Same(Cursor(Epoch epoch, long position)) ->
                created(epoch, position, channel).with(REPLAY, "true");
            case Appended.KeyReused(),
                    Appended.NewestDiffers _,
                    Appended.Ended _,
                    Appended.Full _,
                    Appended.TooManyChannels _,
                    Appended.ChannelShare _ -> Answer.problem(problem(outcome, channel));
        };
    }

    /// Put together by hand, as each publish has one: a generator takes many times as much memory.
    private static Answer created(Epoch epoch, long position, ChannelName channel) {
        Bytes json = BUFFER.get()
                .clear()
                .ascii("{\"id\":\"")
                .cursor(epoch, position)
                .ascii("\",\"channel\":\"")
                .text(Json.escaped(channel.value()))
                .ascii("\"}\n");
        return Answer.json(Status.CREATED, json.toByteArray());
    }

    /// The answer to a request with several events.
    ///
    /// @param last     the id of the last event; null: there was none
    /// @param replayed true if all of them were in the log already
    static Answer counted(long count, @Nullable Cursor last, boolean replayed) {
        Answer answer = Answer.json(Status.OK, Json.bytes(json -> {
            json.writeStartObject();
            json.writeNumberProperty("count", count);
            if (last != null) json.writeStringProperty("last", last.text());
            json.writeEndObject();
        }));
        return replayed ? answer.with(REPLAY, "true") : answer;
    }

    /// @param refusal any outcome but `Placed` and `Same`
    static Problem problem(Appended refusal, ChannelName channel) {
        return switch (refusal) {
            case Appended.Ended _ -> ended(channel);
            case Appended.KeyReused() ->
                Problems.KEY_REUSED.of(
                        "Idempotency-Key",
                        "The key was used within the last five minutes for other data, parameters or conditions."
                                + " Use a new key for a new event.");
            case Appended.NewestDiffers(Cursor newest) -> {
                Problem differs = Problems.NEWEST_DIFFERS.of(
                        newest == null
                                ? "The channel has no event. Publish with If-None-Match: * to be the first."
                                : "The channel's newest event is " + newest.text()
                                        + ". Read it, then publish with If-Match naming it.");
                yield newest == null ? differs : differs.withHeader("Sluice-Latest", newest.text());
            }
            case Appended.Full(String detail) -> Problems.DISK_FULL.of(detail);
            case Appended.TooManyChannels(int max) ->
                Problems.FULL
                        .of(String.format(
                                Locale.ROOT,
                                "The hub keeps %,d channels, as many as it may, and %s would be one more. Publish to one of them, delete some, or raise storage.channels_max (of a log in memory, memory.channels_max).",
                                max,
                                Problems.quoted(channel.value())))
                        .withHeader("Retry-After", Integer.toString(CHANNELS_RETRY_SECONDS));
            case Appended.ChannelShare share -> channelShare(share, channel);
            case Appended.Placed _, Appended.Same _ -> throw new IllegalArgumentException("not refused: " + refusal);
        };
    }

    private static Problem channelShare(Appended.ChannelShare share, ChannelName channel) {
        String what = String.format(Locale.ROOT, "%,d channels that it created and that keep events", share.held());
        String again = Problems.quoted(channel.value())
                + " would be one more: publish to one of them, delete some, or wait until retention has emptied some.";
        if (!share.isOfGrant())
            return CallerShares.refusal(
                            what,
                            String.format(Locale.ROOT, "%,d channels", share.max()),
                            again,
                            CHANNELS_RETRY_SECONDS)
                    .problem();
        return Problems.TOO_MANY
                .of(String.format(
                        Locale.ROOT,
                        "This client has %s, and its grant permits %,d (channels_max). %s",
                        what,
                        share.max(),
                        again))
                .withHeader("Retry-After", Integer.toString(CHANNELS_RETRY_SECONDS));
    }

    static Problem ended(ChannelName channel) {
        return Problems.ENDED.of("The channel " + Problems.quoted(channel.value())
                + " has ended. Publish to another one, or delete it to begin anew.");
    }

    /// The problem after an append whose stage failed. Logs each cause once, unless the grant has ended meanwhile, or a
    /// cluster took no publishes: it says so itself.
    static Problem failed(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> failed(wrapped.getCause());
            case AccessDenied denied -> Problems.of(denied);
            case NotPublished none -> inVain(none.getMessage() + " Nothing was published: publish again.");
            case UnknownOutcome unknown -> inVain(String.valueOf(unknown.getMessage()));
            default -> {
                if (LOGGED.add(failure)) {
                    LOG.log(System.Logger.Level.ERROR, "append failed cause=" + LogField.quoted(failure));
                    LOG.log(System.Logger.Level.DEBUG, "append failed", failure);
                }
                yield inVain("The log failed to take it, and it may be in the log or not."
                        + " Publish again, with the same Idempotency-Key if you used one.");
            }
        };
    }

    private static Problem inVain(String detail) {
        return Problems.LOG_FAILED.of(detail).withHeader("Retry-After", "1");
    }
}
