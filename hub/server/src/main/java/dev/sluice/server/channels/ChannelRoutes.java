package dev.sluice.server.channels;

import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.event.EventKey;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.UnknownOutcomeException;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.ChannelNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// Handles `HEAD` and `DELETE` of a channel. `docs/protocol.md` §2 and §5.
public final class ChannelRoutes {
    private static final System.Logger LOG = System.getLogger(ChannelRoutes.class.getName());

    private final Hub hub;

    public ChannelRoutes(Hub hub) {
        this.hub = hub;
    }

    /// `HEAD /channels/{name}`: the head of the log and the state of the channel. Parameters are those of the
    /// corresponding `GET` and are ignored.
    public void head(Exchange exchange) {
        ChannelName name = name(exchange.request());
        Cursor head = hub.head(name); // Read before the state: a reader that starts here misses nothing after it.
        ChannelState state = hub.channel(exchange.grant(), name);
        ServerResponse answer = ServerResponse.empty(Status.OK).with("Sluice-Cursor", head.text());
        if (state.latest() != null) answer.with("Sluice-Latest", state.latest().text());
        if (state.earliest() != null)
            answer.with("Sluice-Earliest", state.earliest().text());
        if (state.end() != null) answer.with("Sluice-Closed", "true");
        exchange.answer(answer);
    }

    /// `DELETE /channels?match=PATTERN`: deletes many channels.
    public void deleteMatching(Exchange exchange) {
        PatternDeletion.begin(exchange, hub);
    }

    /// `DELETE /channels/{name}`: deletes the channel, or with `id=` or `key=` only the data of single events.
    public void delete(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of("id", "key"));
        ChannelName name = name(request);
        if (name.isReserved()) {
            throw Problems.RESERVED_NAME.refused(
                    "path", "Names with '$' at the beginning of a segment are the server's: it alone deletes them.");
        }
        // First, because a caller without the grant must not learn whether the event exists.
        exchange.grant().require(Verb.DELETE, name);
        boolean byId = request.parameters().has("id");
        boolean byKey = request.parameters().has("key");
        if (byId && byKey) {
            throw Problems.BAD_PARAMETER.refused(
                    "key", "Delete an event by 'id' or by 'key', not both: leave one of them out.");
        }
        if (byId) forget(exchange, name);
        else if (byKey) forgetKey(exchange, name);
        else whenDone(exchange, hub.delete(exchange.grant(), name), deleted -> answerNoContent(exchange));
    }

    private void forget(Exchange exchange, ChannelName name) {
        String text = exchange.request().parameters().text("id").orElseThrow();
        if (!Cursor.isCursor(text)) {
            throw exchange.request().parameters().wrong("id", "an event's id as the hub gave it");
        }
        var id = Cursor.parse(text);
        if (id.isEmpty()) throw Problems.NO_SUCH_EVENT.refused("id", noSuch(text));
        whenDone(exchange, hub.forget(exchange.grant(), name, id.get()), kept -> {
            if (kept) answerNoContent(exchange);
            else exchange.refuse(Problems.NO_SUCH_EVENT.of("id", noSuch(text)));
        });
    }

    private static String noSuch(String id) {
        return "The channel keeps no event " + Problems.quoted(id)
                + ": it may have been trimmed, or belong to another channel.";
    }

    private void forgetKey(Exchange exchange, ChannelName name) {
        String key = exchange.request().parameters().text("key").orElseThrow();
        try {
            EventKey.check(key);
        } catch (IllegalArgumentException invalid) {
            throw Problems.BAD_PARAMETER.refused("key", "In key=, " + invalid.getMessage() + ".");
        }
        whenDone(exchange, hub.forgetKey(exchange.grant(), name, key), count -> answerNoContent(exchange));
    }

    private static void answerNoContent(Exchange exchange) {
        exchange.answer(ServerResponse.empty(Status.NO_CONTENT));
    }

    private static <T> void whenDone(Exchange exchange, CompletionStage<T> stage, Consumer<T> onSuccess) {
        stage.whenComplete((result, failure) -> {
            Problem failed =
                    failure == null ? null : failed(failure, "It may or may not have been deleted: delete it again.");
            exchange.run(() -> {
                if (failed == null) onSuccess.accept(result);
                else exchange.refuse(failed);
            });
        });
    }

    /// Logs the cause, unless the cluster accepts no commands, which the cluster logs itself.
    ///
    /// @param advice what the caller can rely on, and what to do next
    static Problem failed(Throwable failure, String advice) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> failed(wrapped.getCause(), advice);
            case NotPublishedException none -> inVain(String.valueOf(none.getMessage()), advice);
            case UnknownOutcomeException unknown -> inVain("The cluster has not answered in time.", advice);
            default -> {
                LOG.log(System.Logger.Level.ERROR, "delete failed", failure);
                yield inVain("The deletion failed.", advice);
            }
        };
    }

    private static Problem inVain(String why, String advice) {
        return Problems.LOG_FAILED.of(why + " " + advice).withHeader("Retry-After", "1");
    }

    private static ChannelName name(RequestHead request) {
        return ChannelNames.of(request.path().after(1), "path");
    }
}
