package dev.sluice.server.publish;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.encoding.LogField;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.UnknownOutcomeException;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import dev.sluice.server.limit.CallerShares;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Turns the outcome of an append into the HTTP answer.
final class AppendResponses {
    private static final System.Logger LOG = System.getLogger(AppendResponses.class.getName());
    /// Channels become free when some are deleted, or by retention.
    private static final int CHANNELS_RETRY_SECONDS = 60;

    private static final String REPLAY = "Idempotent-Replay";
    private static final LoggedCauses LOGGED = new LoggedCauses();
    private static final ThreadLocal<ByteBuilder> BUFFER = ThreadLocal.withInitial(ByteBuilder::new);

    private AppendResponses() {}

    /// The id of the event in the log, appended by this publish or by an earlier one with the same key; null if the
    /// publish was refused.
    static @Nullable Cursor id(AppendResult outcome) {
        return switch (outcome) {
            case AppendResult.Placed placed -> placed.id();
            case AppendResult.Same(Cursor id) -> id;
            case AppendResult.KeyReused(),
                    AppendResult.NewestDiffers _,
                    AppendResult.Ended _,
                    AppendResult.Full _,
                    AppendResult.TooManyChannels _,
                    AppendResult.ChannelShare _ -> null;
        };
    }

    /// Returns true if the event is in the log, appended by this publish or by an earlier one with the same key.
    static boolean isInLog(AppendResult outcome) {
        return outcome instanceof AppendResult.Placed || outcome instanceof AppendResult.Same;
    }

    static ServerResponse answer(AppendResult outcome, ChannelName channel) {
        return switch (outcome) {
            case AppendResult.Placed(Epoch epoch, long position) -> created(epoch, position, channel);
            case AppendResult.Same(Cursor(Epoch epoch, long position)) ->
                created(epoch, position, channel).with(REPLAY, "true");
            case AppendResult.KeyReused(),
                    AppendResult.NewestDiffers _,
                    AppendResult.Ended _,
                    AppendResult.Full _,
                    AppendResult.TooManyChannels _,
                    AppendResult.ChannelShare _ -> ServerResponse.problem(problem(outcome, channel));
        };
    }

    /// Built by hand, because each publish has one: a JSON generator takes many times as much memory.
    private static ServerResponse created(Epoch epoch, long position, ChannelName channel) {
        ByteBuilder json = BUFFER.get()
                .clear()
                .ascii("{\"id\":\"")
                .cursor(epoch, position)
                .ascii("\",\"channel\":\"")
                .text(Json.escaped(channel.value()))
                .ascii("\"}\n");
        return ServerResponse.json(Status.CREATED, json.toByteArray());
    }

    /// The answer to a request with several events.
    ///
    /// @param last     the id of the last event; null if there was no event
    /// @param replayed true if all of them were in the log already
    static ServerResponse counted(long count, @Nullable Cursor last, boolean replayed) {
        ServerResponse answer = ServerResponse.json(Status.OK, Json.bytes(json -> {
            json.writeStartObject();
            json.writeNumberProperty("count", count);
            if (last != null) json.writeStringProperty("last", last.text());
            json.writeEndObject();
        }));
        return replayed ? answer.with(REPLAY, "true") : answer;
    }

    /// @param refusal any outcome but `Placed` and `Same`
    static Problem problem(AppendResult refusal, ChannelName channel) {
        return switch (refusal) {
            case AppendResult.Ended _ -> ended(channel);
            case AppendResult.KeyReused() ->
                Problems.KEY_REUSED.of(
                        "Idempotency-Key",
                        "The key was used within the last five minutes for other data, parameters or conditions."
                                + " Use a new key for a new event.");
            case AppendResult.NewestDiffers(Cursor newest) -> {
                Problem differs = Problems.NEWEST_DIFFERS.of(
                        newest == null
                                ? "The channel has no event. Publish with If-None-Match: * to be the first."
                                : "The channel's newest event is " + newest.text()
                                        + ". Read it, then publish with If-Match naming it.");
                yield newest == null ? differs : differs.withHeader("Sluice-Latest", newest.text());
            }
            case AppendResult.Full(String detail) -> Problems.DISK_FULL.of(detail);
            case AppendResult.TooManyChannels(int max) ->
                Problems.FULL
                        .of(String.format(
                                Locale.ROOT,
                                "The hub keeps %,d channels, which is the maximum, and %s would be one more. Publish to one of them, delete some, or raise storage.channels_max (for a log in memory, memory.channels_max).",
                                max,
                                Problems.quoted(channel.value())))
                        .withHeader("Retry-After", Integer.toString(CHANNELS_RETRY_SECONDS));
            case AppendResult.ChannelShare share -> channelShare(share, channel);
            case AppendResult.Placed _, AppendResult.Same _ ->
                throw new IllegalArgumentException("not refused: " + refusal);
        };
    }

    private static Problem channelShare(AppendResult.ChannelShare share, ChannelName channel) {
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
                + " has ended. Publish to another one, or delete it to start again.");
    }

    /// The problem after an append whose stage failed. Logs each cause once, unless the grant has ended, or the
    /// cluster takes no publishes, which the cluster logs itself.
    static Problem failed(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> failed(wrapped.getCause());
            case AccessDeniedException denied -> Problems.of(denied);
            case NotPublishedException large
            when large.isTooLarge() -> Problems.TOO_LARGE.of(String.valueOf(large.getMessage()));
            case NotPublishedException none -> inVain(none.getMessage() + " Nothing was published: publish again.");
            case UnknownOutcomeException unknown -> inVain(String.valueOf(unknown.getMessage()));
            default -> {
                if (LOGGED.add(failure)) {
                    LOG.log(System.Logger.Level.ERROR, "append failed cause=" + LogField.quoted(failure));
                    LOG.log(System.Logger.Level.DEBUG, "append failed", failure);
                }
                yield inVain("Writing to the log failed, and the event may or may not be in it."
                        + " Publish again, with the same Idempotency-Key if you used one.");
            }
        };
    }

    private static Problem inVain(String detail) {
        return Problems.LOG_FAILED.of(detail).withHeader("Retry-After", "1");
    }
}
