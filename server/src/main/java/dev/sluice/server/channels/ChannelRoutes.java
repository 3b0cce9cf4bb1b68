package dev.sluice.server.channels;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.InvalidName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.EventKey;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Log;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Request;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// A channel's head and its deletion. `docs/protocol.md` §2 and §5.
public final class ChannelRoutes {
    private static final System.Logger LOG = System.getLogger(ChannelRoutes.class.getName());

    private final Log log;

    public ChannelRoutes(Log log) {
        this.log = log;
    }

    /// `HEAD /channels/{name}`: where the log and the channel stand, at once. Parameters are those of the
    /// `GET` that it is asked instead of, and change nothing.
    public void head(Exchange exchange) {
        ChannelName name = name(exchange.request());
        Cursor head = log.head(); // Before the channel: who starts from it misses nothing that this answer knows of.
        ChannelState state = log.channel(name);
        Answer answer = Answer.empty(HttpResponseStatus.OK).with("Sluice-Cursor", head.text());
        if (state.latest() != null) answer.with("Sluice-Latest", state.latest().text());
        if (state.earliest() != null)
            answer.with("Sluice-Earliest", state.earliest().text());
        if (state.end() != null) answer.with("Sluice-Closed", "true");
        exchange.answer(answer);
    }

    /// `DELETE /channels/{name}`, with `id=` or `key=` only single data.
    public void delete(Exchange exchange) {
        Request request = exchange.request();
        request.parameters().allow(Set.of("id", "key"));
        ChannelName name = name(request);
        if (name.isReserved()) {
            throw Problems.RESERVED_NAME.refused(
                    "path", "Names with '$' at the beginning of a segment are the server's: it alone deletes them.");
        }
        boolean byId = request.parameters().has("id");
        boolean byKey = request.parameters().has("key");
        if (byId && byKey) {
            throw Problems.BAD_PARAMETER.refused("key", "Forget by id or by key, not both: leave one of them out.");
        }
        if (byId) forget(exchange, name);
        else if (byKey) forgetKey(exchange, name);
        else then(exchange, log.delete(name), any -> gone(exchange));
    }

    private void forget(Exchange exchange, ChannelName name) {
        String text = exchange.request().parameters().text("id").orElseThrow();
        if (!Cursor.isCursor(text)) {
            throw exchange.request().parameters().wrong("id", "an event's id as the hub gave it");
        }
        var id = Cursor.parse(text);
        if (id.isEmpty()) throw Problems.NO_SUCH_EVENT.refused("id", noSuch(text));
        then(exchange, log.forget(name, id.get()), kept -> {
            if (kept) gone(exchange);
            else exchange.refuse(Problems.NO_SUCH_EVENT.of("id", noSuch(text)));
        });
    }

    private static String noSuch(String id) {
        return "The channel keeps no event " + Problems.quoted(id)
                + ": it may have been trimmed, or is in another channel.";
    }

    private void forgetKey(Exchange exchange, ChannelName name) {
        String key = exchange.request().parameters().text("key").orElseThrow();
        try {
            EventKey.check(key);
        } catch (IllegalArgumentException invalid) {
            throw Problems.BAD_PARAMETER.refused("key", "In key=, " + invalid.getMessage() + ".");
        }
        then(exchange, log.forgetKey(name, key), count -> gone(exchange));
    }

    private static void gone(Exchange exchange) {
        exchange.answer(Answer.empty(HttpResponseStatus.NO_CONTENT));
    }

    private static <T> void then(Exchange exchange, CompletionStage<T> stage, Consumer<T> step) {
        stage.whenComplete((result, failure) -> {
            if (failure != null) LOG.log(System.Logger.Level.ERROR, "delete failed", failure);
            exchange.run(() -> {
                if (failure == null) step.accept(result);
                else
                    exchange.refuse(Problems.LOG_FAILED.of(
                            "The log failed to delete it, and it may be deleted or not. Delete it again."));
            });
        });
    }

    private static ChannelName name(Request request) {
        try {
            return new ChannelName(request.path().after(1));
        } catch (InvalidName invalid) {
            throw Problems.BAD_NAME.refused("path", "The channel " + invalid.getMessage() + ".");
        }
    }
}
